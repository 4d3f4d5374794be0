using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Change;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.Runs.Renewal;

public sealed class UpdateSnapSetTests : RenewalFixture
{
    [Theory]
    [InlineData(25, false)]
    [InlineData(31, true)]
    [InlineData(200, true)]
    public async Task A_set_is_renewed_and_its_window_moves_on(int days, bool needsApprovals)
    {
        SnapSet old = await FrozenAsync(days);
        DateTimeOffset began = Clock.GetUtcNow();

        UpdatedSnapSet result = await UpdatedAsync(Of(old));

        SnapSet made = await GetAsync(result.SnapSetId);
        Assert.Equal((SnapSetState.Complete, old.Id, "hs-multi", "3-nodes", "for CI", "rhoso=18.0.3"),
            (made.State, made.RenewedFrom, made.StackName, made.Scenario, made.Description, made.LabelsText));
        Assert.Equal(["Restore", "Revive", "Rotate", "Stability", "Suspend", "Freeze", "Test", "DeleteStack"], result.Timeline.Select(e => e.Step));
        Assert.True(result.IsLater);
        Assert.Equal((old.UnattendedUntil, made.UnattendedUntil), (result.OldUnattendedUntil, result.UnattendedUntil));
        Assert.True(made.UnattendedUntil > Clock.GetUtcNow() + TimeSpan.FromDays(7), $"{made.UnattendedUntil}");
        Assert.True(result.ApprovedRequests.Count > 0 || !needsApprovals);
        Assert.Equal(needsApprovals, old.UnattendedUntil < began);
        Assert.False(result.IsOldRemoved);
        Assert.Null(await StackOfAsync(old));
        Assert.Equal(SnapSetState.Complete, (await GetAsync(old.Id)).State);
    }

    [Fact]
    public async Task From_nothing_but_the_set_it_is_renewed_twice_and_keeps_its_blueprint()
    {
        SnapSet old = await FrozenAsync(25);

        UpdatedSnapSet first = await UpdatedAsync(Of(old) with { Restore = new(), RemoveOld = true });
        Clock.Advance(TimeSpan.FromDays(25));
        UpdatedSnapSet second = await UpdatedAsync(Of(await GetAsync(first.SnapSetId)) with { Restore = new(), RemoveOld = true });

        SnapSet made = await GetAsync(second.SnapSetId);
        Assert.True(made.HasBlueprint);
        Assert.Equal("hs-multi", (await new SnapSets.Blueprints.BlueprintStore(Cloud).ReadAsync(made, Stop))!.StackName);
        Assert.Equal(made.Id, Assert.Single(await new GetSnapSets(Cloud).RunAsync(new(), Stop)).Id);
    }

    [Fact]
    public async Task The_old_set_is_removed_last_and_the_new_one_can_be_renewed_again()
    {
        SnapSet old = await FrozenAsync(31);

        UpdatedSnapSet result = await UpdatedAsync(Of(old) with { RemoveOld = true });

        Assert.True(result.IsOldRemoved);
        Assert.Equal("RemoveOld", result.Timeline[^1].Step);
        SnapSet made = Assert.Single(await new GetSnapSets(Cloud).RunAsync(new(), Stop));
        Assert.Equal(result.SnapSetId, made.Id);
        Clock.Advance(TimeSpan.FromDays(31));
        UpdatedSnapSet second = await UpdatedAsync(Of(made) with { RemoveOld = true });
        Assert.True(second.UnattendedUntil > result.UnattendedUntil);
        Assert.Equal("hs-multi", (await GetAsync(second.SnapSetId)).StackName);
    }

    [Fact]
    public async Task One_question_names_each_stage_and_the_quota_and_without_consent_nothing_is_made()
    {
        SnapSet old = await FrozenAsync(40);

        Assert.Empty(await UpdateAsync(Of(old) with { RemoveOld = true, RollbackOnFailure = true }, consents: false));

        Assert.Matches(
            $"^SnapSet {old.Id} \\(controller, .*\\), whose cluster revives by itself until 20.*: Renew it:\\s+Restore: create stack hotstack-renewal-{old.Id}, with \\d+ resources"
            + "\\s+Revive: start its cluster through its own controller, and approve its kubelets' signing requests"
            + "\\s+Rotate: wait until its kubelets' certificates are valid for 7 d\\s+Suspend: shut down the cluster"
            + "\\s+Freeze: make 3 images as a new SnapSet with the same labels\\s+Test: check the new SnapSet"
            + $"\\s+DeleteStack: delete stack hotstack-renewal-{old.Id}\\s+RemoveOld: delete SnapSet {old.Id}, if the new one is complete and lasts longer"
            + "\\s+quota: 3 instances, \\d+ cores, \\d+ ram.*\\s+on failure, what was made is deleted again$",
            Assert.Single(Asked));
        Assert.Empty(Failures);
        Assert.Null(await StackOfAsync(old));
    }

