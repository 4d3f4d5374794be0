using Hotstack.Clusters.Certificates;
using Xunit;

namespace Hotstack.Clusters.Assess;

public sealed class ReviveDatesTests
{
    private const string Kubelet = "openshift-kube-apiserver-operator/kube-apiserver-to-kubelet-signer";
    private static readonly CertificateFacts Good = new ClusterLife().At(TimeSpan.FromDays(3));

    [Theory]
    [InlineData(10.0, 12.0, 700.0, 3000.0, 9.96, 700.0, Kubelet)]
    [InlineData(12.0, 10.0, 700.0, 3000.0, 9.96, 700.0, Kubelet)]
    [InlineData(10.0, null, 700.0, 3000.0, 9.96, 700.0, Kubelet)]
    [InlineData(20.0, 20.0, 5.0, 3000.0, 5.0, 5.0, Kubelet)]
    [InlineData(20.0, 20.0, 700.0, 100.0, 19.96, 100.0, "the kubeconfig's client certificate")]
    [InlineData(20.0, 20.0, 700.0, 2.0, 19.96, 2.0, "the kubeconfig's client certificate")]
    [InlineData(20.0, 20.0, 700.0, null, 19.96, 700.0, Kubelet)]
    [InlineData(20.0, 20.0, 2000.0, null, 19.96, 787.0, "openshift-service-ca/signing-key")]
    [InlineData(-1.0, 20.0, 700.0, 3000.0, -1.04, 700.0, Kubelet)]
    [InlineData(20.0, 20.0, -1.0, 3000.0, 19.96, 787.0, "openshift-service-ca/signing-key")]
    public void In_days_from_now(
        double client, double? serving, double signer, double? kubeconfig, double unattended, double assisted, string limit)
    {
        DateTimeOffset now = Good.Now;
        CertificateFacts facts = Good with
        {
            Nodes =
            [
                Good.Nodes[0] with { ClientNotAfter = now.AddDays(900), ServingNotAfter = now.AddDays(900) },
                Good.Nodes[1] with { ClientNotAfter = now.AddDays(client), ServingNotAfter = now.AddDays(serving ?? 0),
                    UsesServing = serving is not null },
            ],
            Managed = [Good.Managed[0] with { NotAfter = now.AddDays(signer) }, Good.Managed[1]],
            KubeconfigNotAfter = kubeconfig is { } days ? now.AddDays(days) : null,
        };

        CertificateAssessment assessment = CertificateAssessment.Of(facts, CertificateAssessment.DefaultMinimumValidity);

        Assert.Equal(unattended, (assessment.UnattendedUntil!.Value - now).TotalDays, 0.01);
        Assert.Equal(assisted, (assessment.AssistedUntil!.Value - now).TotalDays, 0.01);
        Assert.Equal(limit, assessment.AssistedLimit);
    }

    [Fact]
    public void Certificates_that_the_cluster_makes_anew_set_no_limit()
    {
        CertificateFacts facts = Good with { Managed = [.. Good.Managed,
            Good.Managed[0] with { Name = "x", NotAfter = Good.Now.AddDays(1), RegeneratesOffline = true }] };

        Assert.Equal(Kubelet, CertificateAssessment.Of(facts, CertificateAssessment.DefaultMinimumValidity).AssistedLimit);
    }

    [Fact]
    public void Where_a_node_is_unknown_nothing_is_said_about_coming_back_unattended()
    {
        CertificateFacts facts = Good with { Nodes = [Good.Nodes[0], new() { Node = "worker-0", Problem = "no gauges" }] };

        CertificateAssessment assessment = CertificateAssessment.Of(facts, CertificateAssessment.DefaultMinimumValidity);

        Assert.Null(assessment.UnattendedUntil);
        Assert.NotNull(assessment.AssistedUntil);
    }

    [Fact]
    public void Where_a_lasting_certificate_is_unknown_it_is_named_and_no_date_is_given()
    {
        CertificateFacts facts = Good with { Managed = [Good.Managed[0], Good.Managed[1] with { NotAfter = null, Problem = "no PEM" }] };

        CertificateAssessment assessment = CertificateAssessment.Of(facts, CertificateAssessment.DefaultMinimumValidity);

        Assert.Null(assessment.AssistedUntil);
        Assert.Equal("openshift-service-ca/signing-key", assessment.AssistedLimit);
    }

    [Fact]
    public void Where_the_list_is_not_complete_no_date_is_given() =>
        Assert.Null(CertificateAssessment.Of(Good with { ManagedProblem = "403" },
            CertificateAssessment.DefaultMinimumValidity).AssistedUntil);
}
