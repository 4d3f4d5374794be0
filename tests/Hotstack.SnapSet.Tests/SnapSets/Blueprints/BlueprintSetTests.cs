using System.Text;
using System.Text.Json;
using Hotstack.Deployments;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Marks;
using Hotstack.SnapSets.Remove;
using Hotstack.SnapSets.Test;
using Xunit;

namespace Hotstack.SnapSets.Blueprints;

/// <summary>The blueprint as a part of a set: made, found, tested, resumed and removed with it.</summary>
public sealed class BlueprintSetTests : SnapSetFixture
{
    [Fact]
    public async Task A_set_of_a_stack_keeps_what_made_it_in_one_private_image()
    {
        SnapSet set = await FrozenAsync();

        Assert.True(set.HasBlueprint);
        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Equal(6, set.Members.Count);
        Hotstack.Sandbox.Imaging.Image image = Assert.Single(Blueprints);
        Assert.Equal("private", image.Visibility);
        Assert.Equal(["hotstack", "hotstack-snapset", "name=blueprint", "role=blueprint", $"snap_id={set.Id}"], image.Tags.Order(StringComparer.Ordinal));
        using JsonDocument document = JsonDocument.Parse(Data(image));
        Assert.Equal("hotstack-blueprint", document.RootElement.GetProperty("format").GetString());
        Assert.True(document.RootElement.GetProperty("template").GetProperty("resources").TryGetProperty("master0", out _));
        Assert.Equal("agent", document.RootElement.GetProperty("outputs").GetProperty("ocp_installer_type").GetString());
        Assert.All(SetImages, member => Assert.Equal("1", member.Properties["hotstack_blueprint"]));
        SnapSet found = Assert.Single(await FindAsync());
        Assert.True(found.HasBlueprint);
        Assert.Equal(set.Members.Select(m => m.ImageId), found.Members.Select(m => m.ImageId));
    }

    [Fact]
    public async Task Queries_by_upstreams_roles_do_not_see_it()
    {
        SnapSet set = await FrozenAsync();

        string[] controllers = await TaggedAsync("hotstack", "role=controller");
        string[] masters = await TaggedAsync("hotstack", "role=ocp_master", $"snap_id={set.Id}");

        Assert.Equal(set.Members.Where(m => m.Role == "controller").Select(m => m.ImageId), controllers);
        Assert.Equal(set.Members.Where(m => m.Role == "ocp_master").Select(m => m.ImageId).Order(), masters.Order());
    }

    [Fact]
    public async Task NoBlueprint_and_servers_without_a_stack_make_a_set_as_before()
    {
        Sandbox.Cloud.StopServers();
        SnapSet without = await CreatedAsync(OfStack with { NoBlueprint = true });
        Instance[] loose = [.. (await InstancesAsync("controller", "master0")).Select(instance => instance with { StackName = null })];
        SnapSet servers = await CreatedAsync(new() { Source = new InstanceSource { Instances = loose } });

        Assert.All(new[] { without, servers }, set => Assert.False(set.HasBlueprint));
        Assert.Empty(Blueprints);
        Assert.All(SetImages, image => Assert.Equal("", image.Properties["hotstack_blueprint"]));
        Assert.DoesNotContain(await TestAsync(without), finding => finding.Check == "Blueprint");
    }

