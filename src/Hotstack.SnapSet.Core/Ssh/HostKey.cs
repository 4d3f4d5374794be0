using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Hotstack.Ssh;

/// <summary>The public host key of a machine.</summary>
/// <param name="Type"><c>ssh-ed25519</c>, <c>ecdsa-sha2-nistp256</c>, <c>ssh-rsa</c> …</param>
/// <param name="Data">The key, in base64.</param>
internal sealed partial record HostKey(string Type, string Data)
{
    /// <summary><c>SHA256:</c> and the hash in base64 without padding, as ssh-keygen shows it.</summary>
    public string Fingerprint => "SHA256:" + Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(Data))).TrimEnd('=');

    /// <summary>Reads <c>TYPE BASE64 …</c>; null if it is no key.</summary>
    public static HostKey? OrNull(string text) =>
        Line().Match(text) is { Success: true } match && IsWhole(match.Groups[1].Value, match.Groups[2].Value)
            ? new HostKey(match.Groups[1].Value, match.Groups[2].Value)
            : null;

    /// <summary>A key is a list of byte strings, each after its length (RFC 4253, section 6.6); the first is its type. ssh silently skips
    /// one that lost characters on the way.</summary>
    private static bool IsWhole(string type, string data)
    {
        byte[] bytes = new byte[data.Length];
        if (!Convert.TryFromBase64String(data, bytes, out int length))
        {
            return false;
        }

        int count = 0;
        ReadOnlySpan<byte> rest = bytes.AsSpan(0, length);
        while (rest.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32BigEndian(rest) is var next && next <= rest.Length - sizeof(uint))
        {
            ReadOnlySpan<byte> part = rest.Slice(sizeof(uint), (int)next);
            if (count++ == 0 && !part.SequenceEqual(Encoding.ASCII.GetBytes(type)))
            {
                return false;
            }

            rest = rest[(sizeof(uint) + part.Length)..];
        }

        return rest.IsEmpty && count > 1;
    }

    [GeneratedRegex(@"\A\s*((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]{1,64}) ([A-Za-z0-9+/]{20,8000}={0,2})(?:\s|\z)")]
    private static partial Regex Line();
}
