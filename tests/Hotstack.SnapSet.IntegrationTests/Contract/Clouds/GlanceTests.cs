using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Contract.Clouds;

/// <summary>What Glance takes and refuses, past our client for it.</summary>
public abstract class GlanceTests(ContractCloud on) : ContractTests(on)
{
    private const string PatchType = "application/openstack-images-v2.1-json-patch";

    [ContractFact]
    public async Task A_patch_changes_tags_and_properties_at_once()
    {
        string id = await AddImageAsync("contract-patch", "old", "kept");

        RawAnswer answer = await PatchAsync(id, """
            [{"op": "replace", "path": "/tags", "value": ["kept", "new"]}, {"op": "add", "path": "/hotstack_contract", "value": "v"}]
            """);

        Assert.Equal(200, answer.Status);
        Assert.Equal(["kept", "new"], answer.Json["tags"]!.AsArray().Select(tag => (string)tag!).Order(StringComparer.Ordinal));
        Assert.Equal("v", (string?)answer.Json["hotstack_contract"]);
    }

    [ContractFact]
    public async Task A_wrong_patch_is_refused()
    {
        string id = await AddImageAsync("contract-patch");
        foreach ((string body, int status) in ((string, int)[])
        [
            ("""[{"op": "replace", "path": "/nope", "value": "x"}]""", 409),
            ("""[{"op": "replace", "path": "/status", "value": "active"}]""", 403),
            ("""[{"op": "add", "path": "/tags/-", "value": "x"}]""", 400), ("""[{"op": "add", "path": "/n", "value": 1}]""", 400),
            ("""{"op": "add"}""", 400),
        ])
        {
            Assert.Equal((body, status), (body, (await PatchAsync(id, body)).Status));
        }

        Assert.Equal(415, (await PatchAsync(id, """[{"op": "add", "path": "/p", "value": "x"}]""", "application/json")).Status);
    }

    [ContractFact]
    public async Task A_tag_is_a_segment_of_the_path()
    {
        string tags = $"images/{await AddImageAsync("contract-tag")}/tags";
        foreach ((string tag, int status) in ((string, int)[])
        [
            ("mac_address=fa:16:3e", 204), ("mac_address=fa:16:3e", 204), ("a%2Fb", 404),
            (new string('x', 255), 204), (new string('x', 256), 400),
        ])
        {
            Assert.Equal((tag, status), (tag, (await Raw.SendAsync(HttpMethod.Put, "image", $"{tags}/{tag}", null, Stop)).Status));
        }

        Assert.Equal(404, (await Raw.DeleteAsync("image", $"{tags}/nope", Stop)).Status);
    }

    [ContractFact]
    public async Task Filters_of_a_wrong_form_are_refused()
    {
        foreach ((string query, int status) in ((string, int)[])
        [
            ("protected=x", 400), ("member_status=x", 400), ("limit=x", 400), ("protected=False", 400), ("protected=false", 200),
        ])
        {
            Assert.Equal((query, status), (query, (await Raw.GetAsync("image", $"images?{query}", Stop)).Status));
        }
    }

    [ContractFact]
    public async Task Filters_select_by_status_size_and_property()
    {
        string id = await AddImageAsync("contract-filter");
        Assert.Equal(200, (await PatchAsync(id, $$"""[{"op": "add", "path": "/hotstack_contract", "value": "{{id}}"}]""")).Status);
        foreach ((string query, bool isFound) in ((string, bool)[])
        [
            ("status=in:active,queued", true), ("status=in:queued", false), ("size_min=1", true), ("size_max=1", false),
            ("owner=nobody", false),
        ])
        {
            Assert.Equal((query, isFound), (query, (await RawImagesAsync($"hotstack_contract={id}&{query}")).Length == 1));
        }
    }

    [ContractFact]
    public async Task Images_are_sorted_as_asked()
    {
        string tag = $"contract-{Guid.NewGuid():n}"[..20];
        string b = await AddImageAsync("contract-b", tag);
        string a = await AddImageAsync("contract-a", tag);

        Assert.Equal([a, b], (await RawImagesAsync($"tag={tag}&sort=name:asc")).Select(image => (string)image["id"]!));
        Assert.Equal([b, a], (await RawImagesAsync($"tag={tag}&sort=name:desc")).Select(image => (string)image["id"]!));
    }

    [ContractFact]
    public async Task What_is_uploaded_comes_back()
    {
        string id = await AddImageAsync("contract-upload");

        RawAnswer answer = await Raw.GetAsync("image", $"images/{id}/file", Stop);

        Assert.Equal((200, "contract"), (answer.Status, answer.Text));
    }

    [ContractFact]
    public async Task An_image_without_data_has_an_empty_file()
    {
        RawAnswer made = await Raw.PostAsync("image", "images", new JsonObject { ["name"] = "contract-empty" }, Stop);
        string id = On.Belongings.AddImage((string)made.Json["id"]!);

        Assert.Equal(204, (await Raw.GetAsync("image", $"images/{id}/file", Stop)).Status);
    }

    [ContractFact]
    public async Task An_error_is_text_for_who_accepts_nothing_else()
    {
        RawAnswer answer = await Raw.GetAsync("image", "images/nope", Stop);

        Assert.Equal(404, answer.Status);
        Assert.StartsWith("404 Not Found\n\n", answer.Text, StringComparison.Ordinal);
        Assert.Contains("No image found with ID nope", answer.Text, StringComparison.Ordinal);
    }

    private Task<RawAnswer> PatchAsync(string id, string body, string mediaType = PatchType)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return Raw.SendAsync(HttpMethod.Patch, "image", $"images/{id}", content, Stop);
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxGlanceTests(SandboxContractCloud on) : GlanceTests(on), IClassFixture<SandboxContractCloud>;

[Trait("Contract", "Lab"), Collection(LabCollection.Name)]
public sealed class LabGlanceTests(LabCloud on) : GlanceTests(on), IOnLab;
