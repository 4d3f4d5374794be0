using Hotstack.Deployments;
using Hotstack.Deployments.Stacks;
using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.Runs.Stacks;

public sealed class RemoveStacksTests : StackFixture
{
    private const string Own = "hotstack-snapset-k3v9x2m1";
    private const string Renewal = "hotstack-renewal";

    private readonly List<DeploymentStack> _removed = [];

    private string[] Deletions => [.. StackWrites.Where(c => c.Method == "DELETE").Select(c => c.Path.Split('/')[^2])];

    [Fact]
    public async Task A_restored_stack_is_deleted_with_all_that_is_in_it()
    {
        SnapSet set = await RestoredAsync();
        int servers = Sandbox.Cloud.Servers.Count;
        Activity.Clear();
        Sandbox.Calls.Clear();

        await RemoveAsync(Target);

        Assert.Empty(Failures);
        Assert.Equal((Target, set.Id), (Assert.Single(_removed).StackName, _removed[0].SnapSetId));
        Assert.Equal([StackName], Sandbox.Cloud.Stacks.Select(s => s.Name));
        Assert.Equal(servers - 6, Sandbox.Cloud.Servers.Count);
        Assert.Equal([Target], Deletions);
        string asked = Assert.Single(Asked);
        Assert.StartsWith($"stack {Target} ({_removed[0].StackId}), CREATE_COMPLETE, restored from SnapSet {set.Id}, ", asked,
            StringComparison.Ordinal);
        Assert.Contains("Delete it with its 14 resources:", asked, StringComparison.Ordinal);
        Assert.Contains("servers (6/6 on): controller, master0", asked, StringComparison.Ordinal);
        Assert.NotEmpty(SetImages);
    }

    [Fact]
    public async Task The_progress_counts_resources_to_the_end()
    {
        await RestoredAsync();
        Activity.Clear();

        await RemoveAsync(StackTarget.Typed(Target), interval: TimeSpan.FromMilliseconds(200));

        ProgressReport[] reports = [.. Activity.Reports.Where(r => r.Work == $"Deleting stack {Target}")];
        Assert.Contains(reports, r => r.Status == "DELETE_IN_PROGRESS: 0 of 14 resources" && r.Percent == 0);
        Assert.Contains(reports, r => r.Percent is > 0 and < 100);
        Assert.Equal(reports.Select(r => r.Percent ?? 100).Order(), reports.Select(r => r.Percent ?? 100));
        Assert.True(reports[^1].Completed);
    }

    /// <summary>What is refused, and what -Force deletes all the same.</summary>
    [Theory]
    [InlineData("StackNotRestored", "")]
    [InlineData("StackNotRestored", "something")]
    [InlineData("StackNotRestored", "hotstack-snapset-")]
    [InlineData("StackNotRestored", "hotstack-snapset")]
    [InlineData(null, Own)]
    [InlineData(null, $"{Own},{Renewal}")]
    public async Task Only_a_stack_that_a_set_was_restored_to_is_deleted_without_force(string? id, string tags)
    {
        await MakeAsync("lab", Small, tags.Split(',', StringSplitOptions.RemoveEmptyEntries));

        await RemoveAsync("lab");

        Assert.Equal(id, Failures.Select(e => e.Id).SingleOrDefault());
        Assert.Equal(id is null ? 1 : 0, Asked.Count);
        Assert.Equal(id is not null, Sandbox.Cloud.Stacks.Any(s => s.Name == "lab"));
        if (id is not null)
        {
            Golden.Message(Failures[0]);
            Assert.Equal(("lab", ErrorCause.Conflict), (Failures[0].Target, Failures[0].Cause));
            await RemoveAsync("lab", force: true);
            Assert.DoesNotContain(Sandbox.Cloud.Stacks, s => s.Name == "lab");
        }
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(16, false)]
    public async Task A_renewals_stack_is_refused_while_another_run_has_its_lease(int minutesAgo, bool isRefused)
    {
        await MakeAsync("hotstack-renewal-k3v9x2m1", Small, Own, Renewal);
        string server = Sandbox.Cloud.Stacks.Single(s => s.Name == "hotstack-renewal-k3v9x2m1").ResourceIds["controller"];
        // An answer tells the cloud's time.
        await Cloud.Compute.GetServerAsync(server, Stop);
        string text = $"0123456789 {ClusterProperties.Text(Cloud.Now - TimeSpan.FromMinutes(minutesAgo))} ada on desk";
        await Cloud.Compute.AddMetadataAsync(server, new Dictionary<string, string> { ["hotstack_renewal_run"] = text }, Stop);

        await RemoveAsync("hotstack-renewal-k3v9x2m1");

        Assert.Equal(isRefused ? ["RenewalBusy"] : [], Failures.Select(e => e.Id));
        Assert.Equal(isRefused, Sandbox.Cloud.Stacks.Any(s => s.Name == "hotstack-renewal-k3v9x2m1"));
        if (isRefused)
        {
            Golden.Message(Failures[0]);
            Assert.Contains("ada on desk", Failures[0].Message, StringComparison.Ordinal);
            await RemoveAsync("hotstack-renewal-k3v9x2m1", force: true);
            Assert.Contains("the temporary stack of the renewal of SnapSet k3v9x2m1", Assert.Single(Asked), StringComparison.Ordinal);
            Assert.DoesNotContain(Sandbox.Cloud.Stacks, s => s.Name == "hotstack-renewal-k3v9x2m1");
        }
    }

