using Xunit;

namespace Hotstack.SnapSets;

public sealed class FindInstancesTests : SnapSetFixture
{
    private FindInstances Find => new(Cloud);

    [Fact]
    public async Task A_stack_lists_its_instances_with_their_servers_state()
    {
        IReadOnlyList<Instance> found = await Find.RunAsync(new InstanceSource { StackName = StackName }, Activity, Stop);

        Assert.Equal(AllNames, found.Select(i => i.Name).Order());
        Instance controller = found.Single(i => i.Name == "controller");
        Assert.Equal("controller", controller.Role);
        Assert.Equal("fa:16:9e:81:f6:05", controller.MacAddress);
        Assert.Equal(["fa:16:9e:81:f6:05"], controller.MacAddresses);
        Assert.Equal("ACTIVE", controller.Status);
        Assert.Null(controller.TaskState);
        Assert.Equal("hotstack.small", controller.Flavor);
        Assert.NotNull(controller.Image);
        Assert.Equal(StackName, controller.StackName);
        Assert.Equal("sandbox", controller.Cloud);
    }

    [Fact]
    public async Task Servers_are_found_by_name_and_by_id()
    {
        string id = Sandbox.Cloud.Server("master0").Id;

        IReadOnlyList<Instance> found = await Find.RunAsync(
            new InstanceSource { Servers = ["controller", id], Roles = ["controller", "ocp_master"] }, Activity, Stop);

        Assert.Equal(["controller", "master0"], found.Select(i => i.Name));
        Assert.Equal(["controller", "ocp_master"], found.Select(i => i.Role));
        Assert.Equal(id, found[1].Id);
    }

    [Fact]
    public async Task One_role_serves_for_all_servers_and_three_for_two_are_an_error()
    {
        IReadOnlyList<Instance> found = await Find.RunAsync(
            new InstanceSource { Servers = ["master0", "master1"], Roles = ["ocp_master"] }, Activity, Stop);
        var e = await Assert.ThrowsAsync<HotstackException>(() => Find.RunAsync(
            new InstanceSource { Servers = ["master0", "master1"], Roles = ["a", "b", "c"] }, Activity, Stop));

        Assert.All(found, i => Assert.Equal("ocp_master", i.Role));
        Assert.Equal("RoleMissing", e.Id);
    }

    [Fact]
    public async Task A_name_that_no_server_has_is_an_error()
    {
        var e = await Assert.ThrowsAsync<HotstackException>(() => Find.RunAsync(
            new InstanceSource { Servers = ["master"], Roles = ["ocp_master"] }, Activity, Stop));

        Assert.Equal("ServerNotFound", e.Id);
        Assert.Equal("master", e.Target);
    }

    [Fact]
    public async Task An_instance_whose_server_is_gone_is_shown_as_such_and_warned_of()
    {
        Sandbox.Cloud.RemoveServer("worker1");

        IReadOnlyList<Instance> found = await Find.RunAsync(new InstanceSource { StackName = StackName }, Activity, Stop);

        Assert.Equal("NotFound", found.Single(i => i.Name == "worker1").Status);
        Assert.Contains("worker1", Assert.Single(Activity.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stack_that_does_not_exist_is_an_error()
    {
        var e = await Assert.ThrowsAsync<HotstackException>(
            () => Find.RunAsync(new InstanceSource { StackName = "hs-none" }, Activity, Stop));

        Assert.Equal("StackNotFound", e.Id);
        Assert.Equal(ErrorCause.NotFound, e.Cause);
    }

    [Theory]
    [InlineData(null, null, "StackOutputMissing")]
    [InlineData(null, "The Referenced Attribute (x) is incorrect.", "StackOutputFailed")]
    [InlineData("null", null, "StackOutputMissing")]
    [InlineData("\"text\"", null, "SnapSetDataInvalid")]
    public async Task A_stack_without_a_usable_output_says_what_it_has(string? json, string? error, string id)
    {
        Sandbox.Cloud.SetStackOutput(StackName, "snapset_data", json, error);

        var e = await Assert.ThrowsAnyAsync<HotstackException>(
            () => Find.RunAsync(new InstanceSource { StackName = StackName }, Activity, Stop));

        Assert.Equal(id, e.Id);
        if (id == "StackOutputMissing")
        {
            Assert.Contains("controller_floating_ip", e.Message, StringComparison.Ordinal);
        }
    }
}