    [Theory]
    [InlineData("/template$")]
    [InlineData("/environment$")]
    [InlineData("/files$")]
    public async Task A_Heat_that_refuses_costs_a_warning_and_not_the_set(string path)
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "orchestration", Path = path, Status = 403, Times = 0 });

        SnapSet set = await FrozenAsync();

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.False(set.HasBlueprint);
        Assert.Contains(Activity.Warnings, warning => warning.Contains("gets no blueprint", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(500)]
    public async Task A_stack_that_Heat_does_not_show_costs_a_warning_and_not_the_set(int status)
    {
        Sandbox.Cloud.StopServers();
        Instance[] instances = [.. (await InstancesAsync()).Select(instance => instance with { StackName = StackName })];
        Sandbox.Faults.Add(new Fault
        {
            Kind = FaultKind.Status, Service = "orchestration", Method = "GET", Path = $"/stacks/{StackName}", Status = status, Times = 0,
        });

        SnapSet set = await CreatedAsync(new() { Source = new InstanceSource { Instances = instances } });

        Assert.Equal((SnapSetState.Complete, false), (set.State, set.HasBlueprint));
        Assert.Contains(Activity.Warnings, warning => warning.Contains("gets no blueprint", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_blueprint_that_cannot_be_stored_fails_the_set_before_any_image()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "image", Method = "PUT", Path = "/file$", Status = 413, Times = 0 });

        await Assert.ThrowsAnyAsync<SnapSetFailedException>(() => FrozenAsync());

        Assert.Empty(SetImages);
        Assert.Empty(Blueprints);
    }

    [Fact]
    public async Task A_rollback_deletes_it()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "master1" });

        await Assert.ThrowsAnyAsync<SnapSetFailedException>(() => FrozenAsync());

        Assert.Empty(Blueprints);
    }

    [Fact]
    public async Task A_blueprint_that_cannot_be_deleted_is_named()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "image", Method = "PUT", Path = "/file$", Status = 413, Times = 0 });
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "image", Method = "DELETE", Status = 403, Times = 0 });

        var e = await Assert.ThrowsAnyAsync<SnapSetFailedException>(() => FrozenAsync());

        Assert.Equal(Assert.Single(Blueprints).Id, Assert.Single(e.Leftovers).Id);
        Assert.Contains(Assert.Single(Blueprints).Id, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_rollback_deletes_a_blueprint_that_could_not_be_deleted_at_first()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "image", Method = "PUT", Path = "/file$", Status = 413, Times = 0 });
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "image", Method = "DELETE", Status = 403, Times = 1 });

        var e = await Assert.ThrowsAnyAsync<SnapSetFailedException>(() => FrozenAsync());

        Assert.Empty(e.Leftovers);
        Assert.Empty(Blueprints);
    }

    [Fact]
    public async Task A_rollback_leaves_the_blueprint_of_another_run()
    {
        SnapSet set = await FrozenAsync();
        await Cloud.Images.DeleteAsync(Assert.Single(Blueprints).Id, Stop);
        NewSnapSetPlan plan = await new NewSnapSetPlanner(Cloud).PlanAsync(new() { ResumeId = set.Id }, Activity, Stop);
        BlueprintImage other = await new BlueprintStore(Cloud).WriteAsync(plan.Blueprint!.Read!, plan.Members.Count, plan.Facts, null, Stop);
        Clock.Advance(TimeSpan.FromSeconds(10));
        var order = new BlueprintOrder(Cloud, plan, Activity);
        await order.RunAsync(Stop);
        await order.TagAsync(Stop);

        Assert.Empty(await order.RollBackAsync(Stop));

        Assert.Equal(other.Image.Id, Assert.Single(Blueprints).Id);
    }

    [Fact]
    public async Task A_set_without_the_announced_blueprint_is_incomplete_and_Resume_makes_it()
    {
        SnapSet set = await FrozenAsync();
        await Cloud.Images.DeleteAsync(Assert.Single(Blueprints).Id, Stop);

        SnapSet found = Assert.Single(await FindAsync());
        Assert.Equal(SnapSetState.Incomplete, found.State);
        Assert.Equal(["its blueprint is missing"], found.Problems);
        Assert.Contains(await TestAsync(set), finding => finding is { Check: "Blueprint", Result: SnapSetCheckResult.Failed });

        SnapSet again = await CreatedAsync(new() { ResumeId = set.Id });
        Assert.Equal(SnapSetState.Complete, again.State);
        Assert.True(Assert.Single(await FindAsync()).HasBlueprint);
        Assert.Equal(set.Members.Select(m => m.ImageId).Order(), again.Members.Select(m => m.ImageId).Order());
    }

    [Fact]
    public async Task Resume_without_a_blueprint_completes_the_set_without_it()
    {
        SnapSet set = await FrozenAsync();
        await Cloud.Images.DeleteAsync(Assert.Single(Blueprints).Id, Stop);

        await CreatedAsync(new() { ResumeId = set.Id, NoBlueprint = true });

        SnapSet found = Assert.Single(await FindAsync());
        Assert.Equal((SnapSetState.Complete, false), (found.State, found.HasBlueprint));
    }

    [Fact]
    public async Task Resume_without_a_blueprint_needs_no_servers()
    {
        SnapSet set = await FrozenAsync();
        await Cloud.Images.DeleteAsync(Assert.Single(Blueprints).Id, Stop);
        await Cloud.Stacks.DeleteAsync((await Cloud.Stacks.FindAsync(StackName, Stop))!, Stop);
        await Poll.UntilAsync(
            async token => await Cloud.Stacks.FindAsync(StackName, token) is null, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10), Clock, Stop);

        SnapSet settled = await CreatedAsync(new() { ResumeId = set.Id, NoBlueprint = true, Facts = new() { Description = "kept" } });

        Assert.Equal((SnapSetState.Complete, false, "kept"), (settled.State, settled.HasBlueprint, settled.Description));
        Assert.Equal(set.Members.Select(m => m.ImageId), Assert.Single(await FindAsync()).Members.Select(m => m.ImageId));
    }

    [Fact]
    public async Task Resume_without_a_blueprint_asks_first()
    {
        SnapSet set = await FrozenAsync();
        await Cloud.Images.DeleteAsync(Assert.Single(Blueprints).Id, Stop);
        string? asked = null;

        SnapSet? settled = await new NewSnapSet(Cloud).RunAsync(
            new() { ResumeId = set.Id, NoBlueprint = true }, Activity,
            (_, action) =>
            {
                asked = action.ToString();
                return Task.FromResult(false);
            },
            Stop);

        Assert.Null(settled);
        Assert.Equal("Complete it without its blueprint", asked);
        Assert.All(SetImages, member => Assert.Equal("1", member.Properties["hotstack_blueprint"]));
    }

    [Fact]
    public async Task A_set_whose_blueprint_is_protected_is_protected()
    {
        await FrozenAsync();

        Assert.Single(Blueprints).Protected = true;

        Assert.True(Assert.Single(await FindAsync()).IsProtected);
    }

    [Fact]
    public async Task A_resumed_set_keeps_the_blueprint_of_the_first_run()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "master1" });
        var e = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(OfStack with { KeepPartial = true }));
        string image = Assert.Single(Blueprints).Id;

        SnapSet set = await CreatedAsync(new() { ResumeId = e.SnapSetId });

        Assert.True(set.HasBlueprint);
        Assert.Equal(image, Assert.Single(Blueprints).Id);
    }

    [Fact]
    public async Task A_set_that_is_only_a_blueprint_is_listed_and_removed()
    {
        SnapSet set = await FrozenAsync();
        foreach (SnapSetMember member in set.Members)
        {
            await Cloud.Images.DeleteAsync(member.ImageId, Stop);
        }

        SnapSet found = Assert.Single(await FindAsync());
        Assert.Equal((set.Id, SnapSetState.Incomplete, 0), (found.Id, found.State, found.Members.Count));
        Assert.Equal((6, StackName), (found.ExpectedMembers, found.StackName));

        await new RemoveSnapSet(Cloud).RunAsync(set.Id, force: false, Activity, Yes, Stop);
        Assert.Empty(Blueprints);
    }

    [Fact]
    public async Task Removing_a_set_removes_it_and_says_so()
    {
        SnapSet set = await FrozenAsync();
        string asked = "";

        await new RemoveSnapSet(Cloud).RunAsync(
            set.Id, force: false, Activity,
            (_, action) =>
            {
                asked = action.ToString();
                return Task.FromResult(true);
            },
            Stop);

        Assert.Equal("Delete 6 images and the blueprint", asked);
        Assert.Empty(Blueprints);
        Assert.Empty(SetImages);
    }

    [Fact]
    public async Task Test_reads_it()
    {
        SnapSet set = await FrozenAsync();

        SnapSetFinding finding = Assert.Single(await TestAsync(set), one => one.Check == "Blueprint");

        Assert.Equal(SnapSetCheckResult.Passed, finding.Result);
        Assert.Contains(StackName, finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_finds_one_that_others_see()
    {
        SnapSet set = await FrozenAsync();
        Assert.Single(Blueprints).Visibility = "community";

        SnapSetFinding finding = Assert.Single(await TestAsync(set), one => one.Check == "Blueprint");

        Assert.Equal(SnapSetCheckResult.Failed, finding.Result);
        Assert.Contains("private", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_finds_altered_data()
    {
        SnapSet set = await FrozenAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.AlterByte, Service = "image", Method = "GET", Path = "/file$", Times = 0 });

        SnapSetFinding finding = Assert.Single(await TestAsync(set), one => one.Check == "Blueprint");

        Assert.Equal(SnapSetCheckResult.Failed, finding.Result);
        Assert.Contains("SHA-256", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_answer_of_the_upload_makes_no_second_image()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.LostAnswer, Service = "image", Method = "PUT", Path = "/file$", Times = 1 });

        SnapSet set = await FrozenAsync();

        Assert.True(set.HasBlueprint);
        Assert.Single(Blueprints);
    }

    private async Task<SnapSet> FrozenAsync()
    {
        Sandbox.Cloud.StopServers();
        return await CreatedAsync();
    }

    private async Task<IReadOnlyList<SnapSetFinding>> TestAsync(SnapSet set) => await new TestSnapSet(Cloud).RunAsync(set.Id, Stop);

    private async Task<string[]> TaggedAsync(params string[] tags) =>
        [.. (await Cloud.Images.ListAsync(tags.Select(tag => KeyValuePair.Create("tag", tag)), Stop)).Select(image => image.Id)];

    private static string Data(Hotstack.Sandbox.Imaging.Image image)
    {
        byte[] bytes = new byte[(int)image.Size!];
        for (int at = 0; at < bytes.Length;)
        {
            at += image.Data!.Read(at, bytes.AsSpan(at));
        }

        return Encoding.UTF8.GetString(bytes);
    }
}
