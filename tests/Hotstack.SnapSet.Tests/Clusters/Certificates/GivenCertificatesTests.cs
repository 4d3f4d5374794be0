using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.Clusters.Certificates;

/// <summary>Certificates that somebody gave the ingress, the API and its components: nothing of the cluster renews them.</summary>
public sealed class GivenCertificatesTests : ClusterFixture
{
    private const string IngressOperator = "openshift-ingress-operator";

    public static TheoryData<string, string, string> Places => new()
    {
        { "the default ingress controller", "openshift-ingress", "given" },
        { "another ingress controller", "openshift-ingress", "given" },
        { "another ingress controller, generated", "openshift-ingress", "router-certs-shard" },
        { "the API", "openshift-config", "given" },
        { "a component's route", "openshift-config", "given" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task One_that_ends_first_sets_the_date(string place, string @namespace, string name)
    {
        Name(place);
        Secret(@namespace, name, Pem(20));

        ClusterReport report = await TestAsync();

        Assert.Equal(Clock.GetUtcNow().AddDays(20), report.AssistedUntil!.Value, TimeSpan.FromMinutes(1));
        Assert.Equal(($"{@namespace}/{name}", null), (report.AssistedLimit, report.DatesDoubt));
        Assert.True(report.UnattendedUntil <= report.AssistedUntil);
        Assert.True(report.IsSafe, string.Join("\n", report.Reasons));
        Assert.Contains(report.Certificates, c => $"{c}" == $"{@namespace}/{name}");
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task One_that_is_missing_makes_the_date_an_upper_bound(string place, string @namespace, string name)
    {
        Name(place);

        ClusterReport report = await TestAsync();

        AssertBound(report, $"the end date of {@namespace}/{name} is not known: there is no such secret");
    }

    [Theory]
    [InlineData("/secrets/given", "no permission to get secrets in openshift-ingress")]
    [InlineData("/ingresscontrollers", "no permission to list ingresscontrollers.operator.openshift.io in openshift-ingress-operator")]
    [InlineData("/apiservers/cluster", "no permission to get apiservers.config.openshift.io")]
    [InlineData("/ingresses/cluster", "no permission to get ingresses.config.openshift.io")]
    public async Task What_may_not_be_read_makes_the_date_an_upper_bound(string path, string part)
    {
        Name("the default ingress controller");
        Secret("openshift-ingress", "given", Pem(700));
        Sandbox.Faults.Add(new Fault { Service = "kubernetes", Path = path, Kind = FaultKind.Status, Status = 403, Times = 0 });

        AssertBound(await TestAsync(), part);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public async Task One_that_cannot_be_parsed_makes_the_date_an_upper_bound(string text)
    {
        Name("the API");
        Secret("openshift-config", "given", text);

        AssertBound(await TestAsync(), "its tls.crt is no certificate");
    }

    [Fact]
    public async Task A_suspension_says_so_too()
    {
        Name("the API");
        ClusterRecord record = (await SuspendAsync())!;
        Assert.NotNull(record.AssistedUntil);
        Assert.Contains(Activity.Warnings, w => w.Contains("are upper bounds", StringComparison.Ordinal)
            && w.Contains("openshift-config/given", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_clients_need_beside_it_counts_and_a_root_does_not()
    {
        Name("the default ingress controller");
        Secret("openshift-ingress", "given", Pem(200) + "\n" + Pem(40, "CN=between", "CN=root") + "\n" + Pem(10, "CN=root", "CN=root"));

        ClusterReport report = await TestAsync();

        Assert.Equal(Clock.GetUtcNow().AddDays(40), report.AssistedUntil!.Value, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task The_one_that_it_replaced_sets_no_date_any_more()
    {
        Behind.SetCertificate("openshift-ingress", "router-certs-default", Clock.GetUtcNow().AddDays(-100), Clock.GetUtcNow().AddDays(15));
        Assert.Equal("openshift-ingress/router-certs-default", (await TestAsync()).AssistedLimit);

        Name("the default ingress controller");
        Secret("openshift-ingress", "given", Pem(60));

        Assert.Equal("openshift-ingress/given", (await TestAsync()).AssistedLimit);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_ingress_controller_that_is_not_in_use_sets_none(bool isBeingDeleted)
    {
        Name("another ingress controller");
        Behind.Change("ingresscontrollers", "shard", o =>
        {
            if (isBeingDeleted)
            {
                o["metadata"]!["deletionTimestamp"] = "2026-01-01T00:00:00Z";
            }
            else
            {
                o["spec"]!["replicas"] = 0;
            }
        }, IngressOperator);
        Secret("openshift-ingress", "given", Pem(20));

        ClusterReport report = await TestAsync();

        Assert.Equal(("openshift-kube-apiserver-operator/kube-apiserver-to-kubelet-signer", null),
            (report.AssistedLimit, report.DatesDoubt));
    }

    [Fact]
    public async Task One_that_has_ended_already_is_told_and_not_counted()
    {
        Name("the API");
        Secret("openshift-config", "given", Pem(-3));

        ClusterReport report = await TestAsync();

        Assert.True(report.AssistedUntil > report.CheckedAt.AddDays(90));
        Assert.Contains(report.Checks, c => c is { Check: "OtherCertificates", Target: "openshift-config/given" }
            && c.Message.Contains("expired at", StringComparison.Ordinal));
    }

    private static void AssertBound(ClusterReport report, string part)
    {
        Assert.NotNull(report.AssistedUntil);
        Assert.Contains(part, report.DatesDoubt, StringComparison.Ordinal);
        Assert.Contains(report.Summary, line => line.Contains("may be earlier: ", StringComparison.Ordinal)
            && line.Contains(part, StringComparison.Ordinal));
        Assert.Contains(report.Checks, c => c is { Check: "OtherCertificates", Result: ClusterCheckResult.Warning }
            && c.Message.Contains(part, StringComparison.Ordinal) && c.Message.Contains("upper bounds", StringComparison.Ordinal));
        Assert.True(report.IsSafe, string.Join("\n", report.Reasons));
    }

    private void Name(string place)
    {
        switch (place)
        {
            case "the default ingress controller":
                Behind.Change("ingresscontrollers", "default",
                    o => o["spec"]!["defaultCertificate"] = new JsonObject { ["name"] = "given" }, IngressOperator);
                break;
            case "another ingress controller" or "another ingress controller, generated":
                Behind.Add("ingresscontrollers", new JsonObject
                {
                    ["metadata"] = new JsonObject { ["name"] = "shard", ["namespace"] = IngressOperator },
                    ["spec"] = place.EndsWith("generated", StringComparison.Ordinal)
                        ? new JsonObject()
                        : new JsonObject { ["replicas"] = 1, ["defaultCertificate"] = new JsonObject { ["name"] = "given" } },
                });
                break;
            case "the API":
                Behind.Change("apiservers", "cluster", o => o["spec"] = JsonNode.Parse(
                    """{"servingCerts": {"namedCertificates": [{"names": ["api.example.com"], "servingCertificate": {"name": "given"}}, {"names": []}]}}"""));
                break;
            default:
                Behind.Change("ingresses", "cluster", o => o["spec"]!["componentRoutes"] = JsonNode.Parse(
                    """[{"name": "console", "namespace": "openshift-console", "hostname": "c.example.com", "servingCertKeyPairSecret": {"name": "given"}}, {"name": "x"}]"""));
                break;
        }
    }

    private void Secret(string @namespace, string name, string pem) => Behind.Add("secrets", new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = @namespace },
        ["type"] = "kubernetes.io/tls",
        ["data"] = new JsonObject { ["tls.crt"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(pem)), ["tls.key"] = "eA==" },
    });

    private string Pem(int days, string subject = "CN=*.apps.example.com", string issuer = "CN=between")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.Create(
            new X500DistinguishedName(issuer), X509SignatureGenerator.CreateForECDsa(key), Clock.GetUtcNow().AddDays(-100),
                Clock.GetUtcNow().AddDays(days), [1, 2]);
        return certificate.ExportCertificatePem();
    }
}
