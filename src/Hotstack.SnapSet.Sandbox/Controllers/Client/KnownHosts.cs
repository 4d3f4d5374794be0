using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Hotstack.Sandbox.Controllers.Client;

/// <summary>What OpenSSH's client says of a host key.</summary>
/// <param name="IsTrusted">Whether it goes on.</param>
/// <param name="Said">What it says, in lines.</param>
internal sealed record HostKeyVerdict(bool IsTrusted, IReadOnlyList<string> Said);

/// <summary>Looks host keys up in known_hosts files and adds new ones, in OpenSSH's words (sshconnect.c).</summary>
internal sealed class KnownHosts(string name, IReadOnlyList<string> files, string strict)
{
    /// <summary>What OpenSSH prefers, where it knows no key.</summary>
    private static readonly string[] Order = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"];

    private bool IsStrict => strict is "yes" or "true";

    /// <summary>Judges the keys of a host: <c>type key</c> each.</summary>
    public HostKeyVerdict Judge(IReadOnlyList<string> keys)
    {
        var known = files.SelectMany(Read).ToList();
        var types = known.Select(k => k.Key.Split(' ')[0]).ToHashSet();
        var key = keys.OrderBy(k => types.Contains(k.Split(' ')[0]) ? 0 : 1).ThenBy(k => Array.IndexOf(Order, k.Split(' ')[0])).First();
        var kind = Kind(key);
        if (known.Any(k => k.Key == key))
        {
            return new HostKeyVerdict(true, []);
        }

        return known.FirstOrDefault(k => Kind(k.Key) == kind) is { Key: not null } other ? Changed(key, kind, other.File, other.Line)
            : IsStrict ? new HostKeyVerdict(false, [$"No {kind} host key is known for {name} and you have requested strict checking.",
                "Host key verification failed."])
            : strict is "accept-new" or "no" or "off" ? Add(key, kind)
            : new HostKeyVerdict(false, ["Host key verification failed."]);
    }

    private static string Kind(string key) => key.Split(' ')[0] switch
    {
        "ssh-ed25519" => "ED25519",
        "ssh-rsa" => "RSA",
        _ => "ECDSA",
    };

    private static bool Matches(string host, string name)
    {
        if (host.Split('|') is ["", "1", var salt, var hash])
        {
            return Convert.ToBase64String(Hash(Convert.FromBase64String(salt), name)) == hash;
        }

        var patterns = host.Split(',');
        bool Fits(string pattern) => Regex.IsMatch(name,
            $@"\A{Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal)}\z");
        return patterns.Any(p => p.Length > 0 && p[0] != '!' && Fits(p)) && !patterns.Any(p => p.Length > 1 && p[0] == '!' && Fits(p[1..]));
    }

#pragma warning disable CA5350 // The format's own.
    private static byte[] Hash(byte[] salt, string name) => HMACSHA1.HashData(salt, Encoding.UTF8.GetBytes(name));
#pragma warning restore CA5350

    private IEnumerable<(string File, int Line, string Key)> Read(string file)
    {
        if (!File.Exists(file))
        {
            yield break;
        }

        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            if (line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [var host, var type, var key, ..]
                && host[0] is not ('#' or '@') && Matches(host, name))
            {
                yield return (file, number, $"{type} {key}");
            }
        }
    }

    private HostKeyVerdict Add(string key, string kind)
    {
        var file = files[0];
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.AppendAllText(file, $"{name} {key}\n");
        return new HostKeyVerdict(true, [$"Warning: Permanently added '{name}' ({kind}) to the list of known hosts."]);
    }

    private HostKeyVerdict Changed(string key, string kind, string file, int line)
    {
        var rule = new string('@', 59);
        var fingerprint = Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(key.Split(' ')[1]))).TrimEnd('=');
        return new HostKeyVerdict(false,
        [
            rule, "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @", rule,
            "IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!",
            "Someone could be eavesdropping on you right now (man-in-the-middle attack)!",
            "It is also possible that a host key has just been changed.",
            $"The fingerprint for the {kind} key sent by the remote host is\nSHA256:{fingerprint}.",
            "Please contact your system administrator.",
            $"Add correct host key in {files[0]} to get rid of this message.", $"Offending {kind} key in {file}:{line}", "  remove with:",
            $"  ssh-keygen -f \"{file}\" -R \"{name}\"", $"Host key for {name} has changed and you have requested strict checking.",
            "Host key verification failed.",
        ]);
    }
}
