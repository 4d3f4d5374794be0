using Hotstack.OpenStack.Orchestration;
using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.Deployments.Members;

/// <summary>A stack without the output snapset_data, as 27 of upstream's 28 templates make it.</summary>
public sealed class StackMembersTests : SnapSetFixture
{
    private const string Lab = "hs-lab";

    /// <summary>The constructs of upstream's templates, in small: two networks in another order, a trunk, a CD-ROM, no name anywhere.</summary>
    private const string Template = """
        heat_template_version: rocky
        parameters:
          controller_params: {type: json, default: {image: hotstack-controller, flavor: hotstack.small} }
          ocp_master_params: {type: json, default: {image: ipxe-boot-usb, flavor: hotstack.xxlarge} }
          ironic_params: {type: json, default: {image: CentOS-Stream-9, cd_image: sushy-tools-blank-image, flavor: hotstack.medium} }
        resources:
          machine-net: {type: OS::Neutron::Net, properties: {name: machine-net} }
          machine-subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: machine-net}, cidr: 192.168.32.0/24} }
          ctlplane-net: {type: OS::Neutron::Net, properties: {name: ctlplane-net} }
          ctlplane-subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: ctlplane-net}, cidr: 192.168.122.0/24} }
          trunk-net: {type: OS::Neutron::Net, properties: {name: trunk-net} }
          controller-port:
            type: OS::Neutron::Port
            depends_on: machine-subnet
            properties: {network: {get_resource: machine-net}, mac_address: "fa:16:9e:00:00:01", fixed_ips: [{ip_address: 192.168.32.254}]}
          master0-port:
            type: OS::Neutron::Port
            depends_on: machine-subnet
            properties: {network: {get_resource: machine-net}, mac_address: "fa:16:9e:00:00:02", fixed_ips: [{ip_address: 192.168.32.10}]}
          master0-ctlplane-port:
            type: OS::Neutron::Port
            depends_on: ctlplane-subnet
            properties: {network: {get_resource: ctlplane-net}, mac_address: "fa:16:9e:00:00:03", fixed_ips: [{ip_address: 192.168.122.10}]}
          ironic0-port:
            type: OS::Neutron::Port
            properties: {network: {get_resource: trunk-net}, mac_address: "fa:16:9e:00:00:04"}
          master0-trunk: {type: OS::Neutron::Trunk, properties: {port: {get_resource: master0-ctlplane-port}, sub_ports: []} }
          ironic0:
            type: OS::Nova::Server
            properties:
              flavor: {get_param: [ironic_params, flavor]}
              block_device_mapping_v2:
                - {device_type: disk, boot_index: 1, image_id: {get_param: [ironic_params, image]}, volume_size: 40, delete_on_termination: true}
                - {device_type: cdrom, disk_bus: scsi, boot_index: 0, image_id: {get_param: [ironic_params, cd_image]}, volume_size: 5, delete_on_termination: true}
              networks: [{port: {get_resource: ironic0-port} }]
          boss:
            type: OS::Nova::Server
            properties:
              image: {get_param: [controller_params, image]}
              flavor: {get_param: [controller_params, flavor]}
              networks: [{port: {get_resource: controller-port} }]
          master0:
            type: OS::Nova::Server
            properties:
              image: {get_param: [ocp_master_params, image]}
              flavor: {get_param: [ocp_master_params, flavor]}
              networks: [{port: {get_attr: [master0-trunk, port_id]} }, {port: {get_resource: master0-port} }]
        """;

    private const string Bare = "heat_template_version: rocky\nresources:\n  net: {type: OS::Neutron::Net}\n";

    private GetInstances Find => new(Cloud);

    private static InstanceSource Of(string stack) => new() { StackName = stack };

