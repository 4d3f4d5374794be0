using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.Deployments;

public sealed class GetInstancesTests : SnapSetFixture
{
    private GetInstances Find => new(Cloud);

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
            new InstanceSource { Servers = [NameOf("controller"), id], Roles = ["controller", "ocp_master"] }, Activity, Stop);

        Assert.Equal([NameOf("controller"), NameOf("master0")], found.Select(i => i.Name));
        Assert.Equal(["controller", "ocp_master"], found.Select(i => i.Role));
        Assert.Equal(id, found[1].Id);
    }

    [Theory]
    [InlineData("ocp_master")]
    [InlineData("ocp_master ocp_master ocp_master")]
    public async Task Each_name_needs_its_own_role(string roles)
    {
        var e = await Assert.ThrowsAsync<HotstackException>(() => Find.RunAsync(
            new InstanceSource { Servers = ["master0", "master1"], Roles = roles.Split(' ') }, Activity, Stop));

        Assert.Equal("RoleMissing", e.Id);
    }

    [Theory]
    [InlineData("mastr*", "ocp_master", "No server in this project matches 'mastr*'.")]
    [InlineData("*-master?-*", "ocp_mastr", "Upstream has no role 'ocp_mastr'")]
    [InlineData("*-master?-*", "ocp-master", "Upstream has no role 'ocp-master'")]
    [InlineData("*-master?-*", "ocp_master", null)]
    public async Task An_argument_without_a_match_is_a_warning(string server, string role, string? warning)
    {
        await Find.RunAsync(new InstanceSource { Servers = [NameOf("controller"), server], Roles = ["controller", role] }, Activity, Stop);

        Assert.Equal(warning is null ? [] : [true], Activity.Warnings.Select(w => w.StartsWith(warning!, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_unknown_server_is_an_error()
    {
        var e = await Assert.ThrowsAsync<HotstackException>(() => Find.RunAsync(
            new InstanceSource { Servers = ["master"], Roles = ["ocp_master"] }, Activity, Stop));

        Assert.Equal("ServerNotFound", e.Id);
        Assert.Equal("master", e.Target);
    }

    [Fact]
    public async Task An_instance_without_a_server_is_listed_with_a_warning()
    {
        Sandbox.Cloud.RemoveServer("worker1");

        IReadOnlyList<Instance> found = await Find.RunAsync(new InstanceSource { StackName = StackName }, Activity, Stop);

        Assert.Equal("NotFound", found.Single(i => i.Name == "worker1").Status);
        Assert.Contains("worker1", Assert.Single(Activity.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_stack_is_an_error()
    {
        var e = await Assert.ThrowsAsync<HotstackException>(
            () => Find.RunAsync(new InstanceSource { StackName = "hs-none" }, Activity, Stop));

        Assert.Equal("StackNotFound", e.Id);
        Assert.Equal(ErrorCause.NotFound, e.Cause);
    }

    [Theory]
    [InlineData(null, "The Referenced Attribute (x) is incorrect.", "StackOutputFailed")]
    [InlineData("null", null, "StackOutputMissing")]
    [InlineData("\"text\"", null, "SnapSetDataInvalid")]
    public async Task An_output_that_cannot_be_used_is_an_error(string? json, string? error, string id)
    {
        Sandbox.Cloud.SetStackOutput(StackName, "snapset_data", json, error);
        if (json == "null")
        {
            Sandbox.Cloud.SetStack(StackName, "CREATE_FAILED", "Resource CREATE failed");
        }


        var e = await Assert.ThrowsAnyAsync<HotstackException>(
            () => Find.RunAsync(new InstanceSource { StackName = StackName }, Activity, Stop));

        Assert.Equal(id, e.Id);
        if (json == "null")
        {
            Assert.Contains("has no value yet; the stack is CREATE_FAILED", e.Message, StringComparison.Ordinal);
            Assert.Contains("openstack stack failures list hs-multi", e.Hint, StringComparison.Ordinal);
        }
    }
}
