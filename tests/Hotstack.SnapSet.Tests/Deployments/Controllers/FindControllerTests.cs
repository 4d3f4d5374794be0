using Hotstack.Configuration;
using Xunit;

namespace Hotstack.Deployments.Controllers;

public sealed class FindControllerTests : SandboxFixture
{
    private const string StackName = "hs-multi";
    private const string Mapping = "controller_ansible_host";
    private const string Address = "controller_floating_ip";
    private const string FloatingIP = "203.0.113.17";

    private static readonly InstanceSource OfStack = new() { StackName = StackName };

    private static readonly ConfigurationSources Nothing = new()
    {
        Variables = new Dictionary<string, string> { ["KUBECONFIG"] = "/of/the/original" }, Platform = ConfigurationPlatform.Linux,
        CurrentDirectory = "/work", HomeDirectory = "/home/me", OpenFile = _ => null,
    };

    private string ControllerId => Sandbox.Cloud.Server("controller").Id;

    [Fact]
    public async Task The_stacks_outputs_name_it()
    {
        DeploymentController? found = await FindAsync(OfStack);

        Assert.Equal(("zuul@" + FloatingIP, ControllerId), (found!.Address.ToString(), found.ServerId));
        Assert.Equal("the outputs of stack hs-multi", found.Origin);
    }

    [Theory]
    [InlineData($$"""{"ansible_host":"{{FloatingIP}}","ansible_user":"core","ansible_port":2222}""", "core@203.0.113.17:2222")]
    [InlineData($$"""{"ansible_host":"{{FloatingIP}}"}""", "zuul@203.0.113.17")]
    [InlineData("""{"ansible_host":"ctl.example","ansible_ssh_user":"me"}""", "me@ctl.example")]
    // Heat has no value yet: the next output decides.
    [InlineData("null", "zuul@203.0.113.17")]
    [InlineData("""{"ansible_host":null}""", "zuul@203.0.113.17")]
    [InlineData("""{"ansible_host":""}""", "zuul@203.0.113.17")]
    [InlineData("\"\"", "zuul@203.0.113.17")]
    public async Task The_mapping_may_say_more_or_nothing(string json, string address)
    {
        Sandbox.Cloud.SetStackOutput(StackName, Mapping, json);

        Assert.Equal(address, (await FindAsync(OfStack))?.Address.ToString());
    }

    [Theory]
    [InlineData(Mapping, "7")]
    [InlineData(Mapping, "[]")]
    [InlineData(Mapping, "\"203.0.113.17\"")]
    [InlineData(Mapping, """{"name":"controller-0"}""")]
    [InlineData(Mapping, """{"ansible_host":["203.0.113.17"]}""")]
    [InlineData(Mapping, """{"ansible_host":"-oProxyCommand=id"}""")]
    [InlineData(Mapping, """{"ansible_host":"203.0.113.17","ansible_ssh_user":"$(id)"}""")]
    [InlineData(Address, "\"-7\"")]
    [InlineData(Address, "{\"a\":1}")]
    [InlineData(Address, "\"a b\"")]
    public async Task An_output_of_another_shape_is_refused(string key, string json)
    {
        Sandbox.Cloud.SetStackOutput(StackName, Mapping, null);
        Sandbox.Cloud.SetStackOutput(StackName, key, json);

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => FindAsync(OfStack));

