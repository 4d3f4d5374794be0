using Hotstack.Deployments;
using Hotstack.Restoring;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Restore.Overlay;
using Xunit;

namespace Hotstack.SnapSets.Restore;

/// <summary>A set in a scenario that is not its own, and what a restored stack tells of itself.</summary>
public sealed class RestoreComparisonTests : RestoreFixture
{
    private async Task<SnapSet> FreezeSomeAsync(params string[] names) => await FreezeAsync(
        OfStack with { Source = new InstanceSource { Instances = await SomeAsync(names.Length > 0 ? names : ["controller", "master0"]) } });

    [Fact]
    public async Task A_set_records_the_ports_of_its_servers()
    {
        SnapSet set = await FreezeAsync();

        SnapSet read = await new GetSnapSets(Cloud).GetAsync(set.Id, Stop);
        foreach ((SnapSetMember member, Instance instance) in read.Members.Zip(await SomeAsync(AllNames)))
        {
            SnapSetPort port = Assert.Single(member.Ports);
            Assert.Equal(member.MacAddress, port.MacAddress);
            Assert.Equal([$"{Assert.Single(instance.Ports[0].FixedIps)}/24"], port.FixedIps);
            Assert.Equal(instance.Ports[0].NetworkName, port.Network);
        }
    }

    [Fact]
    public async Task All_differences_are_refused_at_once_before_any_change()
    {
        SnapSet set = await FreezeSomeAsync();
        string template = TemplateOf(
            [.. set.Members.Select(m => (m.Name, (string?)m.MacAddress)), ("master1", null), ("worker0", null)], subnet: "192.168.40.0/24");

        var e = await Assert.ThrowsAsync<ViolationsException>(() => RestoreAsync(Of(set, template)));

        Assert.Equal("RestoreInputInvalid", e.Id);
        string[] starts = ["the template has 2 masters", $"SnapSet {set.Id} has no image of the node worker0", "controller: its port", "master0: its port"];
        Assert.Equal(starts, e.Violations.Select((v, i) => v[..Math.Min(v.Length, starts[Math.Min(i, 3)].Length)]));
        Assert.Empty(StackWrites);
        Assert.Empty(Asked);

        RestoredStack stack = await RestoreAsync(Of(set, template) with { AllowNewNodes = true, AllowAddressChange = true });
        Assert.Equal(["master1", "worker0"], stack.OtherServers);
    }

    [Fact]
    public async Task What_cannot_be_compared_is_told()
    {
        SnapSet set = await FreezeSomeAsync();
        foreach (Hotstack.Sandbox.Imaging.Image image in SetImages)
        {
            image.Properties["hotstack_ports"] = "0";
        }

        await RestoreAsync(Of(set));

        Assert.Contains(Activity.Steps, line => line.Contains("does not record the networks and IP addresses of controller, master0",
            StringComparison.Ordinal));
    }

    /// <summary>In both modes, with all servers, so that a set of the restored stack has them too.</summary>
    [Theory]
    [InlineData(RestoreMode.Parameter)]
    [InlineData(RestoreMode.Overlay)]
    public async Task A_restored_stack_names_all_its_servers(RestoreMode mode)
    {
        SnapSet set = await FreezeSomeAsync();
        RestoredStack stack = await RestoreAsync(
            Of(set, TemplateOf([.. set.Members.Select(m => (m.Name, (string?)m.MacAddress)), ("bmh0", null)])) with { Mode = mode });

        IReadOnlyList<Instance> found = await new GetInstances(Cloud).RunAsync(new InstanceSource { StackName = Target }, Activity, Stop);

        Assert.Equal([("bmh0", "bmh"), ("controller", "controller"), ("master0", "ocp_master")], found.Select(i => (i.Name, i.Role)).Order());
        Assert.Equal(mode.ToString(), stack.Mode);
        SnapSet again = await CreatedAsync(OfStack with { Source = new InstanceSource { StackName = Target }, StopServers = true });
        Assert.Equal(3, again.Members.Count);
        // The snapshot of a restored server inherits the older set's properties; its own count.
        Assert.Equal([stack.StackName, stack.StackName, stack.StackName],
            again.Members.Select(m => Assert.Single(m.Ports).Network?[..stack.StackName.Length]));
    }

    [Fact]
    public async Task Old_and_new_ids_are_told_and_written()
    {
        SnapSet set = await FreezeSomeAsync();

        RestoredStack stack = await RestoreAsync(Of(set) with { OutputPath = Folder });

        Assert.Equal(
            set.Members.Select(m => (m.Name, m.SourceId)), stack.ServerIds.Select(id => (id.Name, id.SourceId)));
        Assert.Equal(stack.Servers.Select(s => s.Id), stack.ServerIds.Select(id => id.Id));
        Assert.DoesNotContain(stack.ServerIds, id => id.Id == id.SourceId);
        string text = await File.ReadAllTextAsync(stack.OutputPath!, Stop);
        Assert.Contains("hotstack_server_ids:\n", text, StringComparison.Ordinal);
        Assert.All(stack.ServerIds, id => Assert.Contains(
            $"  {id.Name}:\n    source_id: {id.SourceId}\n    id: {id.Id}\n", text, StringComparison.Ordinal));
    }

