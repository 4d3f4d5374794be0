using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Hotstack.Http;

namespace Hotstack.Ssh;

/// <summary>Turns what ssh said into an error by cause. Each quotes ssh and names the command to try by hand.</summary>
/// <remarks>ssh has one exit code, 255, for all of its errors; the texts are those of OpenSSH's source (ssh.c, sshconnect.c,
/// sshconnect2.c, packet.c, readconf.c), which are not localized.</remarks>
internal static partial class SshFailure
{
    /// <summary>The id of a forward that the server does not allow.</summary>
    public const string ForwardingId = "SshForwardingForbidden";

    /// <summary>The id of a ssh that cannot listen on a socket.</summary>
    public const string SocketId = "SshSocketUnsupported";

    private const int MaxQuoted = 3;
    private const int OwnExitCode = 255;

    private static readonly Case[] Cases =
    [
        new(SocketText(), ErrorCause.ConfigurationInvalid, SocketId, "ssh can listen neither on a socket nor on a port", "Update OpenSSH."),
        new(OptionText(), ErrorCause.ConfigurationInvalid, "SshConfigInvalid", "this ssh lacks an option that is needed",
            "Update OpenSSH to 7.6 or later."),
        new(ConfigText(), ErrorCause.ConfigurationInvalid, "SshConfigInvalid", "ssh refuses its configuration", "Correct ~/.ssh/config."),
        new(JumpText(), ErrorCause.Forbidden, ForwardingId, "a jump host forbids forwarding",
            "Allow it in the jump host's sshd_config (AllowTcpForwarding, PermitOpen, DisableForwarding)."),
        new(LoginText(), ErrorCause.AuthenticationFailed, "SshLoginRefused", "no key of yours is accepted",
            "Load the key into the agent (ssh-add), name it with -KeyFilePath or as IdentityFile in ~/.ssh/config, or name another user "
            + "with -Controller. A key with a passphrase needs the agent."),
        new(ResolverText(), ErrorCause.ServiceUnavailable, "ControllerUnreachable", "this machine, or a jump host, cannot resolve names",
            "Check the DNS and the network of this machine."),
        new(NameText(), ErrorCause.NotFound, "ControllerNameUnknown", "its name, or that of a jump host, is unknown",
            "Check the name and the DNS of this machine."),
        new(TimeoutText(), ErrorCause.TimedOut, "ControllerTimeout", "it does not answer in time",
            "Check its floating IP, its security group (port 22) and the way there; name a jump host as ProxyJump in ~/.ssh/config."),
        new(RefusedText(), ErrorCause.ServiceUnavailable, "ControllerUnreachable", "the connection was refused or broke off",
            "Check whether the controller runs, its floating IP and its security group (port 22)."),
    ];

    /// <summary>The failure of a ssh that ended before the session began.</summary>
    /// <param name="target">The machine.</param>
    /// <param name="messages">What ssh said.</param>
    /// <param name="timeout">The timeout, if ssh was still running then; null if it ended.</param>
    /// <param name="exitCode">How ssh ended: by the exit code of the remote command, or by 255 for its own errors.</param>
    public static HotstackException Of(SshTarget target, IReadOnlyList<string> messages, TimeSpan? timeout, int exitCode = OwnExitCode)
    {
        if (messages.Any(HostKeyText().IsMatch))
        {
            return OfHostKey(target, messages);
        }

        Case? found = Cases.FirstOrDefault(known => messages.Any(known.Text.IsMatch));
        string said = messages.Count == 0 ? "" : $" ssh says: {Quote(messages)}";
        return (found, timeout) switch
        {
            (_, null) when exitCode != OwnExitCode && found is not { Id: SocketId } => Error(ErrorCause.OperationFailed, "SshFailed",
                $"the session ended with exit code {exitCode.ToString(CultureInfo.InvariantCulture)} before our command ran.{said}",
                "Check the user's login shell there, and any ForceCommand or command= that replaces our command."),
            (null, { } time) => Error(ErrorCause.TimedOut, "ControllerTimeout",
                $"there was no session after {TimeText.Of(time)}.{said}",
                "Check whether a command of the ssh config (ProxyCommand, Match exec), the agent or the login shell there waits for an "
                    + "answer."),
            (null, null) => Error(ErrorCause.OperationFailed, "SshFailed", $"ssh ended.{said}", "Correct what ssh reports."),
            ({ } known, _) => Error(known.Cause, known.Id, $"{known.Reason}.{said}", known.Hint),
        };

        HotstackException Error(ErrorCause cause, string id, string reason, string hint) =>
            new(cause, id, $"The controller {target} was not reached: {reason}")
            {
                Target = target.ToString(),
                Hint = $"{hint} Try by hand: {target.Command}",
            };
    }