    [Fact]
    public async Task Its_servers_are_the_instances_named_as_the_resources()
    {
        Hotstack.Sandbox.Orchestration.Stack made = await DeployAsync(Lab);

        IReadOnlyList<Instance> found = await Find.RunAsync(Of(Lab), Activity, Stop);

        Assert.Equal(["boss controller fa:16:9e:00:00:01", "master0 ocp_master fa:16:9e:00:00:02", "ironic0 ironic fa:16:9e:00:00:04"],
            found.Select(i => $"{i.Name} {i.Role} {i.MacAddress}"));
        Assert.Equal(found.Select(i => made.ResourceIds[i.Name]), found.Select(i => i.Id));
        Assert.All(found, i => Assert.Equal(Lab, i.StackName));
        Instance master = found[1];
        Assert.Equal(["fa:16:9e:00:00:03", "fa:16:9e:00:00:02"], master.MacAddresses);
        Assert.Equal(["ctlplane-net", "machine-net"], master.Ports.Select(port => port.NetworkName));
        Assert.Equal(["192.168.122.10 in 192.168.122.0/24", "192.168.32.10 in 192.168.32.0/24"],
            master.Ports.SelectMany(port => port.FixedIps).Select(ip => $"{ip} in {ip.Cidr}"));
        Assert.Empty(found[2].Ports.Single().FixedIps);
        Assert.Empty(Activity.Warnings);
    }

    /// <summary>Of the servers only the ids count.</summary>
    [Fact]
    public async Task Servers_that_were_renamed_keep_their_names_in_the_deployment()
    {
        Hotstack.Sandbox.Orchestration.Stack made = await DeployAsync(Lab);
        Sandbox.Cloud.Rename(Sandbox.Cloud.Servers.Single(s => s.Id == made.ResourceIds["master0"]).Name, "renamed");

        Assert.Contains(await Find.RunAsync(Of(Lab), Activity, Stop), i => i.Name == "master0");
    }

    [Fact]
    public async Task A_set_has_upstreams_names_and_the_choice_narrows_it()
    {
        await DeployAsync(Lab);
        await StopAsync();

        SnapSet set = await CreatedAsync(new()
        {
            Source = Of(Lab) with { Choice = new() { Excluded = ["ironic*"], RolesByName = [("boss", "controller")] } },
        });

        Assert.Equal(["boss controller fa:16:9e:00:00:01", "master0 ocp_master fa:16:9e:00:00:02"],
            set.Members.Select(m => $"{m.Name} {m.Role} {m.MacAddress}"));
        Assert.Contains($"hotstack-master0-snapshot-{set.Id}", set.Members.Select(m => m.ImageName));
        Assert.Equal(Lab, set.StackName);
    }

    [Fact]
    public async Task Whatever_cannot_be_frozen_is_named_at_once_before_anything_is_made()
    {
        Hotstack.Sandbox.Orchestration.Stack made = await DeployAsync(Lab);
        await StopAsync();
        Sandbox.Cloud.RemoveServer(Sandbox.Cloud.Servers.Single(s => s.Id == made.ResourceIds["ironic0"]).Name);

        var e = await Assert.ThrowsAsync<ViolationsException>(() => CreateAsync(new()
        {
            Source = Of(Lab) with { Choice = new() { RolesByName = [("master0", "controller"), ("worker*", "ocp_worker"), ("boss", "a=b")] } },
        }));
        var two = await Assert.ThrowsAsync<ViolationsException>(() => CreateAsync(new()
        {
            Source = Of(Lab) with { Choice = new() { Names = ["boss", "master0"], RolesByName = [("master0", "controller")] } },
        }));

        Assert.Equal("SnapSetDataInvalid", e.Id);
        Assert.Collection(e.Violations,
            v => Assert.StartsWith("-Role gives 'worker*' the role 'ocp_worker', but no instance has that name", v, StringComparison.Ordinal),
            v => Assert.Equal("instance boss: the role 'a=b' contains a '=', where upstream splits the tag", v),
            v => Assert.Equal($"instance ironic0: there is no server {made.ResourceIds["ironic0"]} in this project", v));
        Assert.StartsWith("2 instances have the role controller: boss, master0; a deployment has one", Assert.Single(two.Violations), StringComparison.Ordinal);
        Assert.Empty(SetImages);
    }

