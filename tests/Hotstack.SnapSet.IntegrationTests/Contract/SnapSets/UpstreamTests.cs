using System.Text.Json.Nodes;
using Hotstack.Contract.Clouds;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Remove;
using Hotstack.SnapSets.Test;
using Xunit;

namespace Hotstack.Contract.SnapSets;

/// <summary>Upstream's playbooks and we find each other's sets.</summary>
public abstract class UpstreamTests(ContractCloud on) : ContractTests(on)
{
    [ContractFact]
    public async Task Upstreams_two_queries_find_our_set()
    {
        await On.Deployment.ShutOffAsync(Stop);
        SnapSet made = await CreateAsync(OfStack);

        JsonNode[] controllers = await RawImagesAsync("tag=hotstack&tag=role%3Dcontroller");
        JsonNode newest = controllers.MaxBy(i => DateTimeOffset.Parse((string)i["created_at"]!, null))!;
        JsonNode[] masters = await RawImagesAsync($"tag=hotstack&tag=role%3Docp_master&tag=snap_id%3D{made.Id}");

        Assert.Equal(made.Members[0].ImageId, (string?)newest["id"]);
        Assert.Contains($"snap_id={made.Id}", newest["tags"]!.AsArray().Select(tag => (string?)tag));
        Assert.Equal(made.Members[1].ImageId, (string?)Assert.Single(masters)["id"]);
        await AlsoFindAsync(made);
    }

    [ContractFact]
    public async Task A_set_made_upstreams_way_is_found_and_removed()
    {
        await On.Deployment.ShutOffAsync(Stop);
        string id = $"-aB_{Guid.NewGuid():n}"[..8];
        string[] images = await Task.WhenAll(On.Deployment.Instances.Select(instance => CreateUpstreamAsync(instance, id)));

        SnapSet found = await FindAsync(id);

        Assert.Equal(SnapSetState.Unverified, found.State);
        Assert.Null(found.ExpectedMembers);
        Assert.Equal([Controller.Name, Master.Name], found.Members.Select(m => m.Name));
        Assert.Equal([Controller.MacAddress, Master.MacAddress], found.Members.Select(m => m.MacAddress));
        Assert.Equal([Controller.Id, Master.Id], found.Members.Select(m => m.SourceId));
        IReadOnlyList<SnapSetFinding> findings = await new TestSnapSet(Cloud).RunAsync(id, Stop);
        Assert.True(TestSnapSet.IsUsable(findings));
        Assert.Contains(findings, f => f.Result == SnapSetCheckResult.Warning && f.Check == "Counted");
        await new RemoveSnapSet(Cloud).RunAsync(id, force: false, On.Activity, Yes, Stop);
        foreach (string image in images)
        {
            Assert.Null(await Cloud.Images.FindAsync(image, Stop));
        }
    }

    [ContractFact]
    public async Task Ids_that_differ_only_in_case_are_two_sets()
    {
        string lower = $"aB_{Guid.NewGuid():n}"[..8];
        string upper = "Ab" + lower[2..];
        foreach (string id in (string[])[lower, upper])
        {
            foreach (Instance instance in On.Deployment.Instances)
            {
                await AddImageAsync($"hotstack-{instance.Name}-snapshot-{id}", TagsOf(instance, id));
            }
        }

        Assert.Equal(2, (await FindAsync(lower)).Members.Count);
        Assert.Equal(2, (await FindAsync(upper)).Members.Count);
        await new RemoveSnapSet(Cloud).RunAsync(lower, force: false, On.Activity, Yes, Stop);

        SnapSet left = await FindAsync(upper);
        Assert.Equal(2, left.Members.Count);
        Assert.Equal(SnapSetState.Unverified, left.State);
        await Assert.ThrowsAnyAsync<HotstackException>(() => FindAsync(lower));
    }

    /// <summary>With another client than ours.</summary>
    private protected virtual Task AlsoFindAsync(SnapSet set) => Task.CompletedTask;

    /// <summary>A snapshot without metadata, and then one tag after the other.</summary>
    private async Task<string> CreateUpstreamAsync(Instance instance, string snapId)
    {
        RawAnswer answer = await Raw.PostAsync(
            "compute", $"servers/{instance.Id}/action",
            new JsonObject { ["createImage"] = new JsonObject { ["name"] = $"hotstack-{instance.Name}-snapshot-{snapId}" } }, Stop);
        Assert.Equal(202, answer.Status);
        string image = On.Belongings.AddImage(answer.Location!.Split('/')[^1]);
        await ActiveAsync(image);
        foreach (string tag in TagsOf(instance, snapId))
        {
            RawAnswer tagged = await Raw.SendAsync(
                HttpMethod.Put, "image", $"images/{image}/tags/{Uri.EscapeDataString(tag)}", null, Stop);
            Assert.Equal(204, tagged.Status);
        }

        return image;
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxUpstreamTests(SandboxContractCloud on) : UpstreamTests(on), IClassFixture<SandboxContractCloud>;

[Trait("Contract", "Lab"), Collection(LabCollection.Name)]
public sealed class LabUpstreamTests(LabCloud on) : UpstreamTests(on), IOnLab
{
    private protected override async Task AlsoFindAsync(SnapSet set)
    {
        if (await OpenStackSdk.FindLatestAsync(On.Name, Stop) is { } found)
        {
            Assert.Equal($"{set.Id} {set.Members[0].ImageId} {set.Members[1].ImageId}", found);
        }
    }
}
