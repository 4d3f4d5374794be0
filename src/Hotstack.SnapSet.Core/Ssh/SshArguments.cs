using System.Globalization;
using System.Text.RegularExpressions;

namespace Hotstack.Ssh;

/// <summary>The arguments of OpenSSH's client. The user's ssh config, agent, jump hosts and certificates count; what would prompt or leave
/// something behind does not.</summary>
/// <remarks>https://man.openbsd.org/ssh and https://man.openbsd.org/ssh_config. Options on the command line have precedence over the
/// config.</remarks>
internal static partial class SshArguments
{
    private static readonly string[] Fixed =
    [
        // Nothing to type, and nothing that waits for a terminal.
        "BatchMode=yes",
        // A forward of the user's config that is in use elsewhere is no reason to fail.
        "ExitOnForwardFailure=no",
        // A shared connection would outlive us, and our forward with it.
        "ControlMaster=no", "ControlPath=none",
        "RemoteCommand=none", "PermitLocalCommand=no", "ForwardAgent=no", "ForwardX11=no",
        // A dead link is noticed after 15 s.
        "ServerAliveInterval=5", "ServerAliveCountMax=3",
        "ConnectTimeout=10", "ConnectionAttempts=1",
        "StreamLocalBindMask=0177", "StreamLocalBindUnlink=no",
        // The reasons of refused connections are told at this level.
        "LogLevel=INFO",
    ];

    /// <param name="target">The machine.</param>
    /// <param name="forward">Where ssh listens for SOCKS: a path, or an address with its port.</param>
    /// <param name="command">The remote command.</param>
    /// <param name="newKeys">The file for the key of a server that has no known key yet; null if only known keys are accepted.</param>
    public static IReadOnlyList<string> For(SshTarget target, string forward, string command, string? newKeys = null)
    {
        List<string> arguments = ["-T", "-D", forward];
        foreach (string option in Fixed.Concat(OptionsOf(target.Pinned, newKeys)))
        {
            arguments.AddRange(["-o", option]);
        }

        if (target.KeyFile is { } key)
        {
            // ssh expands tokens such as %h in both, but takes %% only in the option.
            arguments.AddRange(key.Contains('%', StringComparison.Ordinal) ? ["-o", $"IdentityFile={Quoted(key)}"] : ["-i", key]);
        }

        if (target.Port is { } port)
        {
            arguments.AddRange(["-p", port.ToString(CultureInfo.InvariantCulture)]);
        }

        if (target.User is { } user)
        {
            arguments.AddRange(["-l", user]);
        }

        arguments.AddRange(["--", target.Host, command]);
        return arguments;
    }

    /// <summary>The user's own file comes second: it may name certificate authorities.</summary>
    private static string[] OptionsOf(PinnedHost? pinned, string? newKeys) => pinned is null
        ? []
        :
        [
            $"HostKeyAlias={pinned.Alias}",
            $"UserKnownHostsFile={Quoted(newKeys ?? pinned.Keys.Path)} ~/.ssh/known_hosts",
            $"StrictHostKeyChecking={(newKeys is null ? "yes" : "accept-new")}",
            // A key that DNS vouches for is of the name, not of the server.
            "VerifyHostKeyDNS=no",
            "CheckHostIP=no", "HashKnownHosts=no", "UpdateHostKeys=no",
        ];

    /// <summary>A path as one word of a list of files, without tokens such as %h.</summary>
    private static string Quoted(string path) => $"\"{Escaped().Replace(path, @"\$0").Replace("%", "%%", StringComparison.Ordinal)}\"";

    /// <summary>What ssh takes for an escape within quotation marks (argv_split of misc.c).</summary>
    [GeneratedRegex("""["\\]""")]
    private static partial Regex Escaped();
}