    /// <summary>A program could not be started.</summary>
    public static HotstackException OfStart(string program, Exception failure) =>
        new(ErrorCause.ConfigurationInvalid, "SshFailed", $"{program} could not be started: {failure.Message}", failure)
        {
            Target = program,
            Hint = "Check the installation of OpenSSH, and the free space of the temporary folder.",
        };

    /// <summary>ssh runs, but cannot listen for us.</summary>
    public static HotstackException OfListener(SshTarget target, string message) =>
        new(
            ErrorCause.ServiceUnavailable, "SshFailed",
            $"The controller {target} cannot be used: ssh cannot listen for us. ssh says: {message}")
        {
            Target = target.ToString(),
            Hint = "Run the same command again; check the free space and the permissions of the temporary folder.",
        };

    /// <summary>There is no ssh on this machine.</summary>
    public static HotstackException NoClient(SshTarget target) => NoClient($"The controller {target}");

    /// <summary>This machine has no ssh.</summary>
    /// <param name="what">What cannot be reached.</param>
    public static HotstackException NoClient(string what) =>
        new(ErrorCause.ConfigurationInvalid, "SshClientMissing", $"{what} cannot be reached: the folders of PATH hold no ssh.")
        {
            Target = "ssh",
            Hint = "Install OpenSSH's client (Debian: openssh-client; Fedora: openssh-clients; Windows: the optional feature OpenSSH "
                + "Client), or name a kubeconfig with -Kubeconfig whose server this machine reaches.",
        };

    /// <summary>A server that a certificate authority confirmed before now shows a key without a certificate.</summary>
    public static HotstackException OfOtherKey(SshTarget target, IReadOnlyList<HostKey> keys) =>
        new(ErrorCause.Forbidden, "HostKeyChanged",
            $"The controller {target} shows another host key than before: {string.Join(", ", keys.Select(key => key.Fingerprint))}.")
        {
            Target = target.ToString(),
            Hint = "Check the floating IP: another machine may have this address.",
        };

    /// <summary>The server does not connect us further.</summary>
    /// <param name="target">The machine.</param>
    /// <param name="server">Where it was to connect to.</param>
    /// <param name="refusal">ssh's reason; null if it gave none.</param>
    public static DialException OfForward(SshTarget target, DnsEndPoint server, string? refusal)
    {
        string to = $"{server.Host}:{server.Port}";
        return refusal?.Contains("administratively prohibited", StringComparison.Ordinal) == true
            ? new DialException($"the controller {target} forbids forwarding to {to} ({refusal})")
            {
                Id = ForwardingId,
                Cause = ErrorCause.Forbidden,
                IsTransient = false,
                Hint = "Allow it in the controller's sshd_config (AllowTcpForwarding, PermitOpen, DisableForwarding), and in its "
                    + "authorized_keys (no 'no-port-forwarding', and no 'restrict' without 'port-forwarding').",
            }
            : new DialException(
                $"the controller {target} cannot connect to {to}: {Reason(refusal) ?? "it closed the connection at once"}")
            {
                NothingWasSent = refusal is not null,
                Hint = $"Check the API there: {target.Command} curl -k https://{to}/readyz",
            };
    }

    private static string? Reason(string? refusal) => refusal?.Replace("connect failed: ", "", StringComparison.Ordinal);

    private static HotstackException OfHostKey(SshTarget target, IReadOnlyList<string> messages)
    {
        string offered = messages.Select(line => FingerprintText().Match(line).Value).FirstOrDefault(found => found.Length > 0)
            ?? messages.Select(line => UnknownTypeText().Match(line).Groups[1].Value).FirstOrDefault(found => found.Length > 0)
            ?? "unknown";
        bool isChanged = messages.Any(line => line.Contains("IDENTIFICATION HAS CHANGED", StringComparison.Ordinal));
        if (ThroughJumpText().IsMatch(messages[^1]))
        {
            // Our options concern the last machine only: the user's own files know the keys of the others.
            return new(
                ErrorCause.Forbidden, isChanged ? "HostKeyChanged" : "HostKeyUnknown",
                isChanged ? $"A jump host before the controller {target} shows another host key than the one that your ssh knows; its "
                        + $"fingerprint is {offered}."
                    : $"Your ssh does not know the host key of a jump host before the controller {target}.")
            {
                Target = target.ToString(),
                Hint = isChanged
                    ? $"Check the jump host. If it was rebuilt, remove the old key that ssh names: {target.Command}"
                    : $"Connect once by hand and compare the fingerprint: {target.Command}",
            };
        }

        if (target.Pinned is not { } pinned)
        {
            return new(
                ErrorCause.Forbidden, isChanged ? "HostKeyChanged" : "HostKeyUnknown",
                isChanged
                    ? $"The controller {target} shows another host key than the one that your ssh knows; its fingerprint is {offered}."
                    : $"Your ssh does not know the host key of the controller {target}.")
            {
                Target = target.ToString(),
                Hint = isChanged
                    ? "If another machine has this address now, remove the old key: ssh-keygen -R "
                        + $"{CommandArgument.Of(target.KnownName)}. Or name the deployment and omit -Controller: keys are then kept by "
                        + "server."
                    : $"Connect once by hand and compare the fingerprint: {target.Command}. Or name the deployment and omit "
                        + "-Controller: the key is then compared with the server's console.",
            };
        }

        string known = string.Join(", ", pinned.Keys.KeysOf(pinned.Alias).Select(key => $"{key.Fingerprint} ({key.Type})"));
        return new(
            ErrorCause.Forbidden, "HostKeyChanged",
            $"The controller {target}, server {pinned.Alias}, shows another host key than before. Known: {known}. Shown now: {offered}.")
        {
            Target = pinned.Alias,
            Hint = "Another machine may answer at this address. If the server was rebuilt, remove its old keys: "
                + $"ssh-keygen -R {CommandArgument.Of(pinned.Alias)} -f {CommandArgument.Of(pinned.Keys.Path)}",
        };
    }