    [Theory]
    [InlineData("Heat creates stack", "Restore", true)]
    [InlineData(": Servers: ", "Revive", true)]
    [InlineData("^Approved the", "Revive", true)]
    [InlineData("cordoning the nodes", "Suspend", false)]
    [InlineData("shutting down the workers", "Suspend", false)]
    [InlineData("Nova makes image", "Freeze", false)]
    [InlineData("Deleting stack .* was made of it", "DeleteStack", false)]
    public async Task Stopped_at_any_stage_the_same_request_resumes(string moment, string stage, bool isBeforeRevival)
    {
        SnapSet old = await FrozenAsync(31);
        await StopAtAsync(moment, Of(old));
        Assert.Contains(Activity.Warnings, w => w.Contains($"SnapSet {old.Id} is untouched. The same command resumes, on any machine", StringComparison.Ordinal));
        Assert.Equal(SnapSetState.Complete, (await GetAsync(old.Id)).State);
        Clock.Advance(TimeSpan.FromMinutes(20));
        Activity.Clear();

        UpdatedSnapSet result = await UpdatedAsync(Of(old));

        Assert.True(result.IsLater);
        Assert.Equal(isBeforeRevival, result.Timeline.Any(entry => entry.Step == "Revive"));
        Assert.Equal(stage == "Restore", result.Timeline.Any(entry => entry.Step == "Restore"));
        Assert.Null(await StackOfAsync(old));
        Assert.Equal(2, (await new GetSnapSets(Cloud).RunAsync(new(), Stop)).Count);
        Assert.Empty(await new GetSnapSets(Cloud).RunAsync(new() { Incomplete = true }, Stop));
    }

    [Fact]
    public async Task A_second_run_is_told_who_is_at_it_until_the_lease_expires()
    {
        SnapSet old = await FrozenAsync(31);
        await StopAtAsync("cordoning the nodes", Of(old));
        await TakeLeaseAsync(old);

        HotstackException busy = await RefusedAsync(Of(old) with { RollbackOnFailure = true });

        Assert.Equal("RenewalBusy", busy.Id);
        Assert.Contains(": ci on runner7", busy.Message, StringComparison.Ordinal);
        Assert.NotNull(await StackOfAsync(old));
        Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.True((await UpdatedAsync(Of(old))).IsLater);
    }

