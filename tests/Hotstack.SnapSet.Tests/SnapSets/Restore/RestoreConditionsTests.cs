using System.Text.Json.Nodes;
using Hotstack.Deployments;
using Hotstack.OpenStack.Orchestration;
using Hotstack.Restoring;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Restore.Overlay;
using Xunit;

namespace Hotstack.SnapSets.Restore;

/// <summary>A server whose condition is false is no server of the template.</summary>
public sealed class RestoreConditionsTests : RestoreFixture
{
    private const string Heats = "{yaql: {expression: $.data, data: true}}";

    /// <summary>master0 in two forms, of which a parameter chooses one.</summary>
    private static string TwoForms(SnapSet set, string smallIs = "small", string spare = "") => Plain(set)
        .Replace("  note:", "  big: {type: boolean, default: true}\n  note:", StringComparison.Ordinal)
        .Replace("resources:\n", $"conditions:\n  big: {{get_param: big}}\n  small: {{not: big}}\nresources:\n{Server("master0_small", $"name: master0\n      ", smallIs)}{spare}", StringComparison.Ordinal)
        .Replace("  master0:\n    type: OS::Nova::Server\n", "  master0:\n    type: OS::Nova::Server\n    condition: big\n",
            StringComparison.Ordinal)
        .Replace("  master0-port:\n    type: OS::Neutron::Port\n", "  master0-port:\n    type: OS::Neutron::Port\n    condition: big\n",
            StringComparison.Ordinal);

    private static string Plain(SnapSet set) => TemplateOf([.. set.Members.Select(m => (m.Name, (string?)m.MacAddress))]);

    private static string Server(string name, string properties, string condition) =>
        $"""
          {name}-port:
            type: OS::Neutron::Port
            condition: {condition}
            depends_on: machine-subnet
            properties:
              network: @get_resource: machine-net#
          {name}:
            type: OS::Nova::Server
            condition: {condition}
            properties:
              {properties}image: @get_param: [ocp_master_params, image]#
              flavor: hotstack.xxlarge
              networks: [@port: @get_resource: {name}-port##]

        """.Replace('@', '{').Replace('#', '}');

    [Theory]
    [InlineData(true, "master0")]
    [InlineData(false, "master0_small")]
    public async Task A_member_becomes_the_server_that_is_created(bool isBig, string resource)
    {
        SnapSet set = await FreezeAsync();

        RestoredStack stack = await RestoreAsync(Of(set, TwoForms(set)) with { Parameters = new JsonObject { ["big"] = isBig } });

        Assert.Empty(stack.OtherServers);
        Assert.Equal(6, stack.Servers.Count);
        StackResource made = Assert.Single(
            await Cloud.Stacks.ListResourcesAsync((await StackAsync())!, Stop),
                r => r.PhysicalId == stack.Servers.Single(s => s.Name == "master0").Id);
        Assert.Equal(resource, made.Name);
        SnapSetMember member = set.Members.Single(m => m.Name == "master0");
        Assert.Equal((member.ImageId, member.MacAddress),
            (stack.Servers.Single(s => s.Name == "master0").Image, stack.Servers.Single(s => s.Name == "master0").MacAddress));
        Assert.DoesNotContain(Activity.Warnings, w => w.Contains("as new", StringComparison.Ordinal));
    }