    [Fact]
    public async Task A_server_that_Heat_could_not_make_is_an_error_unless_it_is_left_out()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.NoValidHost, Nth = 1 });
        await DeployAsync(Lab);

        var e = await Assert.ThrowsAsync<ViolationsException>(() => Find.RunAsync(Of(Lab), Activity, Stop));
        string[] failed = [.. Enumerable.Select(((string[])["boss", "ironic0", "master0"]), n => n)
            .Where(n => e.Message.Contains($"instance {n}: Heat's resource is", StringComparison.Ordinal))];
        IReadOnlyList<Instance> rest = await Find.RunAsync(Of(Lab) with { Choice = new() { Excluded = failed } }, Activity, Stop);

        Assert.NotEmpty(failed);
        Assert.Equal(3, failed.Length + rest.Count);
        Assert.Contains("-Exclude", e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stack_without_servers_is_an_error()
    {
        await DeployAsync("hs-net", Bare);

        var e = await Assert.ThrowsAsync<HotstackException>(() => Find.RunAsync(Of("hs-net"), Activity, Stop));

        Assert.Equal("StackWithoutServers", e.Id);
        Assert.Equal("hs-net", e.Target);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Without_the_template_names_tell_the_roles(int status)
    {
        await DeployAsync(Lab);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "orchestration", Path = "/template$", Status = status, Times = 0 });

        IReadOnlyList<Instance> found = await Find.RunAsync(Of(Lab), Activity, Stop);

        Assert.Equal(["boss", "ironic", "ocp_master"], found.Select(i => i.Role).Order(StringComparer.Ordinal));
        Assert.Contains("known by their names only", Assert.Single(Activity.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ports$", 403, 0)]
    [InlineData("/(networks|subnets)$", 403, 0)]
    [InlineData("/ports$", 500, 1)]
    public async Task Where_Neutron_shows_nothing_Nova_tells_the_addresses(string path, int status, int warnings)
    {
        await DeployAsync(Lab);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "network", Path = path, Status = status, Times = 0 });

        IReadOnlyList<Instance> found = await Find.RunAsync(Of(Lab), Activity, Stop);

        Assert.Contains("fa:16:9e:00:00:02", found.Single(i => i.Name == "master0").MacAddresses);
        Assert.Equal("fa:16:9e:00:00:01", found.Single(i => i.Name == "boss").MacAddress);
        Assert.All(found.SelectMany(i => i.Ports), port => Assert.Null(port.NetworkName));
        Assert.Equal(warnings, Activity.Warnings.Count);
        Assert.Contains(Activity.Steps.Concat(Activity.Warnings), m => m.StartsWith("Neutron does not show", StringComparison.Ordinal));
    }

    /// <summary>As of a restore by parameters in an earlier release: it added no output.</summary>
    [Fact]
    public async Task Without_an_output_the_same_instances_are_found()
    {
        IReadOnlyList<Instance> before = await Find.RunAsync(Of(StackName), Activity, Stop);
        Sandbox.Cloud.SetStackOutput(StackName, "snapset_data", null);

        IReadOnlyList<Instance> after = await Find.RunAsync(Of(StackName), Activity, Stop);

        Assert.Equal(
            before.Select(i => $"{i.Name} {i.Role} {i.Id} {i.MacAddress}").Order(StringComparer.Ordinal),
            after.Select(i => $"{i.Name} {i.Role} {i.Id} {i.MacAddress}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task All_deployments_of_a_project_cost_two_calls_each()
    {
        for (int i = 0; i < 20; i++)
        {
            await DeployAsync($"lab-{i:00}", Server);
        }

        await DeployAsync("net", Bare);
        using var cloud = OpenStack.Cloud.Connect(Configuration("sandbox"), Activity, Clock);
        Sandbox.Calls.Clear();

        IReadOnlyList<Instance> labs = await new GetInstances(cloud).RunAsync(new() { StackPattern = "LAB-*" }, Activity, Stop);
        int calls = Calls.Count();
        IReadOnlyList<Instance> all = await new GetInstances(cloud).RunAsync(new() { StackPattern = "*" }, Activity, Stop);

        Assert.Equal(20, labs.Count);
        Assert.All(labs, i => Assert.Equal(("controller", "controller"), (i.Name, i.Role)));
        Assert.Equal(labs.Select(i => i.StackName).Order(StringComparer.Ordinal), labs.Select(i => i.StackName));
        // The token; the stacks; for each its servers and its template; the project's servers; Neutron's ports, networks and subnets.
        TestContext.Current.TestOutputHelper?.WriteLine($"20 stacks: {calls} calls");
        Assert.InRange(calls, 1, 1 + 1 + (2 * 20) + 1 + 3 + 2);
        Assert.Equal(AllNames.Length + 20, all.Count);
        Assert.Empty(Activity.Warnings);
    }

    [Fact]
    public async Task A_stack_that_cannot_be_read_is_left_out_with_a_warning()
    {
        await DeployAsync(Lab);
        Sandbox.Cloud.SetStackOutput(StackName, "snapset_data", null, "The Referenced Attribute (x) is incorrect.");

        IReadOnlyList<Instance> found = await Find.RunAsync(new() { StackPattern = "*" }, Activity, Stop);
        await Find.RunAsync(new() { StackPattern = "none*" }, Activity, Stop);

        Assert.All(found, i => Assert.Equal(Lab, i.StackName));
        Assert.Collection(Activity.Warnings,
            w => Assert.StartsWith($"Stack '{StackName}' is left out: ", w, StringComparison.Ordinal),
            w => Assert.Equal("No stack in this project matches 'none*'.", w));
    }

    [Fact]
    public async Task The_main_MAC_address_is_of_the_machine_network_also_if_the_controller_is_left_out()
    {
        await DeployAsync(Lab);

        IReadOnlyList<Instance> found = await Find.RunAsync(
            new() { StackName = Lab, Choice = new() { Excluded = ["boss"] } }, Activity, Stop);

        Assert.Equal("fa:16:9e:00:00:02", found.Single(i => i.Name == "master0").MacAddress);
        Assert.DoesNotContain(found, i => i.Name == "boss");
    }

    [Fact]
    public async Task Servers_named_by_wildcards_take_roles_by_name()
    {
        IReadOnlyList<Instance> found = await Find.RunAsync(
            new() { Servers = ["*-controller-*", "*-master*"], Choice = new() { RolesByName = [("*master*", "ocp_master"), ("*controller*", "controller")] } },
            Activity, Stop);
        var e = await Assert.ThrowsAsync<ViolationsException>(() => Find.RunAsync(
            new() { Servers = ["*-controller-*", "*-master*"], Choice = new() { RolesByName = [("*master*", "ocp_master"), ("x", "bmh")] } }, Activity, Stop));

        Assert.Equal(["controller", "ocp_master", "ocp_master", "ocp_master"], found.Select(i => i.Role));
        Assert.Equal("RoleMissing", e.Id);
        Assert.Equal(2, e.Violations.Count);
    }

    private const string Server = """
        heat_template_version: rocky
        parameters:
          controller_params: {type: json, default: {image: hotstack-controller, flavor: hotstack.small} }
        resources:
          machine-net: {type: OS::Neutron::Net}
          controller:
            type: OS::Nova::Server
            properties:
              image: {get_param: [controller_params, image]}
              flavor: {get_param: [controller_params, flavor]}
              networks: [{network: {get_resource: machine-net} }]
        """;

    private async Task<Hotstack.Sandbox.Orchestration.Stack> DeployAsync(string name, string template = Template)
    {
        await Cloud.Stacks.CreateAsync(new StackRequest { Name = name, Template = template }, Stop);
        Sandbox.Cloud.Advance(TimeSpan.FromMinutes(30));
        return Sandbox.Cloud.Stacks.Single(stack => stack.Name == name);
    }

    private async Task StopAsync()
    {
        foreach (Instance instance in await Find.RunAsync(Of(Lab), Activity, Stop))
        {
            await Cloud.Compute.StopServerAsync(instance.Id, Stop);
        }

        Sandbox.Cloud.Advance(TimeSpan.FromMinutes(10));
    }
}
