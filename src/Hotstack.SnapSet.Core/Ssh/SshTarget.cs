using System.Globalization;
using System.Text.RegularExpressions;

namespace Hotstack.Ssh;

/// <summary>The machine that OpenSSH's client connects to, as the user would name it to <c>ssh</c>.</summary>
/// <param name="Host">An address, a name, or a Host of the user's ssh config.</param>
internal sealed partial record SshTarget(string Host)
{
    /// <summary>The user; null for the one of the ssh config.</summary>
    public string? User { get; init; }

    /// <summary>The port; null for the one of the ssh config.</summary>
    public int? Port { get; init; }

    /// <summary>A private key, by its absolute path; null for those of the agent and the ssh config.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The server whose host keys are expected; null to leave the check to the user's ssh config.</summary>
    public PinnedHost? Pinned { get; init; }

    /// <summary>The command that tries the same by hand.</summary>
    public string Command
    {
        get
        {
            string port = Port is { } number ? $" -p {number.ToString(CultureInfo.InvariantCulture)}" : "";
            string key = KeyFile is { } file ? $" -i {Word(file)}" : "";
            string pinned = Pinned is { } host
                ? $" -o HostKeyAlias={Word(host.Alias)} -o UserKnownHostsFile={Word(host.Keys.Path)}" : "";
            return $"ssh{port}{key}{pinned} {Word(ToString())}";
        }
    }

    /// <summary>Its name in the files of known hosts.</summary>
    public string KnownName => Port is null or 22 ? Host : $"[{Host}]:{Port.Value.ToString(CultureInfo.InvariantCulture)}";

    /// <summary><c>zuul@203.0.113.17</c>.</summary>
    public override string ToString() => User is null ? Host : $"{User}@{Host}";

    /// <summary>A word of a command: every shell takes these characters as they are.</summary>
    private static string Word(string text) => Plain().IsMatch(text) ? text : CommandArgument.Of(text);

    [GeneratedRegex(@"\A[A-Za-z0-9_/][A-Za-z0-9_.@:/-]*\z")]
    private static partial Regex Plain();
}

/// <summary>A server whose host keys are kept under a name of its own: addresses go from one server to another.</summary>
/// <param name="Alias">The name of its keys: the server's UUID.</param>
/// <param name="Keys">The file that holds them.</param>
internal sealed record PinnedHost(string Alias, KnownHosts Keys);
