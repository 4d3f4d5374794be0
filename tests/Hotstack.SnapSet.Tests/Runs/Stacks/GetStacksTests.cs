using Hotstack.Deployments.Stacks;
using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.Runs.Stacks;

public sealed class GetStacksTests : StackFixture
{
    [Fact]
    public async Task A_stack_shows_its_deployment()
    {
        Sandbox.Cloud.Advance(TimeSpan.FromDays(3));
        Sandbox.Cloud.SetServer("worker1", vmState: "stopped");

        DeploymentStack stack = await GetOneAsync(StackName);

        Hotstack.Sandbox.Orchestration.Stack heat = Sandbox.Cloud.Stacks.Single(s => s.Name == StackName);
        Assert.Equal((StackName, heat.Id, "CREATE_COMPLETE", null), (stack.StackName, stack.StackId, stack.Status, stack.StatusReason));
        Assert.Equal(heat.CreatedAt, stack.CreatedAt!.Value, TimeSpan.FromSeconds(1));
        Assert.InRange(Cloud.Now - heat.CreatedAt - stack.Age!.Value, TimeSpan.FromSeconds(-2), TimeSpan.FromSeconds(2));
        Assert.Equal(AllNames, stack.Instances.Select(i => i.Name).Order());
        Assert.Equal(("5/6 on", 5, 6), (stack.PowerText, stack.RunningCount, stack.InstanceCount));
        Assert.Equal((null, null, false, false), (stack.SnapSetId, stack.Scenario, stack.IsRenewal, stack.HasRecord));
        Assert.Equal((Cloud.Name, Sandbox.Cloud.ProjectId), (stack.Cloud, stack.ProjectId));
        Assert.Equal(StackName, stack.ToString());
    }

    /// <summary>The same address that the cmdlets for clusters use.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_controllers_address_is_that_of_the_outputs_otherwise_its_floating_IP(bool hasOutputs)
    {
        string address = Assert.Single(await Cloud.Network.ListFloatingIPsAsync(Sandbox.Cloud.Server("controller").Id, Stop));
        foreach (string key in (string[])["controller_ansible_host", "controller_floating_ip"])
        {
            Sandbox.Cloud.SetStackOutput(StackName, key, hasOutputs ? $"\"{address}\"" : null);
        }

        Sandbox.Cloud.SetStackOutput(StackName, "controller_ansible_host", hasOutputs ? """{"ansible_host": "198.51.100.9"}""" : null);

        Assert.Equal(hasOutputs ? "198.51.100.9" : address, (await GetOneAsync(StackName)).ControllerAddress);
    }

