using System.Diagnostics;
using System.Text.Json.Nodes;
using Hotstack.Http;
using Xunit;

namespace Hotstack.OpenShift.Login;

/// <summary>Real programs that log in.</summary>
public sealed class ExecLoginTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly RecordingActivity _activity = new();
    private readonly ScriptedPlugin _plugin;

    public ExecLoginTests()
    {
        Assert.SkipUnless(ScriptedPlugin.IsPossible, "needs a shell");
        _plugin = new ScriptedPlugin(ScriptedPlugin.Answer("s3cr3t-token"));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _plugin?.Dispose();

    [Fact]
    public async Task It_gets_its_arguments_whole_its_variables_and_ours_and_runs_where_the_user_is()
    {
        Environment.SetEnvironmentVariable("HOTSTACK_TEST_INHERITED", "ours");
        _plugin.Write("""for a in "$@"; do echo "[$a]"; done >"$here/seen"; echo "$SET,$HOTSTACK_TEST_INHERITED,$PWD" >>"$here/seen"; cat >>"$here/seen";""" + "\n" + ScriptedPlugin.Answer("t"));

        await RunAsync(Plugin with
        {
            Arguments = ["get-token", "a b", "", "$(id)", "--x=\"y\""], Variables = [new("SET", "first"), new("SET", "one two")],
                Directory = _plugin.Folder,
        });

        Assert.Equal($"[get-token]\n[a b]\n[]\n[$(id)]\n[--x=\"y\"]\none two,ours,{_plugin.Folder}\n",
            await File.ReadAllTextAsync(_plugin.PathOf("seen"), Stop));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_told_what_kubectl_tells(bool withCluster)
    {
        _plugin.Write("""printf %s "$KUBERNETES_EXEC_INFO" >"$here/info";""" + "\n" + ScriptedPlugin.Answer("t"));
        ClusterConfiguration cluster = Cluster with
        {
            Server = new Uri("https://api.test:6443"), Proxy = new Uri("http://u:p@proxy:3128"),
            Tls = new TlsConfiguration { CaCertificates = "PEM", ServerName = "other", Verify = false },
        };

        await RunAsync(Plugin with { ProvidesClusterInfo = withCluster, ClusterConfig = """{"audience":"x"}""",
            DisablesCompression = true }, cluster);

        JsonNode info = JsonNode.Parse(await File.ReadAllTextAsync(_plugin.PathOf("info"), Stop))!;
        string expected = """{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false}}""";
        if (withCluster)
        {
            expected = expected.Replace("false}",
                """false,"cluster":{"server":"https://api.test:6443","tls-server-name":"other","insecure-skip-tls-verify":true,"certificate-authority-data":"UEVN","proxy-url":"http://u:p@proxy:3128","disable-compression":true,"config":{"audience":"x"}}}""", StringComparison.Ordinal);
        }

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), info), info.ToJsonString());
    }

    /// <summary>The mode, whether there is a terminal, and what the plugin is told; null where it is not run.</summary>
    [Theory]
    [InlineData("Never", true, false)]
    [InlineData("IfAvailable", false, false)]
    [InlineData("Always", false, null)]
    [InlineData("IfAvailable", true, true)]
    [InlineData("Always", true, true)]
    public async Task Who_needs_a_terminal_is_run_only_with_one(string mode, bool hasTerminal, bool? told)
    {
        _plugin.Write("""printf %s "$KUBERNETES_EXEC_INFO" >"$here/info";""" + "\n" + ScriptedPlugin.Answer("t"));
        using var login = new ExecLogin(Plugin with { Interaction = Enum.Parse<ExecInteraction>(mode) }, Cluster, _activity,
            _clock) { HasTerminal = () => hasTerminal };

        Exception? failure = await Record.ExceptionAsync(() => login.RunAsync(Stop));

        Assert.Equal(told is null ? ("ExecPluginNeedsTerminal", 0) : (null, 1), ((failure as HotstackException)?.Id, _plugin.Runs));
        Assert.True(told is null
            || (await File.ReadAllTextAsync(_plugin.PathOf("info"), Stop)).Contains($"\"interactive\":{(told.Value ? "true" : "false")}",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_terminal_its_input_is_empty()
    {
        _plugin.Write("cat >\"$here/input\"; echo end >>\"$here/input\"\n" + ScriptedPlugin.Answer("t"));

        await RunAsync(Plugin);

        Assert.Equal("end\n", await File.ReadAllTextAsync(_plugin.PathOf("input"), Stop));
    }

    /// <summary>Its script, the exit code, and what is told of its error output.</summary>
    public static TheoryData<string, string, string> Failures => new()
    {
        { "echo 'no session for anna' >&2; exit 1", "ended with exit code 1: no session for anna", "" },
        { "exit 3", "ended with exit code 3 without an error message.", "" },
        { "printf 'one\\ntwo\\n\\n' >&2; exit 1", "exit code 1: one two", "" },
        { "printf '\\033[31mred\\007 \\342\\200\\256evil' >&2; exit 1", "`u{1b}[31mred`u{7} `u{202e}evil", "\u001b" },
        { "echo \"password is $PASS and $1\" >&2; exit 1", "password is *** and ***", "Xy" },
        { "echo 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm5hIn0.c2lnbmF0dXJl' >&2; exit 1", ": ***", "eyJ" },
        { "echo '{\"token\":\"opaque-s3cr3t\"}'; echo 'got opaque-s3cr3t, lost it' >&2; exit 1", ": got ***, lost it", "opaque" },
        { "i=0; while [ $i -lt 3000 ]; do echo \"line $i\" >&2; i=$((i+1)); done; exit 1", "line 2999", "line 2000" },
        { "kill -9 $$", "exit code 137", "" },
        { "printf '%s\\n' '-----BEGIN PRIVATE KEY-----' 'TUlJRXZRSUJBREFOQmdrcWhraUc=' '-----END PRIVATE KEY-----' 'no' >&2; exit 1",
            ": *** no", "TUlJ" },
        { "echo s3cr3t-output; exit 1", "without an error message", "s3cr3t" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Its_failure_is_told_with_the_last_of_what_it_said(string script, string expected, string hidden)
    {
        _plugin.Write(script);

        LoginException failure = await FailsAsync(Plugin with
        {
            Arguments = ["--client-secret=s3cr3t-Xy1"], Variables = [new("PASS", "s3cr3t-Xy2")], InstallHint = "brew\ninstall it.",
        });

        Assert.Equal(("ExecPluginFailed", ErrorCause.AuthenticationFailed, true), (failure.Id, failure.Cause, failure.IsTransient));
        Assert.StartsWith($"The program {_plugin.Program}, with which the user anna (/f) logs in, ", failure.Message,
            StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message.Replace("--client-secret=", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("The kubeconfig says of it: brew install it.", failure.Hint, StringComparison.Ordinal);
        Assert.True(hidden.Length == 0 || !failure.Message.Contains(hidden, StringComparison.Ordinal), failure.Message);
        Assert.InRange(failure.Message.Length, 0, 1000);
        Assert.DoesNotContain(_activity.Everything, line => line.Contains("s3cr3t", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_it_says_is_told_in_whole_lines_and_without_secrets_of_several()
    {
        var output = new ExecProcess.ErrorOutput();
        var pipe = new System.IO.Pipelines.Pipe();
        Task reading = output.ReadAsync(pipe.Reader.AsStream());
        Func<string, string> hide = text => text.Replace("s3cr\n3t", "***", StringComparison.Ordinal);

        Assert.Equal(["a ***"], await AfterAsync("a s3cr\n3t\nPass"));
        Assert.Equal([], await AfterAsync("word"));
        Assert.Equal(["Password"], output.TakeLines(hide, isAll: false));
        Assert.Equal([], output.TakeLines(hide, isAll: false));
        Assert.Equal(["b"], await AfterAsync(" b\nc"));
        await pipe.Writer.CompleteAsync();
        await reading;
        Assert.Equal(["c"], output.TakeLines(hide, isAll: true));

        async Task<IReadOnlyList<string>> AfterAsync(string text)
        {
            string before = output.Last(t => t);
            await pipe.Writer.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), Stop);
            while (output.Last(t => t) == before)
            {
                await Task.Delay(5, Stop);
            }

            return output.TakeLines(hide, isAll: false);
        }
    }

    [Theory]
    [InlineData("/gone/login", "which is not a file", "a relative path starts from the kubeconfig's folder")]
    [InlineData("hotstack-no-such-login", "which is not in PATH", "add its folder to PATH")]
    public async Task One_that_is_not_there_is_told_with_its_advice(string command, string message, string hint)
    {
        LoginException failure = await FailsAsync(
            Plugin with { Command = command, InstallHint = "Get\u001b it at https://login.example." });

        Assert.Equal(("ExecPluginNotFound", ErrorCause.ConfigurationInvalid, false), (failure.Id, failure.Cause, failure.IsTransient));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Contains(hint, failure.Hint, StringComparison.Ordinal);
        Assert.Contains("The kubeconfig says of it: Get`u{1b} it at https://login.example.", failure.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#!/no/such/shell\n", UnixFileMode.UserExecute)]
    [InlineData("\0\0\0\0", UnixFileMode.UserExecute)]
    [InlineData("#!/bin/sh\n", UnixFileMode.None)]
    public async Task One_that_cannot_be_started_is_told(string contents, UnixFileMode mode)
    {
        await File.WriteAllTextAsync(_plugin.Program, contents, Stop);
        ScriptedPlugin.SetMode(_plugin.Program, mode | UnixFileMode.UserRead | UnixFileMode.UserWrite);

        LoginException failure = await FailsAsync(Plugin);

        Assert.Equal("ExecPluginFailed", failure.Id);
        Assert.Contains("cannot be started", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_name_is_told_and_neither_arguments_nor_variables_nor_output()
    {
        _plugin.Write("echo \"using $1 with $PASS for s3cr3t-token\" >&2\n" + ScriptedPlugin.Answer("s3cr3t-token"));

        LoginCredential credential = await RunAsync(
            Plugin with { Arguments = ["--token", "s3cr3t-arg"], Variables = [new("PASS", "s3cr3t-env")] });

        Assert.Equal("s3cr3t-token", credential.Token);
        Assert.Equal(
            [$"Logging in to context lab with the program {_plugin.Program} of the user anna (/f).",
                $"{_plugin.Program}: using --token with *** for ***"], _activity.Steps);
        Assert.Equal(2, _activity.Everything.Count);
        Assert.DoesNotContain("s3cr3t", _activity.Reports.Aggregate("", (all, report) => all + report), StringComparison.Ordinal);
    }

    /// <summary>A login by device code writes there what the user has to do.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_it_says_while_it_waits_is_shown_at_once(bool isInteractive)
    {
        _plugin.Write("echo 'open https://login.example and enter ABC' >&2; echo told >\"$here/told\"; while [ ! -f \"$here/go\" ]; do sleep 0.02; done\n" + ScriptedPlugin.Answer("t"));
        using var login = new ExecLogin(Plugin with { Interaction = ExecInteraction.IfAvailable }, Cluster, _activity,
            _clock) { HasTerminal = () => isInteractive };
        Task<LoginCredential> running = login.RunAsync(Stop);
        await _plugin.WaitForAsync("told", Stop);
        while (_activity.Warnings.Count < (isInteractive ? 2 : 1))
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, Stop);
        }

        Assert.Contains($"{_plugin.Program}: open https://login.example and enter ABC", _activity.Warnings);
        await File.WriteAllTextAsync(_plugin.PathOf("go"), "", Stop);
        await running;
        if (isInteractive)
        {
            // Progress would have PowerShell and the program read the same terminal.
            Assert.Empty(_activity.Reports);
            Assert.Contains($"The login program {_plugin.Program} has been running for 10 s. Press Ctrl+C to stop it.", _activity.Warnings);
            return;
        }

        Assert.Equal($"Logging in with {_plugin.Program}", _activity.Reports[0].Work);
        Assert.True(_activity.Reports[^1].Completed);
        Assert.Single(_activity.Warnings);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stopped_or_too_slow_it_ends_with_its_children(bool isStopped)
    {
        _plugin.Write("trap '' INT TERM; echo waiting >&2; (trap '' INT TERM; exec sleep 600) & echo $$ $! >\"$here/ids\"; sleep 600");
        using var stop = new CancellationTokenSource();
        using var login = new ExecLogin(Plugin, Cluster, _activity, _clock);
        Task<LoginCredential> running = login.RunAsync(stop.Token);
        int[] ids = [.. (await _plugin.WaitForAsync("ids", Stop)).Split(' ').Select(int.Parse)];

        if (isStopped)
        {
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }
        else
        {
            _clock.Advance(ExecLogin.Limit);
            LoginException failure = await Assert.ThrowsAsync<LoginException>(() => running);
            Assert.Equal(("ExecPluginTimeout", ErrorCause.TimedOut, true), (failure.Id, failure.Cause, failure.IsTransient));
            Assert.Contains("did not end within 5 min and was stopped. Its last output: waiting", failure.Message,
                StringComparison.Ordinal);
        }

        foreach (int id in ids)
        {
            while (IsRunning(id))
            {
                await Task.Delay(10, Stop);
            }
        }
    }

    /// <summary>Ctrl+C of a terminal reaches the program itself too, and may end it before we do.</summary>
    [Fact]
    public async Task Children_that_have_lost_the_program_end_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "They are found on Linux only.");
        _plugin.Write("(trap '' INT; exec sleep 600) & echo $! >\"$here/id\"; kill -9 $$");
        var start = new ProcessStartInfo(_plugin.Program) { RedirectStandardOutput = true, RedirectStandardError = true };
        using ExecProcess process = ExecProcess.Start(start);
        int id = int.Parse(await _plugin.WaitForAsync("id", Stop));

        using var stop = new CancellationTokenSource();
        Task ending = process.WaitAsync(stop.Token);
        await stop.CancelAsync();
        await Record.ExceptionAsync(() => ending);

        while (IsRunning(id))
        {
            await Task.Delay(10, Stop);
        }
    }

    [Fact]
    public async Task A_child_that_it_leaves_behind_with_its_pipes_is_not_waited_for()
    {
        _plugin.Write("sleep 30 & echo $! >\"$here/id\"\n" + ScriptedPlugin.Answer("t"));

        Assert.Equal("t", (await RunAsync(Plugin)).Token);

        Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(_plugin.PathOf("id"), Stop))).Kill();
    }

    [Fact]
    public async Task Endless_output_ends_it()
    {
        _plugin.Write("while :; do echo s3cr3ts3cr3ts3cr3ts3cr3ts3cr3ts3cr3ts3cr3ts3cr3t; done");

        LoginException failure = await FailsAsync(Plugin);

        Assert.Equal("ExecPluginAnswerInvalid", failure.Id);
        Assert.Contains("wrote more than a credential can have", failure.Message, StringComparison.Ordinal);
    }

    private static bool IsRunning(int id) => File.Exists($"/proc/{id}/stat") && !File.ReadAllText($"/proc/{id}/stat")
        .Contains(") Z ", StringComparison.Ordinal);

    private ExecPlugin Plugin =>
        new() { Title = "user anna (/f)", Command = _plugin.Program, ApiVersion = "client.authentication.k8s.io/v1" };

    private static ClusterConfiguration Cluster => new()
    {
        Context = "lab", ClusterName = "lab", Server = new Uri("https://api.test:6443"), Tls = new TlsConfiguration(),
    };

    private async Task<LoginCredential> RunAsync(ExecPlugin plugin, ClusterConfiguration? cluster = null)
    {
        using var login = new ExecLogin(plugin, cluster ?? Cluster, _activity, _clock);
        return await login.RunAsync(Stop);
    }

    private async Task<LoginException> FailsAsync(ExecPlugin plugin)
    {
        LoginException failure = await Assert.ThrowsAsync<LoginException>(() => RunAsync(plugin));
        Assert.DoesNotContain("s3cr3t", failure + failure.Hint, StringComparison.Ordinal);
        return failure;
    }
}
