using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Hotstack.Sandbox;

/// <summary>The cluster's certificates as time goes by, and the requests for new ones.</summary>
public sealed class ClusterCertificateTests : ClusterTest
{
    private const string KcmOperator = "openshift-kube-controller-manager-operator";
    private const string Kcm = "openshift-kube-controller-manager";

    private TimeSpan _age = TimeSpan.FromDays(45);

    private double _speed = 1;

    protected override SandboxOptions Options => new() { Clock = Clock, ClusterAge = _age, Speed = _speed };

    private DateTimeOffset Now => Clock.GetUtcNow();

    private async Task AgedAsync(double hours, double speed = 1)
    {
        await DisposeAsync();
        (_age, _speed) = (TimeSpan.FromHours(hours), speed);
        await InitializeAsync();
    }

    private async Task<X509Certificate2> SecretAsync(string ns, string name)
    {
        var secret = await GetAsync($"/api/v1/namespaces/{ns}/secrets/{name}");
        return X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(Convert.FromBase64String((string)secret["data"]!["tls.crt"]!)));
    }

    private async Task<double> TtlAsync(string node, string kind)
    {
        var text = (await GetAsync($"{Nodes}/{node}/proxy/metrics")).ToString();
        return double.Parse(Regex.Match(text, $"^kubelet_certificate_manager_{kind}_ttl_seconds (.+)$",
            RegexOptions.Multiline).Groups[1].Value.TrimEnd('\r'), CultureInfo.InvariantCulture);
    }

    private async Task<JsonNode[]> RequestsAsync() => [.. (await GetAsync(Csrs))["items"]!.AsArray().Select(c => c!)];

    [Theory]
    [InlineData(1.0 / 6, 24, "kubelet-signer")]
    [InlineData(12, 24, "kubelet-signer")]
    [InlineData(24, 60 * 24, null)]
    [InlineData(20 * 24, 60 * 24, null)]
    public async Task The_first_signer_lives_a_day_then_the_operators_take_over(double age, double life, string? issuer)
    {
        await AgedAsync(age);
        var secret = await GetAsync($"/api/v1/namespaces/{KcmOperator}/secrets/csr-signer-signer");
        var annotations = secret["metadata"]!["annotations"]!;
        using var certificate = await SecretAsync(KcmOperator, "csr-signer-signer");
        Assert.Equal(TimeSpan.FromHours(life), certificate.NotAfter - certificate.NotBefore);
        Assert.Equal(certificate.NotAfter.ToUniversalTime().ToString("s", CultureInfo.InvariantCulture) + "Z",
            (string?)annotations["auth.openshift.io/certificate-not-after"]);
        Assert.Equal(issuer ?? $"{KcmOperator}_csr-signer-signer@{new DateTimeOffset(certificate.NotBefore).ToUnixTimeSeconds()}",
            (string?)annotations["auth.openshift.io/certificate-issuer"]);
        Assert.Equal("signer", (string?)secret["metadata"]!["labels"]!["auth.openshift.io/managed-certificate-type"]);
    }

    [Fact]
    public async Task The_copy_of_the_signer_follows_five_minutes_later()
    {
        await AgedAsync(19);
        var (old, _) = Cluster.Certificate(Kcm, "csr-signer");
        Pass((0.2 * 3600) + 60);
        var (made, _) = Cluster.Certificate(KcmOperator, "csr-signer");
        Assert.NotEqual(old, made);
        Assert.Equal(old, Cluster.Certificate(Kcm, "csr-signer").NotBefore);
        Pass(300);
        Assert.Equal(made, Cluster.Certificate(Kcm, "csr-signer").NotBefore);
        using var one = await SecretAsync(KcmOperator, "csr-signer");
        using var two = await SecretAsync(Kcm, "csr-signer");
        Assert.Equal(one.SerialNumber, two.SerialNumber);
        Assert.Null((await GetAsync(
            $"/api/v1/namespaces/{Kcm}/secrets/csr-signer"))["metadata"]!["annotations"]?["auth.openshift.io/certificate-not-after"]);
    }

    [Fact]
    public async Task By_the_end_of_the_first_day_all_kubelets_have_new_certificates()
    {
        await AgedAsync(12);
        Assert.InRange(await TtlAsync("worker0", "client"), 11 * 3600, 12.2 * 3600);
        Clock.Advance(TimeSpan.FromHours(12));
        foreach (var node in Cluster.Nodes)
        {
            Assert.True(await TtlAsync(node, "client") > 7 * 86400, node);
            Assert.True(await TtlAsync(node, "server") > 7 * 86400, node);
        }
    }

    [Fact]
    public async Task At_speed_a_half_day_passes_in_a_minute_and_dates_are_those_of_the_clock()
    {
        await AgedAsync(12, speed: 720);
        var started = Now;
        var (installed, first) = Cluster.Certificate(Kcm, "csr-signer");
        Assert.Equal((TimeSpan.FromHours(12), TimeSpan.FromHours(12)), (started - installed, first - started));

        // 80 % of its life are 19.2 hours, of which 12 are over.
        Pass(35);
        Assert.Equal(first, Cluster.Certificate(Kcm, "csr-signer").NotAfter);
        Pass(2);
        var (made, end) = Cluster.Certificate(Kcm, "csr-signer");
        Assert.Equal((TimeSpan.FromSeconds(36), TimeSpan.FromDays(30)), (made - started, end - made));

        Pass(23);
        Assert.All(Cluster.Nodes, node =>
        {
            var (client, serving) = Cluster.KubeletCertificates(node);
            Assert.InRange(client!.Value - Now, TimeSpan.FromDays(29), TimeSpan.FromDays(30));
            Assert.InRange(serving!.Value - Now, TimeSpan.FromDays(29), TimeSpan.FromDays(30));
        });
        Assert.All(Cluster.List("certificatesigningrequests"), csr => Assert.NotNull(csr["status"]!["certificate"]));
    }

    [Fact]
    public async Task At_speed_certificates_are_renewed_sooner_and_as_long_lived_as_ever()
    {
        await AgedAsync(45 * 24, speed: 720);
        DateTimeOffset Made() => Cluster.Certificate(KcmOperator, "csr-signer").NotBefore;
        var made = new HashSet<DateTimeOffset> { Made() };
        var least = TimeSpan.MaxValue;
        for (var minute = 0; minute < 180; minute++)
        {
            Pass(60);
            made.Add(Made());
            least = Cluster.Nodes.SelectMany(n => new[] { Cluster.KubeletCertificates(n).Client, Cluster.KubeletCertificates(n).Serving })
                .Min(until => until!.Value - Now) is var left && left < least ? left : least;
        }

        // Ninety days: every fifteenth.
        Assert.InRange(made.Count, 6, 8);
        Assert.InRange(least, TimeSpan.FromDays(10), TimeSpan.FromDays(30));
        Assert.True(Cluster.Certificate(KcmOperator, "csr-signer").NotAfter > Now.AddDays(29));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    public async Task Slowness_lets_no_certificate_end(double speed)
    {
        await AgedAsync(12, speed);
        for (var hour = 0; hour < 36; hour++)
        {
            Pass(3600);
            Assert.All(Cluster.Nodes, n => Assert.True(Cluster.KubeletCertificates(n).Client > Now));
        }

        Assert.True(Cluster.Certificate(Kcm, "csr-signer").NotAfter > Now.AddDays(28));
    }

    [Fact]
    public async Task At_speed_a_young_cluster_that_was_off_renews_what_was_due()
    {
        await AgedAsync(12, speed: 720);
        Cloud.StopServers();
        Pass(60);
        BootAll();
        Pass(60);
        Assert.All(Cluster.Nodes, n => Assert.True(Cluster.KubeletCertificates(n).Client > Now.AddDays(25)));
        Assert.All(Cluster.Nodes, n => Assert.Equal("True", (string?)Condition(Cluster.Get("nodes", n)!, "Ready")!["status"]));
    }

    [Fact]
    public async Task At_the_default_age_all_is_good_for_a_week()
    {
        foreach (var node in Cluster.Nodes)
        {
            Assert.True(await TtlAsync(node, "client") > 7 * 86400, node);
            Assert.True(await TtlAsync(node, "server") > 7 * 86400, node);
        }
    }

    [Fact]
    public void Certificates_never_end_while_it_runs()
    {
        for (var month = 0; month < 13; month++)
        {
            Clock.Advance(TimeSpan.FromDays(30));
            Assert.All(Cluster.Nodes, n => Assert.True(Cluster.KubeletCertificates(n).Client > Now));
            Assert.DoesNotContain(Cluster.List("certificatesigningrequests"), c => c["status"]!["conditions"] is null);
        }

        Assert.True(Cluster.Certificate("openshift-kube-apiserver-operator", "kube-apiserver-to-kubelet-signer").NotAfter > Now.AddDays(
            200));
    }

    [Fact]
    public async Task Revisioned_copies_are_owned_by_their_revision()
    {
        var list = await GetAsync(
            "/api/v1/namespaces/openshift-kube-apiserver/secrets?labelSelector=auth.openshift.io/managed-certificate-type=target");
        var copies = list["items"]!.AsArray().Where(s => Name(s).EndsWith("-7", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(copies);
        Assert.All(copies, c => Assert.Equal("revision-status-7", (string?)c!["metadata"]!["ownerReferences"]![0]!["name"]));
    }

    [Fact]
    public async Task A_kubelet_that_slept_too_long_has_to_be_let_in_again()
    {
        Cloud.StopServers();
        Clock.Advance(TimeSpan.FromDays(60));
        Power(on: true, AllServers);
        Pass(60 * 5);
        Assert.True(Cluster.Certificate(KcmOperator, "csr-signer").NotAfter > Now.AddDays(29));
        Assert.Equal("Unknown", await ReadyAsync("worker0"));
        var requests = await RequestsAsync();
        Assert.Equal(5, requests.Length);
        var spec = requests[0]["spec"]!;
        Assert.Equal(
            ("kubernetes.io/kube-apiserver-client-kubelet", "system:serviceaccount:openshift-machine-config-operator:node-bootstrapper",
                "digital signature,client auth"),
            ((string?)spec["signerName"], (string?)spec["username"], string.Join(',', spec["usages"]!.AsArray().Select(u => (string?)u))));
        var request = CertificateRequest.LoadSigningRequestPem(
            Encoding.UTF8.GetString(Convert.FromBase64String((string)spec["request"]!)), HashAlgorithmName.SHA256);
        Assert.StartsWith("O=system:nodes, CN=system:node:", request.SubjectName.Name, StringComparison.Ordinal);

        Pass(16 * 60);
        Assert.Equal(10, (await RequestsAsync()).Length);
        foreach (var one in await RequestsAsync())
        {
            await ApproveAsync(Name(one));
        }

        Pass(3);
        Assert.Equal("True", await ReadyAsync("worker0"));
        var (status, error) = await CallAsync("GET", Nodes + "/worker0/proxy/metrics");
        Assert.Equal(503, status);
        Assert.Contains("error trying to reach service: x509: certificate has expired", (string?)error["message"],
            StringComparison.Ordinal);

        var serving = (await RequestsAsync()).Where(c => (string?)c["spec"]!["signerName"] == "kubernetes.io/kubelet-serving").ToList();
        Assert.Equal(5, serving.Count);
        Assert.All(serving, c => Assert.StartsWith("system:node:", (string?)c["spec"]!["username"], StringComparison.Ordinal));
        foreach (var one in serving)
        {
            await ApproveAsync(Name(one));
        }

        Pass(3);
        var issued = await GetAsync($"{Csrs}/{Name(serving[0])}");
        using var certificate = X509Certificate2.CreateFromPem(
            Encoding.UTF8.GetString(Convert.FromBase64String((string)issued["status"]!["certificate"]!)));
        Assert.Contains(certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateIPAddresses(),
            a => a.ToString().StartsWith("192.168.32.", StringComparison.Ordinal));
        Assert.True(await TtlAsync("worker0", "server") > 15 * 86400);

        Pass(3700);
        Assert.Empty(await RequestsAsync());
    }

    [Fact]
    public async Task A_short_sleep_needs_nobody()
    {
        Cloud.StopServers();
        Clock.Advance(TimeSpan.FromDays(2));
        BootAll();
        Assert.All(Cluster.Nodes, n => Assert.Equal("True", (string?)Condition(Cluster.Get("nodes", n)!, "Ready")!["status"]));
        Assert.Empty(await RequestsAsync());
    }

    [Fact]
    public async Task Hostile_requests_wait_and_the_signer_refuses_the_worst()
    {
        var hostile = Cluster.AddHostileCsrs();
        Assert.True(hostile.Count >= 8);
        Assert.Equal(hostile.Count, (await RequestsAsync()).Length);
        await ApproveAsync(hostile.Single(h => h.Value == "an administrator").Key);
        Pass(3);
        var csr = await GetAsync($"{Csrs}/{hostile.Single(h => h.Value == "an administrator").Key}");
        Assert.NotNull(Condition(csr, "Failed"));
        Assert.Null(csr["status"]!["certificate"]);
        Clock.Advance(TimeSpan.FromHours(24));
        Assert.Empty(await RequestsAsync());
    }

    [Fact]
    public async Task A_kubelet_is_reached_only_with_a_good_certificate_and_a_running_server()
    {
        Assert.Equal("ok", (await GetAsync(Nodes + "/worker0/proxy/healthz")).ToString());
        Cluster.SetKubeletCertificates("worker0", serving: Now.AddMinutes(-1));
        Assert.Equal(503, (await CallAsync("GET", Nodes + "/worker0/proxy/healthz")).Status);
        Power(on: false, "worker1");
        var (status, json) = await CallAsync("GET", Nodes + "/worker1/proxy/healthz");
        Assert.Equal((503, "error trying to reach service: dial tcp 192.168.32.21:10250: connect: no route to host"),
            (status, (string?)json["message"]));
    }
}
