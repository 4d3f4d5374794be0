using System.Text.Json.Nodes;
using Hotstack.Deployments;
using Hotstack.OpenStack.Orchestration;
using Hotstack.Restoring;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Restore.Overlay;
using Xunit;

namespace Hotstack.SnapSets.Restore;

/// <summary>Several masters and workers: upstream cannot restore them.</summary>
public sealed class RestoreSnapSetTests : RestoreFixture
{
    [Fact]
    public async Task Every_server_boots_from_its_own_image_with_its_own_address()
    {
        SnapSet set = await FreezeAsync();

        RestoredStack stack = await RestoreAsync(Of(set));

        Assert.Equal((Target, "CREATE_COMPLETE", nameof(RestoreMode.Overlay), set.Id),
            (stack.StackName, stack.Status, stack.Mode, stack.SnapSetId));
        Assert.Equal(
            set.Members.Select(m => (m.Name, m.Role, (string?)m.ImageId, m.MacAddress)),
            stack.Servers.Select(s => (s.Name, s.Role, s.Image, (string?)s.MacAddress)));
        Assert.All(stack.Servers, s => Assert.Equal(("ACTIVE", Target), (s.Status, s.StackName)));
        Assert.Empty(stack.OtherServers);
        Assert.Equal((await StackAsync())!.Id, stack.StackId);
        Assert.DoesNotContain(stack.Servers, s => set.Members.Any(m => m.SourceId == s.Id));
    }

    [Fact]
    public async Task A_set_can_be_made_from_a_restored_stack()
    {
        SnapSet set = await FreezeAsync();
        await RestoreAsync(Of(set));

        SnapSet again = await CreatedAsync(OfStack with { Source = new InstanceSource { StackName = Target }, StopServers = true });

        Assert.Equal(SnapSetState.Complete, again.State);
        Assert.Equal(set.Members.Select(m => (m.Name, m.Role, m.MacAddress)), again.Members.Select(m => (m.Name, m.Role, m.MacAddress)));
        Assert.Equal(SnapSetState.Complete, (await new GetSnapSets(Cloud).GetAsync(set.Id, Stop)).State);
    }

    [Fact]
    public async Task Without_consent_nothing_is_created()
    {
        SnapSet set = await FreezeAsync();

        Assert.Null(await RunAsync(Of(set), consents: false));

        string plan = Assert.Single(Asked);
        Assert.StartsWith($"Stack {Target} from SnapSet {set.Id} (controller, master0, master1, master2, worker0, worker1; ", plan,
            StringComparison.Ordinal);
        Assert.Contains("images by changes in the template: ", plan, StringComparison.Ordinal);
        Assert.All(set.Members, m => Assert.Contains($"{m.Name}: image {m.ImageId}, flavor hotstack.xxlarge", plan,
            StringComparison.Ordinal));
        Assert.All(set.Members, m => Assert.Contains(m.MacAddress!, plan, StringComparison.Ordinal));
        Assert.Empty(StackWrites);
        Assert.Null(await StackAsync());
    }

    [Fact]
    public async Task The_stack_names_its_set()
    {
        SnapSet set = await FreezeAsync();

        await RestoreAsync(Of(set));

        Assert.Equal(["hotstack", $"hotstack-snapset-{set.Id}"], (await StackAsync())!.Tags);
    }

    [Fact]
    public async Task Without_an_id_the_newest_usable_set_is_restored()
    {
        SnapSet older = await FreezeAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        SnapSet newer = await FreezeAsync();

        RestoredStack stack = await RestoreAsync(Of(older) with { SnapSetId = null });

        Assert.Equal(newer.Id, stack.SnapSetId);
    }

    [Fact]
    public async Task All_violations_are_reported_at_once_before_any_change()
    {
        SnapSet set = await FreezeAsync();
        RestoreSnapSetRequest request = Of(set, TemplateOf([("controller", null), ("master0", null)])) with
        {
            StackName = "1st",
            Parameters = new JsonObject { ["nonsense"] = 1, ["more_nonsense"] = 2 },
            OutputPath = Path.Combine(Folder, "nowhere", "outputs.yaml"),
            PollInterval = TimeSpan.Zero,
        };

        var e = await Assert.ThrowsAsync<ViolationsException>(() => RestoreAsync(request));

        Assert.Equal("RestoreInputInvalid", e.Id);
        string[] parts = ["'1st' is not a valid stack name", "no parameter more_nonsense, nonsense", "poll interval", "no folder",
            "worker1", "master2"];
        Assert.All(parts, part => Assert.Contains(e.Violations, v => v.Contains(part, StringComparison.Ordinal)));
        Assert.Empty(StackWrites);
    }

    [Fact]
    public async Task A_parameter_without_a_default_must_be_given()
    {
        SnapSet set = await FreezeAsync();
        string template = TemplateOf([.. set.Members.Select(m => (m.Name, (string?)null))])
            .Replace("note: {type: string, default: ''}", "note: {type: string}", StringComparison.Ordinal);

        var e = await Assert.ThrowsAsync<ViolationsException>(() => RestoreAsync(Of(set, template)));

        Assert.Contains("-Parameter @{ note = … }", Assert.Single(e.Violations), StringComparison.Ordinal);
        await RestoreAsync(Of(set, template) with { Parameters = new JsonObject { ["note"] = "x" } });
    }

