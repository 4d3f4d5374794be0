using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Xunit;
using k8s.Models;
using Hotstack.OpenShift;
using System.Text;

namespace Hotstack.Clusters.Certificates;

public sealed class CertificateReadingTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-03-14T09:00:00Z", "2026-03-14T09:00:00Z")]
    [InlineData("2026-03-14T09:00:00+02:00", "2026-03-14T07:00:00Z")]
    [InlineData("2026-03-14T09:00:00-05:30", "2026-03-14T14:30:00Z")]
    [InlineData("2026-03-14T09:00:00.25Z", "2026-03-14T09:00:00.25Z")]
    [InlineData("force-regeneration", null)]
    [InlineData("2026-03-14T09:00:00", null)]
    [InlineData("2026-03-14", null)]
    [InlineData("14/03/2026 09:00:00Z", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_date_is_RFC_3339_or_none(string? annotation, string? expected)
    {
        ClusterCertificate certificate = Annotated(annotation);

        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), certificate.NotAfter);
        Assert.Equal(expected is null, certificate.Problem is not null);
        // Never the one date without the other.
        Assert.Equal(expected is null, certificate.NotBefore is null);
    }

    [Theory]
    [InlineData("force-regeneration", "asked for its regeneration")]
    [InlineData("soon", "is no date")]
    [InlineData(null, "has no annotation")]
    public void Why_there_is_no_date_is_told(string? annotation, string reason) =>
        Assert.Contains(reason, Annotated(annotation).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("openshift-kube-apiserver", "kubelet-client", false, true)]
    [InlineData("openshift-kube-controller-manager", "csr-signer", false, true)]
    [InlineData("openshift-etcd", "etcd-signer", false, false)]
    [InlineData("openshift-etcd", "etcd-signer", true, true)]
    [InlineData("openshift-kube-apiserver-operator", "kube-apiserver-to-kubelet-signer", true, false)]
    public void Made_anew_at_the_start_by_its_annotation_or_its_name(string @namespace, string name, bool isAnnotated, bool expected)
    {
        string annotations = isAnnotated ? """{ "certificates.openshift.io/auto-regenerate-after-offline-expiry": "a link" }""" : "{}";

        Assert.Equal(expected, SecretCertificates.Read(Secret(@namespace, name, annotations)).RegeneratesOffline);
    }

    [Theory]
    [InlineData("ConfigMap", "revision-status-7", true)]
    [InlineData("ConfigMap", "other", false)]
    [InlineData("Deployment", "revision-status-7", false)]
    public void A_revisions_copy_is_known_by_its_owner(string kind, string name, bool expected)
    {
        var secret = new V1Secret { Metadata = new() { Name = "etcd-client-7", OwnerReferences = [new() { Kind = kind, Name = name }] } };

        Assert.Equal(expected, SecretCertificates.IsRevisionedCopy(secret));
    }

    [Theory]
    [InlineData("a_ttl 42", 42.0)]
    [InlineData("a_ttl 42\r", 42.0)]
    [InlineData("# HELP a_ttl [ALPHA] What it is\n# TYPE a_ttl gauge\na_ttl 2.591999e+06\n", 2591999.0)]
    [InlineData("a_ttl -17.5 1767290000000", -17.5)]
    [InlineData("a_ttl +Inf", double.PositiveInfinity)]
    [InlineData("a_ttl -Inf", double.NegativeInfinity)]
    [InlineData("a_ttl NaN", null)]
    [InlineData("a_ttl", null)]
    [InlineData("a_ttl soon", null)]
    [InlineData("a_ttl_total 3\nb_a_ttl 4", null)]
    [InlineData("a_ttl{b=\"c\"} 5", 5.0)]
    [InlineData("a_ttl{b=\"c} 1\\\" 2\",d=\"\"} 6", 6.0)]
    [InlineData("a_ttl{b=\"x\"} 7\na_ttl{b=\"y\"} 3\na_ttl{b=\"z\"} +Inf", 3.0)]
    [InlineData("a_ttl{b=\"x\"} 7\na_ttl{b=\"y\"} NaN", null)]
    [InlineData("a_ttl{b=\"x", null)]
    [InlineData("other 1", null)]
    [InlineData("", null)]
    public void A_gauge_in_Prometheus_text(string text, double? expected)
    {
        string metrics = text.Replace("a_ttl", "kubelet_certificate_manager_client_ttl_seconds", StringComparison.Ordinal);

        NodeCertificates node = KubeletMetrics.Read("n", metrics, Now);

        Assert.Equal(expected is { } seconds && double.IsFinite(seconds) ? Now.AddSeconds(seconds) : null, node.ClientNotAfter);
        Assert.Equal(expected is double.PositiveInfinity, node.Problem!.Contains("does not renew", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("86400", "43200", 24.0, 12.0, true, null)]
    [InlineData("8.64e+04", "+Inf", 24.0, null, false, null)]
    [InlineData("-3600", "3600", -1.0, 1.0, true, null)]
    [InlineData("+Inf", "3600", null, 1.0, true, "does not renew")]
    [InlineData(null, "3600", null, 1.0, true, "client_ttl")]
    [InlineData("3600", null, 1.0, null, true, "server_ttl")]
    [InlineData(null, null, null, null, true, " and ")]
    [InlineData("1e+300", "3600", null, 1.0, true, "client_ttl")]
    [InlineData("-Inf", "3600", null, 1.0, true, "client_ttl")]
    public void A_kubelets_gauges(string? client, string? serving, double? clientHours, double? servingHours, bool usesServing,
        string? problem)
    {
        string text = (client is null ? "" : $"kubelet_certificate_manager_client_ttl_seconds {client}\n")
            + (serving is null ? "" : $"kubelet_certificate_manager_server_ttl_seconds {serving}\n");

        NodeCertificates node = KubeletMetrics.Read("n", text, Now);

        Assert.Equal(clientHours, (node.ClientNotAfter - Now)?.TotalHours);
        Assert.Equal(servingHours, (node.ServingNotAfter - Now)?.TotalHours);
        Assert.Equal(usesServing, node.UsesServing);
        Assert.Equal(problem is null, node.Problem is null);
        Assert.Contains(problem ?? "", node.Problem ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_in_PEM_form_is_read_without_those_that_follow()
    {
        using X509Certificate2 first = Certificate("kubelet-signer", 24);
        using X509Certificate2 second = Certificate("other", 48);

        PemCertificate? read = PemCertificate.Read($"a comment\n{first.ExportCertificatePem()}\n{second.ExportCertificatePem()}\n");

        Assert.Equal(new PemCertificate(Now, Now.AddHours(24), "kubelet-signer", first.SerialNumber), read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB")]
    public void What_is_no_certificate_is_none(string? pem) => Assert.Null(PemCertificate.Read(pem));

    private static X509Certificate2 Certificate(string name, int hours)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(Now, Now.AddHours(hours));
    }

    private static ClusterCertificate Annotated(string? notAfter)
    {
        var annotations = new Dictionary<string, string?>
        {
            ["auth.openshift.io/certificate-not-before"] = "2026-03-13T09:00:00Z",
            ["auth.openshift.io/certificate-not-after"] = notAfter,
        };
        return SecretCertificates.Read(Secret("openshift-x", "y", JsonSerializer.Serialize(annotations)));
    }

    private static V1Secret Secret(string @namespace, string name, string annotations) => ModelJson.Parse<V1Secret>(Encoding.UTF8.GetBytes(
        $$"""{ "metadata": { "namespace": "{{@namespace}}", "name": "{{name}}", "annotations": {{annotations}} } }"""))!;
}
