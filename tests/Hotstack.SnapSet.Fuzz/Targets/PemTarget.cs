using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hotstack.Clusters.Certificates;
using Hotstack.Fuzz.Inputs;
using Hotstack.Http.Trust;

namespace Hotstack.Fuzz.Targets;

/// <summary>Certificates in PEM, of files and of secrets.</summary>
internal sealed class PemTarget : FuzzTarget
{
    private static readonly byte[] Der = X509Certificate2.CreateFromPem(Identity.Certificate).RawData;

    public override string Name => "certificates";

    public override IReadOnlyList<byte[]> Hostile =>
        [[], Bytes("x"), Bytes(new string('-', 500_000)), Bytes("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"),
            Pem([.. Enumerable.Repeat((byte)0x30, 100_000)]), Pem([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff])];

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>
    {
        ["dashes"] = length => new string('-', length),
        ["begins"] = length => string.Concat(Enumerable.Repeat("-----BEGIN CERTIFICATE-----\n", length / 28)),
        ["certificates"] = length => string.Concat(Enumerable.Repeat(Identity.Certificate + "\n", length / Identity.Certificate.Length)),
        ["base64"] = length => "-----BEGIN CERTIFICATE-----\n" + new string('A', length / 4 * 4) + "\n-----END CERTIFICATE-----",
    };

    public override byte[] Generate(Random random) => random.Next(6) switch
    {
        0 => Bytes(Identity.Certificate + Identity.Certificate),
        1 => ByteMutation.Mutated(Bytes(Identity.Certificate), random),
        2 => Pem(ByteMutation.Mutated(Der, random)),
        _ => Pem(OneByte(Der, random)),
    };

    public override Verdict Run(byte[] input)
    {
        string text = Text(input);
        PemCertificate? read = PemCertificate.Read(text);
        PemCertificate.ReadFirstToEnd(text, Identity.Clock.GetUtcNow());
        try
        {
            foreach (X509Certificate2 certificate in CertificateBundle.Read(text).Certificates)
            {
                certificate.Dispose();
            }

            PemCertificates.ReadWithKey(text, Identity.Key).Dispose();
        }
        catch (CryptographicException e)
        {
            return new(read is null ? "NotRead" : e.Message.Contains("key", StringComparison.Ordinal) ? "OfAnotherKey" : "Broken");
        }

        _ = read?.ToString();
        return Verdict.Accepted;
    }

    private static byte[] OneByte(byte[] request, Random random)
    {
        byte[] changed = [.. request];
        changed[random.Next(changed.Length)] = (byte)random.Next(256);
        return changed;
    }

    private static byte[] Pem(byte[] der) => Encoding.ASCII.GetBytes(
        $"-----BEGIN CERTIFICATE-----\n{Convert.ToBase64String(der)}\n-----END CERTIFICATE-----\n");
}
