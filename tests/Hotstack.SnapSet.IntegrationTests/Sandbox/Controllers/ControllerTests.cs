using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Deployments;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Restore;
using Xunit;

namespace Hotstack.Sandbox.Controllers;

/// <summary>The sandbox behind its controller: what <c>ssh</c> says and does there, whoever plays it.</summary>
public abstract class ControllerTests : SandboxFixture, IAsyncLifetime
{
    private const string Address = "203.0.113.17";

    private readonly string _folder = OperatingSystem.IsWindows() ? "" : Directory.CreateTempSubdirectory("hs-").FullName;
    private SandboxController? _controller;

    protected override SandboxOptions Options => new() { Clock = Clock, Scenario = Scenario.Sno };

    internal abstract ControllerOptions Way { get; }

    private SandboxController Controller => _controller!;

    private string KnownHosts => Path.Combine(_folder, "known_hosts");

    private string Socks => Path.Combine(_folder, "s");

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        await RestartAsync(Way);
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        if (_controller is { } controller)
        {
            await controller.DisposeAsync();
            Assert.False(Directory.Exists(controller.Folder));
        }

        if (_folder.Length > 0)
        {
            Directory.Delete(_folder, recursive: true);
        }

        await DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_command_runs_in_the_home_where_the_kubeconfig_is()
    {
        var (code, output, said) = await RunAsync(Trusting, "cat; echo $HOME; cat \"$HOME/.kube/config\"; exit 7", "typed\n");
        Assert.Equal((7, $"typed\n{Controller.HomeFolder}\n"), (code, output[..(output.IndexOf('#', StringComparison.Ordinal))]));
        Assert.Contains($"server: https://{Controller.ApiName}", output, StringComparison.Ordinal);
        Assert.Matches(@"\AWarning: Permanently added 'uuid' \(ED25519\) to the list of known hosts\.\n\z", said);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite,
            SshRun.ModeOf(Path.Combine(Controller.HomeFolder, ".kube", "config")));
    }

    [Fact]
    public async Task An_unknown_key_is_refused_strictly()
    {
        var (code, output, said) = await RunAsync(Strict, "echo in");
        Assert.Equal((255, ""), (code, output));
        Assert.Equal("No ED25519 host key is known for uuid and you have requested strict checking.\nHost key verification failed.\n", said);
    }

    [Theory]
    [InlineData("ssh-ed25519")]
    [InlineData("ecdsa-sha2-nistp256")]
    [InlineData("ssh-rsa")]
    public async Task Each_key_that_the_console_prints_is_the_one_that_it_shows(string type)
    {
        var console = await PrintedAsync(Sandbox.Cloud.Server("controller").Id);
        var key = Assert.Single(console.Split('\n'), l => l.StartsWith(type + " ", StringComparison.Ordinal));
        await File.WriteAllTextAsync(KnownHosts, "uuid " + key + "\n", Stop);
        Assert.Equal((0, "in\n", ""), await RunAsync(Strict, "echo in"));
    }

    [Fact]
    public async Task A_changed_key_is_refused_with_its_fingerprint()
    {
        await RunAsync(Trusting, "true");
        Sandbox.Cloud.ChangeHostKeys("controller");
        Controller.Refresh();
        var key = Sandbox.Cloud.HostKeys("controller").Single(k => k.Kind == "ed25519");
        var (code, output, said) = await RunAsync(Trusting, "echo in");
        Assert.Equal((255, ""), (code, output));
        Assert.Equal(
            $"""
            @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
            @    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
            @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
            IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
            Someone could be eavesdropping on you right now (man-in-the-middle attack)!
            It is also possible that a host key has just been changed.
            The fingerprint for the ED25519 key sent by the remote host is
            {key.Fingerprint}.
            Please contact your system administrator.
            Add correct host key in {KnownHosts} to get rid of this message.
            Offending ED25519 key in {KnownHosts}:1
              remove with:
              ssh-keygen -f "{KnownHosts}" -R "uuid"
            Host key for uuid has changed and you have requested strict checking.
            Host key verification failed.

            """, said);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("root")]
    public async Task Another_user_is_refused(string user)
    {
        await RunAsync(Trusting, "true");
        var (code, output, said) = await RunAsync(["-l", user, .. Strict], "echo in");
        Assert.Equal((255, ""), (code, output));
        Assert.EndsWith(": Permission denied (publickey).\n", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_not_accepted_or_not_shown_is_no_way_in()
    {
        await RunAsync(Trusting, "true");
        Controller.AcceptsKey = false;
        Assert.EndsWith(": Permission denied (publickey).\n", (await RunAsync(Strict, "true")).Said, StringComparison.Ordinal);
        await RestartAsync(Way with { ShowsKey = false });
        Assert.EndsWith(": Permission denied (publickey).\n", (await RunAsync(Strict, "true")).Said, StringComparison.Ordinal);
        var missing = Path.Combine(_folder, "no-key");
        Assert.StartsWith($"Warning: Identity file {missing} not accessible: No such file or directory.\n",
            (await RunAsync(["-i", missing, .. Strict], "true")).Said, StringComparison.Ordinal);
        Assert.Equal((0, "in\n", ""), await RunAsync(["-i", Controller.KeyFile, .. Strict], "echo in"));
    }

    [Fact]
    public async Task A_controller_that_is_off_refuses_and_comes_back_with_its_keys()
    {
        await RunAsync(Trusting, "true");
        Sandbox.Cloud.SetServer("controller", vmState: "stopped");
        Controller.Refresh();
        var (code, _, said) = await RunAsync(Strict, "true");
        Assert.Equal(255, code);
        Assert.Matches(@"\Assh: connect to host \S+ port \d+: Connection refused\n\z", said);
        Sandbox.Cloud.SetServer("controller", vmState: "active");
        Controller.Refresh();
        Assert.Matches("Connection refused", (await RunAsync(Strict, "true")).Said);
        Clock.Advance(TimeSpan.FromSeconds(3));
        Controller.Refresh();
        Assert.Equal((0, "in\n", ""), await RunAsync(Strict, "echo in"));
    }

    [Fact]
    public async Task The_clusters_API_is_reached_by_its_name_through_the_forward()
    {
        using var run = await ForwardAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, SshRun.ModeOf(Socks));
        var (host, port) = Api;
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var direct = new TcpClient();
            await direct.ConnectAsync(host, 6443, Stop);
        });
        using (HttpClient http = Forwarded())
        {
            Assert.Equal("ok", await http.GetStringAsync(new Uri($"https://{host}:{port}/readyz"), Stop));
        }

        run.Input.Close();
        Assert.Equal((0, "", ""), await run.EndAsync(Stop));
    }

    [Fact]
    public async Task It_ends_when_its_input_has_and_the_last_forwarded_connection_too()
    {
        using var run = await ForwardAsync();
        var (host, port) = Api;
        using var open = await SshRun.ConnectAsync(Socks, host, port, Stop);
        run.Input.Close();
        var end = run.EndAsync(Stop);

        // The connection is still good.
        using var other = await SshRun.ConnectAsync(Socks, host, port, Stop);
        Assert.NotNull(other);
        Assert.False(end.IsCompleted);
        await open!.DisposeAsync();
        await other.DisposeAsync();
        Assert.Equal(0, (await end).Code);
    }

    [Fact]
    public async Task What_cannot_be_reached_is_closed_without_an_answer_and_told()
    {
        using var run = await ForwardAsync();
        Assert.Null(await SshRun.ConnectAsync(Socks, "127.0.0.1", 1, Stop));
        Assert.Null(await SshRun.ConnectAsync(Socks, "nope.invalid", 6443, Stop));
        run.Input.Close();
        var (code, _, said) = await run.EndAsync(Stop);
        Assert.Equal(0, code);
        // The first channel may not be closed yet when the second one is opened.
        Assert.Matches(@"\Achannel 2: open failed: connect failed: Connection refused\nchannel [23]: open failed: connect failed: ", said);
    }

    [Fact]
    public async Task Forwarding_may_be_forbidden()
    {
        Controller.Forwards = false;
        using var run = await ForwardAsync();
        Assert.Null(await SshRun.ConnectAsync(Socks, Api.Host, Api.Port, Stop));
        run.Input.Close();
        var (code, _, said) = await run.EndAsync(Stop);
        Assert.Equal((0, "channel 2: open failed: administratively prohibited: open failed\n"), (code, said));
    }

    [Theory]
    [InlineData("drop")]
    [InlineData("sshd")]
    [InlineData("off")]
    public async Task A_connection_is_lost_while_it_is_in_use(string how)
    {
        using var run = await ForwardAsync();
        using var open = await SshRun.ConnectAsync(Socks, Api.Host, Api.Port, Stop);
        Assert.Equal(1, Controller.Connections);
        switch (how)
        {
            case "drop":
                Controller.DropConnections();
                break;
            case "sshd":
                Controller.HasSshd = false;
                break;
            default:
                Sandbox.Cloud.SetServer("controller", vmState: "stopped");
                Controller.Refresh();
                break;
        }

        var (code, _, said) = await run.EndAsync(Stop);
        Assert.Equal(255, code);
        Assert.Matches(@"\AConnection to \S+ closed by remote host\.\n\z", said);
        Assert.Equal(0, await open!.ReadAsync(new byte[1], Stop));
        Controller.HasSshd = true;
        Assert.Equal(how == "off" ? 255 : 0, (await RunAsync(Strict, "true")).Code);
    }

    [Fact]
    public async Task Nothing_is_answered()
    {
        Controller.Answers = false;
        var (code, _, said) = await RunAsync(["-o", "ConnectTimeout=1", .. Strict], "true");
        Assert.Equal(255, code);
        Assert.Matches(@"\AConnection timed out during banner exchange\nConnection to \S+ port \d+ timed out\n\z", said);
        Controller.Answers = true;
        Assert.Equal(0, (await RunAsync(Trusting, "true")).Code);
    }

    [Fact]
    public async Task A_Host_of_the_ssh_config_has_its_user()
    {
        Controller.AddHost("my-controller", Address);
        using var run = SshRun.Start(Controller, [.. Files, "-o", "StrictHostKeyChecking=accept-new", "--", "my-controller", "echo in"]);
        run.Input.Close();
        Assert.Equal((0, "in\n"), await run.EndAsync(Stop) is var (code, output, _) ? (code, output) : default);
        using var unknown = SshRun.Start(Controller, [.. Files, "--", "nope.invalid", "echo in"]);
        unknown.Input.Close();
        Assert.Equal("ssh: Could not resolve hostname nope.invalid: Name or service not known\n", (await unknown.EndAsync(Stop)).Said);
    }

    [Fact]
    public async Task A_restored_controller_is_another_host_with_keys_of_its_own()
    {
        var source = new InstanceSource { StackName = "hs-sno" };
        Sandbox.Cloud.StopServers();
        var made = await new NewSnapSet(Cloud).RunAsync(new NewSnapSetRequest { Source = source }, Activity, Yes, Stop);
        var template = Path.Combine(_folder, "template.yaml");
        await File.WriteAllTextAsync(template, Sandbox.Cloud.DeploymentTemplate, Stop);
        var restored = await new RestoreSnapSet(Cloud).RunAsync(
            new RestoreSnapSetRequest { SnapSetId = made!.Id, StackName = "again", TemplatePath = template }, Activity, Yes, Stop);
        Clock.Advance(TimeSpan.FromSeconds(10));
        Controller.Refresh();
        var id = restored!.Servers.Single(s => s.Name == "controller").Id;
        var server = Sandbox.Cloud.FindServer(id)!;
        var address = server.Ports.Select(p => p.FloatingIp?.Address).OfType<string>().Single();
        Assert.NotEqual(Address, address);
        var keys = (await PrintedAsync(id)).Split('\n').SkipWhile(l => !l.Contains("BEGIN SSH HOST KEY KEYS", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(l => !l.StartsWith('-'));
        await File.WriteAllLinesAsync(KnownHosts, keys.Select(k => "uuid " + k), Stop);
        Assert.Equal((0, "in\n", ""), await RunAsync(Strict, "echo in", address: address));
        Assert.Contains("Connection refused", (await RunAsync(Strict, "echo in")).Said, StringComparison.Ordinal);
        Sandbox.Cloud.SetServer("controller", vmState: "active");
        Clock.Advance(TimeSpan.FromSeconds(10));
        Controller.Refresh();
        Assert.Contains("REMOTE HOST IDENTIFICATION HAS CHANGED", (await RunAsync(Strict, "echo in")).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_copy_of_a_cluster_is_behind_its_own_controller()
    {
        Sandbox.Cloud.StopServers();
        var set = await new NewSnapSet(Cloud).RunAsync(
            new NewSnapSetRequest { Source = new InstanceSource { StackName = "hs-sno" } }, Activity, Yes, Stop);
        List<Restoring.RestoredStack> copies = [];
        foreach (var name in (string[])["one", "two"])
        {
            copies.Add((await new RestoreSnapSet(Cloud).RunAsync(
                new RestoreSnapSetRequest { SnapSetId = set!.Id, StackName = name }, Activity, Yes, Stop))!);
        }

        Clock.Advance(TimeSpan.FromMinutes(5));
        Controller.Refresh();
        List<string> configs = [];
        foreach (var copy in copies)
        {
            var controller = Sandbox.Cloud.FindServer(copy.Servers.Single(s => s.Name == "controller").Id)!;
            var address = controller.Ports.Select(p => p.FloatingIp?.Address).OfType<string>().Single();
            File.Delete(KnownHosts);
            File.Delete(Socks);
            using var run = await ForwardAsync(address);
            configs.Add((await RunAsync(Strict, "cat .kube/config", address: address)).Output);
            var server = Regex.Match(configs[^1], @"server: (\S+)").Groups[1].Value;
            using HttpClient http = Forwarded();
            http.DefaultRequestHeaders.Authorization = new("Bearer", Cluster.Requests.KubeAccess.OperatorToken);
            var node = JsonNode.Parse(await http.GetStringAsync(new Uri(server + "/api/v1/nodes/master0"), Stop));
            Assert.Equal(copy.Servers.Single(s => s.Name == "master0").Id, (string?)node!["status"]!["nodeInfo"]!["systemUUID"]);
            run.Input.Close();
        }

        // Where a real sshd cannot be told the name, the networks differ by the port.
        Assert.Equal(Api.Host != "localhost", configs[0] == configs[1]);
    }

    private static Confirmation Yes => (_, _) => Task.FromResult(true);

    private string[] Files => ["-o", "HostKeyAlias=uuid", "-o", "UserKnownHostsFile=" + KnownHosts, "-o", "CheckHostIP=no"];

    private string[] Strict => [.. Files, "-o", "StrictHostKeyChecking=yes"];

    private string[] Trusting => [.. Files, "-o", "StrictHostKeyChecking=accept-new"];

    private (string Host, int Port) Api => Controller.ApiName.Split(':') is [var host, var port]
        ? (host, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture)) : default;

    private async Task RestartAsync(ControllerOptions way)
    {
        if (_controller is not null)
        {
            await _controller.DisposeAsync();
        }

        _controller = await SandboxController.StartAsync(Sandbox, way, Stop);
        Assert.SkipUnless(Controller.IsReal || !way.MayBeReal, Controller.WhyNotReal ?? "");
        Assert.Equal(way.MayBeReal, Controller.IsReal);
    }

    private async Task<(int Code, string Output, string Said)> RunAsync(
        IEnumerable<string> options, string command, string input = "", string address = Address)
    {
        using var run = SshRun.Start(Controller, [.. options, "-l", "zuul", "--", address, command]);
        await run.Input.WriteAsync(input);
        run.Input.Close();
        return await run.EndAsync(Stop);
    }

    /// <summary>Starts one that forwards and whose input is open.</summary>
    private async Task<SshRun> ForwardAsync(string address = Address)
    {
        await RunAsync(Trusting, "true", address: address);
        var run = SshRun.Start(Controller, ["-D", Socks, "-o", "StreamLocalBindMask=0177", .. Strict, "-l", "zuul", "--", address,
            "exec cat >/dev/null"]);
        while (!File.Exists(Socks))
        {
            await Task.Delay(20, Stop);
        }

        return run;
    }

    /// <summary>A client that goes through it.</summary>
    private HttpClient Forwarded()
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, stop) =>
                (await SshRun.ConnectAsync(Socks, context.DnsEndPoint.Host, context.DnsEndPoint.Port, stop))!,
        };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { Cluster.Trust.Pki.Authority },
        };
        return new HttpClient(handler);
    }

    private Task<string> PrintedAsync(string id) => Task.FromResult(Sandbox.Cloud.Do(() =>
        Sandbox.Cloud.ConsoleOf(Sandbox.Cloud.FindServer(id)!).Replace("\r", "", StringComparison.Ordinal)));
}

/// <summary>By the sandbox's own ssh.</summary>
public sealed class OwnControllerTests : ControllerTests
{
    internal override ControllerOptions Way => new() { MayBeReal = false };
}

/// <summary>By OpenSSH, where it is.</summary>
public sealed class RealControllerTests : ControllerTests
{
    internal override ControllerOptions Way => new();
}
