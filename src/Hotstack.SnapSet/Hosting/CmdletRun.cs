using System.Management.Automation;
using System.Management.Automation.Host;
using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Hotstack.Deployments;
using Hotstack.Deployments.Controllers;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Restore;
using Hotstack.Templates;

namespace Hotstack.Hosting;

/// <summary>What a cmdlet's work needs while it runs on another thread than PowerShell's.</summary>
internal sealed class CmdletRun(
    PSCmdlet cmdlet, CmdletActivity activity, ConfigurationSources sources, (string? Cloud, string? Region) origin,
    Func<CloudWish?, Cloud> connectToCloud,
    Func<Func<Cloud>, Func<InstanceSource?, ClusterPurpose, Cluster>> accessClusters, CancellationToken stop)
{
    private readonly Lock _connecting = new();
    private Cloud? _cloud;
    private CloudWish? _wish;
    private bool _isReading;
    private Cluster? _cluster;

    /// <summary>The connection to the cloud, opened at the first use.</summary>
    public Cloud Cloud => _cloud ??= connectToCloud(_wish);

    /// <summary>The names of the cloud and its region: of the connection if there is one, otherwise those that the user or the input
    /// gave; null for none.</summary>
    public (string? Cloud, string? Region) Place => _cloud is { } used ? (used.Name, used.Region)
        : (string.IsNullOrEmpty(origin.Cloud) ? null : origin.Cloud, string.IsNullOrEmpty(origin.Region) ? null : origin.Region);

    /// <summary>The connection to the cluster of a deployment, not open yet if it is behind a controller; without a login, for a cluster
    /// that may be off, that the login itself may depend on, or that nobody named.</summary>
    /// <param name="deployment">The servers; null if they are not known.</param>
    /// <param name="purpose">What it is needed for.</param>
    public Cluster Cluster(InstanceSource? deployment, ClusterPurpose purpose) => _cluster ??= NewCluster(deployment, purpose);

    /// <summary>A connection of its own for each deployment, where one call works on several.</summary>
    /// <inheritdoc cref="Cluster"/>
    public Cluster NewCluster(InstanceSource? deployment, ClusterPurpose purpose)
    {
        lock (_connecting)
        {
            return accessClusters(() => Cloud)(deployment, purpose);
        }
    }

    /// <summary>The same, logged in if this machine reaches it directly.</summary>
    public async Task<Cluster> ClusterAfterLoginAsync(InstanceSource? deployment, ClusterPurpose purpose = ClusterPurpose.Look)
    {
        Cluster cluster = Cluster(deployment, purpose);
        if (cluster.IsOpen)
        {
            await cluster.LogInAsync(Stop);
        }

        return cluster;
    }

    /// <summary>Whether a failure may be that of one object: with its files, or behind the connection.</summary>
    public bool MayConcernOne => _cloud is not null || _cluster is not null || _isReading;

    /// <summary>Reads the files of a scenario. The cloud is the one that they name, unless the user or the environment names one.</summary>
    /// <param name="paths">Their absolute paths.</param>
    /// <param name="variables">Variables of the user.</param>
    public ScenarioFiles ReadScenario(IReadOnlyList<string> paths, IReadOnlyDictionary<string, JsonNode?> variables)
    {
        _isReading = true;
        ScenarioFiles files = ScenarioFiles.Read(paths, variables, sources, Activity, Stop);
        Prefer(files.Cloud);
        _isReading = false;
        return files;
    }

    /// <summary>Names the cloud that the work's files choose, if the user and the environment name none. Before the first use of
    /// <see cref="Cloud"/>.</summary>
    public void Prefer(CloudWish? wish) => _wish = wish;

    /// <summary>PowerShell's streams.</summary>
    public IActivity Activity { get; } = activity;

    /// <summary>Cancelled by Ctrl+C, or when the rest of the pipeline stops.</summary>
    public CancellationToken Stop { get; } = stop;

    /// <summary>Writes one object to the pipeline; null writes nothing.</summary>
    public void Write(object? output)
    {
        if (output is not null && !Stop.IsCancellationRequested)
        {
            activity.Post(() => cmdlet.WriteObject(output));
        }
    }

    /// <summary>Writes objects to the pipeline one by one.</summary>
    public void WriteEach(IEnumerable<object> outputs)
    {
        foreach (object output in outputs)
        {
            Write(output);
        }
    }

    /// <summary>Reports the failure of one of several objects: as an error, or as a warning after Ctrl+C, when errors are no longer
    /// shown.</summary>
    public void Fail(HotstackException failure)
    {
        if (Stop.IsCancellationRequested)
        {
            Activity.Warning(failure.Text);
        }
        else
        {
            activity.Post(() => cmdlet.WriteError(ErrorClassification.ToErrorRecord(failure)));
        }
    }

    /// <inheritdoc cref="Fail"/>
    public void FailEach(IEnumerable<HotstackException> failures)
    {
        foreach (HotstackException failure in failures)
        {
            Fail(failure);
        }
    }

    /// <summary>Asks for confirmation, as <c>-WhatIf</c> and <c>-Confirm</c> demand.</summary>
    public Task<bool> ConfirmAsync(DisplayText target, DisplayText action) => AskAsync(() => cmdlet.ShouldProcess(target, action));

    private Task<bool> AskAsync(Func<bool> question)
    {
        var reply = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        activity.Post(() =>
        {
            try
            {
                reply.SetResult(question());
            }
            finally
            {
                reply.TrySetCanceled();
            }
        });
        return reply.Task;
    }

    /// <summary>Asks for confirmation whatever <c>$ConfirmPreference</c> is. <c>-Confirm:$false</c> answers it.</summary>
    public async Task<bool> ConfirmRiskAsync(DisplayText target, DisplayText action)
    {
        if (!await ConfirmAsync(target, action))
        {
            return false;
        }

        // With -Confirm the user has just answered.
        return cmdlet.MyInvocation.BoundParameters.ContainsKey("Confirm")
            || await AskAsync(() => cmdlet.ShouldContinue($"{action}?", target));
    }

    /// <summary>Asks whether files may be sent to the cloud before there is a plan. <c>-Confirm:$false</c> answers it; a warning then lists
    /// the files.</summary>
    public async Task<Consent> ConsentToSendAsync(DisplayText target, DisplayText action)
    {
        var reason = ShouldProcessReason.None;
        string what = $"{target}: {action}";
        if (!await AskAsync(() => cmdlet.ShouldProcess(what, $"{what}{Environment.NewLine}May they be sent?", "Confirm", out reason)))
        {
            return reason == ShouldProcessReason.WhatIf ? Consent.OnlyShown : Consent.Refused;
        }

        if (cmdlet.MyInvocation.BoundParameters.TryGetValue("Confirm", out object? confirm))
        {
            // With -Confirm the user has just answered.
            if (confirm is SwitchParameter { IsPresent: false })
            {
                Activity.Warning(DisplayText.Lines(what.Split(Environment.NewLine)));
            }

            return Consent.Given;
        }

        bool? answer = null;
        await AskAsync(() =>
        {
            try
            {
                answer = cmdlet.ShouldContinue(
                    $"{action}{Environment.NewLine}They are sent before the plan is shown. May they be sent?", target);
            }
            catch (Exception e) when (e is PSInvalidOperationException or HostException)
            {
                // -NonInteractive, or a host that has no prompt.
            }

            return true;
        });
        return answer switch { true => Consent.Given, false => Consent.Refused, _ => Consent.NotPossible };
    }

    /// <summary>Does the work for each set that ids and patterns stand for. The failure of one does not stop the others.</summary>
    public async Task ForEachSetAsync(IEnumerable<SnapSetReference> ids, Func<SnapSetReference, Task> work)
    {
        foreach (SnapSetReference pattern in ids)
        {
            foreach (SnapSetReference id in await new GetSnapSets(Cloud).ExpandAsync(pattern, Stop))
            {
                try
                {
                    await work(id);
                }
                catch (HotstackException e) when (!ErrorClassification.ConcernsAll(e))
                {
                    Fail(e);
                }
            }
        }
    }

    /// <summary>Does the work. Its failure becomes a warning if PowerShell no longer takes errors.</summary>
    public async Task DoAsync(Func<CmdletRun, Task> work)
    {
        try
        {
            await work(this);
        }
        catch (HotstackException e) when (Stop.IsCancellationRequested)
        {
            Activity.Warning(e.Text);
            throw;
        }
    }
}
