using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.Clusters.Certificates;

/// <summary>What sets an end to reviving, on a release that does not mark the secrets of its certificates.</summary>
public sealed class LastingCertificatesTests : ClusterFixture
{
    private const string Label = "auth.openshift.io/managed-certificate-type";

    [Theory]
    [InlineData("openshift-etcd", "etcd-peer-master1")]
    [InlineData("openshift-etcd", "etcd-serving-master2")]
    [InlineData("openshift-etcd", "etcd-signer")]
    [InlineData("openshift-ingress", "router-certs-default")]
    [InlineData("openshift-service-ca", "signing-key")]
    public async Task The_first_that_ends_is_found_without_marks(string @namespace, string name)
    {
        await WithAllNodesAsync();
        TakeMarks();
        DateTimeOffset until = Clock.GetUtcNow().AddDays(60);
        Behind.SetCertificate(@namespace, name, until.AddDays(-100), until);

        ClusterReport report = await TestAsync();

        Assert.Equal(($"{@namespace}/{name}", until), (report.AssistedLimit, report.AssistedUntil));
    }

    [Fact]
    public void OVNs_are_known_by_their_names() => Assert.Superset(
        new HashSet<(string, string)> { ("openshift-ovn-kubernetes", "ovn-ca"), ("openshift-ovn-kubernetes", "ovn-cert"),
            ("openshift-etcd", "etcd-serving-metrics-m") },
        KnownCertificates.Lasting(["m"]).ToHashSet());

    [Theory]
    [InlineData(30, 4000, 30)]
    [InlineData(-5, 40, 40)]
    public async Task The_authority_by_which_kubelets_ask_anew_counts(int firstEnds, int secondEnds, int expected)
    {
        SetBootstrap(Pem(firstEnds) + "\n" + Pem(secondEnds));

        ClusterReport report = await TestAsync();

        Assert.Equal("openshift-config-managed/kubelet-bootstrap-kubeconfig", report.AssistedLimit);
        Assert.Equal(Clock.GetUtcNow().AddDays(expected), report.AssistedUntil!.Value, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_release_without_that_authority_lacks_nothing()
    {
        Assert.True(Behind.Remove("configmaps", "kubelet-bootstrap-kubeconfig", "openshift-config-managed"));

        ClusterReport report = await TestAsync();

        Assert.True(report.IsSafe, string.Join("\n", report.Reasons));
        Assert.NotNull(report.AssistedUntil);
    }

    [Theory]
    [InlineData(403, "no permission to get configmaps in openshift-config-managed")]
    [InlineData(null, "its ca-bundle.crt holds no certificate")]
    public async Task Where_it_cannot_be_read_the_last_date_is_not_known(int? refusal, string part)
    {
        SetBootstrap("nothing");
        if (refusal is { } status)
        {
            Sandbox.Faults.Add(new Fault { Service = "kubernetes", Path = "/configmaps/kubelet-bootstrap", Kind = FaultKind.Status,
                Status = status, Times = 0 });
        }

        ClusterReport report = await TestAsync();

        Assert.Null(report.AssistedUntil);
        Assert.Contains(report.Checks, c => c is { Check: "OtherCertificates", Result: ClusterCheckResult.Warning }
            && c.Message.Contains(part, StringComparison.Ordinal));
        Assert.True(report.IsSafe, string.Join("\n", report.Reasons));
    }

    [Fact]
    public async Task What_the_documentation_promises_stands_beside_a_date_beyond_it()
    {
        ClusterReport report = await TestAsync();

        Assert.True(report.AssistedUntil > report.CheckedAt.AddDays(90));
        Assert.Contains(report.Summary,
            line => line.Contains("90 days for a hibernation, a year for a shutdown", StringComparison.Ordinal));
        Assert.DoesNotContain(
            (report with { AssistedUntil = report.CheckedAt.AddDays(89) }).Summary,
                line => line.Contains("90 days", StringComparison.Ordinal));
    }

    private void TakeMarks()
    {
        foreach (var secret in Behind.List("secrets").Where(s => s["metadata"]!["labels"]?[Label] is not null))
        {
            Behind.Change("secrets", (string)secret["metadata"]!["name"]!, s =>
            {
                s["metadata"]!["labels"]!.AsObject().Remove(Label);
                s["metadata"]!.AsObject().Remove("annotations");
            }, (string)secret["metadata"]!["namespace"]!);
        }
    }

    private void SetBootstrap(string bundle) => Behind.Change(
        "configmaps", "kubelet-bootstrap-kubeconfig", map => map["data"]!["ca-bundle.crt"] = bundle, "openshift-config-managed");

    private string Pem(int days)
    {
        using var key = ECDsa.Create();
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(Clock.GetUtcNow().AddDays(-100), Clock.GetUtcNow().AddDays(days));
        return certificate.ExportCertificatePem();
    }
}
