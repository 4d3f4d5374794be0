using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Sandbox;

public class ImageTests : SandboxTest
{
    private const string Images = "/image/v2/images";
    private const string PatchType = "application/openstack-images-v2.1-json-patch";

    [Fact]
    public async Task Several_tags_must_all_be_there_without_regard_to_case()
    {
        Cloud.AddImage("both", tags: ["a", "snap_id=AbC"]);
        Cloud.AddImage("one", tags: ["a"]);
        Assert.Equal(["both"], await ImageNamesAsync("tag=a&tag=snap_id%3DaBc%20"));
        Assert.Equal(2, (await ImageNamesAsync("tag=A")).Length);
    }

    [Fact]
    public async Task The_next_link_loses_the_prefix_and_all_tags_but_the_last()
    {
        Cloud.AddImage("x", tags: ["a", "b"]);
        var page = await GetAsync(Images + "?tag=a&tag=b&limit=1");
        var id = (string?)page["images"]![0]!["id"];
        Assert.Equal($"/v2/images?tag=b&limit=1&marker={id}", (string?)page["next"]);
        Assert.Null((await GetAsync($"{Images}?tag=a&tag=b&limit=1&marker={id}"))["next"]);
    }

    [Fact]
    public async Task A_page_has_25_images_unless_asked_and_1000_at_most()
    {
        for (var i = 0; i < 30; i++)
        {
            Cloud.AddImage($"image-{i:D2}");
        }

        Assert.Equal(25, (await ImageNamesAsync("")).Length);
        Assert.Equal(43, (await ImageNamesAsync("limit=5000")).Length);
        Assert.Equal(400, (await CallAsync("GET", Images + "?limit=x")).Status);
    }

    [Fact]
    public async Task Others_private_images_are_an_admins_business_only()
    {
        Assert.DoesNotContain("other-private", await ImageNamesAsync(""));
        Cloud.AddUpstreamSnapSet("abcdefgh", project: "other", visibility: "public");
        Assert.Equal(2, (await ImageNamesAsync("tag=hotstack")).Length);
        await BecomeAsync("admin");
        Assert.Contains("other-private", await ImageNamesAsync(""));
    }

    [Fact]
    public async Task Tags_that_differ_only_in_case_cannot_be_replaced()
    {
        var id = Cloud.AddImage("x", tags: ["q", "R"]);
        Assert.Equal(500, (await PatchAsync(id, """[{"op": "replace", "path": "/tags", "value": ["r", "zz"]}]""")).Status);
        Assert.Equal(["R", "r", "zz"], Cloud.ImagesNamed("x").Single().Tags.Order(StringComparer.Ordinal));
        Assert.Equal(500, (await CallAsync("DELETE", $"{Images}/{id}/tags/r")).Status);
    }

    [Fact]
    public async Task Errors_are_JSON_for_who_asks_for_it()
    {
        using var answer = await SendAsync("GET", Images + "/nope", headers: ("Accept", "application/json"));
        var error = await JsonOf(answer);
        Assert.Equal("404 Not Found", (string?)error["code"]);
        Assert.StartsWith("No image found with ID nope<br />", (string?)error["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upstream_set_has_tags_and_no_properties_of_ours()
    {
        var ids = Cloud.AddUpstreamSnapSet("AbC_-d3F", TimeSpan.FromDays(2));
        Assert.Equal(["hotstack-controller-snapshot-AbC_-d3F"], await ImageNamesAsync("tag=hotstack&tag=role%3Dcontroller"));
        var image = await ImageAsync(ids[1]);
        Assert.Contains("snap_id=AbC_-d3F", image["tags"]!.AsArray().Select(t => (string?)t));
        Assert.DoesNotContain(image.AsObject(), p => p.Key.StartsWith("hotstack", StringComparison.Ordinal));
        Assert.Equal("2026-03-12T09:00:00Z", (string?)image["created_at"]);
    }

    private Task<(int Status, JsonNode? Json)> PatchAsync(string id, string body) =>
        CallAsync("PATCH", $"{Images}/{id}", body, PatchType);
}