    [Fact]
    public async Task A_run_whose_lease_another_one_has_taken_ends()
    {
        SnapSet old = await FrozenAsync(31);
        At("cordoning the nodes", async () =>
        {
            await TakeLeaseAsync(old);
            Clock.Advance(TimeSpan.FromMinutes(6));
        });

        HotstackException busy = await RefusedAsync(Of(old));

        Assert.Equal("RenewalBusy", busy.Id);
        Assert.Contains("ci on runner7", busy.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lease_is_renewed_by_the_work_and_ended_with_it()
    {
        SnapSet old = await FrozenAsync(31);
        await StopAtAsync("shutting down the workers", Of(old));

        Assert.Equal("", (await KeeperAsync(old)).Metadata["hotstack_renewal_run"]);
        Assert.Equal("Revived", (await KeeperAsync(old)).Metadata["hotstack_renewal_stage"]);
    }

    [Fact]
    public async Task A_stack_that_no_renewal_made_is_refused_and_left_alone()
    {
        SnapSet old = await FrozenAsync(31);
        await Cloud.Stacks.CreateAsync(
            new() { Name = NameOf(old), Template = "heat_template_version: 2018-08-31\nresources:\n  n: {type: OS::Neutron::Net}\n", Tags = ["hotstack"] }, Stop);

        HotstackException refused = await RefusedAsync(Of(old) with { RollbackOnFailure = true });

        Assert.Equal("RenewalStackTaken", refused.Id);
        Assert.NotNull(await StackOfAsync(old));
        Assert.Empty(Asked);
    }

    [Fact]
    public async Task A_protected_set_is_not_renewed_with_RemoveOld_but_without_it()
    {
        SnapSet old = await FrozenAsync(31);
        await new ChangeSnapSet(Cloud).RunAsync(SnapSetReference.To(old), new() { IsProtected = true }, Activity, Yes, Stop);

        HotstackException refused = await RefusedAsync(Of(old) with { RemoveOld = true });

        Assert.Equal("ImageProtected", refused.Id);
        Assert.Contains("-Protected:$false", refused.Hint, StringComparison.Ordinal);
        Assert.Null(await StackOfAsync(old));
        Assert.True((await UpdatedAsync(Of(old))).IsLater);
    }

    [Fact]
    public async Task A_window_that_is_no_later_is_reported_and_both_sets_stay()
    {
        SnapSet old = await FrozenAsync(2);

        UpdatedSnapSet result = await UpdatedAsync(Of(old) with { RemoveOld = true });

        Assert.Equal((false, false), (result.IsLater, result.IsOldRemoved));
        Assert.Contains(Activity.Warnings, w => w.Contains($"lasts no longer than {old.Id}", StringComparison.Ordinal) && w.Contains("Both stay", StringComparison.Ordinal));
        Assert.Equal(2, (await new GetSnapSets(Cloud).RunAsync(new(), Stop)).Count);
        Assert.Null(await StackOfAsync(old));
        Activity.Clear();
        Asked.Clear();
        Assert.Equal(result.SnapSetId, (await UpdatedAsync(Of(old) with { RemoveOld = true })).SnapSetId);
        Assert.Contains(Activity.Warnings, w => w.Contains("was renewed before", StringComparison.Ordinal));
        Assert.Empty(Asked);
    }

    [Fact]
    public async Task Certificates_renewed_at_once_make_a_young_set_younger()
    {
        SnapSet old = await FrozenAsync(2);

        UpdatedSnapSet result = await UpdatedAsync(Of(old) with { Suspend = new() { Source = new(), ForceRotation = true } });

        Assert.True(result.IsLater);
        Assert.DoesNotContain(result.Timeline, entry => entry.Step == "Rotate");
    }

    [Fact]
    public async Task A_renewed_set_is_not_renewed_twice_and_RemoveOld_completes_it()
    {
        SnapSet old = await FrozenAsync(31);
        UpdatedSnapSet first = await UpdatedAsync(Of(old));

        UpdatedSnapSet again = await UpdatedAsync(Of(old));
        Assert.Equal((first.SnapSetId, 0), (again.SnapSetId, again.Timeline.Count));

        UpdatedSnapSet last = await UpdatedAsync(Of(old) with { RemoveOld = true });
        Assert.Equal((first.SnapSetId, true), (last.SnapSetId, last.IsOldRemoved));
        Assert.Equal(["Test", "RemoveOld"], last.Timeline.Select(entry => entry.Step));
    }

    [Fact]
    public async Task A_set_of_upstream_without_a_record_is_renewed()
    {
        SnapSet old = await FrozenAsync(20, noBlueprint: true);
        foreach (Hotstack.Sandbox.Imaging.Image image in Sandbox.Cloud.Images)
        {
            foreach (string key in image.Properties.Keys.Where(key => key.StartsWith("hotstack_", StringComparison.Ordinal)).ToArray())
            {
                image.Properties.Remove(key);
            }
        }

        old = await GetAsync(old.Id);
        Assert.Equal((SnapSetState.Unverified, null), (old.State, old.UnattendedUntil));

        UpdatedSnapSet result = await UpdatedAsync(Of(old) with { RemoveOld = true, Suspend = new() { Source = new(), ForceRotation = true } });

        Assert.True(result.IsLater);
        Assert.False(result.IsOldRemoved);
        Assert.Contains(Activity.Warnings, w => w.Contains($"SnapSet {old.Id} stays, because the dates of {old.Id} are not recorded", StringComparison.Ordinal));
        Assert.NotNull(result.UnattendedUntil);
        SnapSet made = await GetAsync(result.SnapSetId);
        Assert.Equal((SnapSetState.Complete, null, old.Id), (made.State, made.StackName, made.RenewedFrom));
    }

    [Fact]
    public async Task Rolled_back_after_a_failure_nothing_that_was_made_is_left()
    {
        SnapSet old = await FrozenAsync(31);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "worker0", Times = 0 });

        HotstackException failure = await RefusedAsync(Of(old) with { RollbackOnFailure = true });

        Assert.Equal("SnapshotFailed", failure.Id);
        Assert.StartsWith($"SnapSet {old.Id} was not renewed: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"What was made is deleted; SnapSet {old.Id} is untouched.", failure.Message, StringComparison.Ordinal);
        Assert.Null(await StackOfAsync(old));
        Assert.Equal(old.Id, Assert.Single(await new GetSnapSets(Cloud).RunAsync(new(), Stop)).Id);
        Assert.Empty(await new GetSnapSets(Cloud).RunAsync(new() { Incomplete = true }, Stop));
    }

    [Fact]
    public async Task After_a_failure_the_same_request_resumes()
    {
        SnapSet old = await FrozenAsync(31);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "worker0", Times = 0 });
        HotstackException failure = await RefusedAsync(Of(old));
        Assert.Contains("The same command resumes, on any machine; complete: Restore, Revive", failure.Message, StringComparison.Ordinal);
        Sandbox.Faults.Clear();

