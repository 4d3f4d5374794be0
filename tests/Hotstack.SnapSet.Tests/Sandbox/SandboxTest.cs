using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Sandbox;

/// <summary>A cloud with a manual clock and a plain client logged in to it.</summary>
public abstract class SandboxTest : IAsyncLifetime
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private SandboxServer? _server;
    private string _token = "";

    protected ManualClock Clock { get; } = new();

    protected SandboxServer Server => _server ?? throw new InvalidOperationException("not started");

    protected SandboxCloud Cloud => Server.Cloud;

    protected string Project => Cloud.ProjectId;

    protected virtual SandboxOptions Options => new() { Clock = Clock };

    public async ValueTask InitializeAsync()
    {
        _server = await SandboxServer.StartAsync(Options);
        _token = await LoginAsync("hotstack");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    internal static string Password(string user, string? project)
    {
        var domain = """{"name": "Default"}""";
        var scope = project is null ? "null" : $$"""{"project": {"name": "{{project}}", "domain": {{domain}} } }""";
        var given = $$"""{"name": "{{user}}", "domain": {{domain}}, "password": "sandbox-password"}""";
        return $$"""{"auth": {"identity": {"methods": ["password"], "password": {"user": {{given}} } }, "scope": {{scope}} } }""";
    }

    protected static async Task<JsonNode> JsonOf(HttpResponseMessage answer)
    {
        return JsonNode.Parse(await TextOf(answer)) ?? throw new InvalidOperationException("null");
    }

    protected static Task<string> TextOf(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync();

    protected async Task<string> LoginAsync(string user)
    {
        using var answer = await SendAsync("POST", "/identity/v3/auth/tokens", Password(user, user));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return answer.Headers.GetValues("X-Subject-Token").Single();
    }

    /// <summary>All calls from now on are this user's.</summary>
    protected async Task BecomeAsync(string user) => _token = await LoginAsync(user);

    protected async Task<HttpResponseMessage> SendAsync(
        string method, string path, string? body = null, string? mediaType = null, string? asToken = null,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Server.Address, path));
        request.Headers.TryAddWithoutValidation("X-Auth-Token", asToken ?? _token);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, mediaType ?? "application/json");
        }

        return await _http.SendAsync(request);
    }

    protected async Task<(int Status, JsonNode? Json)> CallAsync(string method, string path, string? body = null, string? mediaType = null)
    {
        using var answer = await SendAsync(method, path, body, mediaType);
        var json = answer.Content.Headers.ContentType?.MediaType == "application/json" && answer.Content.Headers.ContentLength > 0
            ? await answer.Content.ReadFromJsonAsync<JsonNode>()
            : null;
        return ((int)answer.StatusCode, json);
    }

    protected async Task<JsonNode> GetAsync(string path)
    {
        var (status, json) = await CallAsync("GET", path);
        Assert.Equal(200, status);
        return json!;
    }

    protected Task<(int Status, JsonNode? Json)> ActAsync(string server, string body) =>
        CallAsync("POST", $"/compute/v2.1/servers/{Cloud.Server(server).Id}/action", body);

    /// <summary>Asks for a snapshot at 2.45; gives the image's id.</summary>
    protected async Task<string> SnapshotAsync(string server, string name = "snap", string metadata = "{}")
    {
        using var answer = await SendAsync(
            "POST", $"/compute/v2.1/servers/{Cloud.Server(server).Id}/action",
            $$"""{"createImage": {"name": "{{name}}", "metadata": {{metadata}} } }""", headers: ("OpenStack-API-Version", "compute 2.45"));
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return (string?)(await JsonOf(answer))["image_id"] ?? "";
    }

    protected Task<JsonNode> ImageAsync(string id) => GetAsync("/image/v2/images/" + id);

    protected async Task<string?> TaskStateAsync(string server)
    {
        var json = await GetAsync("/compute/v2.1/servers/" + Cloud.Server(server).Id);
        return (string?)json["server"]!["OS-EXT-STS:task_state"];
    }

    protected async Task<string[]> ImageNamesAsync(string query) =>
        [.. (await GetAsync("/image/v2/images?" + query))["images"]!.AsArray().Select(i => (string?)i!["name"] ?? "")];
}
