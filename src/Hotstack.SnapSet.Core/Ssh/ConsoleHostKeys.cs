using System.Text.RegularExpressions;

namespace Hotstack.Ssh;

/// <summary>What cloud-init prints about a machine's host keys on its console.</summary>
/// <param name="Keys">The keys; empty if it does not print them.</param>
/// <param name="Fingerprints">Their fingerprints, <c>SHA256:…</c>.</param>
/// <param name="IsComplete">cloud-init has finished: nothing more is printed.</param>
/// <remarks>cloud-init's module keys_to_console: https://docs.cloud-init.io/en/latest/reference/modules.html#keys-to-console.</remarks>
internal sealed partial record ConsoleHostKeys(
    IReadOnlyList<HostKey> Keys, IReadOnlyList<string> Fingerprints, bool IsComplete)
{
    private const string KeyBlock = "SSH HOST KEY KEYS";
    private const string FingerprintBlock = "SSH HOST KEY FINGERPRINTS";

    /// <summary>Reads the last blocks of a console's output: a guest may have booted more than once.</summary>
    public static ConsoleHostKeys Read(string console)
    {
        string[] lines = console.Split('\n');
        return new ConsoleHostKeys(
            [.. Block(lines, KeyBlock).Select(line => HostKey.OrNull(Key().Match(line).Value)).OfType<HostKey>()],
            [.. Block(lines, FingerprintBlock).Select(line => Fingerprint().Match(line).Value).Where(found => found.Length > 0)],
            Finished().IsMatch(console));
    }

    private static string[] Block(string[] lines, string name)
    {
        int begin = Array.FindLastIndex(lines, line => line.Contains($"-----BEGIN {name}-----", StringComparison.Ordinal));
        int end = begin < 0 ? -1
            : Array.FindIndex(lines, begin, line => line.Contains($"-----END {name}-----", StringComparison.Ordinal));
        return end < 0 ? [] : lines[(begin + 1)..end];
    }

    /// <summary>A line may begin with the time and the name of the program that logged it.</summary>
    [GeneratedRegex("(?:ssh|ecdsa)-[a-z0-9@.-]{1,64} [A-Za-z0-9+/]{20,8000}=*")]
    private static partial Regex Key();

    [GeneratedRegex("SHA256:[A-Za-z0-9+/]{43}")]
    private static partial Regex Fingerprint();

    [GeneratedRegex(@"Cloud-init v\. \S+ finished at ")]
    private static partial Regex Finished();
}
