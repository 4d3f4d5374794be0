using System.Security.Cryptography;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>The PEM form of a PKCS#10 request (RFC 7468).</summary>
internal static class Pkcs10Pem
{
    private const string Label = "CERTIFICATE REQUEST";

    /// <summary>A kubelet's has about 1 000 characters.</summary>
    private const int MostCharacters = 64 * 1024;

    /// <summary>What is inside. There must be nothing else: others who read the same text may find the other thing first.</summary>
    /// <exception cref="FormatException">It is anything else than one block of the right label.</exception>
    public static byte[] Read(string text)
    {
        if (text.Length > MostCharacters)
        {
            throw new FormatException($"the request has {text.Length} characters");
        }

        if (!PemEncoding.TryFind(text, out PemFields fields))
        {
            throw new FormatException("the request is no PEM");
        }

        string label = text[fields.Label];
        if (label != Label)
        {
            throw new FormatException($"the request is a PEM block '{AsciiText.Of(label)}', not '{Label}'");
        }

        ReadOnlySpan<char> before = text.AsSpan()[..fields.Location.Start.Value];
        ReadOnlySpan<char> after = text.AsSpan()[fields.Location.End.Value..];
        return IsBlank(before) && IsBlank(after)
            ? Convert.FromBase64String(text[fields.Base64Data])
            : throw new FormatException("the request has more in it than one PEM block");
    }

    private static bool IsBlank(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(" \t\r\n") < 0;
}