        UpdatedSnapSet result = await UpdatedAsync(Of(old));

        Assert.True(result.IsLater);
        Assert.Equal(["Freeze", "Test", "DeleteStack"], result.Timeline.Select(entry => entry.Step));
    }

    [Fact]
    public async Task The_lease_is_ended_also_where_servers_can_no_longer_be_read()
    {
        SnapSet old = await FrozenAsync(31);
        bool isRefused = false;
        Activity.Listener = (_, text) =>
        {
            if (!isRefused && text.Contains("cordoning the nodes", StringComparison.Ordinal))
            {
                isRefused = true;
                Sandbox.Faults.Add(new Fault
                {
                    Kind = FaultKind.Status, Status = 403, Method = "GET", Service = "compute", Path = "/servers/[^/]+$", Times = 0,
                });
            }
        };
        await RefusedAsync(Of(old));
        Assert.True(isRefused);
        Sandbox.Faults.Clear();

        Assert.True((await UpdatedAsync(Of(old))).IsLater);
    }

    [Fact]
    public async Task A_removal_of_the_old_set_that_was_interrupted_is_completed()
    {
        SnapSet old = await FrozenAsync(31);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 500, Method = "DELETE", Service = "image", Path = "/images/", Nth = 2, Times = 0 });

        HotstackException failure = await RefusedAsync(Of(old) with { RemoveOld = true, RollbackOnFailure = true });

        Assert.Contains($"SnapSet {old.Id} may be deleted in part. The same command deletes the rest.", failure.Message, StringComparison.Ordinal);
        Assert.NotEqual(SnapSetState.Complete, (await GetAsync(old.Id)).State);
        Sandbox.Faults.Clear();
        UpdatedSnapSet result = await UpdatedAsync(Of(old) with { RemoveOld = true });
        Assert.True(result.IsOldRemoved);
        Assert.Equal(result.SnapSetId, Assert.Single(await new GetSnapSets(Cloud).RunAsync(new(), Stop)).Id);
        Assert.Empty(await new GetSnapSets(Cloud).RunAsync(new() { Incomplete = true }, Stop));
    }

    [Fact]
    public async Task A_cluster_that_is_not_reached_leaves_the_stack_and_the_old_set()
    {
        SnapSet old = await FrozenAsync(31);

        Assert.Empty(await UpdateAsync(Of(old), connect: () => throw new HotstackException(ErrorCause.ServiceUnavailable, "SshFailed", "The controller does not answer.")));

        Assert.Equal("SshFailed", Assert.Single(Failures).Id);
        Assert.Equal("CREATE_COMPLETE", (await StackOfAsync(old))!.Status);
        Assert.All(Connected, source => Assert.All(source.Instances, server => Assert.Equal(NameOf(old), server.StackName)));
    }

    [Fact]
    public async Task New_texts_replace_the_old_ones()
    {
        SnapSet old = await FrozenAsync(31);

        UpdatedSnapSet result = await UpdatedAsync(Of(old) with
        {
            Description = "renewed", Labels = new Dictionary<string, string?> { ["rhoso"] = null, ["owner"] = "me" },
        });

        SnapSet made = await GetAsync(result.SnapSetId);
        Assert.Equal(("renewed", "owner=me"), (made.Description, made.LabelsText));
    }

    [Fact]
    public async Task Texts_for_a_set_that_an_earlier_run_made_are_warned_of()
    {
        SnapSet old = await FrozenAsync(31);
        await StopAtAsync("Deleting stack .* was made of it", Of(old));
        Activity.Clear();

        await UpdatedAsync(Of(old) with { Description = "other" });

        Assert.Contains(Activity.Warnings, w => w.Contains("Set-HotstackSnapSet", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_a_template_the_new_set_gets_the_blueprint_of_that_stack()
    {
        SnapSet old = await FrozenAsync(31);

        SnapSet made = await GetAsync((await UpdatedAsync(Of(old))).SnapSetId);

        Assert.Equal(NameOf(old), (await new SnapSets.Blueprints.BlueprintStore(Cloud).ReadAsync(made, Stop))!.StackName);
    }

    [Fact]
    public async Task A_login_that_one_cluster_refuses_is_that_sets_failure()
    {
        SnapSet old = await FrozenAsync(31);

        Assert.Empty(await UpdateAsync(
            Of(old), connect: () => throw new HotstackException(ErrorCause.AuthenticationFailed, "SshLoginRefused", "The controller refuses the key.")));

        Assert.Equal("SshLoginRefused", Assert.Single(Failures).Id);
    }

    [Theory]
    [InlineData("ControllerMissing")]
    [InlineData("SnapSetIdInvalid")]
    [InlineData("LabelInvalid")]
    [InlineData("SnapSetIncomplete")]
    [InlineData("SnapSetNotFound")]
    [InlineData("TemplateMissing")]
    [InlineData("RestoreInputInvalid")]
    public async Task Bad_input_is_told_before_anything_is_made(string id)
    {
        SnapSet old = await FrozenAsync(25, noBlueprint: true);
        UpdateSnapSetRequest request = Of(old);
        request = id switch
        {
            "LabelInvalid" => request with { Labels = new Dictionary<string, string?> { ["a b"] = "1" } },
            "SnapSetNotFound" => request with { Ids = [SnapSetReference.To("other")] },
            "TemplateMissing" => request with { Restore = new() },
            "RestoreInputInvalid" => request with { Restore = request.Restore with { Parameters = new() { ["unknown"] = "1" } } },
            _ => request,
        };
        if (id is "ControllerMissing" or "SnapSetIdInvalid")
        {
            await SpoilAsync(old, id);
            request = request with { Ids = [SnapSetReference.Typed(id == "ControllerMissing" ? old.Id : "odd id")] };
        }

        if (id == "SnapSetIncomplete")
        {
            await Cloud.Images.DeleteAsync(old.Members[^1].ImageId, Stop);
        }

        HotstackException refused = await RefusedAsync(request);

        Assert.Equal(id, refused.Id);
        Assert.Empty(Asked);
        Assert.Null(await StackOfAsync(old));
    }

    /// <summary>Takes the controller away from a set, or gives it an id that upstream's scripts would take.</summary>
    private async Task SpoilAsync(SnapSet set, string how)
    {
        if (how == "ControllerMissing")
        {
            await Cloud.Images.DeleteAsync(set.Members.Single(member => member.Role == "controller").ImageId, Stop);
        }

        foreach (Hotstack.Sandbox.Imaging.Image image in Sandbox.Cloud.Images.Where(image => image.Properties.ContainsKey("hotstack_snap_id")))
        {
            if (how == "ControllerMissing")
            {
                image.Properties["hotstack_set_size"] = $"{set.Members.Count - 1}";
            }
            else
            {
                image.Properties["hotstack_snap_id"] = "odd id";
                Sandbox.Cloud.SetImage(image.Id, tags: image.Tags.Select(tag => tag.Replace(set.Id, "odd id", StringComparison.Ordinal)).ToArray());
            }
        }
    }
}