    /// <summary>The last lines, without the drawn frame of a warning.</summary>
    private static string Quote(IReadOnlyList<string> messages) =>
        string.Join(" ", messages.Where(line => !line.StartsWith('@')).TakeLast(MaxQuoted));

    /// <summary>A known failure.</summary>
    /// <param name="Text">Matches a message of ssh.</param>
    /// <param name="Cause">The kind of failure.</param>
    /// <param name="Id">The id of the error.</param>
    /// <param name="Reason">The reason, as the end of a sentence.</param>
    /// <param name="Hint">What the user can do.</param>
    private sealed record Case(Regex Text, ErrorCause Cause, string Id, string Reason, string Hint);

    [GeneratedRegex(@"\AHost key verification failed\.|\A@ +WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! +@")]
    private static partial Regex HostKeyText();

    /// <summary>The last message behind a jump host or a ProxyCommand that ended.</summary>
    [GeneratedRegex(@"\Akex_exchange_identification: |\A(?:ssh_exchange_identification: )?Connection closed by |UNKNOWN port 65535")]
    private static partial Regex ThroughJumpText();

    [GeneratedRegex(@"\ABad dynamic forwarding specification ")]
    private static partial Regex SocketText();

    [GeneratedRegex(@"\Acommand-line:? line \d+: ")]
    private static partial Regex OptionText();

    [GeneratedRegex(@"\A(?:[A-Za-z]:)?[^@:]{1,300}(?: line \d+: |: line \d+: Bad configuration option)|"
        + @": terminating, \d+ bad configuration options\z|\ABad owner or permissions on |\ACan't open user config file ")]
    private static partial Regex ConfigText();

    [GeneratedRegex(@"\Achannel \d+: open failed: administratively prohibited")]
    private static partial Regex JumpText();

    [GeneratedRegex(@": Permission denied \([^)]*\)\.?\z|\AReceived disconnect from .*Too many authentication failures|"
        + @"\AAuthentication failed\.\z")]
    private static partial Regex LoginText();

    [GeneratedRegex(@"\A\S+: Could not resolve hostname \S+: (?:Temporary failure in name resolution|Try again)")]
    private static partial Regex ResolverText();

    [GeneratedRegex(@"\A\S+: Could not resolve host(?:name)? \S+")]
    private static partial Regex NameText();

    [GeneratedRegex(@"\Assh: connect to host \S+ port \d+: (?:Connection|Operation) timed out|\AConnection timed out|"
        + @"\AConnection (?:to|with) .* timed out\z|\ATimeout, server .* not responding|"
        + @"\Achannel \d+: open failed: connect failed: (?:Connection|Operation) timed out|"
        + @"\A(?:kex|ssh)_exchange_identification: .*timed out")]
    private static partial Regex TimeoutText();

    [GeneratedRegex(@"\Assh: connect to host \S+ port \d+: |\AConnection (?:closed|reset)|\A(?:Received disconnect|Disconnected) from |"
        + @"\AConnection to .* closed by remote host|\A(?:kex|ssh)_exchange_identification: .*(?:[Cc]onnection closed|Connection reset)|"
        + @"Broken pipe\z")]
    private static partial Regex RefusedText();

    [GeneratedRegex(@"\ANo (\S+ host key) is known for ")]
    private static partial Regex UnknownTypeText();

    [GeneratedRegex("SHA256:[A-Za-z0-9+/]{43}")]
    private static partial Regex FingerprintText();
}