        Assert.Equal(("ControllerInvalid", ErrorCause.InputInvalid), (e.Id, e.Cause));
        Assert.Contains(key, e.Message, StringComparison.Ordinal);
        Assert.Contains(StackName, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_alone_is_enough()
    {
        Sandbox.Cloud.SetStackOutput(StackName, Mapping, null);

        DeploymentController? found = await FindAsync(OfStack);

        Assert.Equal(("zuul@" + FloatingIP, ControllerId), (found!.Address.ToString(), found.ServerId));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("the floating IP is not there yet")]
    public async Task Without_outputs_it_is_the_floating_IP_of_the_role(string? error)
    {
        Sandbox.Cloud.SetStackOutput(StackName, Mapping, null, error);
        Sandbox.Cloud.SetStackOutput(StackName, Address, null, error);

        DeploymentController? found = await FindAsync(OfStack);

        Assert.Equal(("zuul@" + FloatingIP, ControllerId), (found!.Address.ToString(), found.ServerId));
        Assert.Contains("floating IP of server controller", found.Origin, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Instances_of_a_stack_that_is_gone_are_enough()
    {
        InstanceSource source = await InstancesAsync("controller controller", "master0 ocp_master");

        DeploymentController? found = await FindAsync(source with { StackName = "gone" });

        Assert.Equal(ControllerId, found!.ServerId);
    }

    [Fact]
    public async Task A_stack_that_is_not_there_is_an_error() =>
        Assert.Equal("StackNotFound",
            (await Assert.ThrowsAnyAsync<HotstackException>(() => FindAsync(new InstanceSource { StackName = "gone" }))).Id);

    [Fact]
    public async Task Two_controllers_are_not_guessed_between()
    {
        InstanceSource source = await InstancesAsync("controller controller", "master0 controller");

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => FindAsync(source));

        Assert.Equal("ControllerAmbiguous", e.Id);
        Assert.Contains(ControllerId, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deployment_may_have_none() => Assert.Null(await FindAsync(await InstancesAsync("master0 ocp_master")));

    [Fact]
    public async Task A_controller_without_a_floating_IP_is_an_error()
    {
        var e = await Assert.ThrowsAnyAsync<HotstackException>(
            async () => await FindAsync(await InstancesAsync("master0 controller")));

        Assert.Equal(("ControllerAddressMissing", Sandbox.Cloud.Server("master0").Id), (e.Id, e.Target));
        Assert.Contains("-Kubeconfig", e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_floating_IP_that_went_to_another_server_is_refused()
    {
        InstanceSource source = await InstancesAsync("master0 controller");

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => FindAsync(source with { StackName = StackName }));

        Assert.Equal(("ControllerInvalid", ErrorCause.Conflict), (e.Id, e.Cause));
        Assert.Contains(ControllerId, e.Message, StringComparison.Ordinal);
        Assert.Contains(Sandbox.Cloud.Server("master0").Id, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FloatingIP, true)]
    [InlineData("192.168.32.3", true)]
    [InlineData("203.0.113.99", false)]
    [InlineData("ctl.example", false)]
    public async Task The_server_of_a_named_address_is_looked_up(string host, bool isFound)
    {
        InstanceSource source = await InstancesAsync("controller controller");

        string? server = await new FindController(Cloud).FindServerAsync(new ControllerAddress(host), source.Instances, Stop);

        Assert.Equal(isFound ? ControllerId : null, server);
    }

    [Theory]
    [InlineData(FloatingIP, true)]
    // The fixed address of a copy is that of its original.
    [InlineData("192.168.32.3", false)]
    [InlineData("203.0.113.99", false)]
    [InlineData("ctl.example", false)]
    public async Task Only_a_floating_IP_of_the_controller_confirms_a_copy(string host, bool isConfirmed)
    {
        Sandbox.Cloud.SetStackOutput(StackName, Mapping, $$"""{"ansible_host":"{{host}}"}""");
        InstanceSource source = await InstancesAsync("controller controller", "master0 ocp_master");
        source = source with { StackName = StackName };

        Assert.Equal(isConfirmed, (await FindAsync(source))!.IsConfirmed);
        using OpenShift.Cluster cluster = new ClusterAccess(
            new ClusterChoice { IsOfDeployment = true }, Nothing, () => Cloud, Activity)
            .Connect(source, ClusterPurpose.Revive);
        if (isConfirmed)
        {
            return;
        }

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => cluster.FindWayAsync(Stop));
        Assert.Equal("ControllerNotConfirmed", e.Id);
        Assert.Contains(host, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finding_reads_only()
    {
        await FindAsync(OfStack);

        Assert.All(Calls.Where(call => call.Service != "identity"), call => Assert.Equal("GET", call.Method));
    }

    private Task<DeploymentController?> FindAsync(InstanceSource source) => new FindController(Cloud).RunAsync(source, Activity, Stop);

    private async Task<InstanceSource> InstancesAsync(params string[] serversAndRoles)
    {
        string[][] pairs = [.. serversAndRoles.Select(pair => pair.Split(' '))];
        var source = new InstanceSource { Servers = [.. pairs.Select(pair => NameOf(pair[0]))], Roles = [.. pairs.Select(pair => pair[1])] };
        return new InstanceSource { Instances = await new GetInstances(Cloud).RunAsync(source, Activity, Stop) };
    }
}
