using System.Text.Json.Nodes;
using Hotstack.Contract.Clouds;
using Hotstack.Deployments;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Remove;
using Hotstack.SnapSets.Test;
using Xunit;

namespace Hotstack.Contract.SnapSets;

/// <summary>A whole set, from the running deployment to its removal, and what is refused.</summary>
public abstract class SnapSetTests(ContractCloud on) : ContractTests(on)
{
    [ContractFact]
    public async Task A_running_deployment_becomes_a_set_and_runs_again()
    {
        await On.Deployment.ActivateAsync(Stop);

        SnapSet made = await CreateAsync(OfStack with { StopServers = true, StartServers = true, Facts = new() { Scenario = "contract" } });

        Assert.Equal(SnapSetState.Complete, made.State);
        Assert.Empty(made.Problems);
        Assert.Equal([Controller.Name, Master.Name], made.Members.Select(m => m.Name));
        Assert.Equal([Controller.MacAddress, Master.MacAddress], made.Members.Select(m => m.MacAddress));
        Assert.True(made.Size > 0);
        foreach (Instance instance in On.Deployment.Instances)
        {
            Assert.Equal("ACTIVE", (await Cloud.Compute.GetServerAsync(instance.Id, Stop)).Status);
        }

        SnapSet found = await FindAsync(made.Id);
        Assert.Equal(SnapSetState.Complete, found.State);
        Assert.Equal((On.StackName, "contract"), (found.StackName, found.Scenario));
        Assert.Equal(await Cloud.GetProjectIdAsync(Stop), found.ProjectId);
        Assert.Equal(made.Members.Select(m => m.ImageId), found.Members.Select(m => m.ImageId));
        Assert.InRange(found.Age, TimeSpan.Zero, TimeSpan.FromMinutes(5));

        IReadOnlyList<SnapSetFinding> findings = await new TestSnapSet(Cloud).RunAsync(made.Id, Stop);
        Assert.All(findings.Where(f => f.Check != "Revivable"), finding => Assert.Equal(SnapSetCheckResult.Passed, finding.Result));

        Assert.NotNull(await new RemoveSnapSet(Cloud).RunAsync(made.Id, force: false, On.Activity, Yes, Stop));
        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => FindAsync(made.Id));
        Assert.Equal("SnapSetNotFound", e.Id);
        foreach (SnapSetMember member in made.Members)
        {
            Assert.Null(await Cloud.Images.FindAsync(member.ImageId, Stop));
        }
    }

    [ContractFact]
    public async Task A_running_deployment_is_refused_with_all_that_is_wrong()
    {
        await On.Deployment.ActivateAsync(Stop);
        Instance stranger = Master with { Name = "stranger", Id = Guid.NewGuid().ToString() };

        var e = await Assert.ThrowsAsync<ViolationsException>(() => CreateAsync(OfStack with
        {
            Source = new InstanceSource { Instances = [.. On.Deployment.Instances, stranger] },
        }));

        Assert.Equal("SnapSetDataInvalid", e.Id);
        Assert.Equal(3, e.Violations.Count);
        Assert.Contains(e.Violations, v => v.Contains($"{Controller.Id} is ACTIVE", StringComparison.Ordinal));
        Assert.Contains(e.Violations, v => v.Contains($"{Master.Id} is ACTIVE", StringComparison.Ordinal));
        Assert.Contains(e.Violations, v => v.Contains($"no server {stranger.Id}", StringComparison.Ordinal));
    }

    [ContractFact]
    public async Task A_MAC_address_that_is_not_the_servers_own_is_refused()
    {
        await On.Deployment.ShutOffAsync(Stop);
        Instance[] swapped = [Controller with { MacAddress = Master.MacAddress }, Master];

        var e = await Assert.ThrowsAsync<ViolationsException>(
            () => CreateAsync(OfStack with { Source = new InstanceSource { Instances = swapped } }));

        string violation = Assert.Single(e.Violations);
        Assert.Contains(Master.MacAddress, violation, StringComparison.Ordinal);
        Assert.Contains(Controller.MacAddress, violation, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task A_busy_server_is_refused()
    {
        await On.Deployment.ShutOffAsync(Stop);
        string image = On.Belongings.AddImage(
            await Cloud.Compute.CreateImageAsync(Master.Id, "contract-busy", new Dictionary<string, string>(), Stop));

        var e = await Assert.ThrowsAsync<ViolationsException>(() => CreateAsync(OfStack));

        Assert.Contains($"{Master.Id} is busy (image_", Assert.Single(e.Violations), StringComparison.Ordinal);
        await ActiveAsync(image);
    }

    [ContractFact]
    public async Task A_locked_server_is_not_stopped_and_the_others_run_again()
    {
        await On.Deployment.ActivateAsync(Stop);
        await ActAsync("lock");
        try
        {
            var e = await Assert.ThrowsAnyAsync<HotstackException>(
                () => CreateAsync(OfStack with { StopServers = true, StartServers = true }));

            Assert.Equal("ServerBusy", e.Id);
            Assert.Contains("is locked", e.Message, StringComparison.Ordinal);
            Assert.Equal("ACTIVE", (await On.Deployment.IdleAsync(Controller, Stop)).Status);
            Assert.Equal("ACTIVE", (await On.Deployment.IdleAsync(Master, Stop)).Status);
        }
        finally
        {
            await ActAsync("unlock");
        }

        async Task ActAsync(string action) => Assert.Equal(202, (await Raw.PostAsync(
            "compute", $"servers/{Controller.Id}/action", new JsonObject { [action] = null }, Stop)).Status);
    }

    [ContractFact]
    public async Task The_latest_is_the_newest_that_can_be_used()
    {
        await On.Deployment.ShutOffAsync(Stop);
        SnapSet made = await CreateAsync(OfStack);
        await AddImageAsync("hotstack-controller-snapshot-half", TagsOf(Controller, "half"));

        SnapSet latest = Assert.Single(await new GetSnapSets(Cloud).RunAsync(new GetSnapSetsRequest { Latest = true }, Stop));

        Assert.Equal(made.Id, latest.Id);
        Assert.Equal(SnapSetState.Incomplete, (await FindAsync("half")).State);
    }

    [ContractFact]
    public async Task A_protected_set_is_removed_only_by_force()
    {
        await On.Deployment.ShutOffAsync(Stop);
        SnapSet made = await CreateAsync(OfStack);
        await Cloud.Images.SetProtectedAsync(made.Members[1].ImageId, true, Stop);

        var e = await Assert.ThrowsAnyAsync<HotstackException>(
            () => new RemoveSnapSet(Cloud).RunAsync(made.Id, force: false, On.Activity, Yes, Stop));

        Assert.Equal("ImageProtected", e.Id);
        Assert.Equal(2, (await FindAsync(made.Id)).Members.Count);
        await new RemoveSnapSet(Cloud).RunAsync(made.Id, force: true, On.Activity, Yes, Stop);
        Assert.Empty(await RawImagesAsync($"hotstack_snap_id={made.Id}"));
    }

    [ContractFact]
    public async Task A_server_booted_from_a_member_does_not_add_its_snapshots_to_the_set()
    {
        await On.Deployment.ShutOffAsync(Stop);
        SnapSet made = await CreateAsync(OfStack);
        string restored = await On.BootAsync(made.Members[1].ImageId, Stop);

        string image = On.Belongings.AddImage(
            await Cloud.Compute.CreateImageAsync(restored, "contract-of-restored", new Dictionary<string, string>(), Stop));

        await ActiveAsync(image);
        JsonNode inherited = (await RawImagesAsync($"hotstack_snap_id={made.Id}")).Single(i => (string)i["id"]! == image);
        Assert.Equal(Master.Id, (string?)inherited["hotstack_source_uuid"]);
        Assert.Equal(restored, (string?)inherited["instance_uuid"]);
        SnapSet found = await FindAsync(made.Id);
        Assert.Equal(SnapSetState.Complete, found.State);
        Assert.Equal(made.Members.Select(m => m.ImageId), found.Members.Select(m => m.ImageId));
        await new RemoveSnapSet(Cloud).RunAsync(made.Id, force: false, On.Activity, Yes, Stop);
        Assert.NotNull(await Cloud.Images.FindAsync(image, Stop));
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxSnapSetTests(SandboxContractCloud on) : SnapSetTests(on), IClassFixture<SandboxContractCloud>;

[Trait("Contract", "Lab"), Collection(LabCollection.Name)]
public sealed class LabSnapSetTests(LabCloud on) : SnapSetTests(on), IOnLab;
