using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Certificates;
using Hotstack.Fuzz.Inputs;
using k8s.Models;

namespace Hotstack.Fuzz.Targets;

/// <summary>Dates in the annotations of secrets, and what the rules of certificates say to them: two dates a line, and a node's last.</summary>
internal sealed class CertificateDateTarget : FuzzTarget
{
    private const int Signers = 5;

    private static readonly string[] Dates =
    [
        "2026-11-26T14:11:03Z", "2026-11-27T14:11:03Z", "2026-12-26T14:11:03Z", "2027-11-26T14:11:03Z", "2026-11-26T15:00:00+02:00",
            "2026-11-26T15:00:00.5Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59.9999999-14:00", "force-regeneration", "", "2026-11-26t15:00:00z", "2026-13-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
    ];

    public override string Name => "certificate-dates";

    public override byte[] Generate(Random random) => Bytes(string.Join('\n', Enumerable.Range(0, Signers + 2).Select(_ =>
        $"{Date(random)} {Date(random)}")));

    public override Verdict Run(byte[] input)
    {
        string[][] lines = [.. Text(input).Split('\n').Select(line => line.Split(' '))];
        ClusterCertificate[] read = [.. Enumerable.Range(0, Signers + 1).Select(i => Read($"s{i}", i < lines.Length ? lines[i] : []))];
        DateTimeOffset now = read[Signers].NotBefore is { Year: > 1900 and < 2200 } moment ? moment : Identity.Clock.GetUtcNow();
        var facts = new CertificateFacts
        {
            Now = now,
            CsrSignerSigner = read[0],
            CsrSigner = read[1] with { Serial = "1" },
            CsrSignerCopy = read[2] with { Serial = "2" },
            AggregatorClientSigner = read[3],
            AggregatorClient = read[4],
            Managed = read,
            Nodes = [new NodeCertificates { Node = "a", ClientNotAfter = read[0].NotAfter, ServingNotAfter = read[1].NotAfter }],
            KubeconfigNotAfter = read[2].NotAfter,
            LocalSkew = TimeSpan.FromMinutes(3),
        };
        CertificateAssessment assessment = CertificateAssessment.Of(facts, CertificateAssessment.DefaultMinimumValidity);
        _ = string.Concat(assessment.Checks.Select(check => $"{check}{check.Eta}")) + assessment.UnattendedUntil + assessment.AssistedUntil
            + assessment.AssistedLimit;
        return read.All(certificate => certificate.Problem is null) ? Verdict.Accepted : new("DatesUnknown");
    }

    private static string Date(Random random) => random.Next(30) == 0 ? Vocabulary.Scalar(random).Replace(' ', '_').Replace('\n', '_')
        : random.Pick(random.Next(8) == 0 ? Dates : Dates[..4]);

    private static ClusterCertificate Read(string name, string[] dates) => SecretCertificates.Read(new V1Secret
    {
        Metadata = new()
        {
            NamespaceProperty = "openshift",
            Name = name,
            Annotations = new Dictionary<string, string>
            {
                ["auth.openshift.io/certificate-not-before"] = dates.FirstOrDefault() ?? "",
                ["auth.openshift.io/certificate-not-after"] = dates.ElementAtOrDefault(1) ?? "",
                ["auth.openshift.io/certificate-issuer"] = $"openshift_{name}@1",
            },
        },
    });
}
