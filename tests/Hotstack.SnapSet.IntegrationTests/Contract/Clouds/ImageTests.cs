using System.Text.Json.Nodes;
using Hotstack.OpenStack.Imaging;
using Xunit;

namespace Hotstack.Contract.Clouds;

/// <summary>Images: listed, tagged, protected, deleted.</summary>
public abstract class ImageTests(ContractCloud on) : ContractTests(on)
{
    private readonly string _tag = $"contract-{Guid.NewGuid():n}"[..20];

    [ContractFact]
    public async Task Several_tags_must_all_be_there()
    {
        string both = await AddImageAsync("contract-both", _tag, "role=controller");
        string one = await AddImageAsync("contract-one", _tag);

        Assert.Equal([both], Ids(await ListAsync(new("tag", _tag), new("tag", "role=controller"))));
        Assert.Equal(Sorted(both, one), Ids(await ListAsync(new KeyValuePair<string, string>("tag", _tag))));
        Assert.Empty(await ListAsync(new("tag", _tag), new("tag", "role=nobody")));
    }

    [ContractFact]
    public async Task Properties_and_owner_select()
    {
        string project = (await Cloud.GetProjectIdAsync(Stop))!;
        RawAnswer answer = await Raw.PostAsync(
            "image", "images", new JsonObject { ["name"] = "contract-property", ["hotstack_contract"] = _tag }, Stop);
        string id = On.Belongings.AddImage((string)answer.Json["id"]!);

        Image image = Assert.Single(await ListAsync(new("hotstack_contract", _tag), new("owner", project)));

        Assert.Equal(id, image.Id);
        Assert.Equal("queued", image.Status);
        Assert.Equal(_tag, image.Properties["hotstack_contract"]);
        Assert.Empty(await ListAsync(new("hotstack_contract", _tag), new("owner", new string('0', 32))));
        Assert.Empty(await ListAsync(new KeyValuePair<string, string>("hotstack_contract", "other")));
    }

    [ContractFact]
    public async Task Pages_asked_for_by_limit_and_marker_hold_every_image_once()
    {
        string[] made = await Task.WhenAll(Enumerable.Range(0, 5)
            .Select(i => AddImageAsync($"contract-page-{i}", _tag, "contract-second")));
        string query = $"tag={_tag}&tag=contract-second&limit=2";
        var seen = new List<string>();
        JsonNode page = (await Raw.GetAsync("image", $"images?{query}", Stop)).Json;
        while (true)
        {
            seen.AddRange(page["images"]!.AsArray().Select(image => (string)image!["id"]!));
            if (page["next"] is null || seen.Count > made.Length)
            {
                break;
            }

            page = (await Raw.GetAsync("image", $"images?{query}&marker={seen[^1]}", Stop)).Json;
        }

        Assert.Equal(Sorted(made), Sorted([.. seen]));
    }

    [ContractFact]
    public async Task Tags_are_replaced_in_one_call()
    {
        string id = await AddImageAsync("contract-tags", "old", "kept");
        string[] tags = ["hotstack", "kept", $"snap_id={_tag}", "mac_address=fa:16:9e:81:f6:05", "name=ünï côde"];

        Image image = await Cloud.Images.ReplaceTagsAsync(id, tags, Stop);

        Assert.Equal(Sorted(tags), Sorted([.. image.Tags]));
        Assert.Equal(Sorted(tags), Sorted([.. (await Cloud.Images.FindAsync(id, Stop))!.Tags]));
        image = await Cloud.Images.ReplaceTagsAsync(id, tags, Stop);
        Assert.Equal(Sorted(tags), Sorted([.. image.Tags]));
        Assert.Equal([id], Ids(await ListAsync(new("tag", "name=ünï côde"), new("tag", $"snap_id={_tag}"))));
    }

    [ContractFact]
    public async Task A_list_continues_after_an_image_that_its_filter_does_not_match()
    {
        await Task.WhenAll(Enumerable.Range(0, 3).Select(i => AddImageAsync($"contract-marker-{i}", _tag)));
        string[] order = [.. (await ListAsync(new KeyValuePair<string, string>("tag", _tag))).Select(image => image.Id)];
        await Cloud.Images.ReplaceTagsAsync(order[0], [_tag, "contract-chosen"], Stop);
        await Cloud.Images.ReplaceTagsAsync(order[2], [_tag, "contract-chosen"], Stop);

        JsonNode page = (await Raw.GetAsync("image", $"images?tag={_tag}&tag=contract-chosen&marker={order[1]}", Stop)).Json;

        Assert.Equal([order[2]], page["images"]!.AsArray().Select(image => (string)image!["id"]!));
    }

    [ContractFact]
    public async Task A_protected_image_is_not_deleted()
    {
        string id = await AddImageAsync("contract-protected");
        await Cloud.Images.SetProtectedAsync(id, true, Stop);

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => Cloud.Images.DeleteAsync(id, Stop));

        Assert.Equal("ImageForbidden", e.Id);
        Assert.Equal(ErrorCause.Forbidden, e.Cause);
        Assert.True((await Cloud.Images.FindAsync(id, Stop))!.IsProtected);
        await Cloud.Images.SetProtectedAsync(id, false, Stop);
        await Cloud.Images.DeleteAsync(id, Stop);
        Assert.Null(await Cloud.Images.FindAsync(id, Stop));
    }

    [ContractFact]
    public async Task To_delete_an_image_twice_is_no_error()
    {
        string id = await AddImageAsync("contract-twice");

        await Cloud.Images.DeleteAsync(id, Stop);
        await Cloud.Images.DeleteAsync(id, Stop);

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => Cloud.Images.ReplaceTagsAsync(id, ["x"], Stop));
        Assert.Equal("ImageNotFound", e.Id);
    }

    [ContractFact]
    public async Task The_base_image_of_others_cannot_be_changed_by_us()
    {
        string project = (await Cloud.GetProjectIdAsync(Stop))!;
        Image? foreign = (await ListAsync(new KeyValuePair<string, string>("visibility", "public"))).FirstOrDefault(
            i => i.Owner != project);
        Assert.SkipWhen(foreign is null, "this cloud has no public image of another project");

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => Cloud.Images.DeleteAsync(foreign!.Id, Stop));
        Assert.Equal("ImageForbidden", e.Id);
        e = await Assert.ThrowsAnyAsync<HotstackException>(() => Cloud.Images.ReplaceTagsAsync(foreign!.Id, ["x"], Stop));
        Assert.Equal("ImageForbidden", e.Id);
    }

    private static string[] Ids(IEnumerable<Image> images) => Sorted([.. images.Select(i => i.Id)]);

    private static string[] Sorted(params string[] texts) => [.. texts.Order(StringComparer.Ordinal)];

    private Task<IReadOnlyList<Image>> ListAsync(params KeyValuePair<string, string>[] filters) => Cloud.Images.ListAsync(filters, Stop);
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxImageTests(SandboxContractCloud on) : ImageTests(on), IClassFixture<SandboxContractCloud>;

[Trait("Contract", "Lab"), Collection(LabCollection.Name)]
public sealed class LabImageTests(LabCloud on) : ImageTests(on), IOnLab;