    [Theory]
    [InlineData("hotstack.huge", "there is no flavor 'hotstack.huge'")]
    [InlineData("hotstack.small", "GiB of disk")]
    public async Task A_flavor_that_does_not_fit_is_refused(string flavor, string reason)
    {
        SnapSet set = await FreezeAsync();

        var e = await Assert.ThrowsAsync<ViolationsException>(() => RestoreAsync(
            Of(set) with { Parameters = new JsonObject { ["ocp_worker_params"] = new JsonObject { ["flavor"] = flavor } } }));

        Assert.Contains(e.Violations, v => v.StartsWith("worker0: ", StringComparison.Ordinal)
            && v.Contains(reason, StringComparison.Ordinal));
        Assert.DoesNotContain(e.Violations, v => v.StartsWith("master0", StringComparison.Ordinal));
        Assert.Empty(StackWrites);
    }

    [Fact]
    public async Task An_existing_stack_is_not_changed()
    {
        SnapSet set = await FreezeAsync();

        var e = await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(Of(set) with { StackName = StackName }));

        Assert.Equal((ErrorCause.AlreadyExists, "StackExists"), (e.Cause, e.Id));
        Assert.Empty(StackWrites);
        Assert.Empty(Asked);
    }

    [Fact]
    public async Task A_second_run_resumes_the_stack()
    {
        SnapSet set = await FreezeAsync();
        using var stop = new CancellationTokenSource();
        Activity.Listener = (stream, text) =>
        {
            if (stream == "verbose" && text.StartsWith("Heat creates stack", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(Of(set), stop: stop.Token));
        Activity.Listener = null;
        Assert.Contains(Activity.Warnings, w => w.Contains("The stack stays for inspection", StringComparison.Ordinal));
        Stack begun = (await StackAsync())!;

        RestoredStack stack = await RestoreAsync(Of(set));

        Assert.Equal(begun.Id, stack.StackId);
        Assert.Single(StackWrites);
        Assert.Equal(6, stack.Servers.Count);
    }

    [Fact]
    public async Task Force_changes_a_stack_after_an_explicit_question()
    {
        SnapSet first = await FreezeAsync();
        RestoredStack before = await RestoreAsync(Of(first));
        Clock.Advance(TimeSpan.FromHours(1));
        SnapSet second = await CreatedAsync(
            OfStack with { Source = new InstanceSource { Instances = before.Servers }, StopServers = true });

        RestoredStack after = await RestoreAsync(Of(second) with { Force = true });

        Assert.Equal((before.StackId, "UPDATE_COMPLETE"), (after.StackId, after.Status));
        Assert.Equal(second.Members.Select(m => m.ImageId), after.Servers.Select(s => s.Image));
        Assert.Contains("CHANGE the existing stack", Asked[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pinned_image_is_used_with_a_warning()
    {
        SnapSet set = await FreezeAsync();

        RestoredStack stack = await RestoreAsync(Of(set) with { Parameters = Image("ocp_worker", "hotstack-controller") });

        Assert.Contains(Activity.Warnings, w => w.StartsWith("worker0 boots from image hotstack-controller", StringComparison.Ordinal));
        string? pinned = Sandbox.Cloud.ImagesNamed("hotstack-controller")[0].Id;
        Assert.Equal(pinned, stack.Servers.Single(s => s.Name == "worker1").Image);
        Assert.Equal(set.Members.Single(m => m.Name == "master1").ImageId, stack.Servers.Single(s => s.Name == "master1").Image);
    }

    [Fact]
    public async Task Overrides_of_a_file_pin_an_image_but_its_parameters_do_not()
    {
        SnapSet set = await FreezeAsync();
        string file = Write("vars.yml", """
            stack_parameters:
              ocp_master_params: {image: hotstack-controller, flavor: hotstack.xxlarge}
            stack_parameter_overrides:
              ocp_worker_params: {image: hotstack-controller}
            """);

        RestoredStack stack = await RestoreAsync(Of(set) with { ParameterFiles = [file] });

        string pinned = Sandbox.Cloud.ImagesNamed("hotstack-controller")[0].Id;
        Assert.Equal(pinned, stack.Servers.Single(s => s.Name == "worker0").Image);
        Assert.Equal(set.Members.Single(m => m.Name == "master0").ImageId, stack.Servers.Single(s => s.Name == "master0").Image);
    }

    [Fact]
    public async Task A_server_without_a_member_is_a_warning_and_is_listed()
    {
        SnapSet set = await FreezeAsync();
        string template = TemplateOf([.. set.Members.Select(m => (m.Name, (string?)m.MacAddress)), ("worker2", null)]);

        RestoredStack stack = await RestoreAsync(Of(set, template) with { AllowNewNodes = true });

        Assert.Equal(["worker2"], stack.OtherServers);
        Assert.Contains(Activity.Warnings, w => w.Contains("has no image of worker2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_incomplete_set_is_refused_unless_allowed()
    {
        SnapSet set = await FreezeAsync();
        string template = TemplateOf([.. set.Members.Select(m => (m.Name, (string?)m.MacAddress))]);
        await Cloud.Images.DeleteAsync(set.Members.Single(m => m.Name == "worker1").ImageId, Stop);

        var e = await Assert.ThrowsAsync<ViolationsException>(() => RestoreAsync(Of(set, template)));

        Assert.Contains("5 of 6 members exist", Assert.Single(e.Violations), StringComparison.Ordinal);
        Assert.Empty(StackWrites);
        RestoredStack stack = await RestoreAsync(Of(set, template) with { AllowIncomplete = true });
        Assert.Equal(5, stack.Servers.Count);
        Assert.Equal(["worker1"], stack.OtherServers);
        Assert.Contains(Activity.Warnings, w => w.Contains("is Incomplete", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_MAC_address_in_use_is_found_beforehand()
    {
        SnapSet set = await FreezeAsync();
        string template = TemplateOf([.. set.Members.Select(m => (m.Name, (string?)m.MacAddress))], network: "machine-net", subnet: null);

        var e = await Assert.ThrowsAsync<ViolationsException>(() => RestoreAsync(Of(set, template)));

        Assert.All(set.Members, m => Assert.Contains(e.Violations, v => v.StartsWith(
            $"the MAC address {m.MacAddress} is in use on network machine-net", StringComparison.Ordinal)));
        Assert.Empty(StackWrites);
    }

    [Fact]
    public async Task Outputs_are_written_in_upstreams_shape()
    {
        SnapSet set = await FreezeAsync();

        RestoredStack stack = await RestoreAsync(Of(set) with { OutputPath = Folder });

        Assert.Equal(Path.Combine(Folder, $"{Target}-outputs.yaml"), stack.OutputPath);
        string text = await File.ReadAllTextAsync(stack.OutputPath!, Stop);
        Assert.StartsWith("---\nocp_installer_type: agent\nsnapset_data:\n  instances:\n", text, StringComparison.Ordinal);
        IReadOnlyList<Instance> listed = await new GetInstances(Cloud).RunAsync(new InstanceSource { Path = stack.OutputPath }, Activity,
            Stop);
        Assert.Equal(stack.Servers.Select(s => (s.Name, s.Id)).Order(), listed.Select(s => (s.Name, s.Id)).Order());
        Assert.Equal(["template.yaml", $"{Target}-outputs.yaml"], Directory.GetFiles(Folder).Select(f => Path.GetFileName(f))
            .OrderDescending());
    }

    [Fact]
    public async Task The_name_of_the_stack_defaults_to_that_of_the_files()
    {
        SnapSet set = await FreezeAsync();
        string file = Write("vars.yml", "stack_name: \"hs-{{ scenario }}\"\nscenario: sno\nstack_parameters: {}\n");

        var e = await Assert.ThrowsAsync<HotstackException>(() => RestoreAsync(Of(set) with { StackName = null }));

        Assert.Equal("StackNameMissing", e.Id);
        Assert.Equal("hs-sno", (await RestoreAsync(Of(set) with { StackName = null, ParameterFiles = [file] })).StackName);
    }

    [Fact]
    public async Task Insufficient_parameters_are_a_warning_and_the_result_is_verified()
    {
        SnapSet set = await FreezeAsync(
            OfStack with { Source = new InstanceSource { Instances = await SomeAsync("controller", "master0") } });
        string template = TemplateOf([("controller", null), ("master0", null)]);

        var e = await Assert.ThrowsAsync<ViolationsException>(() => RestoreAsync(Of(set, template) with { Mode = RestoreMode.Parameter }));

        Assert.Equal("RestoreNotVerified", e.Id);
        Assert.Contains(e.Violations, v => v.StartsWith("master0: server", StringComparison.Ordinal)
            && v.EndsWith($"not {set.Members[1].MacAddress}", StringComparison.Ordinal));
        Assert.Contains(Activity.Warnings, w => w.Contains("use -Mode Overlay", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Parameters_suffice_for_one_server_per_role_with_its_address()
    {
        SnapSet set = await FreezeAsync(
            OfStack with { Source = new InstanceSource { Instances = await SomeAsync("controller", "master0") } });

        RestoredStack stack = await RestoreAsync(Of(set));

        Assert.Equal(nameof(RestoreMode.Parameter), stack.Mode);
        Assert.Equal(set.Members.Select(m => m.ImageId), stack.Servers.Select(s => s.Image));
        Call created = Assert.Single(StackWrites);
        var body = JsonNode.Parse(created.Body)!;
        // The template is the same but for the output.
        string sent = (string)body["template"]!;
        Assert.Contains("snapset_data", sent, StringComparison.Ordinal);
        Assert.DoesNotContain(set.Members[1].ImageId, sent, StringComparison.Ordinal);
        Assert.Equal(set.Members[1].ImageId, (string)body["parameters"]!["ocp_master_params"]!["image"]!);
    }
}
