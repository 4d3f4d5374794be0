using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Sandbox;

/// <summary>Lists and watches by the sandbox's own switches; the rest is in <c>Contract/Clusters</c>.</summary>
public sealed class ClusterObjectTests : ClusterTest
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task A_page_of_a_forgotten_list_is_expired()
    {
        var first = await GetAsync(Operators + "?limit=1");
        await DoAsync("POST", Maps, """{"metadata": {"name": "a"}}""");
        Cluster.ForgetEvents();
        var (status, json) = await CallAsync("GET", $"{Operators}?limit=1&continue={first["metadata"]!["continue"]}");
        Assert.Equal((410, "Expired"), (status, (string?)json["reason"]));
    }

    [Fact]
    public async Task A_namespace_that_is_being_deleted_takes_no_objects()
    {
        await DoAsync("POST", "/api/v1/namespaces", """{"metadata": {"name": "tmp"}}""");
        await CallAsync("DELETE", "/api/v1/namespaces/tmp");
        var (status, json) = await CallAsync("POST", "/api/v1/namespaces/tmp/configmaps", """{"metadata": {"name": "b"}}""");
        Assert.Equal(403, status);
        Assert.Contains("being terminated", (string?)json["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_ends_at_its_timeout_by_the_sandboxs_clock()
    {
        using var answer = await SendAsync("GET", Nodes + "?watch=1&timeoutSeconds=5&allowWatchBookmarks=true");
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("ADDED", (string?)JsonNode.Parse((await reader.ReadLineAsync(Stop))!)!["type"]);
        }

        Pass(6);
        Assert.Contains("BOOKMARK", await reader.ReadToEndAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_of_forgotten_changes_is_expired()
    {
        var version = (string?)(await GetAsync(Maps))["metadata"]!["resourceVersion"];
        await DoAsync("POST", Maps, """{"metadata": {"name": "a"}}""");
        Cluster.ForgetEvents();
        using var answer = await SendAsync("GET", $"{Maps}?watch=true&resourceVersion={version}");
        var line = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Stop))!;
        Assert.Equal(("ERROR", 410), ((string?)line["type"], (int)line["object"]!["code"]!));
    }

    [Fact]
    public async Task A_watch_ends_with_the_api()
    {
        using var answer = await SendAsync("GET", Nodes + "?watch=1");
        Power(on: false, "master0", "master1");
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsStringAsync(Stop));
    }
}
