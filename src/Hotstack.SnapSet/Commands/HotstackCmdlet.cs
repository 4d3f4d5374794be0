using System.Management.Automation;
using System.Runtime.CompilerServices;
using Hotstack.Completion;
using Hotstack.Configuration;
using Hotstack.Deployments.Controllers;
using Hotstack.Hosting;
using Hotstack.Input;
using Hotstack.OpenStack.Configuration;
using Hotstack.SnapSets;
using DriveNotFoundException = System.Management.Automation.DriveNotFoundException;

namespace Hotstack.Commands;

/// <summary>
/// The base of all cmdlets: the cloud, asynchronous work with output on PowerShell's thread, errors, and a Ctrl+C that lets the work
/// clean up.
/// </summary>
/// <remarks>Public members of this assembly use no enum, struct, interface or base class of Core: PowerShell reads them before
/// <see cref="DependencyIsolation"/> can say where Core is.</remarks>
public abstract class HotstackCmdlet : PSCmdlet, IDisposable
{
    // Not disposed of: StopProcessing may come at any time, also during Dispose.
    private readonly CancellationTokenSource _stop = new();
    private readonly Connections _connections = new();
    private readonly CmdletActivity _activity;
    private bool _isIdTyped;

    /// <summary>The cluster, for cmdlets that use one.</summary>
    private protected virtual ClusterChoice ClusterChoice { get; } = new();

    private protected HotstackCmdlet() => _activity = new CmdletActivity(this);

    /// <summary>The cloud, by its name in clouds.yaml. By default the one that OS_CLOUD names, the one that the OS_* variables describe, or
    /// the only one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(CloudNameCompleter))]
    public string? Cloud { get; set; }

    /// <summary>The region. By default the first one of the cloud.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RegionNameCompleter))]
    public string? Region { get; set; }

    /// <summary>Logs in with this user name and password instead of those in clouds.yaml; where that has an application credential,
    /// with its id or name, and its secret.</summary>
    [Parameter, Credential, ValidateNotNull]
    public PSCredential? Credential { get; set; }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the connections.</summary>
    /// <param name="disposing">False from a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _connections.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void BeginProcessing() =>
        // PowerShell evaluates a script block for each object of the pipeline.
        _isIdTyped = MyInvocation.BoundParameters.TryGetValue("Id", out object? id) && id is SnapSetReference[];

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <summary>Does the whole work of the cmdlet. A failure ends the pipeline.</summary>
    private protected void Run(Func<CmdletRun, Task> work) => Run(work, (Cloud, Region), _ => true);

    /// <summary>Does the work for one of several objects. A failure is that object's, unless every other would fail too.</summary>
    /// <param name="origin">The cloud and region of the object.</param>
    /// <param name="work">The work.</param>
    private protected void RunItem((string? Cloud, string? Region) origin, Func<CmdletRun, Task> work) =>
        Run(work, origin, ErrorClassification.ConcernsAll);

    /// <inheritdoc cref="RunItem(ValueTuple{string, string}, Func{CmdletRun, Task})"/>
    private protected void RunItem(Func<CmdletRun, Task> work) => RunItem((Cloud, Region), work);

    /// <summary>The sets that -Id means. Wildcards count on the command line only: text from the pipeline is mostly the id of an
    /// object.</summary>
    private protected IReadOnlyList<SnapSetReference> Meant(SnapSetReference[] ids) =>
        _isIdTyped ? ids : [.. ids.Select(id => id.AsLiteral())];

    /// <summary>Whether the command line gives texts for a parameter. PowerShell evaluates a script block for each object of the pipeline,
    /// and the name of an object is no pattern. For BeginProcessing.</summary>
    private protected bool IsTyped(string parameter) =>
        MyInvocation.BoundParameters.TryGetValue(parameter, out object? value) && value is string or string[];

    /// <summary>Refuses parameters that count only together with a switch which was not given.</summary>
    private protected void RequireSwitch(bool isGiven, string name, params string[] parameters)
    {
        string[] idle = isGiven ? [] : [.. parameters.Where(MyInvocation.BoundParameters.ContainsKey).Select(p => $"-{p}")];
        if (idle.Length > 0)
        {
            ThrowTerminatingError(ErrorClassification.ToErrorRecord(new HotstackException(
                ErrorCause.InputInvalid, "SwitchMissing", $"Without -{name}, {string.Join(", ", idle)} would have no effect.")
            {
                Target = idle[0],
                Hint = $"Add -{name}, or omit {string.Join(", ", idle)}.",
            }));
        }
    }

    /// <summary>A path parameter as a path of the file system: PowerShell's location is not the process's.</summary>
    /// <param name="path">The parameter's value.</param>
    /// <param name="parameter">The parameter's name, for messages.</param>
    private protected string? FilePath(string? path, [CallerArgumentExpression(nameof(path))] string parameter = "")
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            if (PathValue.ContentOf(path) is { } content)
            {
                throw NotOfFile(
                    PathValue.NotShown,
                    $"-{parameter} was given {content} in place of the path of a file.",
                    "Specify the path of the file that holds it.");
            }

            string resolved = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            if (provider.Name != "FileSystem")
            {
                throw NotOfFile(path, $"'{PathValue.Shown(path)}' is a path of {provider.Name}, not of the file system.");
            }

            return resolved;
        }
        catch (Exception e) when (e is HotstackException or DriveNotFoundException or ProviderNotFoundException)
        {
            ThrowTerminatingError(ErrorClassification.ToErrorRecord(e as HotstackException ?? NotOfFile(path, e.Message)));
            throw;
        }
    }

    private static HotstackException NotOfFile(
        string path, string message, string hint = "Change to a folder first, or specify the path with its drive or root.") =>
        new(ErrorCause.InputInvalid, "PathNotOfFile", message)
        {
            Target = PathValue.Shown(path),
            Hint = hint,
        };

    private void Run(
        Func<CmdletRun, Task> work, (string? Cloud, string? Region) origin, Predicate<HotstackException> isTerminating)
    {
        string directory = SessionState.Path.CurrentFileSystemLocation.ProviderPath;
        ClusterChoice choice = ClusterChoice;
        CloudCredential? credential = ParameterInput.ToCredential(Credential);
        CmdletRun? run = null;
        try
        {
            Pump.Run(
                (pump, stop) =>
                {
                    _activity.PostTo(pump);
                    run = new CmdletRun(
                        this, _activity, Connections.SourcesIn(directory, stop), origin,
                        wish => _connections.OpenCloud(origin.Cloud, origin.Region, credential, directory, _activity, stop, wish),
                        cloud => _connections.AccessClusters(choice, directory, cloud, _activity, stop), stop);
                    return run.DoAsync(work);
                },
                _stop.Token);
        }
        catch (Exception e) when (_stop.IsCancellationRequested && (e is OperationCanceledException or HotstackException))
        {
            throw new PipelineStoppedException();
        }
        catch (HotstackException e) when (!run!.MayConcernOne || isTerminating(e))
        {
            ThrowTerminatingError(ErrorClassification.ToErrorRecord(e));
        }
        catch (HotstackException e)
        {
            WriteError(ErrorClassification.ToErrorRecord(e));
        }
        finally
        {
            _activity.EndProgress();
        }
    }
}
