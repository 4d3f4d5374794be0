using System.Text.Json.Nodes;
using Hotstack.OpenStack.Orchestration;
using Hotstack.Restoring;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Remove;
using Hotstack.SnapSets.Restore;
using Xunit;

namespace Hotstack.SnapSets.Blueprints;

/// <summary>Restores from nothing but the set.</summary>
public sealed class BlueprintRestoreTests : RestoreFixture
{
    [Fact]
    public async Task A_set_restores_without_a_template()
    {
        SnapSet set = await FreezeAsync();

        RestoredStack restored = await RestoreAsync(Alone(set));

        Assert.Equal(6, restored.Servers.Count);
        Assert.Equal(
            set.Members.Select(m => m.MacAddress).Order(), restored.Servers.Select(server => (string?)server.MacAddress).Order());
        Assert.Contains("blueprint", string.Join(' ', Activity.Steps), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_newest_set_restores_by_one_line_after_its_stack_is_gone()
    {
        SnapSet set = await FreezeAsync();
        await GoneAsync(StackName);

        RestoredStack restored = await RestoreAsync(new() { StackName = Target, PollInterval = TimeSpan.FromSeconds(5) });

        Assert.Equal(set.Id, restored.SnapSetId);
    }

    [Fact]
    public async Task Files_and_parameters_are_laid_over_its_values()
    {
        SnapSet set = await FreezeAsync();
        string file = Write("mine.yaml", "ntp_servers: [192.0.2.9]\ndns_servers: [192.0.2.8]\n");

        await RestoreAsync(Alone(set) with
        {
            ParameterFiles = [file],
            Parameters = new JsonObject { ["dns_servers"] = new JsonArray("192.0.2.7") },
        });

        StackEnvironment environment = await Cloud.Stacks.GetEnvironmentAsync((await StackAsync())!, Stop);
        Assert.Equal("192.0.2.9", environment.Parameters["ntp_servers"]![0]!.ToString());
        Assert.Equal("192.0.2.7", environment.Parameters["dns_servers"]![0]!.ToString());
    }

    [Fact]
    public async Task A_template_replaces_it()
    {
        SnapSet set = await FreezeAsync();

        await RestoreAsync(Of(set));

        Assert.False((await Cloud.Stacks.GetTemplateAsync((await StackAsync())!, Stop)).GetProperty("resources").TryGetProperty("router", out _));
    }

    [Fact]
    public async Task Without_a_blueprint_a_template_is_asked_for_as_before()
    {
        SnapSet set = await FreezeAsync(OfStack with { NoBlueprint = true });

        var e = await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(Alone(set)));

        Assert.Equal("TemplateMissing", e.Id);
        Assert.Contains("has no blueprint", e.Message, StringComparison.Ordinal);
        Assert.Empty(StackWrites);
    }

    [Fact]
    public async Task A_set_that_lost_its_blueprint_says_so()
    {
        SnapSet set = await FreezeAsync();
        await Cloud.Images.DeleteAsync(Assert.Single(Blueprints).Id, Stop);

        var e = await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(Alone(set) with { AllowIncomplete = true }));

        Assert.Equal("BlueprintMissing", e.Id);
        await RestoreAsync(Of(set) with { AllowIncomplete = true });
    }

