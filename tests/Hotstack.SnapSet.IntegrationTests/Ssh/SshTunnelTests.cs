using System.Diagnostics;
using System.Net;
using System.Runtime.Versioning;
using Hotstack.Http;
using Xunit;

namespace Hotstack.Ssh;

/// <summary>The way through a real sshd, by the real ssh.</summary>
[SupportedOSPlatform("linux")]
public sealed class SshTunnelTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_read_and_connections_are_forwarded_on_a_private_socket_that_goes_with_the_process()
    {
        await using SshdLab lab = await SshdLab.StartAsync();
        string folder;
        using (SshTunnel tunnel = Tunnel(lab, lab.Pinned))
        {
            RemoteFile file = await tunnel.OpenAsync("~/.kube/config", Stop);
            Assert.Equal(("kind: Config\n", true), (file.Text, file.IsRead));
            Assert.Equal([lab.PublicKey("host")], lab.Known.KeysOf(SshdLab.Id));

            await EchoesAsync(tunnel, lab);
            folder = Assert.Single(Forwards(lab));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "s")));
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        }

        await IsGoneAsync(folder);
    }

    [Fact]
    public async Task A_new_key_that_is_refused_does_not_become_known()
    {
        await using SshdLab lab = await SshdLab.StartAsync();
        using SshTunnel tunnel = Tunnel(lab, lab.Pinned);
        IReadOnlyList<HostKey> shown = [];

        await Assert.ThrowsAsync<InvalidOperationException>(() => tunnel.OpenAsync("~/.kube/config", Stop, keys =>
        {
            shown = keys;
            throw new InvalidOperationException("another key than the console's");
        }));

        Assert.Equal([lab.PublicKey("host")], shown);
        Assert.Empty(lab.Known.KeysOf(SshdLab.Id));
        Assert.Empty(Forwards(lab));
    }

    [Fact]
    public async Task Many_connections_at_once_share_one_process()
    {
        await using SshdLab lab = await SshdLab.StartAsync();
        using SshTunnel tunnel = Tunnel(lab, lab.Pinned);
        await tunnel.OpenAsync(".kube/config", Stop);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => EchoesAsync(tunnel, lab)));

        Assert.Single(Forwards(lab));
    }

    [Theory]
    [InlineData("session")]
    [InlineData("ssh")]
    [InlineData("sshd")]
    public async Task A_lost_connection_is_made_again(string lost)
    {
        await using SshdLab lab = await SshdLab.StartAsync();
        using SshTunnel tunnel = Tunnel(lab, lab.Pinned);
        await tunnel.OpenAsync("~/.kube/config", Stop);
        string folder = Assert.Single(Forwards(lab));
        switch (lost)
        {
            case "session":
                await lab.SignalSessionsAsync("-KILL");
                break;
            case "ssh":
                await SshdLab.RunAsync("/bin/kill", ["-KILL", .. SshdLab.ProcessesOf(folder).Select(id => $"{id}")]);
                break;
            default:
                lab.StopSshd();
                await IsGoneAsync(folder);
                var e = await Assert.ThrowsAsync<DialException>(() => tunnel.DialAsync(lab.Echo, Stop));
                Assert.True(e.IsTransient);
                await lab.StartSshdAsync();
                break;
        }

        await IsGoneAsync(folder, hasShell: lost != "ssh");
        await EchoesSoonAsync(tunnel, lab);

        Assert.NotEqual(folder, Assert.Single(Forwards(lab)));
        Assert.Contains(lab.Activity.Steps, step => step.Contains("starting ssh again", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AllowTcpForwarding no")]
    [InlineData("PermitOpen other.example:1")]
    [InlineData("DisableForwarding yes")]
    public async Task A_server_that_forbids_to_forward_is_told(string config)
    {
        await using SshdLab lab = await SshdLab.StartAsync(config);
        using SshTunnel tunnel = Tunnel(lab, lab.Pinned);
        await tunnel.OpenAsync("~/.kube/config", Stop);

        DialException e = await FailsAsync(tunnel, lab.Echo);

        Assert.Equal(("SshForwardingForbidden", ErrorCause.Forbidden, false), (e.Id, e.Cause, e.IsTransient));
        Assert.Contains(config.Split(' ')[0], e.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api.invalid", 6443, "not known|resolution|hostname")]
    [InlineData("localhost", 1, "refused")]
    public async Task A_server_that_the_controller_does_not_reach_is_told(string host, int port, string reason)
    {
        await using SshdLab lab = await SshdLab.StartAsync();
        using SshTunnel tunnel = Tunnel(lab, lab.Pinned);
        await tunnel.OpenAsync("~/.kube/config", Stop);

        DialException e = await FailsAsync(tunnel, new DnsEndPoint(host, port));

        Assert.True(e.IsTransient);
        Assert.Matches(reason, e.Message);
        await EchoesAsync(tunnel, lab);
    }

    [Fact]
    public async Task Who_is_not_let_in_is_told()
    {
        await using SshdLab lab = await SshdLab.StartAsync();
        await lab.KeyAsync("other", "");
        await lab.KeyAsync("locked", "a passphrase");
        lab.Authorize("locked");
        lab.Configure("IdentityAgent none");
        foreach (SshTarget target in new[]
        {
            lab.Pinned with { User = "no-such-user" },
            lab.Pinned with { KeyFile = lab.PathOf("other") },
            lab.Pinned with { KeyFile = lab.PathOf("locked") },
            lab.Pinned with { KeyFile = lab.PathOf("none") },
        })
        {
            HotstackException e = await FailsAsync(lab, target);
            Assert.Equal(("SshLoginRefused", ErrorCause.AuthenticationFailed), (e.Id, e.Cause));
            Assert.Contains("Permission denied", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Another_key_of_the_server_is_refused_with_both_fingerprints()
    {
        await using SshdLab lab = await SshdLab.StartAsync();
        HostKey old = await lab.KeyAsync("old", "");
        lab.Known.Add(SshdLab.Id, [old]);

        HotstackException e = await FailsAsync(lab, lab.Pinned);

        Assert.Equal("HostKeyChanged", e.Id);
        Assert.Contains(old.Fingerprint, e.Message, StringComparison.Ordinal);
        Assert.Contains(lab.PublicKey("host").Fingerprint, e.Message, StringComparison.Ordinal);
        Assert.Equal([old], lab.Known.KeysOf(SshdLab.Id));
    }

    [Fact]
    public async Task An_unknown_key_of_a_machine_that_no_cloud_knows_is_refused()
    {
        await using SshdLab lab = await SshdLab.StartAsync();
        lab.Configure($"UserKnownHostsFile {lab.PathOf("users")}");

        Assert.Equal("HostKeyUnknown", (await FailsAsync(lab, lab.Target)).Id);
        await File.WriteAllTextAsync(lab.PathOf("users"), $"[127.0.0.1]:{lab.Target.Port} {Line(await lab.KeyAsync("old", ""))}\n", Stop);
        Assert.Equal("HostKeyChanged", (await FailsAsync(lab, lab.Target)).Id);
    }

    [Fact]
    public async Task The_key_of_a_jump_host_is_not_taken_for_the_servers()
    {
        await using SshdLab lab = await SshdLab.StartAsync();
        await File.WriteAllTextAsync(lab.PathOf("ssh_config"), $"""
            Match host 127.0.0.1
              ProxyCommand '{lab.Program}' -o UserKnownHostsFile=/dev/null -W %h:%p -p {lab.Target.Port} localhost
            """, Stop);

        HotstackException e = await FailsAsync(lab, lab.Pinned);

        Assert.Equal("HostKeyUnknown", e.Id);
        Assert.Contains("jump host", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_users_config_asks_for_besides_does_not_disturb()
    {
        await using SshdLab lab = await SshdLab.StartAsync();
        lab.Configure($"""
              LocalForward {lab.PathOf("forward")} localhost:1
              LocalForward 127.0.0.1:{lab.Target.Port} localhost:1
              RemoteForward {lab.PathOf("remote")} localhost:1
              DynamicForward 127.0.0.1:{lab.Target.Port}
              ExitOnForwardFailure yes
              ControlMaster auto
              ControlPath {lab.PathOf("control")}
              ControlPersist 60
              RemoteCommand echo no
              RequestTTY force
              LogLevel QUIET
              BatchMode no
              EscapeChar k
              PermitLocalCommand yes
              LocalCommand touch {lab.PathOf("touched")}
              ForwardAgent yes
              ServerAliveInterval 0
              StrictHostKeyChecking no
              HostKeyAlias else
            """);
        using SshTunnel tunnel = Tunnel(lab, lab.Pinned);

        RemoteFile file = await tunnel.OpenAsync("~/.kube/config", Stop);
        await EchoesAsync(tunnel, lab);

        Assert.Equal("kind: Config\n", file.Text);
        Assert.False(File.Exists(lab.PathOf("control")));
        Assert.False(File.Exists(lab.PathOf("touched")));
        Assert.True(lab.Known.Contains(SshdLab.Id));
    }

    [Fact]
    public async Task A_key_file_and_a_known_hosts_file_with_odd_names()
    {
        await using SshdLab lab = await SshdLab.StartAsync();
        string folder = lab.PathOf("a %h \"b' \\c");
        Directory.CreateDirectory(folder);
        File.Copy(lab.PathOf("id"), Path.Combine(folder, "id"));
        var known = new KnownHosts(Path.Combine(folder, "known"));
        SshTarget target = lab.Target with { KeyFile = Path.Combine(folder, "id"), Pinned = new PinnedHost(SshdLab.Id, known) };

        using SshTunnel tunnel = Tunnel(lab, target);
        await tunnel.OpenAsync("~/.kube/config", Stop);

        Assert.Equal([lab.PublicKey("host")], known.KeysOf(SshdLab.Id));
    }

    [Theory]
    [InlineData("~/none", "No such file")]
    [InlineData("~/.kube", "directory")]
    [InlineData("/dev/zero", "too large")]
    [InlineData("it's $(touch /tmp/never) \"%s\" -n", "No such file")]
    [InlineData("-n", "No such file")]
    public async Task A_file_that_cannot_be_read_is_told(string path, string reason)
    {
        await using SshdLab lab = await SshdLab.StartAsync();
        using SshTunnel tunnel = Tunnel(lab, lab.Pinned);

        RemoteFile file = await tunnel.OpenAsync(path, Stop);

        Assert.False(file.IsRead);
        Assert.Contains(reason, file.Text, StringComparison.OrdinalIgnoreCase);
        Assert.True(file.Text.Length < 1000);
    }

    [Theory]
    [InlineData("echo Welcome; echo warning >&2; printf noise; exec /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"")]
    [InlineData("exec /bin/bash -lxc \"$SSH_ORIGINAL_COMMAND\"")]
    [InlineData("exec /bin/dash -c \"$SSH_ORIGINAL_COMMAND\"")]
    public async Task A_login_shell_may_print_what_it_likes(string shell)
    {
        await using SshdLab lab = await SshdLab.StartAsync(shell: shell);
        using SshTunnel tunnel = Tunnel(lab, lab.Pinned);

        Assert.Equal("kind: Config\n", (await tunnel.OpenAsync("~/.kube/config", Stop)).Text);
        await EchoesAsync(tunnel, lab);
    }

    [Fact]
    public async Task A_login_shell_that_runs_nothing_is_quoted()
    {
        await using SshdLab lab = await SshdLab.StartAsync(shell: "echo 'This account is currently not available.'; exit 1");

        HotstackException e = await FailsAsync(lab, lab.Pinned);

        Assert.Equal("SshFailed", e.Id);
        Assert.Contains("exit code 1 ", e.Message, StringComparison.Ordinal);
        Assert.Contains("currently not available", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ssh_without_socket_forwards_a_port()
    {
        await using SshdLab lab = await SshdLab.StartAsync();
        lab.UseProgram($$"""
            case $3 in /*) echo "Bad dynamic forwarding specification '$3'" >&2; exit 255;; esac
            exec /usr/bin/ssh -F '{{lab.PathOf("ssh_config")}}' "$@"
            """);
        using SshTunnel tunnel = Tunnel(lab, lab.Pinned);

        Assert.True((await tunnel.OpenAsync("~/.kube/config", Stop)).IsRead);
        await EchoesAsync(tunnel, lab);
    }

    [Fact]
    public async Task A_port_that_another_program_took_is_not_used()
    {
        await using SshdLab lab = await SshdLab.StartAsync();
        lab.UseProgram($$"""
            case $3 in /*) echo "Bad dynamic forwarding specification '$3'" >&2; exit 255;; esac
            echo "channel_setup_fwd_listener_tcpip: cannot listen to port: ${3##*:}" >&2
            exec /usr/bin/ssh -F '{{lab.PathOf("ssh_config")}}' "$@"
            """);

        HotstackException e = await FailsAsync(lab, lab.Pinned);

        Assert.Equal(("SshFailed", true), (e.Id, e.Cause.IsTransient));
    }

    [Fact]
    public async Task A_cancelled_start_leaves_nothing()
    {
        await using SshdLab lab = await SshdLab.StartAsync();
        lab.UseProgram("trap '' TERM HUP PIPE; echo $$ > \"${0%/*}/started\"; while :; do sleep 1; done");
        using var stop = new CancellationTokenSource();
        using SshTunnel tunnel = Tunnel(lab, lab.Pinned);
        Task<RemoteFile> opening = tunnel.OpenAsync("~/.kube/config", stop.Token);
        while (!File.Exists(lab.PathOf("started")))
        {
            await Task.Delay(20, Stop);
        }

        string folder = Assert.Single(Forwards(lab));
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        await IsGoneAsync(folder);
    }

    [Fact]
    public async Task Interrupts_of_the_terminal_do_not_end_it()
    {
        await using SshdLab lab = await SshdLab.StartAsync();
        using SshTunnel tunnel = Tunnel(lab, lab.Pinned);
        await tunnel.OpenAsync("~/.kube/config", Stop);
        string folder = Assert.Single(Forwards(lab));

        foreach (string signal in new[] { "-INT", "-QUIT", "-HUP" })
        {
            await SshdLab.RunAsync("/bin/kill", [signal, .. SshdLab.ProcessesOf(folder).Select(id => $"{id}")]);
        }

        await EchoesAsync(tunnel, lab);
        Assert.Equal(folder, Assert.Single(Forwards(lab)));
    }

    [Fact]
    public async Task A_server_that_hangs_does_not_hold_up_the_end()
    {
        await using SshdLab lab = await SshdLab.StartAsync();
        SshTunnel tunnel = Tunnel(lab, lab.Pinned);
        await tunnel.OpenAsync("~/.kube/config", Stop);
        string folder = Assert.Single(Forwards(lab));
        await lab.SignalSessionsAsync("-STOP");

        tunnel.Dispose();

        await IsGoneAsync(folder);
    }

    [Fact]
    public async Task Nothing_is_left_of_a_process_that_is_killed()
    {
        await using SshdLab lab = await SshdLab.StartAsync();
        using Process child = lab.StartChild($"{typeof(SshTunnelTests)}.{nameof(Holds_a_tunnel)}");
        await ThereIsAsync(lab.PathOf("result"));
        string folder = Assert.Single(Forwards(lab));

        child.Kill();

        await IsGoneAsync(folder);
    }

    [Theory]
    [InlineData("head -c 1 /dev/tty")]
    [InlineData("read -r answer </dev/tty")]
    public async Task A_command_of_the_config_gets_no_terminal_to_ask_on(string command)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "There is no script(1) to make a terminal.");
        await using SshdLab lab = await SshdLab.StartAsync();
        lab.Configure($"ProxyCommand {command}");
        using Process child = lab.StartChild($"{typeof(SshTunnelTests)}.{nameof(Holds_a_tunnel)}", hasTerminal: true);

        await ThereIsAsync(lab.PathOf("result"));

        Assert.Equal("ControllerUnreachable", await File.ReadAllTextAsync(lab.PathOf("result"), Stop));
        child.Kill(entireProcessTree: true);
    }

    /// <summary>Runs in a process of its own, for the two tests above.</summary>
    [Fact(Explicit = true)]
    public async Task Holds_a_tunnel()
    {
        SshTarget target = SshdLab.TargetOfParent();
        string folder = Path.GetDirectoryName(target.KeyFile)!;
        using var tunnel = new SshTunnel(target, new RecordingActivity(), Path.Combine(folder, "ssh"));
        string result = "open";
        try
        {
            await tunnel.OpenAsync("~/.kube/config", Stop);
        }
        catch (HotstackException e)
        {
            result = e.Id;
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "result.new"), result, Stop);
        File.Move(Path.Combine(folder, "result.new"), Path.Combine(folder, "result"));
        await Task.Delay(result == "open" ? Timeout.Infinite : 0, Stop);
    }

    private static SshTunnel Tunnel(SshdLab lab, SshTarget target) => new(target, lab.Activity, lab.Program);

    private static string Line(HostKey key) => $"{key.Type} {key.Data}";

    private static async Task EchoesAsync(SshTunnel tunnel, SshdLab lab)
    {
        await using Stream stream = await tunnel.DialAsync(lab.Echo, Stop);
        byte[] answer = new byte[5];
        await stream.WriteAsync("hello"u8.ToArray(), Stop);
        await stream.ReadExactlyAsync(answer, Stop);
        Assert.Equal("hello"u8.ToArray(), answer);
    }

    /// <summary>The end of a process may be noticed only by the first connection, as by the first of the usual attempts.</summary>
    private static async Task EchoesSoonAsync(SshTunnel tunnel, SshdLab lab)
    {
        try
        {
            await EchoesAsync(tunnel, lab);
        }
        catch (DialException e) when (e.IsTransient)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), Stop);
            await EchoesAsync(tunnel, lab);
        }
    }

    /// <summary>ssh may answer before the server refuses.</summary>
    private static Task<DialException> FailsAsync(SshTunnel tunnel, DnsEndPoint server) => Assert.ThrowsAsync<DialException>(async () =>
    {
        await using Stream stream = await tunnel.DialAsync(server, Stop);
        await stream.ReadExactlyAsync(new byte[1], Stop);
    });

    private static async Task<HotstackException> FailsAsync(SshdLab lab, SshTarget target)
    {
        using SshTunnel tunnel = Tunnel(lab, target);
        HotstackException e = await Assert.ThrowsAnyAsync<HotstackException>(() => tunnel.OpenAsync("~/.kube/config", Stop));
        foreach (string folder in Forwards(lab))
        {
            await IsGoneAsync(folder);
        }

        return e;
    }

    /// <summary>The folders of the forwards of this lab: those in the arguments of processes that run its ssh.</summary>
    private static IReadOnlyList<string> Forwards(SshdLab lab) => [.. SshdLab.ProcessesOf(lab.Folder)
        .SelectMany(id => SshdLab.ArgumentsOf(id)).Where(word => word.Contains("/hotstack-ssh-", StringComparison.Ordinal) && word.StartsWith('/'))
        .Select(word => word.EndsWith("/s", StringComparison.Ordinal) ? word[..^2] : word).Distinct()];

    private static async Task ThereIsAsync(string file)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(50));
        while (!File.Exists(file))
        {
            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>Waits until no process and no file of a forward is left. What ssh itself notices takes less than its 15 s.</summary>
    private static async Task IsGoneAsync(string folder, bool hasShell = true)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (SshdLab.ProcessesOf(folder).Count > 0 || (hasShell && Directory.Exists(folder)))
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