    public static TheoryData<string, string, bool> Excluded => new()
    {
        { "controller/*", "matches no volume", false },
        { "master0/vd*", "", true },
        { "MASTER0/*", "", true },
        { "/dev/vdb", "", true },
        { "nothing", "matches no volume", false },
    };

    [Theory, MemberData(nameof(Excluded))]
    public async Task A_volume_without_a_place_can_be_left_out(string pattern, string reason, bool restores)
    {
        Sandbox.Cloud.AttachVolume("master0", "/dev/vdb", 5);
        Sandbox.Cloud.StopServers();
        SnapSet set = await CreatedAsync(OfStack with
        {
            Source = new InstanceSource { Instances = await SomeAsync("controller", "master0") }, IncludeVolumes = true,
        });
        var e = await Assert.ThrowsAsync<ViolationsException>(() => RestoreAsync(Of(set)));
        Assert.Contains("-ExcludeVolume 'master0/vdb' leaves it out", Assert.Single(e.Violations), StringComparison.Ordinal);

        Task<RestoredStack> restoring = RestoreAsync(Of(set) with { ExcludedVolumes = [pattern] });

        if (restores)
        {
            Assert.Equal(nameof(RestoreMode.Parameter), (await restoring).Mode);
        }
        else
        {
            e = await Assert.ThrowsAsync<ViolationsException>(() => restoring);
            Assert.Contains(e.Violations, v => v.StartsWith($"-ExcludeVolume '{pattern}' {reason}", StringComparison.Ordinal));
        }
    }

    /// <summary>Upstream's guide restores a set by writing its images into stack_parameters.</summary>
    [Theory]
    [InlineData("stack_parameters", false)]
    [InlineData("stack_parameters", true)]
    [InlineData("stack_parameter_overrides", false)]
    [InlineData("stack_parameter_overrides", true)]
    public async Task Images_of_another_set_in_the_files_are_refused(string key, bool byName)
    {
        SnapSet other = await FreezeSomeAsync();
        SnapSet set = await FreezeSomeAsync();
        string Vars(SnapSet of) => Write("vars.yml",
            $"{key}:\n" + string.Concat(of.Members.Select(m => $"  {m.Role}_params: {{image: {(byName ? m.ImageName : m.ImageId)}}}\n")));

        var e = await Assert.ThrowsAsync<ViolationsException>(() => RestoreAsync(Of(set) with { ParameterFiles = [Vars(other)] }));

        Assert.Equal(2, e.Violations.Count);
        Assert.All(e.Violations, v => Assert.Contains(other.Id, v, StringComparison.Ordinal));
        Assert.All(e.Violations, v => Assert.Contains(set.Id, v, StringComparison.Ordinal));
        Assert.Empty(StackWrites);

        RestoredStack stack = await RestoreAsync(Of(set) with { ParameterFiles = [Vars(set)] });
        Assert.Equal(set.Members.Select(m => m.ImageId), stack.Servers.Select(s => s.Image));
        Assert.Empty(Activity.Warnings);
    }

    /// <summary>The images of a role that has several servers pin none of them.</summary>
    [Fact]
    public async Task Images_of_the_set_in_the_files_leave_each_server_its_own()
    {
        SnapSet set = await FreezeAsync();
        string vars = Write("vars.yml",
            $"stack_parameter_overrides: {{ocp_master_params: {{image: {set.Members.Single(m => m.Name == "master0").ImageId}}}}}\n");

        RestoredStack stack = await RestoreAsync(Of(set) with { ParameterFiles = [vars] });

        Assert.Equal(set.Members.Select(m => m.ImageId), stack.Servers.Select(s => s.Image));
    }

    /// <summary>An image in -Parameter is a choice.</summary>
    [Fact]
    public async Task An_image_of_another_set_can_be_pinned_by_hand()
    {
        SnapSet other = await FreezeSomeAsync();
        SnapSet set = await FreezeSomeAsync();
        string controller = other.Members.Single(m => m.Name == "controller").ImageId;

        RestoredStack stack = await RestoreAsync(Of(set) with { Parameters = Image("controller", controller) });

        Assert.Equal(controller, stack.Servers.Single(s => s.Name == "controller").Image);
    }

    [Fact]
    public async Task A_restore_that_was_begun_goes_on_without_the_switches()
    {
        SnapSet set = await FreezeSomeAsync();
        string template = TemplateOf([.. set.Members.Select(m => (m.Name, (string?)m.MacAddress)), ("master1", null)]);
        await RestoreAsync(Of(set, template) with { AllowNewNodes = true });

        RestoredStack again = await RestoreAsync(Of(set, template));

        Assert.Equal(["master1"], again.OtherServers);
    }
}
