using System.Net;
using Xunit;

namespace Hotstack.Sandbox;

/// <summary>What ASP.NET's own routing answered too.</summary>
public sealed class RouteTableTests : SandboxTest
{
    [Theory]
    [InlineData("GET", "/sandbox", 200)]
    [InlineData("GET", "/sandbox/", 200)]
    [InlineData("GET", "/SANDBOX/state", 200)]
    [InlineData("GET", "/sandbox/nothing", 404)]
    [InlineData("GET", "/sandbox/state/more", 404)]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/identity/v3", 200)]
    [InlineData("GET", "/identity/v3/", 200)]
    [InlineData("PUT", "/identity/v3", 404)]
    [InlineData("GET", "/identity/v3/nothing/of/the/kind", 404)]
    [InlineData("GET", "/compute", 200)]
    [InlineData("GET", "/compute/v2.1/servers/detail", 200)]
    [InlineData("DELETE", "/compute/v2.1/servers/detail", 404)]
    [InlineData("GET", "/compute/v2.1/nothing", 404)]
    public async Task A_path_is_answered_by_the_most_exact_route(string method, string path, int status)
    {
        using HttpResponseMessage answer = await SendAsync(method, path);

        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
    }

    [Fact]
    public async Task A_path_that_has_other_methods_names_them()
    {
        using HttpResponseMessage answer = await SendAsync("PATCH", "/sandbox/calls");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["DELETE", "GET"], answer.Content.Headers.Allow.Order());
    }

    [Fact]
    public async Task A_part_of_a_path_is_decoded_and_is_one_part()
    {
        using HttpResponseMessage spaced = await SendAsync("POST", "/sandbox/servers/a%20b", "{}");
        using HttpResponseMessage two = await SendAsync("POST", "/sandbox/servers/a/b", "{}");

        Assert.Contains("no server a b", await TextOf(spaced), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NotFound, ""), (two.StatusCode, await TextOf(two)));
    }
}