    [Fact]
    public async Task One_that_others_see_or_that_is_altered_is_not_used()
    {
        SnapSet set = await FreezeAsync();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.AlterByte, Service = "image", Method = "GET", Path = "/file$", Times = 1 });
        Assert.Equal("BlueprintDamaged", (await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(Alone(set)))).Id);

        Assert.Single(Blueprints).Visibility = "public";
        Assert.Equal("BlueprintNotPrivate", (await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(Alone(set)))).Id);
        Assert.Empty(StackWrites);
    }

    [Fact]
    public async Task The_set_of_a_restored_stack_restores_after_the_first_set_is_removed()
    {
        SnapSet first = await FreezeAsync();
        await RestoreAsync(Alone(first) with { StackName = "hs-second" });
        await GoneAsync(StackName);
        Sandbox.Cloud.StopServers();
        SnapSet second = await CreatedAsync(new() { Source = new() { StackName = "hs-second" } });
        await GoneAsync("hs-second");
        await new RemoveSnapSet(Cloud).RunAsync(first.Id, force: false, Activity, Yes, Stop);

        RestoredStack restored = await RestoreAsync(Alone(second));

        Assert.Equal(second.Id, restored.SnapSetId);
        Assert.Equal(6, restored.Servers.Count);
    }

    [Fact]
    public async Task A_new_set_may_keep_the_blueprint_of_an_older_one()
    {
        SnapSet first = await FreezeAsync();
        await RestoreAsync(Alone(first) with { StackName = "hs-second" });
        Sandbox.Cloud.StopServers();

        SnapSet second = await CreatedAsync(new() { Source = new() { StackName = "hs-second" }, BlueprintOf = first });

        Blueprint? kept = await new BlueprintStore(Cloud).ReadAsync(second, Stop);
        Assert.Equal((second.Id, StackName), (kept!.SnapSetId, kept.StackName));
    }

    [Fact]
    public async Task Three_copies_run_side_by_side_each_with_networks_and_a_controller_of_its_own()
    {
        SnapSet set = await FreezeAsync();

        RestoredStack?[] copies = await Task.WhenAll(Enumerable.Range(1, 3).Select(i => new RestoreSnapSet(Connect("sandbox")).RunAsync(
            Alone(set) with { StackName = $"pr-{i}" }, Activity, (_, _) => Task.FromResult(true), Stop)));

        Assert.All(copies, copy => Assert.Equal(6, copy!.Servers.Count));
        Assert.Equal(18, copies.SelectMany(copy => copy!.Servers.Select(server => server.Id)).Distinct().Count());
        // The same MAC addresses, on other networks.
        Assert.Equal(6, copies.SelectMany(copy => copy!.Servers.Select(server => server.MacAddress)).Distinct().Count());
        List<string> controllers = [], networks = [];
        foreach (RestoredStack? copy in copies)
        {
            Stack stack = (await StackAsync(copy!.StackName))!;
            stack = await Cloud.Stacks.GetAsync(stack, Stop);
            controllers.Add(stack.Outputs["controller_floating_ip"].Value!.Value.GetString()!);
            networks.AddRange((await Cloud.Stacks.ListResourcesAsync(stack, Stop, "OS::Neutron::Net")).Select(net => net.PhysicalId!));
        }

        Assert.Equal(3, controllers.Distinct().Count());
        Assert.Equal(networks.Count, networks.Distinct().Count());
    }

    private static RestoreSnapSetRequest Alone(SnapSet set) => new()
    {
        SnapSetId = set.Id,
        StackName = Target,
        PollInterval = TimeSpan.FromSeconds(5),
    };

    private async Task GoneAsync(string stackName)
    {
        Stack stack = (await StackAsync(stackName))!;
        await Cloud.Stacks.DeleteAsync(stack, Stop);
        await Poll.UntilAsync(
            async token => await Cloud.Stacks.PollAsync(stack, token) is null, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10), Clock, Stop);
    }
}

/// <summary>A quota for two copies.</summary>
public sealed class BlueprintQuotaTests : RestoreFixture
{
    protected override SandboxOptions Options => new() { Clock = Clock, Quotas = new SandboxQuotas { Instances = 20 } };

    [Fact]
    public async Task A_copy_that_the_quota_has_no_room_for_is_refused_before_anything_is_made()
    {
        SnapSet set = await FreezeAsync();
        for (int i = 1; i <= 2; i++)
        {
            await RestoreAsync(new() { SnapSetId = set.Id, StackName = $"pr-{i}", PollInterval = TimeSpan.FromSeconds(5) });
        }

        var e = await Assert.ThrowsAsync<ViolationsException>(() => RestoreAsync(new() { SnapSetId = set.Id, StackName = "pr-3" }));

        Assert.Contains("instances", e.Message, StringComparison.Ordinal);
        Assert.Null(await StackAsync("pr-3"));
    }
}

