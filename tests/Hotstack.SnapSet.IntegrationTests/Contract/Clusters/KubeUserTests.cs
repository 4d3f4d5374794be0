using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Hotstack.Clusters;
using Hotstack.Clusters.Assess;
using Hotstack.Http;
using Hotstack.OpenShift;
using Xunit;
using k8s;

namespace Hotstack.Contract.Clusters;

/// <summary>Who we are to a cluster, and whether it is the one that we mean.</summary>
public abstract class KubeUserTests(ContractCluster on) : KubeContractTests(on)
{
    [ContractFact]
    public async Task A_client_certificate_with_a_key_of_either_kind_is_accepted()
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        foreach (AsymmetricAlgorithm key in new AsymmetricAlgorithm[] { rsa, ec })
        {
            await AcceptAsync(On.ConfigurationOf(On.UserWith(key, ContractCluster.LongAgo, ContractCluster.FarOff)));
        }
    }

    [ContractFact]
    public async Task A_token_is_accepted_and_one_in_a_file_too()
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, On.Load(On.Kubeconfig("operator")).Token + "\n", Stop);
            ClusterConfiguration configuration = On.ConfigurationOf(new JsonObject { ["tokenFile"] = file });

            Assert.Null(configuration.Token);
            await AcceptAsync(configuration);
            await AcceptAsync(On.Load(On.Kubeconfig("operator")));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [ContractFact]
    public async Task An_unknown_token_is_a_401()
    {
        ServiceException e = await RefuseAsync(On.ConfigurationOf(new JsonObject { ["token"] = "nonsense-0123456789" }));

        Assert.DoesNotContain("nonsense", e.Message, StringComparison.Ordinal);
        Assert.Contains("oc login", e.Hint, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task Nobody_has_no_rights()
    {
        Cluster nobody = On.Connect(On.ConfigurationOf([]));

        ServiceException e = await FailsAsync(ErrorCause.Forbidden, "Forbidden", () => nobody.ListNodesAsync(Stop));

        Assert.Contains("system:anonymous", e.Reason, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task What_is_forbidden_names_verb_and_resource()
    {
        Cluster restricted = On.Connect(On.Load(On.Kubeconfig("restricted")));

        Assert.NotEmpty((await restricted.ListAsync(OpenShiftKinds.ClusterVersions, Stop)).Items);
        ServiceException list = await FailsAsync(ErrorCause.Forbidden, "Forbidden", () => restricted.ListNodesAsync(Stop));
        ServiceException log = await FailsAsync(
            ErrorCause.Forbidden, "Forbidden", () => restricted.ReadPodLogAsync("default", "any", Stop));
        ServiceException create = await FailsAsync(
            ErrorCause.Forbidden, "Forbidden", () => restricted.Client.CoreV1.CreateNamespaceAsync(
                new() { Metadata = new() { Name = "x" } }, cancellationToken: Stop));

        Assert.Contains("cannot list resource \"nodes\"", list.Reason, StringComparison.Ordinal);
        Assert.Contains("cannot get resource \"pods/log\"", log.Reason, StringComparison.Ordinal);
        Assert.Contains("in the namespace \"default\"", log.Reason, StringComparison.Ordinal);
        Assert.Contains("cannot create resource \"namespaces\"", create.Reason, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task Who_may_read_nothing_gets_a_report_that_says_so()
    {
        Cluster restricted = On.Connect(On.Load(On.Kubeconfig("restricted")));

        ClusterReport report = await new TestCluster(restricted).RunAsync(new TestClusterRequest(), On.Activity, Stop);

        Assert.NotNull(report.Version);
        Assert.Equal(ClusterVerdict.Unknown, report.Verdict);
        Assert.Contains(report.Checks, c => c.Check == "Nodes" && c.Result == ClusterCheckResult.Unknown
            && c.Message.Contains("list nodes", StringComparison.Ordinal));
        Assert.Contains(report.Checks, c => c.Message.Contains("list secrets", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Checks, c => c.Result == ClusterCheckResult.Failed);
    }

    [ContractFact]
    public async Task An_expired_client_certificate_is_found_out_by_us_and_refused_by_the_server()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset from = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        JsonObject user = On.UserWith(key, from, from.AddDays(31));

        var e = Assert.Throws<HotstackException>(() => On.ConfigurationOf(user.DeepClone().AsObject()));

        Assert.Equal("ClientCertificateExpired", e.Id);
        Assert.Contains("2020-02-01", e.Message, StringComparison.Ordinal);
        await RefuseAsync(On.ConfigurationOf(user, new ManualClock(from.AddDays(9))));
    }

    [ContractFact]
    public async Task A_client_certificate_of_another_authority_is_a_401()
    {
        using var key = RSA.Create(2048);

        await RefuseAsync(On.ConfigurationOf(On.UserWith(key, ContractCluster.LongAgo, ContractCluster.FarOff, isForeign: true)));
    }

    [ContractFact]
    public async Task A_server_of_another_authority_is_not_trusted()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 other = new CertificateRequest("CN=other-ca", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(ContractCluster.LongAgo, ContractCluster.FarOff);
        ClusterConfiguration known = On.Load(On.Kubeconfig("operator"));

        ServiceException e = await FailsAsync(
            ErrorCause.ServiceUnavailable, "CertificateNotTrusted",
            () => On.Connect(known with { Tls = known.Tls with { CaCertificates = other.ExportCertificatePem() } }).ListNodesAsync(Stop));

        Assert.Contains("certificate-authority", e.Hint, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task The_server_is_known_by_its_name_or_by_the_one_that_is_given()
    {
        ClusterConfiguration known = On.Load(On.Kubeconfig("operator"));

        await AcceptAsync(known with { Tls = known.Tls with { ServerName = "kubernetes" } });
        await FailsAsync(
            ErrorCause.ServiceUnavailable, "CertificateNotTrusted",
            () => On.Connect(known with { Tls = known.Tls with { ServerName = "other.example.com" } }).ListNodesAsync(Stop));
    }

    [ContractFact]
    public async Task A_port_where_nobody_listens_is_unreachable()
    {
        ClusterConfiguration known = On.Load(On.Kubeconfig("operator"));
        ClusterConfiguration astray = known with { Server = new UriBuilder(known.Server) { Port = 1 }.Uri };

        await FailsAsync(
            ErrorCause.ServiceUnavailable, "ServiceUnreachable", () => On.Connect(astray).ForPolling().ListNodesAsync(Stop));
    }

    [ContractFact]
    public async Task An_administrator_can_act_as_somebody_else()
    {
        JsonObject user = UserOf(On.Load(On.Kubeconfig("admin")));
        user["as"] = "contract-nobody";

        ServiceException e = await FailsAsync(
            ErrorCause.Forbidden, "Forbidden", () => On.Connect(On.ConfigurationOf(user)).ListNodesAsync(Stop));

        Assert.Contains("User \"contract-nobody\" cannot list", e.Reason, StringComparison.Ordinal);
        user["as-groups"] = new JsonArray("system:masters");
        await AcceptAsync(On.ConfigurationOf(user.DeepClone().AsObject()));
    }

    private static JsonObject UserOf(ClusterConfiguration configuration) => new()
    {
        ["client-certificate-data"] = ContractCluster.Base64(configuration.Tls.ClientCertificate!),
        ["client-key-data"] = ContractCluster.Base64(configuration.Tls.ClientKey!),
    };

    private async Task AcceptAsync(ClusterConfiguration configuration) =>
        Assert.Equal(On.Nodes.Count, (await On.Connect(configuration).ListNodesAsync(Stop)).Items.Count);

    private Task<ServiceException> RefuseAsync(ClusterConfiguration configuration) =>
        FailsAsync(ErrorCause.AuthenticationFailed, "AuthenticationFailed", () => On.Connect(configuration).ListNodesAsync(Stop));
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxKubeUserTests(SandboxContractCluster on) : KubeUserTests(on), IClassFixture<SandboxContractCluster>;

[Trait("Contract", "KubeLab"), Collection(KubeLabCollection.Name)]
public sealed class LabKubeUserTests(LabCluster on) : KubeUserTests(on), IOnKubeLab;
