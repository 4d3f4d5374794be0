using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Hotstack.Configuration;

namespace Hotstack.Http.Trust;

/// <summary>The certificates of a PEM text. A block that cannot be read is skipped, as by Go and OpenSSL, and reported.</summary>
/// <param name="Certificates">The usable certificates.</param>
/// <param name="Complaints">The problems of the others: <c>certificate 2 of 3 is broken</c>.</param>
internal sealed partial record CertificateBundle(X509Certificate2Collection Certificates, IReadOnlyList<string> Complaints)
{
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    private const string AnyUsage = "2.5.29.37.0";

    private static readonly string[] Labels = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"];
    private static readonly Asn1Tag Rejected = new(TagClass.ContextSpecific, 0);

    /// <exception cref="CryptographicException">None can be used. The message quotes nothing of the text.</exception>
    public static CertificateBundle Read(string text)
    {
        PemCertificates.Block[] blocks = [.. PemCertificates.Block.AllOf(text).Where(block => Labels.Contains(block.Label))];
        var bundle = new CertificateBundle([], []);
        var complaints = new List<string>();
        for (int i = 0; i < blocks.Length; i++)
        {
            string? why = "is broken";
            if (Read(blocks[i], out why) is { } certificate)
            {
                bundle.Certificates.Add(certificate);
            }
            else
            {
                complaints.Add($"certificate {i + 1} of {blocks.Length} {why}");
            }
        }

        return bundle.Certificates.Count > 0 ? bundle with { Complaints = complaints } : throw new CryptographicException(
            complaints.Count > 0 ? $"none of its certificates can be used: {string.Join(", ", complaints.Take(5))}."
            : text.StartsWith('0') && text.Contains('\uFFFD', StringComparison.Ordinal)
                ? "it is in DER format; convert it to PEM format (openssl x509 -inform der)."
            : "it holds no certificate in PEM form.");
    }

    private static X509Certificate2? Read(PemCertificates.Block block, out string why)
    {
        why = "is broken";
        if (block.Data is not { } data)
        {
            return null;
        }

        try
        {
            if (block.Label == "TRUSTED CERTIFICATE" && !IsTrustedForServers(ref data))
            {
                why = "is marked as not trusted for servers";
                return null;
            }

            return X509Certificate2.CreateFromPem(PemEncoding.Write("CERTIFICATE", data));
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            return null;
        }
    }

    /// <summary>
    /// OpenSSL's own form: a certificate, followed by the uses that it is trusted and rejected for
    /// (https://docs.openssl.org/master/man1/openssl-x509/#trust-options). Bundles of distributions hold authorities in this form only to
    /// reject them.
    /// </summary>
    private static bool IsTrustedForServers(ref byte[] data)
    {
        var reader = new AsnReader(data, AsnEncodingRules.BER);
        byte[] certificate = reader.ReadEncodedValue().ToArray();
        data = certificate;
        if (!reader.HasData)
        {
            return true;
        }

        AsnReader trust = reader.ReadSequence();
        string[]? trusted = trust.HasData && trust.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence) ? Usages(trust.ReadSequence()) : null;
        string[] rejected = trust.HasData && trust.PeekTag().HasSameClassAndValue(Rejected) ? Usages(trust.ReadSequence(Rejected)) : [];
        return trusted?.Any(IsForServers) != false && !rejected.Any(IsForServers);
    }

    private static bool IsForServers(string usage) => usage is ServerUsage or AnyUsage;

    private static string[] Usages(AsnReader list)
    {
        var usages = new List<string>();
        while (list.HasData)
        {
            usages.Add(list.ReadObjectIdentifier());
        }

        return [.. usages];
    }

    private const int MaxFiles = 2000;

    /// <summary>The PEM text of a file, or of a folder's files that are named by a hash (<c>5ad8a5d6.0</c>, by <c>openssl rehash</c>), as
    /// OpenSSL reads it. Broken links are skipped.</summary>
    /// <exception cref="IOException">The path cannot be read.</exception>
    /// <exception cref="CryptographicException">The folder has no such file.</exception>
    public static string ReadText(string path)
    {
        if (!Directory.Exists(path))
        {
            return InputFile.ReadText(path);
        }

        string[] files = [.. Directory.EnumerateFiles(path).Where(file => Hashed().IsMatch(Path.GetFileName(file)))
            .Order(StringComparer.Ordinal).Take(MaxFiles)];
        return files.Length > 0
            ? string.Join('\n', files.Where(File.Exists).Select(file => InputFile.ReadText(file)))
            : throw new CryptographicException(
                "it is a folder without any file named by a hash (5ad8a5d6.0). Name a file of certificates, or run 'openssl rehash' on the folder.");
    }

    [GeneratedRegex(@"\A[0-9a-f]{8}\.[0-9]{1,4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hashed();
}