/// <summary>A stack with hidden parameters and an environment.</summary>
public sealed class HiddenParameterTests : RestoreFixture
{
    private const string Hidden = """
        heat_template_version: 2018-08-31
        parameters:
          pull_secret: {type: string, hidden: true}
          admin: {type: json, hidden: true, default: {}}
          unused: {type: string, hidden: true, default: x}
          note: {type: string, default: n}
          image: {type: string, constraints: [{custom_constraint: glance.image}]}
        resources:
          net: {type: OS::Neutron::Net}
          subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: net}, cidr: 192.168.40.0/24}}
          port: {type: OS::Neutron::Port, depends_on: subnet, properties: {network: {get_resource: net}}}
          controller:
            type: OS::Nova::Server
            properties:
              image: {get_param: image}
              flavor: hotstack.small
              networks: [{port: {get_resource: port}}]
              metadata: {s: {get_param: pull_secret}}
        outputs:
          told: {value: {get_param: pull_secret}}
          note: {value: {get_param: note}}
        """;

    protected override SandboxOptions Options => new()
    {
        Clock = Clock,
        Deployment = new SandboxDeployment
        {
            StackName = "hs-hidden",
            Template = Hidden,
            Parameters = new JsonObject
            {
                ["pull_secret"] = "h1dden-value", ["admin"] = new JsonObject { ["p"] = "h1dden-part" }, ["image"] = "hotstack-controller",
            },
        },
    };

    [Fact]
    public async Task Hidden_values_are_in_no_blueprint_and_asked_for_by_name_in_one_error()
    {
        SnapSet set = await FreezeAsync(new() { Source = new() { StackName = "hs-hidden" } });
        Blueprint blueprint = (await new BlueprintStore(Cloud).ReadAsync(set, Stop))!;
        Assert.Equal(["admin", "pull_secret"], blueprint.Hidden);
        Assert.Equal(["told"], blueprint.OmittedOutputs);
        string text = System.Text.Encoding.UTF8.GetString(BlueprintDocument.Write(blueprint));
        Assert.DoesNotContain("h1dden", text, StringComparison.Ordinal);
        Assert.DoesNotContain(StackEnvironment.Mask, text, StringComparison.Ordinal);

        var e = await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(Alone(set)));
        Assert.Equal("HiddenParameterMissing", e.Id);
        Assert.Contains("admin, pull_secret", e.Message, StringComparison.Ordinal);
        Assert.Contains("-Parameter @{ admin = …; pull_secret = … }", e.Hint, StringComparison.Ordinal);
        Assert.Empty(StackWrites);

        RestoredStack restored = await RestoreAsync(Alone(set) with
        {
            ParameterFiles = [Write("secrets.yaml", "admin: {p: q}\n")],
            Parameters = new JsonObject { ["pull_secret"] = "given" },
        });
        Assert.Single(restored.Servers);
    }

    [Fact]
    public async Task The_image_that_the_stack_was_made_of_may_be_deleted()
    {
        SnapSet set = await FreezeAsync(new() { Source = new() { StackName = "hs-hidden" } });
        foreach (Hotstack.Sandbox.Imaging.Image image in Sandbox.Cloud.Images.Where(image => image.Name == "hotstack-controller").ToArray())
        {
            await Cloud.Images.DeleteAsync(image.Id, Stop);
        }

        RestoredStack restored = await RestoreAsync(Alone(set) with
        {
            Parameters = new JsonObject { ["pull_secret"] = "given", ["admin"] = new JsonObject() },
        });

        Assert.Single(restored.Servers);
    }

    private static RestoreSnapSetRequest Alone(SnapSet set) =>
        new() { SnapSetId = set.Id, StackName = Target, PollInterval = TimeSpan.FromSeconds(5) };
}
