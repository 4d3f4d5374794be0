using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Configuration;
using Hotstack.OpenShift.Configuration;

namespace Hotstack.OpenShift.Login;

/// <summary>Logs in by a program of the user's.</summary>
/// <param name="plugin">The program.</param>
/// <param name="configuration">The cluster that it logs in to.</param>
/// <param name="activity">Told which program is run, and of what it says while it waits. Neither arguments nor output are told.</param>
/// <param name="time">The clock.</param>
internal sealed partial class ExecLogin(ExecPlugin plugin, ClusterConfiguration configuration, IActivity activity, TimeProvider time) : ILogin
{
    /// <summary>The user may have to log in in a browser. kubectl has no limit.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PromptTick = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Whether the standard input is a terminal.</summary>
    public Func<bool> HasTerminal { get; init; } = () => !Console.IsInputRedirected;

    /// <summary>Where the program is looked for.</summary>
    public ExecProgram Programs { get; init; } = ExecProgram.OfThisProcess;

    public TimeSpan LeastLife => TimeSpan.FromSeconds(30);

    public bool ReplacesRefused => true;

    public string RefusedHint =>
        $"The cluster does not accept what the program {plugin.Name} gave. Log in again with the tool that it belongs to, or check which account it uses.";

    private string Work => $"Logging in by {plugin.Name}";

    /// <inheritdoc/>
    public async Task<LoginCredential> RunAsync(CancellationToken stop)
    {
        bool isInteractive = IsInteractive();
        string program = Programs.Find(plugin.Command) ?? throw plugin.NotFound(ExecProgram.IsPath(plugin.Command, Programs.Platform));
        if (ExecProgram.IsBatch(program) && plugin.Arguments.FirstOrDefault(argument => !ExecProgram.IsSafeForBatch(argument)) is not null)
        {
            throw plugin.CannotStart("Windows' command processor would change one of its arguments", null);
        }

        activity.Verbose($"Logging in to context {configuration.Context} by the program {PathValue.Shown(program)} of the {plugin.Title}.");
        using ExecProcess process = Start(program, isInteractive);
        await WaitAsync(process, isInteractive, stop);
        if (process.Output.IsTooLong)
        {
            throw plugin.AnswerInvalid("wrote more than any credential has");
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

    /// <summary>As client-go decides it.</summary>
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
            // The system's message quotes paths, and nothing else.
            throw plugin.CannotStart(e is Win32Exception failure ? new Win32Exception(failure.NativeErrorCode).Message : "the system refuses it", e is Win32Exception ? null : e);
        }
    }

    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled; the program and its children were stopped.</exception>
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

    /// <summary>Tells that it runs and what it says: it may ask to open an address. What is quick tells nothing.</summary>
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
                activity.Progress(new ProgressReport(Work, "It has ended.") { Completed = true });
            }
        }
    }

    private bool TellProgress(TimeSpan passed)
    {
        activity.Progress(new ProgressReport(Work, $"It has been running for {TimeText.Of(passed)}."));
        return true;
    }

    /// <summary>To draw progress PowerShell asks the terminal where its cursor is, and a program that reads from it would get the answer.</summary>
    private bool TellOnce(TimeSpan passed, bool wasTold)
    {
        if (!wasTold && passed >= Patience)
        {
            activity.Warning($"The program {plugin.Name} logs in, and has been running for {TimeText.Of(passed)}. Ctrl+C stops it.");
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

    /// <summary>Hides what must not be shown in what the program says: what it was given, and what it gave.</summary>
    private Func<string, string> Hider(byte[] output, string? token = null)
    {
        string[] secrets = [token ?? "", .. plugin.Secrets, .. configuration.Secrets, .. SecretWordsIn(Encoding.UTF8.GetString(output))];
        return text => LikelySecrets.Hide(Secrets.Hide(text, secrets));
    }

    private const string InfoVariable = "KUBERNETES_EXEC_INFO";

    /// <summary>JSON of an ExecCredential without a status.</summary>
    internal static string InfoOf(ExecPlugin plugin, ClusterConfiguration configuration, bool isInteractive)
    {
        var spec = new JsonObject { ["interactive"] = isInteractive };
        if (plugin.ProvidesClusterInfo)
        {
            spec["cluster"] = ClusterInfo(plugin, configuration);
        }

        return new JsonObject { ["kind"] = "ExecCredential", ["apiVersion"] = plugin.ApiVersion, ["spec"] = spec }.ToJsonString();
    }

    /// <summary>The keys of a kubeconfig's cluster, with the authorities always in it; the proxy is the kubeconfig's, and not a variable's.</summary>
    private static JsonObject ClusterInfo(ExecPlugin plugin, ClusterConfiguration configuration)
    {
        var cluster = new JsonObject { ["server"] = configuration.Server.AbsoluteUri.TrimEnd('/') };
        Add("tls-server-name", configuration.Tls.ServerName);
        Add("insecure-skip-tls-verify", configuration.Tls.Verify ? null : true);
        Add("certificate-authority-data", configuration.Tls.CaCertificates is { } pem ? Convert.ToBase64String(Encoding.UTF8.GetBytes(pem)) : null);
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

    /// <summary>How many are found at most: they are looked for one by one.</summary>
    internal const int MaxSecretWords = 200;

    /// <summary>Names of the answer's own fields, which are no secrets.</summary>
    private static readonly string[] AnswerFields = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1", "clientCertificateData", "expirationTimestamp", "ExecCredential"];

    internal static IEnumerable<string> SecretWordsIn(string output) =>
        Words().Matches(output.Replace("\\n", "\n", StringComparison.Ordinal)).Select(word => word.Value).Except(AnswerFields).Take(MaxSecretWords);

    [GeneratedRegex(@"[^\s""',{}\[\]:\\]{8,}")]
    private static partial Regex Words();
}
