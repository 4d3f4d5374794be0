using Hotstack.Clusters;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Change;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Move;
using Hotstack.SnapSets.Remove;
using Xunit;

namespace Hotstack.SnapSets;

public sealed class ChangeSnapSetTests : MoveFixture
{
    private readonly List<string> _asked = [];

    private static readonly ChangeSnapSetRequest Described = new() { IsDescriptionGiven = true, Description = "nightly, é" };

    private async Task<SnapSet> MadeAsync(SnapSetFacts? facts = null)
    {
        Sandbox.Cloud.StopServers();
        SnapSet set = await CreatedAsync(OfStack with { Facts = facts ?? new() });
        Sandbox.Calls.Clear();
        return set;
    }

    private Task<SnapSet?> ChangeAsync(SnapSet set, ChangeSnapSetRequest request, bool consents = true) =>
        new ChangeSnapSet(Cloud).RunAsync(
            SnapSetReference.To(set), request, Activity,
            (target, action) =>
            {
                _asked.Add($"{target}: {action}");
                return Task.FromResult(consents);
            },
            Stop);

    private static ChangeSnapSetRequest Labels(params (string Key, string? Value)[] labels) =>
        new() { Labels = labels.ToDictionary(label => label.Key, label => label.Value) };

    [Fact]
    public async Task Description_labels_and_protection_are_written_on_every_image_by_one_call_each()
    {
        SnapSet set = await MadeAsync();

        SnapSet changed = (await ChangeAsync(set, Labels(("rhoso", "18.0.3"), ("Owner", "me")) with
        {
            IsDescriptionGiven = true, Description = "for CI", IsProtected = true,
        }))!;

        Assert.Equal("for CI", changed.Description);
        Assert.Equal("owner=me, rhoso=18.0.3", changed.LabelsText);
        Assert.True(changed.IsProtected);
        Assert.All(SetImages, image => Assert.Equal(("for CI", "18.0.3", true),
            (image.Properties["hotstack_description"], image.Properties["hotstack_label_rhoso"], image.Protected)));
        // One for each server, and the blueprint.
        Assert.Equal(7, Calls.Count(call => call.Method == "PATCH"));
        Assert.EndsWith(
            "): Set the description to 'for CI', set the label owner to 'me', set the label rhoso to '18.0.3', protect its images",
            Assert.Single(_asked), StringComparison.Ordinal);
        Assert.Equal(SnapSetState.Complete, changed.State);
    }

    [Fact]
    public async Task What_is_not_given_stays_and_null_removes()
    {
        SnapSet set = await MadeAsync(new() { Description = "text", Labels = SnapSetLabels.Of([new("a", "1"), new("b", "2")]) });

        SnapSet changed = (await ChangeAsync(set, Labels(("b", null), ("c", "3"))))!;

        Assert.Equal(("text", "a=1, c=3", false), (changed.Description, changed.LabelsText, changed.IsProtected));
        Assert.All(SetImages, image => Assert.False(image.Properties.ContainsKey("hotstack_label_b")));
        changed = (await ChangeAsync(set, new() { IsDescriptionGiven = true }))!;
        Assert.Equal((null, "a=1, c=3"), (changed.Description, changed.LabelsText));
    }

    [Fact]
    public async Task Nothing_is_asked_or_written_if_nothing_differs()
    {
        SnapSet set = await MadeAsync(new() { Labels = SnapSetLabels.Of([new("a", "1")]) });

        Assert.Equal("a=1", (await ChangeAsync(set, Labels(("A", "1")) with { IsProtected = false }))!.LabelsText);

        Assert.Empty(_asked);
        Assert.DoesNotContain(Calls, call => call.Method == "PATCH");
    }

    [Fact]
    public async Task Without_consent_nothing_is_written()
    {
        Assert.Null(await ChangeAsync(await MadeAsync(), Described, consents: false));

        Assert.DoesNotContain(Calls, call => call.Method == "PATCH");
    }

