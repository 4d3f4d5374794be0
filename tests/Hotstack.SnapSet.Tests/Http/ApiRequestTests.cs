using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Http;

/// <summary>What a request looks like on the wire.</summary>
public sealed class ApiRequestTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", 0)]
    [InlineData("POST", 1)]
    [InlineData("PUT", 100)]
    [InlineData("PATCH", 1_000)]
    [InlineData("POST", 200_000)]
    public async Task A_body_has_a_length_and_is_never_chunked(string method, int size)
    {
        await using var server = new WireServer(_ => WireServer.Reply(200));
        JsonObject body = new() { ["text"] = new string('x', size) };

        await SendAsync(new ApiRequest("compute", HttpMethod.Parse(method), server.Address).WithJson(body));

        string sent = Assert.Single(server.Requests);
        Assert.Contains($"Content-Length: {body.ToJsonString().Length}\r\n", sent, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json\r\n", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("Transfer-Encoding", sent, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Expect:", sent, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith(body.ToJsonString(), sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_media_type_of_its_own_goes_out_as_it_is()
    {
        await using var server = new WireServer(_ => WireServer.Reply(200));
        const string type = "application/openstack-images-v2.1-json-patch";

        await SendAsync(new ApiRequest("image", HttpMethod.Patch, server.Address).WithJson(new JsonArray()) with { ContentType = type });

        Assert.Contains($"Content-Type: {type}\r\n", server.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Header_fields_go_out_as_they_are()
    {
        await using var server = new WireServer(_ => WireServer.Reply(200));

        await SendAsync(new ApiRequest("compute", HttpMethod.Get, server.Address)
        {
            Headers = [new("X-Auth-Token", "gAAAAAB=-_"), new("OpenStack-API-Version", "compute 2.47")],
        });

        Assert.Contains("X-Auth-Token: gAAAAAB=-_\r\n", server.Requests[0], StringComparison.Ordinal);
        Assert.Contains("OpenStack-API-Version: compute 2.47\r\n", server.Requests[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name=controller")]
    [InlineData("snap_id=a:b/c")]
    [InlineData("a+b")]
    [InlineData("a&b=c")]
    [InlineData("a b")]
    [InlineData("50%")]
    [InlineData("%41")]
    [InlineData("a#b?c;d,e")]
    [InlineData("^worker\\-0$")]
    [InlineData("été 雲 🚀")]
    [InlineData("\"quoted\" 'x' <y>")]
    [InlineData("")]
    public async Task A_query_value_arrives_as_it_was(string value)
    {
        Assert.Equal([("tag", value)], await QueryAsync(new KeyValuePair<string, string>("tag", value)));
    }

    [Fact]
    public async Task A_name_that_is_repeated_arrives_with_all_its_values_in_order()
    {
        (string, string)[] query = await QueryAsync(
            new("tag", "hotstack"), new("tag", "role=controller"), new("limit", "1000"), new("tag", "hotstack"), new("a b", "1"));

        Assert.Equal(["hotstack", "role=controller", "hotstack"], query.Where(p => p.Item1 == "tag").Select(p => p.Item2));
        Assert.Contains(("limit", "1000"), query);
        Assert.Contains(("a b", "1"), query);
    }

    [Fact]
    public async Task A_path_keeps_what_was_escaped_in_it()
    {
        await using var server = new WireServer(_ => WireServer.Reply(200));

        await SendAsync(new ApiRequest("orchestration", HttpMethod.Get, new Uri(server.Address, "v1/p/stacks/a%2Fb%20c%3F%C3%A9")));

        Assert.StartsWith("GET /v1/p/stacks/a%2Fb%20c%3F%C3%A9 HTTP/1.1\r\n", server.Requests[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/v3")]
    [InlineData("/v3/")]
    [InlineData("/a//b")]
    [InlineData("//a")]
    [InlineData("/a//")]
    [InlineData("/%ED%95%9C/%C3%A9")]
    [InlineData("/한/é")]
    [InlineData("/a%252Fb/%2e%2e/c")]
    [InlineData("/a%3Fb%23c%5Bd%5D")]
    [InlineData("/[x](y)!$&'*+,;=:@")]
    [InlineData("/x%zz")]
    [InlineData("/v1?")]
    [InlineData("/v1?a")]
    [InlineData("/v1?a=b%26c&d=%ED%95%9C&a=+")]
    [InlineData("/v1?a=b?c/d")]
    public async Task An_address_goes_out_as_it_is(string path)
    {
        foreach (string origin in (string[])["http://cloud.test", "http://cloud.test:8774", "http://[fd00::1]:8774", "https://bücher.test"])
        {
            var uri = new Uri(origin + path);
            using var handler = new ScriptedHandler(_ => ScriptedHandler.Answer(200, "{}"));
            using Api api = handler.Api();

            await api.SendAsync(new ApiRequest("compute", HttpMethod.Get, uri), Stop);

            Assert.Equal(uri.AbsoluteUri, handler.Requests[0].Uri.AbsoluteUri);
        }
    }

    private static async Task<(string Name, string Value)[]> QueryAsync(params KeyValuePair<string, string>[] query)
    {
        await using var server = new WireServer(_ => WireServer.Reply(200));
        await SendAsync(new ApiRequest("image", HttpMethod.Get, new Uri(server.Address, "images")) { Query = query });
        string target = server.Requests[0].Split(' ')[1];
        Assert.StartsWith("/images?", target, StringComparison.Ordinal);
        return [.. target["/images?".Length..].Split('&').Select(pair => pair.Split('='))
            .Select(pair => (Decoded(pair[0]), Decoded(Assert.Single(pair[1..]))))];
    }

    /// <summary>As web servers do it for queries.</summary>
    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static async Task<ApiResponse> SendAsync(ApiRequest request)
    {
        using var api = new Api(
            HttpTransport.Create(new()), new RetryPolicy(TimeProvider.System, new RecordingActivity()), new RecordingActivity());
        return await api.SendAsync(request, Stop);
    }
}
