using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Configuration;
using Hotstack.Processes;

namespace Hotstack.OpenShift.Login;

/// <summary>Logs in with a program that the user configured.</summary>
/// <param name="plugin">The program.</param>
/// <param name="configuration">The cluster.</param>
/// <param name="activity">Gets a report of the program and its error output; never of its arguments and standard output.</param>
/// <param name="time">The clock.</param>
internal sealed partial class ExecLogin(ExecPlugin plugin, ClusterConfiguration configuration, IActivity activity,
    TimeProvider time) : ILogin
{
    /// <summary>The user may have to log in in a browser. kubectl has no timeout.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PromptTick = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Whether the standard input is a terminal.</summary>
    public Func<bool> HasTerminal { get; init; } = () => !Console.IsInputRedirected;

    /// <summary>Finds the program.</summary>
    public ProgramFinder Programs { get; init; } = ProgramFinder.OfThisProcess;

    public TimeSpan LeastLife => TimeSpan.FromSeconds(30);

    public bool ReplacesRefused => true;

    public string RefusedHint =>
        $"Log in again with the tool of the program {plugin.Name}, or check its account: the cluster does not accept its credentials.";

    private string Work => $"Logging in with {plugin.Name}";

    /// <inheritdoc/>
    public async Task<LoginCredential> RunAsync(CancellationToken stop)
    {
        bool isInteractive = IsInteractive();
        string program = Programs.Find(plugin.Command) ?? throw plugin.NotFound(ProgramFinder.IsPath(plugin.Command, Programs.Platform));
        if (ProgramFinder.IsBatch(program) && plugin.Arguments.FirstOrDefault(argument => !ProgramFinder.IsSafeForBatch(argument)) is not null)
        {
            throw plugin.CannotStart("the command processor of Windows would change one of its arguments", null);
        }

        activity.Verbose($"Logging in to context {configuration.Context} with the program {PathValue.Shown(program)} of the {plugin.Title}.");
        using ExecProcess process = Start(program, isInteractive);
        await WaitAsync(process, isInteractive, stop);
        if (process.Output.IsTooLong)
        {
            throw plugin.AnswerInvalid("wrote more than a credential can have");
        }

        byte[] output = process.Output.Bytes;
        if (process.ExitCode != 0)
        {
            throw plugin.Failed(process.ExitCode, process.Errors.Last(Hider(output)));
        }

        LoginCredential credential = ExecAnswer.Read(output, plugin, time);
        Tell(process.Errors.TakeLines(Hider(output, credential.Token), isAll: true), activity.Verbose);
        return credential;
    }

    public void Dispose()
    {
    }

    /// <summary>As client-go.</summary>
    private bool IsInteractive() => plugin.Interaction switch
    {
        ExecInteraction.Never => false,
        ExecInteraction.IfAvailable => HasTerminal(),
        _ => HasTerminal() ? true : throw plugin.NeedsTerminal(),
    };

    private ExecProcess Start(string program, bool isInteractive)
    {
        var start = new ProcessStartInfo(program, plugin.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = !isInteractive,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Directory.Exists(plugin.Directory) ? plugin.Directory : "",
        };
        foreach ((string name, string value) in plugin.Variables)
        {
            start.Environment[name] = value;
        }

        start.Environment[InfoVariable] = InfoOf(plugin, configuration, isInteractive);
        try
        {
            return ExecProcess.Start(start);
        }
        catch (Exception e) when (e is Win32Exception or IOException or ArgumentException)
        {
            // The system's message quotes nothing but paths.
            throw plugin.CannotStart(e is Win32Exception failure ? new Win32Exception(failure.NativeErrorCode).Message
                : "the system refuses it", e is Win32Exception ? null : e);
        }
    }

    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled; the program and its children were
    /// stopped.</exception>
    private async Task WaitAsync(ExecProcess process, bool isInteractive, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        using var ticks = CancellationTokenSource.CreateLinkedTokenSource(both.Token);
        Task ending = process.WaitAsync(both.Token);
        Task telling = TellWhileItRunsAsync(process, isInteractive, ticks.Token);
        try
        {
            await ending;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw plugin.Timeout(Limit, process.Errors.Last(Hider(process.Output.Bytes)));
        }
        finally
        {
            await ticks.CancelAsync();
            await telling;
        }
    }

    /// <summary>Reports progress and error output while it runs: it may ask to open an address. A quick run reports nothing.</summary>
    private async Task TellWhileItRunsAsync(ExecProcess process, bool isInteractive, CancellationToken end)
    {
        DateTimeOffset begin = time.GetUtcNow();
        bool wasTold = false;
        try
        {
            while (true)
            {
                await Poll.PauseAsync(isInteractive ? PromptTick : Tick, time, end);
                TimeSpan passed = time.GetUtcNow() - begin;
                wasTold = isInteractive ? TellOnce(passed, wasTold) : TellProgress(passed);
                Tell(process.Errors.TakeLines(Hider(process.Output.Bytes), isAll: false), activity.Warning);
            }
        }
        catch (OperationCanceledException)
        {
            if (wasTold && !isInteractive)
            {
                activity.Progress(new ProgressReport(Work, "Ended.") { Completed = true });
            }
        }
    }

    private bool TellProgress(TimeSpan passed)
    {
        activity.Progress(new ProgressReport(Work, $"Running for {TimeText.Of(passed)}."));
        return true;
    }

    /// <summary>PowerShell's progress asks the terminal for the cursor position, and the program could read the answer.</summary>
    private bool TellOnce(TimeSpan passed, bool wasTold)
    {
        if (!wasTold && passed >= Patience)
        {
            activity.Warning($"The login program {plugin.Name} has been running for {TimeText.Of(passed)}. Press Ctrl+C to stop it.");
        }

        return wasTold || passed >= Patience;
    }

    private void Tell(IEnumerable<string> lines, Action<DisplayText> tell)
    {
        foreach (string line in lines)
        {
            tell($"{plugin.Name}: {line}");
        }
    }

    /// <summary>Hides secrets in the program's error output: those of its input and of its output.</summary>
    private Func<string, string> Hider(byte[] output, string? token = null)
    {
        string[] secrets = [token ?? "", .. plugin.Secrets, .. configuration.Secrets, .. SecretWordsIn(Encoding.UTF8.GetString(output))];
        return text => LikelySecrets.Hide(Secrets.Hide(text, secrets));
    }

    private const string InfoVariable = "KUBERNETES_EXEC_INFO";

    /// <summary>The plugin's input in <c>KUBERNETES_EXEC_INFO</c>: JSON of an ExecCredential without a status
    /// (https://kubernetes.io/docs/reference/config-api/client-authentication.v1/; v1beta1 has the same fields).</summary>
    internal static string InfoOf(ExecPlugin plugin, ClusterConfiguration configuration, bool isInteractive)
    {
        var spec = new JsonObject { ["interactive"] = isInteractive };
        if (plugin.ProvidesClusterInfo)
        {
            spec["cluster"] = ClusterInfo(plugin, configuration);
        }

        return new JsonObject { ["kind"] = "ExecCredential", ["apiVersion"] = plugin.ApiVersion, ["spec"] = spec }.ToJsonString();
    }

    /// <summary>The fields of a kubeconfig's cluster, with the authorities as data; the proxy is the kubeconfig's, not a
    /// variable's.</summary>
    private static JsonObject ClusterInfo(ExecPlugin plugin, ClusterConfiguration configuration)
    {
        var cluster = new JsonObject { ["server"] = configuration.Server.AbsoluteUri.TrimEnd('/') };
        Add("tls-server-name", configuration.Tls.ServerName);
        Add("insecure-skip-tls-verify", configuration.Tls.Verify ? null : true);
        Add("certificate-authority-data", configuration.Tls.CaCertificates is { } pem ? Convert.ToBase64String(Encoding.UTF8.GetBytes(pem))
            : null);
        Add("proxy-url", configuration.Proxy?.OriginalString);
        Add("disable-compression", plugin.DisablesCompression ? true : null);
        cluster["config"] = plugin.ClusterConfig is { } config ? JsonNode.Parse(config) : null;
        return cluster;

        void Add(string key, JsonNode? value)
        {
            if (value is not null)
            {
                cluster[key] = value;
            }
        }
    }

    /// <summary>The limit: each one is searched for separately.</summary>
    internal const int MaxSecretWords = 200;

    /// <summary>The answer's field names, which are not secret.</summary>
    private static readonly string[] AnswerFields = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1",
        "clientCertificateData", "expirationTimestamp", "ExecCredential"];

    internal static IEnumerable<string> SecretWordsIn(string output) =>
        Words().Matches(output.Replace("\\n", "\n", StringComparison.Ordinal)).Select(word => word.Value).Except(AnswerFields)
            .Take(MaxSecretWords);

    [GeneratedRegex(@"[^\s""',{}\[\]:\\]{8,}")]
    private static partial Regex Words();
}