    [Fact]
    public async Task A_change_that_failed_on_an_image_is_told_and_completed_by_the_same_command()
    {
        SnapSet set = await MadeAsync();
        Sandbox.Faults.Add(new Fault
        {
            Kind = FaultKind.Status, Status = 403, Service = "image", Method = "PATCH", Path = set.Members[0].ImageId, Times = 1,
        });

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => ChangeAsync(set, Described));

        Assert.Equal("SnapSetNotChanged", failure.Id);
        Assert.Contains("was changed on 6 of 7 images", failure.Message, StringComparison.Ordinal);
        Assert.Contains("same command again", failure.Hint, StringComparison.Ordinal);
        Activity.Clear();
        await new GetSnapSets(Cloud) { Activity = Activity }.RunAsync(new(), Stop);
        Assert.Contains("have different descriptions or labels", Assert.Single(Activity.Warnings), StringComparison.Ordinal);
        Sandbox.Calls.Clear();
        Assert.Equal("nightly, é", (await ChangeAsync(set, Described))!.Description);
        Assert.Equal(1, Calls.Count(call => call.Method == "PATCH"));
    }

    [Theory]
    [InlineData("ChangeMissing")]
    [InlineData("LabelInvalid")]
    [InlineData("SnapSetBusy")]
    [InlineData("SnapSetNotFound")]
    public async Task Bad_input_changes_nothing(string id)
    {
        SnapSet set = await MadeAsync();
        if (id == "SnapSetBusy")
        {
            SetImages[0].Status = "saving";
        }

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => ChangeAsync(
            id == "SnapSetNotFound" ? set with { Id = "other" } : set,
            id == "ChangeMissing" ? new() : id == "LabelInvalid" ? Labels(("a b", "1"), ("c", new string('x', 300))) : Described));

        Assert.Equal(id, failure.Id);
        Assert.NotNull(failure.Hint);
        Assert.DoesNotContain(Calls, call => call.Method == "PATCH");
    }

    [Fact]
    public async Task A_set_of_upstream_takes_labels_and_a_snapshot_of_its_restored_server_inherits_none()
    {
        SnapSet set = await MadeAsync();
        foreach (Hotstack.Sandbox.Imaging.Image image in SetImages)
        {
            foreach (string key in image.Properties.Keys.Where(key => key.StartsWith("hotstack_", StringComparison.Ordinal)).ToArray())
            {
                image.Properties.Remove(key);
            }
        }

        SnapSet changed = (await ChangeAsync(set, Labels(("rhoso", "18")) with { IsDescriptionGiven = true, Description = "old" }))!;

        Assert.Equal((SnapSetState.Unverified, "rhoso=18", "old"), (changed.State, changed.LabelsText, changed.Description));
        Moving.SnapSetExport export = await ExportedAsync(set.Id);
        SnapSet imported = await ImportedAsync(export.Path, newId: true);
        Assert.Equal(("rhoso=18", "old", SnapSetState.Unverified), (imported.LabelsText, imported.Description, imported.State));
        foreach (Hotstack.Sandbox.Imaging.Image image in Sandbox.Cloud.Images)
        {
            image.Properties["hotstack_labels_of"] = "another";
        }

        Assert.All(await FindAsync(), other => Assert.Equal((0, null), (other.Labels.Count, other.Description)));
    }

    [Fact]
    public async Task Export_and_import_keep_the_labels()
    {
        SnapSet set = await MadeAsync(new() { Labels = SnapSetLabels.Of([new("rhoso", "18.0.3"), new("owner", "ü")]) });

        Moving.SnapSetExport export = await ExportedAsync(set.Id);

        Assert.Equal("owner=ü, rhoso=18.0.3", (await ImportedAsync(export.Path, newId: true)).LabelsText);
    }

    [Fact]
    public async Task A_protected_set_is_not_removed_and_the_error_names_the_command_that_releases_it()
    {
        SnapSet set = await MadeAsync();
        await ChangeAsync(set, new() { IsProtected = true });

        var failure = await Assert.ThrowsAnyAsync<HotstackException>(
            () => new RemoveSnapSet(Cloud).RunAsync(SnapSetReference.To(set), false, Activity, Yes, Stop));

        Assert.Equal("ImageProtected", failure.Id);
        Assert.Contains($"Set-HotstackSnapSet {CommandArgument.OfPattern(set.Id)} -Protected:$false", failure.Hint, StringComparison.Ordinal);
        await ChangeAsync(set, new() { IsProtected = false });
        await new RemoveSnapSet(Cloud).RunAsync(SnapSetReference.To(set), false, Activity, Yes, Stop);
        Assert.Empty(await FindAsync());
    }

    [Fact]
    public async Task Retention_keeps_a_protected_set_and_says_so()
    {
        SnapSet kept = await MadeAsync();
        await ChangeAsync(kept, new() { IsProtected = true });
        SnapSet other = await MadeAsync();
        List<string> removed = [];

        await new RemoveSnapSets(Cloud).RunAsync(
            new RemoveSnapSetsRequest { Retention = new() { KeepLast = 0 } }, Activity, Yes, set => removed.Add(set.Id), e => throw e, Stop);

        Assert.Equal([other.Id], removed);
        Assert.Contains(Activity.Warnings, w => w.Contains($"SnapSet {kept.Id} is protected and was not deleted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sets_are_found_by_what_is_recorded_with_them()
    {
        SnapSet a = await MadeAsync(new() { Scenario = "sno-2nics", Labels = SnapSetLabels.Of([new("rhoso", "18.0.3")]) });
        SnapSet b = await MadeAsync(new() { Scenario = "3-nodes", Labels = SnapSetLabels.Of([new("rhoso", "17.1"), new("owner", "me")]) });

        Assert.Equal([a.Id], await IdsAsync(new() { Scenario = "SNO*" }));
        Assert.Equal([a.Id], await IdsAsync(new() { Labels = new Dictionary<string, string> { ["rhoso"] = "18*" } }));
        Assert.Equal([b.Id], await IdsAsync(new() { Labels = new Dictionary<string, string> { ["Owner"] = "*" } }));
        Assert.Empty(await IdsAsync(new() { ClusterVersion = "4.18*" }));
        Assert.Empty(await IdsAsync(new() { ExpiringWithin = TimeSpan.FromDays(3650) }));
        var failure = await Assert.ThrowsAnyAsync<HotstackException>(() => FindAsync(new()
        {
            Latest = true, Conditions = new() { Scenario = "x*", Labels = new Dictionary<string, string> { ["owner"] = "you" } },
        }));
        Assert.StartsWith("There is no SnapSet of scenario 'x*' with the label owner 'you' in this project.", failure.Message, StringComparison.Ordinal);
    }

    private async Task<IEnumerable<string>> IdsAsync(SnapSetConditions conditions) =>
        (await FindAsync(new() { Conditions = conditions })).Select(set => set.Id);

    [Theory]
    [InlineData("4.18*", 5, 6, false)]
    [InlineData("4.18*", 5, 5, true)]
    [InlineData("4.18*", 5, -1, true)]
    [InlineData("4.17*", 5, -1, false)]
    public void Version_and_date_are_those_of_the_recorded_cluster(string version, int within, int daysLeft, bool holds)
    {
        DateTimeOffset now = Clock.GetUtcNow();
        var set = new SnapSet
        {
            Id = "a", CreatedAt = now.AddDays(-20), Age = TimeSpan.FromDays(20), State = "Complete", Members = [],
            ClusterRecord = new ClusterRecord { RecordedAt = now.AddDays(-20), Version = "4.18.21", UnattendedUntil = now.AddDays(daysLeft) },
        };

        Assert.Equal(holds, new SnapSetConditions { ClusterVersion = version, ExpiringWithin = TimeSpan.FromDays(within) }.Hold(set));
    }
}
