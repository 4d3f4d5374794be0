using System.Net;
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

    [Theory]
    [InlineData("protected=x", 400)]
    [InlineData("member_status=x", 400)]
    [InlineData("min_disk=x", 200)]
    [InlineData("protected=False", 200)]
    public async Task Filters_that_make_no_sense_are_refused_where_a_real_cloud_refuses_them(string query, int status) =>
        Assert.Equal(status, (await CallAsync("GET", $"{Images}?{query}")).Status);

    [Fact]
    public async Task Lists_are_sorted_newest_first_or_as_asked()
    {
        Cloud.AddImage("b");
        Clock.Advance(TimeSpan.FromSeconds(1));
        Cloud.AddImage("a");
        Assert.Equal(["a", "b"], (await ImageNamesAsync("")).Take(2));
        Assert.Equal(["a", "b"], (await ImageNamesAsync("sort=name:asc&created_at=gte:2026-03-14T09:00:00Z")).Take(2));
        Assert.Equal(["b", "a"], (await ImageNamesAsync("sort=created_at:asc&created_at=gte:2026-03-14T09:00:00Z")).Take(2));
    }

    [Theory]
    [InlineData("status=in:active,queued&name=mine", 1)]
    [InlineData("status=in:queued&name=mine", 0)]
    [InlineData("color=red", 1)]
    [InlineData("color=blue", 0)]
    [InlineData("visibility=public", 11)]
    [InlineData("owner=nobody", 0)]
    [InlineData("created_at=gt:2026-03-14T09:00:00Z", 0)]
    [InlineData("size_min=1000&name=mine", 1)]
    public async Task Filters(string query, int count)
    {
        Cloud.SetImageProperty(Cloud.AddImage("mine"), "color", "red");
        Assert.Equal(count, (await ImageNamesAsync(query)).Length);
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
    public async Task A_patch_changes_tags_and_properties_at_once()
    {
        var id = Cloud.AddImage("x", tags: ["old", "kept"]);
        var (status, json) = await PatchAsync(id, """
            [{"op": "replace", "path": "/tags", "value": ["kept", "new"]}, {"op": "add", "path": "/p", "value": "v"}, {"op": "replace", "path": "/protected", "value": true}]
            """);
        Assert.Equal(200, status);
        Assert.Equal(["kept", "new"], json!["tags"]!.AsArray().Select(t => (string?)t));
        Assert.Equal("v", (string?)json["p"]);
        Assert.Equal(403, (await CallAsync("DELETE", $"{Images}/{id}")).Status);
    }

    [Theory]
    [InlineData("""[{"op": "replace", "path": "/nope", "value": "x"}]""", 409)]
    [InlineData("""[{"op": "replace", "path": "/status", "value": "active"}]""", 403)]
    [InlineData("""[{"op": "add", "path": "/tags/-", "value": "x"}]""", 400)]
    [InlineData("""[{"op": "add", "path": "/n", "value": 1}]""", 400)]
    [InlineData("""[{"op": "replace", "path": "/visibility", "value": "public"}]""", 403)]
    [InlineData("""{"op": "add"}""", 400)]
    public async Task A_patch_that_is_wrong_changes_nothing(string body, int status)
    {
        var id = Cloud.AddImage("x");
        Assert.Equal(status, (await PatchAsync(id, body)).Status);
        Assert.Equal(415, (await CallAsync("PATCH", $"{Images}/{id}", body)).Status);
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
    public async Task A_tag_is_a_segment_of_the_path()
    {
        var tag = $"{Images}/{Cloud.AddImage("x")}/tags/";
        Assert.Equal(204, (await CallAsync("PUT", tag + "mac_address=fa:16:3e")).Status);
        Assert.Equal(204, (await CallAsync("PUT", tag + "mac_address=fa:16:3e")).Status);
        Assert.Equal(404, (await CallAsync("PUT", tag + "a%2Fb")).Status);
        Assert.Equal(204, (await CallAsync("PUT", tag + new string('x', 255))).Status);
        Assert.Equal(400, (await CallAsync("PUT", tag + new string('x', 256))).Status);
        Assert.Equal(404, (await CallAsync("DELETE", tag + "nope")).Status);
        for (var i = 2; i < 128; i++)
        {
            Assert.Equal(204, (await CallAsync("PUT", tag + i)).Status);
        }

        Assert.Equal(413, (await CallAsync("PUT", tag + "one-more")).Status);
    }

    [Fact]
    public async Task Errors_are_pages()
    {
        using var answer = await SendAsync("GET", Images + "/nope");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("No image found with ID nope", await TextOf(answer), StringComparison.Ordinal);
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
    public async Task Only_the_owner_deletes_and_only_once()
    {
        var (mine, theirs) = (Cloud.AddImage("mine"), Cloud.AddImage("theirs", "other", "public"));
        Assert.Equal(204, (await CallAsync("DELETE", $"{Images}/{mine}")).Status);
        Assert.Equal(404, (await CallAsync("DELETE", $"{Images}/{mine}")).Status);
        Assert.Equal(403, (await CallAsync("DELETE", $"{Images}/{theirs}")).Status);
    }

    [Fact]
    public async Task What_is_uploaded_comes_back()
    {
        var (status, json) = await CallAsync("POST", Images, """{"name": "up", "disk_format": "raw", "container_format": "bare", "tags": ["t"]}""");
        Assert.Equal(201, status);
        var file = $"{Images}/{(string?)json!["id"]}/file";
        Assert.Equal(204, (await CallAsync("GET", file)).Status);
        Assert.Equal(204, (await CallAsync("PUT", file, "hello", "application/octet-stream")).Status);
        using var answer = await SendAsync("GET", file);
        Assert.Equal("hello", await TextOf(answer));
        Assert.Equal("active", Cloud.ImagesNamed("up").Single().Status);
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
