using System.Net;
using Xunit;

namespace Hotstack.Ssh;

/// <summary>What OpenSSH says, and what it means. The texts are those of its source (ssh.c, sshconnect.c, sshconnect2.c, packet.c,
/// readconf.c, channels.c) and of the C libraries.</summary>
public sealed class SshFailureTests : IDisposable
{
    private const string Alias = "11111111-2222-3333-4444-555555555555";
    private const string Fingerprint = "SHA256:1PE8d7+MmLwEMTB2gvt96E/CCG9c7oNkYS+dGDdLNnk";
    private const string Frame = "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@";
    private const string Changed = "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @";
    private const string Verification = "Host key verification failed.";
    private const string Jumped = "Connection closed by UNKNOWN port 65535";
    private const string Cut = "kex_exchange_identification: Connection closed by remote host";

    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-").FullName;

    private static SshTarget Target => new("203.0.113.17") { User = "zuul" };

    private SshTarget Pinned => Target with { Pinned = new PinnedHost(Alias, new KnownHosts(Path.Combine(_folder, "known"))) };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("ControllerNameUnknown", "ssh: Could not resolve hostname ctl: Name or service not known")]
    [InlineData("ControllerNameUnknown", "ssh: Could not resolve hostname ctl: No address associated with hostname")]
    [InlineData("ControllerNameUnknown", "ssh: Could not resolve hostname ctl: nodename nor servname provided, or not known")]
    [InlineData("ControllerNameUnknown", "ssh: Could not resolve hostname ctl: No such host is known. ")]
    [InlineData("ControllerNameUnknown", "ssh: Could not resolve hostname ctl: Name does not resolve")]
    [InlineData("ControllerNameUnknown", "ssh: Could not resolve host \"ctl\"")]
    [InlineData("ControllerUnreachable", "ssh: Could not resolve hostname ctl: Temporary failure in name resolution")]
    [InlineData("ControllerTimeout", "ssh: connect to host 203.0.113.17 port 22: Connection timed out")]
    [InlineData("ControllerTimeout", "ssh: connect to host 203.0.113.17 port 22: Operation timed out")]
    [InlineData("ControllerTimeout", "Connection timed out during banner exchange|Connection to 203.0.113.17 port 22 timed out")]
    [InlineData("ControllerTimeout", "Timeout, server 203.0.113.17 not responding.")]
    [InlineData("ControllerUnreachable", "ssh: connect to host 203.0.113.17 port 22: Connection refused")]
    [InlineData("ControllerUnreachable", "ssh: connect to host 203.0.113.17 port 22: No route to host")]
    [InlineData("ControllerUnreachable", "ssh: connect to host 2001:db8::1 port 22: Network is unreachable")]
    // A firewall, not a login.
    [InlineData("ControllerUnreachable", "ssh: connect to host 203.0.113.17 port 22: Permission denied")]
    [InlineData("ControllerUnreachable", Cut + "|Connection closed by 203.0.113.17 port 22")]
    [InlineData("ControllerUnreachable",
        "kex_exchange_identification: read: Connection reset by peer|Connection reset by 203.0.113.17 port 22")]
    [InlineData("ControllerUnreachable",
        "\"System is booting up. Unprivileged users are not permitted to log in yet. Please come back later.\"|Connection closed by 203.0.113.17 port 22")]
    [InlineData("ControllerUnreachable", "Received disconnect from 203.0.113.17 port 22:11: Bye|Disconnected from 203.0.113.17 port 22")]
    [InlineData("ControllerUnreachable", "Connection to 203.0.113.17 closed by remote host.")]
    [InlineData("SshLoginRefused", "zuul@203.0.113.17: Permission denied (publickey).")]
    [InlineData("SshLoginRefused", "zuul@203.0.113.17: Permission denied (publickey,gssapi-keyex,gssapi-with-mic).")]
    [InlineData("SshLoginRefused",
        "Warning: Identity file /k not accessible: No such file or directory.|zuul@ctl: Permission denied (publickey).")]
    [InlineData("SshLoginRefused", "no such identity: /k: No such file or directory|zuul@ctl: Permission denied (publickey).")]
    [InlineData("SshLoginRefused",
        "Load key \"/k\": incorrect passphrase supplied to decrypt private key|zuul@ctl: Permission denied (publickey).")]
    [InlineData("SshLoginRefused", Frame + "|@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @|" + Frame
        + "|Permissions 0644 for '/k' are too open.|Load key \"/k\": bad permissions|zuul@ctl: Permission denied (publickey).")]
    [InlineData("SshLoginRefused",
        "sign_and_send_pubkey: signing failed for ED25519 \"k\" from agent: agent refused operation|zuul@ctl: Permission denied (publickey).")]
    [InlineData("SshLoginRefused",
        "Received disconnect from 203.0.113.17 port 22:2: Too many authentication failures|Disconnected from 203.0.113.17 port 22")]
    [InlineData("SshConfigInvalid", "/home/u/.ssh/config: line 3: Bad configuration option: prxyjump"
        + "|/home/u/.ssh/config: terminating, 1 bad configuration options")]
    [InlineData("SshConfigInvalid", "/home/u/.ssh/config line 3: Missing argument.")]
    [InlineData("SshConfigInvalid", "Bad owner or permissions on /home/u/.ssh/config")]
    [InlineData("SshConfigInvalid", "command-line line 0: unsupported option \"accept-new\".")]
    [InlineData("SshSocketUnsupported", "Bad dynamic forwarding specification '/tmp/hotstack-ssh-x/s'")]
    [InlineData("SshFailed", "Unable to negotiate with 203.0.113.17 port 22: no matching host key type found. Their offer: ssh-dss")]
    [InlineData("SshFailed", "setsid: failed to execute /usr/bin/ssh: Permission denied")]
    [InlineData("SshFailed", "")]
    // Behind a jump host or a ProxyCommand.
    [InlineData("SshLoginRefused", "me@jump: Permission denied (publickey).|" + Cut + "|" + Jumped)]
    [InlineData("ControllerNameUnknown", "ssh: Could not resolve hostname jump: Name or service not known|" + Cut + "|" + Jumped)]
    [InlineData("ControllerTimeout", "ssh: connect to host jump port 22: Connection timed out|" + Cut + "|" + Jumped)]
    [InlineData("ControllerTimeout",
        "channel 0: open failed: connect failed: Connection timed out|stdio forwarding failed|" + Cut + "|" + Jumped)]
    [InlineData("ControllerUnreachable",
        "channel 0: open failed: connect failed: Connection refused|stdio forwarding failed|" + Cut + "|" + Jumped)]
    [InlineData("SshForwardingForbidden",
        "channel 0: open failed: administratively prohibited: open failed|stdio forwarding failed|" + Cut + "|" + Jumped)]
    [InlineData("ControllerUnreachable", "bash: line 1: nc: command not found|" + Cut + "|" + Jumped)]
    // Several causes at once: the one that the user can mend comes first.
    [InlineData("SshLoginRefused",
        "bind [127.0.0.1]:8080: Address already in use|channel_setup_fwd_listener_tcpip: cannot listen to port: 8080"
        + "|Could not request local forwarding.|zuul@ctl: Permission denied (publickey).")]
    [InlineData("ControllerTimeout", "ssh: connect to host 2001:db8::1 port 22: Network is unreachable"
        + "|ssh: connect to host 203.0.113.17 port 22: Connection timed out")]
    // A banner is a text of the server.
    [InlineData("SshLoginRefused", "Idle sessions are timed out. Permission denied to the unauthorized. Connection refused?"
        + "|zuul@ctl: Permission denied (publickey).")]
    [InlineData("ControllerUnreachable", "Report if you see: Host key verification failed.|Connection closed by 203.0.113.17 port 22")]
    // Names of this machine that look like messages.
    [InlineData("ControllerUnreachable", "Warning: Identity file /home/u/Permission denied (a). timed out not accessible: No such file."
        + "|ssh: connect to host timed.out.unreachable port 22: Connection refused")]
    [InlineData("SshLoginRefused", "no such identity: /home/Could not resolve hostname x: /k: No such file or directory"
        + "|zuul@line: Permission denied (publickey).")]
    [InlineData("ControllerNameUnknown", "ssh: Could not resolve hostname unreachable: Name or service not known")]
    public void Each_text_has_its_error(string id, string messages)
    {
        HotstackException e = SshFailure.Of(Target, Lines(messages), null);

        Assert.Equal((id, "zuul@203.0.113.17"), (e.Id, e.Target));
        Assert.Contains("ssh zuul@203.0.113.17", e.Hint, StringComparison.Ordinal);
        Assert.All(Lines(messages).TakeLast(1), last => Assert.Contains(last, e.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ssh: Could not resolve hostname ctl: Temporary failure in name resolution", true)]
    [InlineData("ssh: connect to host ctl port 22: Connection refused", true)]
    [InlineData("ssh: connect to host ctl port 22: Connection timed out", true)]
    [InlineData("ssh: Could not resolve hostname ctl: Name or service not known", false)]
    [InlineData("zuul@ctl: Permission denied (publickey).", false)]
    [InlineData("command-line line 0: unsupported option \"accept-new\".", false)]
    public void What_may_pass_by_itself_is_tried_again(string message, bool isTransient) =>
        Assert.Equal(isTransient, SshFailure.Of(Target, [message], null).Cause.IsTransient);

    [Fact]
    public void A_start_that_lasts_names_what_may_wait()
    {
        HotstackException e = SshFailure.Of(Target, ["Enter passphrase"], TimeSpan.FromSeconds(60));

        Assert.Equal("ControllerTimeout", e.Id);
        Assert.Contains("ProxyCommand", e.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("This account is currently not available.", 1)]
    [InlineData("bash: line 1: exec: sh: not found", 127)]
    public void A_login_shell_that_does_not_run_commands(string said, int code)
    {
        HotstackException e = SshFailure.Of(Target, [said], null, code);

        Assert.Equal("SshFailed", e.Id);
        Assert.Contains($"exit code {code}", e.Message, StringComparison.Ordinal);
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
        Assert.Contains("login shell", e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_key_of_a_server_is_told_with_both_fingerprints()
    {
        SshTarget target = Pinned;
        HostKey known = HostKey.OrNull(HostKeyTests.Ecdsa)!;
        target.Pinned!.Keys.Add(Alias, [known]);

        HotstackException e = SshFailure.Of(target, Lines(ChangedKey(Alias)), null);

        Assert.Equal(("HostKeyChanged", ErrorCause.Forbidden, Alias), (e.Id, e.Cause, e.Target));
        Assert.Contains(known.Fingerprint, e.Message, StringComparison.Ordinal);
        Assert.Contains(Fingerprint, e.Message, StringComparison.Ordinal);
        Assert.Contains($"ssh-keygen -R {Alias}", e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_another_type_than_the_known_ones_is_another_key()
    {
        HotstackException e = SshFailure.Of(
            Pinned, [$"No ED25519 host key is known for {Alias} and you have requested strict checking.", Verification], null);

        Assert.Equal("HostKeyChanged", e.Id);
        Assert.Contains("ED25519 host key", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HostKeyUnknown", "No ED25519 host key is known for 203.0.113.17 and you have requested strict checking.|" + Verification)]
    [InlineData("HostKeyUnknown", Verification)]
    [InlineData("HostKeyChanged", null)]
    public void A_key_that_the_users_own_files_judge(string id, string? messages)
    {
        HotstackException e = SshFailure.Of(Target with { Port = 2222 }, Lines(messages ?? ChangedKey("[203.0.113.17]:2222")), null);

        Assert.Equal((id, ErrorCause.Forbidden), (e.Id, e.Cause));
        Assert.DoesNotContain("jump", e.Message, StringComparison.Ordinal);
        if (messages is null)
        {
            Assert.Contains("ssh-keygen -R '[203.0.113.17]:2222'", e.Hint, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("HostKeyUnknown", Verification + "|" + Cut + "|" + Jumped)]
    [InlineData("HostKeyChanged", null)]
    public void The_key_of_a_jump_host_is_not_that_of_the_server(string id, string? messages)
    {
        HotstackException e = SshFailure.Of(Pinned, Lines(messages ?? $"{ChangedKey("jump")}|{Cut}|{Jumped}"), null);

        Assert.Equal(id, e.Id);
        Assert.Contains("jump host", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Alias, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("administratively prohibited: open failed", "SshForwardingForbidden", false)]
    [InlineData("connect failed: Connection refused", null, true)]
    [InlineData("connect failed: Name or service not known", null, true)]
    [InlineData(null, null, true)]
    public void A_forward_that_fails(string? refusal, string? id, bool isTransient)
    {
        var e = SshFailure.OfForward(Target, new DnsEndPoint("api.ocp.example", 6443), refusal);

        Assert.Equal((id, isTransient), (e.Id, e.IsTransient));
        // Without a reason of ssh, the server may have received what was written.
        Assert.Equal(refusal is not null, e.NothingWasSent);
        Assert.Contains("api.ocp.example:6443", e.Message, StringComparison.Ordinal);
    }

    private static string ChangedKey(string host) => string.Join('|',
        Frame, Changed, Frame, "IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!",
        "Someone could be eavesdropping on you right now (man-in-the-middle attack)!",
        "It is also possible that a host key has just been changed.", "The fingerprint for the ED25519 key sent by the remote host is",
        Fingerprint + ".", "Please contact your system administrator.", "Add correct host key in /k to get rid of this message.",
        "Offending ECDSA key in /k:1", $"Host key for {host} has changed and you have requested strict checking.", Verification);

    private static string[] Lines(string messages) => messages.Length == 0 ? [] : messages.Split('|');
}