    /// <summary>A run takes its lease when the stack is complete.</summary>
    [Theory]
    [InlineData("CREATE_IN_PROGRESS", true)]
    [InlineData("CREATE_FAILED", false)]
    public async Task A_renewals_stack_is_refused_while_Heat_creates_it(string status, bool isRefused)
    {
        await MakeAsync("hotstack-renewal-k3v9x2m1", Small, Own, Renewal);
        Sandbox.Cloud.SetStack("hotstack-renewal-k3v9x2m1", status, "as the test wants it");

        await RemoveAsync("hotstack-renewal-k3v9x2m1");

        Assert.Equal(isRefused ? ["RenewalBusy"] : [], Failures.Select(e => e.Id));
        Assert.Equal(isRefused ? 0 : 1, Deletions.Length);
    }

    /// <summary>Cinder deletes no volume that has snapshots: Heat would delete all else and fail.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Volume_snapshots_that_keep_a_volume_are_named_with_their_set(bool isOfSet)
    {
        await MakeAsync("lab", WithVolume, Own);
        string volume = Sandbox.Cloud.Stacks.Single(s => s.Name == "lab").ResourceIds["data"];
        var marks = isOfSet ? new Dictionary<string, string> { ["hotstack_snap_id"] = "abcd2345" } : [];
        string name = isOfSet ? "hotstack-data-volume0-snapshot-abcd2345" : "mine";
        string snapshot = (await Cloud.Volumes.CreateSnapshotAsync(volume, name, marks, Stop)).Id;
        Sandbox.Cloud.Advance(TimeSpan.FromMinutes(1));

        await RemoveAsync("lab");

        HotstackException refused = Assert.Single(Failures);
        Assert.Equal("StackHasSnapshots", refused.Id);
        Assert.Contains($"volume data ({volume}) has volume snapshot {snapshot} of {(isOfSet ? "SnapSet abcd2345" : "no SnapSet")}",
            refused.Message, StringComparison.Ordinal);
        Golden.Message(refused, volume, snapshot);
        Assert.Empty(Asked);
        Assert.Empty(Deletions);

        Failures.Clear();
        await RemoveAsync("lab", force: true);

        HotstackException left = Assert.Single(Failures);
        Assert.Equal("StackDeleteFailed", left.Id);
        Assert.Contains(snapshot, Assert.Single(Asked), StringComparison.Ordinal);
        Assert.Contains("DELETE_FAILED: Resource DELETE failed: BadRequest: resources.data: Invalid volume", left.Message,
            StringComparison.Ordinal);
        Assert.Contains(snapshot, left.Message, StringComparison.Ordinal);
        Assert.Equal("DELETE_FAILED", Sandbox.Cloud.Stacks.Single(s => s.Name == "lab").Status);

        // After the removal of the snapshot the same command deletes the rest, although the stack still looks failed at first.
        Failures.Clear();
        Assert.True(Sandbox.Cloud.DeleteVolumeSnapshot(snapshot));
        await RemoveAsync("lab");
        Assert.Empty(Failures);
        Assert.DoesNotContain(Sandbox.Cloud.Stacks, s => s.Name == "lab");
    }

    /// <summary>The other way round it frees the set.</summary>
    [Fact]
    public async Task Volumes_that_were_made_of_a_sets_volume_snapshots_are_named_and_deleted()
    {
        string source = await VolumeOfAsync("source");
        string snapshot = (await Cloud.Volumes.CreateSnapshotAsync(source, "hotstack-data-volume0-snapshot-abcd2345",
            new Dictionary<string, string> { ["hotstack_snap_id"] = "abcd2345" }, Stop)).Id;
        Sandbox.Cloud.Advance(TimeSpan.FromMinutes(1));
        await MakeAsync("lab", WithVolume.Replace("{size: 1}", $"{{size: 1, snapshot_id: {snapshot}}}", StringComparison.Ordinal), Own);

        await RemoveAsync("lab");

        Assert.Empty(Failures);
        Assert.Contains($"was made of volume snapshot {snapshot} of SnapSet abcd2345, which may be deleted only after it",
            Assert.Single(Asked), StringComparison.Ordinal);
        Assert.DoesNotContain(Sandbox.Cloud.Stacks, s => s.Name == "lab");

        async Task<string> VolumeOfAsync(string name)
        {
            await MakeAsync(name, WithVolume);
            return Sandbox.Cloud.Stacks.Single(s => s.Name == name).ResourceIds["data"];
        }
    }

