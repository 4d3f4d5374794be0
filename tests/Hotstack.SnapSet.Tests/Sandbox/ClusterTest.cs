using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Hotstack.Sandbox;

/// <summary>A sandbox with a manual clock and a plain client of its cluster.</summary>
public abstract class ClusterTest : IAsyncLifetime
{
    protected const string Nodes = "/api/v1/nodes";
    protected const string Operators = "/apis/config.openshift.io/v1/clusteroperators";
    protected const string Csrs = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

    private SandboxServer? _server;
    private HttpClient? _admin;
    private HttpClient? _plain;

    protected ManualClock Clock { get; } = new();

    protected SandboxServer Server => _server ?? throw new InvalidOperationException("not started");

    protected SandboxCluster Cluster => Server.Cluster;

    protected SandboxCloud Cloud => Server.Cloud;

    protected virtual SandboxOptions Options => new() { Clock = Clock };

    protected X509Certificate2 Administrator =>
        X509Certificate2.CreateFromPem(Field("client-certificate-data"), Field("client-key-data"));

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await SandboxServer.StartAsync(Options);
        _admin = Client(Administrator);
        _plain = Client(null);
    }

    public async ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        _plain?.Dispose();
        DisposeClients();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Ends other clients of the test.</summary>
    protected virtual void DisposeClients()
    {
    }

    protected string Field(string name) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(Regex.Match(Server.Kubeconfig, name + ": (\\S+)").Groups[1].Value));

    /// <summary>A client that trusts the kubeconfig's authority and no other.</summary>
    protected HttpClient Client(X509Certificate2? certificate)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(Field("certificate-authority-data")));
        var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
        }

        return new HttpClient(handler) { BaseAddress = Cluster.Address };
    }

    /// <summary>Sends a call: as the administrator, or with a token (empty for none).</summary>
    protected async Task<HttpResponseMessage> SendAsync(
        string method, string path, string? body = null, string? mediaType = null, string? token = null,
            params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (token is { Length: > 0 })
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, mediaType ?? "application/json");
        }

        return await (token is null ? _admin! : _plain!).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }

    protected async Task<(int Status, JsonNode Json)> CallAsync(
        string method, string path, string? body = null, string? mediaType = null, string? token = null,
            params (string Name, string Value)[] headers)
    {
        using var answer = await SendAsync(method, path, body, mediaType, token, headers);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        return ((int)answer.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text)! : JsonValue.Create(text));
    }

    protected async Task<JsonNode> GetAsync(string path)
    {
        var (status, json) = await CallAsync("GET", path);
        Assert.True(status == 200, $"{path}: {status} {json}");
        return json;
    }

    protected async Task<JsonNode> DoAsync(string method, string path, string body, string? mediaType = null)
    {
        var (status, json) = await CallAsync(method, path, body, mediaType);
        Assert.True(status is 200 or 201, $"{method} {path}: {status} {json}");
        return json;
    }

    protected async Task<string[]> NamesAsync(string path) => [.. (await GetAsync(path))["items"]!.AsArray().Select(Name)];

    protected static string Name(JsonNode? o) => (string)o!["metadata"]!["name"]!;

    protected static string? Version(JsonNode o) => (string?)o["metadata"]!["resourceVersion"];

    protected static JsonNode? Condition(JsonNode o, string type) =>
        o["status"]!["conditions"]?.AsArray().FirstOrDefault(c => (string?)c!["type"] == type);

    protected async Task<string?> ReadyAsync(string node) => (string?)Condition(await GetAsync($"{Nodes}/{node}"), "Ready")!["status"];

    /// <summary>Lets time pass, and the cloud with it.</summary>
    protected void Pass(double seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Sets servers on or off as if Nova had done so.</summary>
    protected void Power(bool on, params string[] servers)
    {
        foreach (var server in servers)
        {
            Cloud.SetServer(server, on ? "active" : "stopped");
        }
    }

    protected string[] AllServers => [.. Cluster.Nodes, "controller"];

    /// <summary>All servers on, and time enough for a settled cluster.</summary>
    protected void BootAll()
    {
        Power(on: true, AllServers);
        Pass(60 * 15);
    }

    /// <summary>A pod on a node as a tool would make one.</summary>
    protected async Task<string> HelperAsync(string node, string script, string? image = null, string more = "")
    {
        if (Cluster.Get("namespaces", "helpers") is null)
        {
            await DoAsync("POST", "/api/v1/namespaces", """{"metadata": {"name": "helpers"}}""");
            Pass(1);
        }

        image ??= Cluster.List("pods", "openshift-machine-config-operator")[0]["spec"]!["containers"]![0]!["image"]!.ToString();
        var pod = await DoAsync("POST", "/api/v1/namespaces/helpers/pods", $$"""
            {"metadata": {"generateName": "helper-"}, "spec": {"nodeName": "{{node}}", "restartPolicy": "Never"{{more}}, "containers": [
              {"name": "host", "image": "{{image}}", "command": ["chroot", "/host", "/bin/sh", "-c", {{JsonValue.Create(script).ToJsonString()}}]}]} }
            """);
        return Name(pod);
    }

    protected Task<JsonNode> PodAsync(string name) => GetAsync("/api/v1/namespaces/helpers/pods/" + name);

    protected async Task<string> LogAsync(string name) => (await GetAsync($"/api/v1/namespaces/helpers/pods/{name}/log")).ToString();

    protected async Task ApproveAsync(string name)
    {
        var csr = await GetAsync($"{Csrs}/{name}");
        csr["status"] = JsonNode.Parse("""{"conditions": [{"type": "Approved", "status": "True", "reason": "Test", "message": "ok"}]}""");
        await DoAsync("PUT", $"{Csrs}/{name}/approval", csr.ToJsonString());
    }
}