    /// <summary>Heat tells null for a server that is not made.</summary>
    [Fact]
    public async Task An_output_of_an_absent_server_is_replaced()
    {
        SnapSet set = await FreezeAsync();
        string instances = string.Concat(set.Members.Select(m =>
            $"        {m.Name}: {{uuid: {{get_resource: {m.Name}}}, role: {m.Role}, mac_address: '{m.MacAddress}'}}\n"));
        string template = TwoForms(set) + $"  snapset_data:\n    value:\n      instances:\n{instances}";

        await RestoreAsync(Of(set, template) with { Parameters = new JsonObject { ["big"] = false } });

        SnapSet again = await CreatedAsync(OfStack with { Source = new InstanceSource { StackName = Target }, StopServers = true });
        Assert.Equal(set.Members.Select(m => (m.Role, m.MacAddress)), again.Members.Select(m => (m.Role, m.MacAddress)));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task An_additional_server_is_a_warning_only_if_it_is_created(bool isBig, bool isWarned)
    {
        SnapSet set = await FreezeAsync();

        RestoredStack stack = await RestoreAsync(
            Of(set, TwoForms(set, spare: Server("spare", "", "big"))) with
            {
                Parameters = new JsonObject { ["big"] = isBig }, AllowNewNodes = true,
            });

        Assert.Equal(isWarned, Activity.Warnings.Any(w => w.Contains("has no image of spare", StringComparison.Ordinal)));
        Assert.Equal(isWarned ? ["spare"] : [], stack.OtherServers);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(RestoreMode.Parameter)]
    [InlineData(RestoreMode.Overlay)]
    public async Task A_member_without_a_created_server_is_refused_beforehand(RestoreMode? mode)
    {
        SnapSet set = await FreezeAsync();
        string template = Plain(set)
            .Replace("  worker1:\n    type: OS::Nova::Server\n", "  worker1:\n    type: OS::Nova::Server\n    condition: false\n",
            StringComparison.Ordinal);

        var e = await Assert.ThrowsAsync<ViolationsException>(() => RestoreAsync(Of(set, template) with { Mode = mode }));

        Assert.Equal("RestoreInputInvalid", e.Id);
        Assert.Contains(e.Violations,
            v => v.StartsWith("worker1: Heat does not create the server worker1: its condition is false", StringComparison.Ordinal));
        Assert.Empty(StackWrites);
    }

    [Fact]
    public async Task Without_a_preview_conditions_only_for_Heat_are_refused()
    {
        SnapSet set = await FreezeAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "orchestration", Method = "POST", Path = "/preview$",
            Status = 404, Times = 99 });
        string template = TwoForms(set).Replace("big: {get_param: big}", $"big: {Heats}", StringComparison.Ordinal);

        var e = await Assert.ThrowsAsync<ViolationsException>(() => RestoreAsync(Of(set, template)));

        Assert.Contains("whether Heat creates master0, master0-port depends on a condition", Assert.Single(e.Violations),
            StringComparison.Ordinal);
        Assert.Empty(StackWrites);
    }

    /// <summary>The sandbox takes a condition of yaql for false.</summary>
    [Fact]
    public async Task Conditions_only_for_Heat_come_from_its_preview()
    {
        SnapSet set = await FreezeAsync();
        string template = TwoForms(set, spare: Server("spare", "", "big"))
            .Replace("big: {get_param: big}", $"big: {Heats}", StringComparison.Ordinal);

        RestoredStack stack = await RestoreAsync(Of(set, template));

        Assert.Empty(stack.OtherServers);
        Assert.Equal(set.Members.Single(m => m.Name == "master0").MacAddress, stack.Servers.Single(s => s.Name == "master0").MacAddress);
        Assert.DoesNotContain(Activity.Warnings, w => w.Contains("as new", StringComparison.Ordinal));

        // Begun before, it is gone on with by what the stack itself has.
        Assert.Equal(stack.StackId, (await RestoreAsync(Of(set, template))).StackId);
    }

    /// <summary>The images of the set are parameters, too.</summary>
    [Fact]
    public async Task A_condition_on_the_images_is_evaluated_with_them()
    {
        SnapSet set = await FreezeAsync(
            OfStack with { Source = new InstanceSource { Instances = await SomeAsync("controller", "master0") } });
        string template = Plain(set)
            .Replace("resources:\n", "conditions:\n  fresh: {equals: [{get_param: [ocp_master_params, image]}, hotstack-controller]}\nresources:\n" + Server("spare", "", "fresh"), StringComparison.Ordinal);

        RestoredStack stack = await RestoreAsync(Of(set, template) with { Mode = RestoreMode.Parameter, AllowNewNodes = true });

        Assert.Empty(stack.OtherServers);
        Assert.DoesNotContain(Activity.Warnings, w => w.Contains("as new", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_preview_conditions_are_evaluated_locally()
    {
        SnapSet set = await FreezeAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "orchestration", Method = "POST", Path = "/preview$",
            Status = 404, Times = 99 });

        Assert.Empty((await RestoreAsync(Of(set, TwoForms(set)) with { Parameters = new JsonObject { ["big"] = false } })).OtherServers);
    }

    [Fact]
    public async Task A_masked_value_must_be_given()
    {
        SnapSet set = await FreezeAsync();
        string file = Write("env.yaml",
            "encrypted_param_names: [note]\nevent_sinks: []\nparameters: {note: '******'}\nresource_registry: {resources: {}}\n");

        var e = await Assert.ThrowsAsync<ViolationsException>(() => RestoreAsync(Of(set) with { ParameterFiles = [file] }));

        Assert.Contains("the value of note is ******, which", Assert.Single(e.Violations), StringComparison.Ordinal);
        Assert.Equal(6, (await RestoreAsync(
            Of(set) with { ParameterFiles = [file], Parameters = new JsonObject { ["note"] = "true one" } })).Servers.Count);
    }
}