    [Fact]
    public async Task An_output_that_is_no_address_is_no_obstacle()
    {
        Sandbox.Cloud.SetStackOutput(StackName, "controller_ansible_host", """{"ansible_host": "-oProxyCommand=x"}""");

        Assert.NotNull(await GetOneAsync(StackName));
        Assert.Contains(Activity.Steps, line => line.Contains("controller's address", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_restored_stack_names_its_set_and_the_scenario()
    {
        SnapSet set = await FreezeAsync(OfStack with { Facts = new() { StackName = StackName, Scenario = "3-nodes" } });
        await RestoreAsync(Of(set));

        IReadOnlyList<DeploymentStack> stacks = await GetAsync();

        Assert.Equal([(Target, set.Id, "3-nodes", "6/6 on"), (StackName, null, "3-nodes", "0/6 on")],
            stacks.Select(s => (s.StackName, s.SnapSetId, s.Scenario, s.PowerText)));
    }

    /// <summary>Which stacks there are by default, and by what they are found.</summary>
    [Fact]
    public async Task Stacks_without_servers_are_left_out_unless_they_are_named_or_restored()
    {
        await MakeAsync("hs-net", Serverless);
        await MakeAsync("hs-remains", Serverless, "hotstack-snapset-k3v9x2m1");
        await MakeAsync("other");

        Assert.Equal([StackName, "hs-remains", "other"], (await GetAsync()).Select(s => s.StackName));
        Assert.Contains(Activity.Steps, line => line.Contains("'hs-net' is left out: it has no server", StringComparison.Ordinal));
        Assert.Equal([StackName, "hs-remains"], (await GetAsync(Pattern("HS-*"))).Select(s => s.StackName));
        DeploymentStack bare = await GetOneAsync("hs-net");
        Assert.Equal(("0/0 on", 0), (bare.PowerText, bare.InstanceCount));
        Assert.Equal("hs-net", (await GetOneAsync(bare.StackId)).StackName);
        Assert.Empty(Failures);
        Assert.Empty(Activity.Warnings);
    }

    [Theory]
    [InlineData("CREATE_FAILED", "Resource CREATE failed: no host", true)]
    [InlineData("DELETE_FAILED", "Resource DELETE failed: volume", true)]
    [InlineData("UPDATE_FAILED", "Resource UPDATE failed", true)]
    [InlineData("CREATE_COMPLETE", "Stack CREATE completed successfully", false)]
    [InlineData("UPDATE_IN_PROGRESS", "Stack UPDATE started", false)]
    [InlineData("DELETE_IN_PROGRESS", "Stack DELETE started", false)]
    [InlineData("CHECK_COMPLETE", "Stack CHECK completed", false)]
    [InlineData("SUSPEND_FAILED", "Resource SUSPEND failed", true)]
    public async Task Heats_status_is_shown_as_it_is_and_its_reason_after_a_failure(string status, string reason, bool isShown)
    {
        Sandbox.Cloud.SetStack(StackName, status, reason);

        DeploymentStack stack = await GetOneAsync(StackName);

        Assert.Equal((status, isShown ? reason : null, 6), (stack.Status, stack.StatusReason, stack.InstanceCount));
    }

    [Fact]
    public async Task A_named_stack_that_is_not_there_is_an_error_and_the_others_count()
    {
        IReadOnlyList<DeploymentStack> stacks = await GetAsync(StackTarget.Typed("gone"), StackTarget.Typed(StackName));

        Assert.Equal(StackName, Assert.Single(stacks).StackName);
        HotstackException e = Assert.Single(Failures);
        Assert.Equal(("StackNotFound", ErrorCause.NotFound, "gone"), (e.Id, e.Cause, e.Target));
        Golden.Message(e);
    }

    [Fact]
    public async Task A_pattern_without_a_match_is_a_warning()
    {
        Assert.Empty(await GetAsync(Pattern("nothing-*")));
        Assert.Equal("No stack in this project matches 'nothing-*'.", Assert.Single(Activity.Warnings));
        Assert.Empty(Failures);
    }

    /// <summary>Between the list and the look at it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stack_that_vanishes_meanwhile_is_left_out_of_a_pattern_and_an_error_by_its_name(bool isPattern)
    {
        await MakeAsync("fleeting");
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "orchestration", Path = "/resources", Status = 404, Times = 0 });

        IReadOnlyList<DeploymentStack> stacks = await GetAsync(isPattern ? Pattern("fleet*") : StackTarget.Typed("fleeting"));

        Assert.Empty(stacks);
        Assert.Equal(isPattern ? [] : ["StackNotFound"], Failures.Select(e => e.Id));
        Assert.Equal(isPattern, Activity.Steps.Contains("Stack 'fleeting' is left out: it was deleted meanwhile."));
        if (!isPattern)
        {
            Golden.Message(Assert.Single(Failures));
        }
    }

    [Fact]
    public async Task An_object_of_another_project_is_refused()
    {
        Assert.Empty(await GetAsync(new StackTarget(StackName) { IsOfObject = true, ProjectId = "f00" }));
        Assert.Equal("ProjectMismatch", Assert.Single(Failures).Id);
    }

    [Fact]
    public async Task Without_images_only_the_scenario_is_missing()
    {
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "image", Status = 403, Times = 0 });

        Assert.Null((await GetOneAsync(StackName)).Scenario);
        Assert.Contains(Activity.Steps, line => line.Contains("scenarios are left out", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_was_deleted_behind_Heats_back_is_not_on()
    {
        Sandbox.Cloud.RemoveServer("worker1");

        DeploymentStack stack = await GetOneAsync(StackName);

        Assert.Equal(("5/6 on", "NotFound"), (stack.PowerText, stack.Instances.Single(i => i.Name == "worker1").Status));
    }

    /// <summary>Heat has no list of the servers and outputs of several stacks; all else comes from one list each.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public async Task Only_Heat_is_asked_for_each_stack(int stacks)
    {
        for (int i = 0; i < stacks; i++)
        {
            await MakeAsync($"many-{i}");
        }

        Sandbox.Calls.Clear();
        Assert.Equal(stacks, (await GetAsync(Pattern("many-*"))).Count);

        Assert.Equal(1 + 3 * stacks, Calls.Count(c => c.Service == "orchestration"));
        Assert.Equal(1, Calls.Count(c => c.Service == "compute"));
        Assert.Equal(4, Calls.Count(c => c.Service == "network"));
        Assert.Equal(ImageCalls, Calls.Count(c => c.Service == "image"));
    }

    private const int ImageCalls = 2;
}