    [Fact]
    public async Task A_deletion_that_is_under_way_is_joined_whoever_began_it()
    {
        await MakeAsync("lab");
        await Cloud.Stacks.DeleteAsync((await StackAsync("lab"))!, Stop);
        Sandbox.Calls.Clear();

        // Not restored, but there is nothing left to refuse.
        await RemoveAsync("lab");

        Assert.Empty(Failures);
        Assert.Empty(Deletions);
        Assert.Contains("Wait until Heat, which deletes it already, has deleted it", Assert.Single(Asked), StringComparison.Ordinal);
        Assert.Equal("lab", Assert.Single(_removed).StackName);
    }

    /// <summary>What is gone meanwhile is what was wanted; a typed name that was never there is a mistake.</summary>
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task A_stack_that_is_not_there_is_an_error_only_by_its_typed_name(bool isOfObject, bool isError)
    {
        await RemoveAsync(new StackTarget("gone") { IsOfObject = isOfObject });

        Assert.Equal(isError ? ["StackNotFound"] : [], Failures.Select(e => e.Id));
        Assert.Empty(_removed);
        Assert.Equal(!isError, Activity.Steps.Any(step => step.StartsWith("Stack 'gone' is already deleted", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_pattern_deletes_what_was_restored_and_refuses_the_others_one_by_one()
    {
        await MakeAsync("lab-a", Small, Own);
        await MakeAsync("lab-b", Serverless, Own);
        await MakeAsync("lab-c");
        await MakeAsync("lab-net", Serverless);

        await RemoveAsync(Pattern("lab-*"));

        Assert.Equal([("StackNotRestored", "lab-c")], Failures.Select(e => (e.Id, (string)e.Target!)));
        Assert.Equal(["lab-a", "lab-b"], _removed.Select(s => s.StackName).Order());
        Assert.Equal([StackName, "lab-c", "lab-net"], Sandbox.Cloud.Stacks.Select(s => s.Name).Order());
    }

    /// <summary>Who works with servers that could not be read is not known; the others are not held up.</summary>
    [Fact]
    public async Task A_stack_that_cannot_be_read_stays()
    {
        await MakeAsync("lab-a", Small, Own);
        await MakeAsync("lab-b", Small, Own);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "orchestration", Path = "/lab-a/.*/resources", Status = 400, Times = 0 });

        await RemoveAsync(Pattern("lab-*"));

        Assert.Equal(ErrorCause.RequestRejected, Assert.Single(Failures).Cause);
        Assert.Equal("lab-b", Assert.Single(_removed).StackName);
        Assert.Contains("lab-a", Sandbox.Cloud.Stacks.Select(s => s.Name));
        Assert.DoesNotContain("lab-a", Deletions);
    }

    [Fact]
    public async Task Without_consent_nothing_is_deleted()
    {
        await MakeAsync("lab", Small, Own);

        await RemoveAsync(StackTarget.Typed("lab"), consents: false);

        Assert.Single(Asked);
        Assert.Empty(Deletions);
        Assert.Empty(_removed);
        Assert.Empty(Failures);
    }

    [Fact]
    public async Task After_the_timeout_Heat_continues()
    {
        await RestoredAsync();

        await RemoveAsync(StackTarget.Typed(Target), timeout: TimeSpan.FromSeconds(1));

        HotstackException e = Assert.Single(Failures);
        Assert.Equal(("StackDeleteTimeout", ErrorCause.TimedOut), (e.Id, e.Cause));
        Golden.Message(e);
        await RemoveAsync(Target);
        Assert.Single(Failures);
        Assert.Equal(Target, Assert.Single(_removed).StackName);
    }

    [Fact]
    public async Task After_a_cancel_a_warning_says_that_Heat_continues()
    {
        await RestoredAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Activity.ProgressListener = report =>
        {
            if (report.Status.StartsWith("DELETE_IN_PROGRESS", StringComparison.Ordinal))
            {
                cancel.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RemoveAsync(StackTarget.Typed(Target), stop: cancel.Token));

        Assert.Contains(Activity.Warnings, w => w.StartsWith($"Stopped. Heat continues to delete stack {Target}", StringComparison.Ordinal));
        Assert.Equal("DELETE_IN_PROGRESS", Sandbox.Cloud.Stacks.Single(s => s.Name == Target).Status);
    }

    private Task RemoveAsync(string name, bool force = false)
    {
        Asked.Clear();
        return RemoveAsync(StackTarget.Typed(name), force);
    }

    private Task RemoveAsync(
        StackTarget target, bool force = false, bool consents = true, TimeSpan? timeout = null, TimeSpan? interval = null,
        CancellationToken? stop = null) =>
        new RemoveStacks(Cloud).RunAsync(
            new()
            {
                Targets = [target],
                Force = force,
                Timeout = timeout ?? TimeSpan.FromMinutes(30),
                PollInterval = interval ?? TimeSpan.FromSeconds(5),
            },
            Activity,
            (what, action) =>
            {
                Asked.Add($"{what}: {action}");
                return Task.FromResult(consents);
            },
            _removed.Add, Failures.Add, stop ?? Stop);
}
