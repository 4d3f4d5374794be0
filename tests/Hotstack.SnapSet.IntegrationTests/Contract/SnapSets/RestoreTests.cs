using System.Text.Json.Nodes;
using Hotstack.Contract.Clouds;
using Hotstack.Deployments;
using Hotstack.OpenStack.Orchestration;
using Hotstack.Restoring;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Restore;
using Hotstack.SnapSets.Restore.Overlay;
using Hotstack.Templates;
using Xunit;

namespace Hotstack.Contract.SnapSets;

/// <summary>Sets that become running deployments again. What a disk went through is told by the disk itself.</summary>
public abstract class RestoreTests(ContractCloud on) : ContractTests(on), IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-restore-").FullName;

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private RestoreSnapSetRequest Of(SnapSet set, string stackName, string template) => new()
    {
        SnapSetId = set.Id,
        StackName = stackName,
        TemplatePath = template,
        ParameterFiles = [ParameterFile(template)],
        Timeout = TimeSpan.FromMinutes(5),
        PollInterval = TimeSpan.FromSeconds(1),
        RollbackOnFailure = true,
    };

    [ContractFact]
    public async Task A_deployment_that_was_deleted_is_restored_from_its_set_by_parameters()
    {
        FrozenDeployment frozen = await FrozenAsync();
        RestoreSnapSetRequest request = Of(frozen.Set, "contract-sno-restored", Template) with { OutputPath = _folder };

        RestoredStack? stack = await RestoreAsync(request);

        Assert.Equal(("contract-sno-restored", "CREATE_COMPLETE", nameof(RestoreMode.Parameter)),
            (stack!.StackName, stack.Status, stack.Mode));
        Assert.Empty(stack.OtherServers);
        Assert.Equal(frozen.Before.Select(i => (i.Name, i.Role, i.MacAddress)), stack.Servers.Select(i => (i.Name, i.Role, i.MacAddress)));
        Assert.Equal(frozen.Set.Members.Select(m => m.ImageId), stack.Servers.Select(s => s.Image));
        await AssertBootedOnceMoreAsync(frozen.Disks, stack.Servers);

        // The file is what upstream's playbook makes a set from.
        Assert.Equal(Path.Combine(_folder, "contract-sno-restored-outputs.yaml"), stack.OutputPath);
        IReadOnlyList<Instance> listed = await new GetInstances(Cloud).RunAsync(new InstanceSource { Path = stack.OutputPath }, On.Activity,
            Stop);
        Assert.Equal(stack.Servers.Select(s => (s.Name, s.Id, s.MacAddress)), listed.Select(s => (s.Name, s.Id, s.MacAddress)));

        // The same again resumes with what was made.
        RestoredStack? again = await RestoreAsync(request);
        Assert.Equal(stack.StackId, again!.StackId);
        Assert.Equal(stack.Servers.Select(s => s.Id), again.Servers.Select(s => s.Id));
    }

    [ContractFact]
    public async Task Every_server_of_several_masters_gets_its_own_image_and_its_volumes()
    {
        string template = Write("multi.yaml", ContractTemplates.Several);
        IReadOnlyList<Instance> before = await DeployAsync("contract-multi", template, On.Belongings);
        var disks = await DisksAsync(before);
        SnapSet set = await FreezeAsync("contract-multi", On.Belongings, withVolumes: true);
        SnapSetMember master = set.Members.Single(m => m.Name == "master0");
        SnapSetVolume volume = Assert.Single(master.Volumes);
        Assert.Equal("master0-data", volume.ResourceName);
        SnapSetMember backed = set.Members.Single(m => m.Name == "worker0");
        Assert.True(backed.IsVolumeBacked);
        // A volume that has snapshots cannot be deleted, so the old stack stays; its MAC addresses are on networks of its own.
        RestoredStack? stack = await RestoreAsync(Of(set, "contract-multi-restored", template));

        Assert.Equal(("CREATE_COMPLETE", nameof(RestoreMode.Overlay)), (stack!.Status, stack.Mode));
        Assert.Equal(before.Select(i => (i.Name, i.Role, i.MacAddress)), stack.Servers.Select(i => (i.Name, i.Role, i.MacAddress)));
        await AssertBootedOnceMoreAsync(disks, stack.Servers);
        Instance restored = stack.Servers.Single(s => s.Name == "master0");
        Assert.Equal(volume.SnapshotId, await SnapshotOfVolumeAsync(Assert.Single(restored.Volumes)));
        Instance worker = stack.Servers.Single(s => s.Name == "worker0");
        Assert.Equal(Assert.Single(backed.Volumes).SnapshotId, await SnapshotOfVolumeAsync(Assert.Single(worker.Volumes)));

        // It can be frozen again: the template had no output for that, the overlay gave it one.
        IReadOnlyList<Instance> listed = await new GetInstances(Cloud).RunAsync(
            new InstanceSource { StackName = stack.StackName }, On.Activity, Stop);
        Assert.Equal(stack.Servers.Select(s => s.Id).Order(), listed.Select(s => s.Id).Order());
    }

    [ContractFact]
    public async Task A_server_on_a_trunk_comes_back_with_the_addresses_of_its_ports()
    {
        RawAnswer trunk = await Raw.GetAsync("network", "extensions/trunk", Stop);
        Assert.SkipWhen(trunk.Status != 200, $"this Neutron has no trunks: {trunk.Status}");
        string template = Write("trunk.yaml", ContractTemplates.OnTrunk);
        IReadOnlyList<Instance> before = await DeployAsync("contract-trunk", template, On.Belongings);
        var disks = await DisksAsync(before);
        SnapSet set = await FreezeAsync("contract-trunk", On.Belongings);

        RestoredStack? stack = await RestoreAsync(Of(set, "contract-trunk-restored", template));

        await AssertBootedOnceMoreAsync(disks, stack!.Servers);
        Assert.Equal(
            before.Select(i => (i.Name, string.Join(' ', i.MacAddresses.Order()))),
            stack.Servers.Select(i => (i.Name, string.Join(' ', i.MacAddresses.Order()))));
        Assert.Contains("fa:16:9e:81:47:10", stack.Servers.Single(s => s.Name == "master0").MacAddresses);
    }

    [ContractFact]
    public async Task A_stack_of_others_is_left_alone()
    {
        FrozenDeployment frozen = await FrozenAsync();
        Stack before = (await Cloud.Stacks.FindAsync(On.StackName, Stop))!;

        var e = await Assert.ThrowsAsync<HotstackException>(() => new RestoreSnapSet(Cloud).RunAsync(
            Of(frozen.Set, On.StackName, Template), On.Activity, Yes, Stop));

        Assert.Equal(("StackExists", ErrorCause.AlreadyExists), (e.Id, e.Cause));
        Stack after = (await Cloud.Stacks.FindAsync(On.StackName, Stop))!;
        Assert.Equal((before.Id, before.Status, before.UpdatedAt), (after.Id, after.Status, after.UpdatedAt));
    }

    [ContractFact]
    public async Task A_stack_that_fails_says_why_and_is_rolled_back()
    {
        FrozenDeployment frozen = await FrozenAsync();
        // Heat cannot know before it asks Neutron that the address is on no subnet of the network.
        string broken = Write("broken.yaml",
            ContractTemplates.SingleNode.Replace("ip_address: 192.168.40.10", "ip_address: 192.168.41.10", StringComparison.Ordinal));

        var e = await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(
            Of(frozen.Set, "contract-fails", broken) with { AllowAddressChange = true }));

        Assert.Equal(("StackFailed", ErrorCause.OperationFailed), (e.Id, e.Cause));
        Assert.Contains("master0-port (OS::Neutron::Port): ", e.Message, StringComparison.Ordinal);
        Assert.Contains("The stack was deleted again", e.Message, StringComparison.Ordinal);
        Assert.Null(await Cloud.Stacks.FindAsync("contract-fails", Stop));
        Assert.Equal(SnapSetState.Complete, (await FindAsync(frozen.Set.Id)).State);
    }

    [ContractFact]
    public async Task What_cannot_be_is_refused_before_anything_is_made()
    {
        FrozenDeployment frozen = await FrozenAsync();
        RestoreSnapSetRequest request = Of(frozen.Set, "contract-refused", Template);

        var e = await Assert.ThrowsAsync<ViolationsException>(
            () => RestoreAsync(request with { Parameters = new JsonObject { ["nonsense"] = 1 } }));
        Assert.Equal("RestoreInputInvalid", e.Id);
        Assert.Contains("no parameter nonsense", Assert.Single(e.Violations), StringComparison.Ordinal);

        e = await Assert.ThrowsAsync<ViolationsException>(
            () => RestoreAsync(request with { Parameters = new JsonObject { ["flavor"] = "no.such.flavor" } }));
        Assert.Contains(e.Violations, v => v.Contains("no.such.flavor", StringComparison.Ordinal));
        Assert.Null(await Cloud.Stacks.FindAsync("contract-refused", Stop));
    }

    /// <summary>A single node that was deployed, frozen and deleted; the same for all tests.</summary>
    private async Task<FrozenDeployment> FrozenAsync()
    {
        if (On.Frozen is null)
        {
            IReadOnlyList<Instance> before = await DeployAsync("contract-sno", Template, On.FrozenBelongings);
            Dictionary<string, DiskStory> disks = await DisksAsync(before);
            SnapSet set = await FreezeAsync("contract-sno", On.FrozenBelongings);
            Stack stack = (await Cloud.Stacks.FindAsync("contract-sno", Stop))!;
            await Cloud.Stacks.DeleteAsync(stack, Stop);
            await Wait.UntilAsync("stack contract-sno is gone", async () => await Cloud.Stacks.FindAsync(stack.Name, Stop) is null, Stop);
            On.Frozen = new FrozenDeployment(before, disks, set);
        }

        return On.Frozen;
    }

    private string Template => Write("sno.yaml", ContractTemplates.SingleNode);

    private Task<RestoredStack?> RestoreAsync(RestoreSnapSetRequest request)
    {
        On.Belongings.AddStack(request.StackName!);
        return new RestoreSnapSet(Cloud).RunAsync(request, On.Activity, Yes, Stop);
    }

    /// <summary>A deployment as an installation leaves it: of base images, run for a while, and shut down.</summary>
    private async Task<IReadOnlyList<Instance>> DeployAsync(string stackName, string template, Belongings belongings)
    {
        belongings.AddStack(stackName);
        var bundle = TemplateBundle.Load(template, null);
        string id = await Cloud.Stacks.CreateAsync(
            new StackRequest { Name = stackName, Template = bundle.Text, Files = bundle.Files,
                Parameters = ParameterSet.Load([ParameterFile(template)], new Dictionary<string, JsonNode?>()).Parameters },
            Stop);
        Stack? stack = null;
        await Wait.UntilAsync(
            $"stack {stackName} is made",
            async () => (stack = await Cloud.Stacks.FindAsync(stackName, Stop)) is { IsInProgress: false }, Stop);
        Assert.True(stack!.Status == "CREATE_COMPLETE", $"{id}: {stack.Status}: {stack.StatusReason}");
        var names = (await Cloud.Stacks.ListResourcesAsync(stack, Stop)).Where(r => r.Type == "OS::Nova::Server")
            .ToDictionary(r => r.Name, r => r.PhysicalId);
        IReadOnlyList<Instance> found = await new GetInstances(Cloud).RunAsync(
            new InstanceSource { Servers = [.. names.Values], Roles = [.. names.Keys.Select(RoleOf)] }, On.Activity, Stop);
        Instance[] instances =
        [
            .. found.Select(i => i with { Name = names.Single(n => n.Value == i.Id).Key, StackName = stackName })
                .OrderBy(i => i.Role != Roles.Controller).ThenBy(i => i.Name, StringComparer.Ordinal),
        ];
        foreach (Instance instance in instances)
        {
            await Wait.UntilAsync($"{instance.Name} has booted", async () => await On.DiskOfAsync(instance.Id, Stop) is not null, Stop);
        }

        _deployed[stackName] = instances;
        return instances;
    }

    private readonly Dictionary<string, IReadOnlyList<Instance>> _deployed = [];

    private static string RoleOf(string name) => name.TrimEnd('0', '1', '2') switch
    {
        "master" => "ocp_master",
        "worker" => "ocp_worker",
        var role => role,
    };

    private async Task<SnapSet> FreezeAsync(string stackName, Belongings belongings, bool withVolumes = false)
    {
        SnapSet? set = await new NewSnapSet(Cloud).RunAsync(
            OfStack with { Source = new InstanceSource { Instances = _deployed[stackName] }, StopServers = true,
                IncludeVolumes = withVolumes },
            On.Activity, Yes, Stop);
        belongings.AddSnapSet(set!.Id);
        return set;
    }

    private async Task<Dictionary<string, DiskStory>> DisksAsync(IReadOnlyList<Instance> servers)
    {
        var disks = new Dictionary<string, DiskStory>();
        foreach (Instance server in servers)
        {
            disks[server.Name] = (await On.DiskOfAsync(server.Id, Stop))!;
        }

        Assert.Equal(servers.Count, disks.Values.Select(d => d.Disk).Distinct().Count());
        return disks;
    }

    private async Task AssertBootedOnceMoreAsync(IReadOnlyDictionary<string, DiskStory> before, IReadOnlyList<Instance> servers)
    {
        foreach (Instance server in servers)
        {
            DiskStory? now = null;
            await Wait.UntilAsync($"{server.Name} has booted", async () => (now = await On.DiskOfAsync(server.Id, Stop)) is not null, Stop);
            Assert.Equal(before[server.Name] with { Boots = before[server.Name].Boots + 1 }, now);
        }
    }

    private async Task<string?> SnapshotOfVolumeAsync(string volumeId) =>
        (string?)(await Raw.GetAsync("block-storage", $"volumes/{volumeId}", Stop)).Json["volume"]!["snapshot_id"];

    /// <summary>Those of an installation: the image is no pin, so a restore puts the set's in its place.</summary>
    private string ParameterFile(string template)
    {
        var parameters = new JsonObject { ["flavor"] = On.Flavor };
        foreach (string name in TemplateBundle.Load(template, null).Template.Parameters.Keys.Except(["flavor"]))
        {
            parameters[name] = name == "base_image" ? On.BaseImage : new JsonObject { ["image"] = On.BaseImage };
        }

        return Write($"{Path.GetFileName(template)}.vars.json", new JsonObject { ["stack_parameters"] = parameters }.ToJsonString());
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxRestoreTests(SandboxContractCloud on) : RestoreTests(on), IClassFixture<SandboxContractCloud>;

[Trait("Contract", "Lab"), Collection(LabCollection.Name)]
public sealed class LabRestoreTests(LabCloud on) : RestoreTests(on), IOnLab;
