using System.Globalization;
using System.Text.Json.Nodes;
using Hotstack.Contract.Clouds;
using Hotstack.Deployments;
using Hotstack.Moving;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Move;
using Hotstack.SnapSets.Test;
using Xunit;

namespace Hotstack.Contract.SnapSets;

/// <summary>Services of a real cloud are killed while we work, and stay dead for a while or until the run has ended. Each time
/// the run ends by a clear error or completes, and the same command again completes.</summary>
[Trait("Contract", "Lab"), Collection(LabCollection.Name)]
public sealed class LabOutageTests(LabCloud on) : ContractTests(on), IOnLab, IAsyncLifetime
{
    private const string Compute = "nova-compute";
    private const string Images = "glance-api";

    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-outage-").FullName;
    private readonly HashSet<string> _dead = [];
    private Cloud? _other;

    private Cloud Other => _other ??= Cloud.Connect(On.Configuration(On.OtherName), On.Activity);

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        foreach (string service in _dead.ToArray())
        {
            await ReviveAsync(service);
        }

        await ServersAreIdleAsync();
        if (_other is not null)
        {
            using var raw = new RawCloud(On.Configuration(On.OtherName), On.Activity);
            var theirs = new Belongings(_other, raw);
            foreach (SnapSet set in await new GetSnapSets(_other).RunAsync(new GetSnapSetsRequest(), CancellationToken.None))
            {
                theirs.AddSnapSet(set.Id);
            }

            await theirs.DeleteAsync(CancellationToken.None);
            _other.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
        await DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [ContractFact]
    public async Task A_compute_service_that_dies_and_stays_dead_makes_no_set_and_leaves_none()
    {
        SkipWithoutMeans();
        await On.Deployment.ShutOffAsync(Stop);
        var trigger = new TriggerActivity("Nova makes image", _ => DieAsync(Compute));

        var e = await Assert.ThrowsAsync<SnapSetFailedException>(
            () => CreateAsync(OfStack with { Timeout = TimeSpan.FromSeconds(20) }, trigger));

        await trigger.Action;
        Tell(e);
        Assert.Equal("SnapshotTimeout", e.Id);
        DateTimeOffset revived = Cloud.Now;
        await ReviveAsync(Compute);
        await OldOrdersAreTakenAsync(revived);
        await ServersAreIdleAsync();
        await NothingIsLeftAsync();
        Assert.Equal(SnapSetState.Complete, (await CreateAsync(OfStack)).State);
    }

    [ContractFact]
    public async Task A_compute_service_that_is_restarted_forgets_its_snapshots_and_the_set_is_completed_by_resume()
    {
        SkipWithoutMeans();
        await On.Deployment.ShutOffAsync(Stop);
        var trigger = new TriggerActivity("Nova makes image", async _ =>
        {
            await DieAsync(Compute);
            await Task.Delay(TimeSpan.FromSeconds(2), Stop);
            await ReviveAsync(Compute);
        });

        SnapSet made;
        try
        {
            // Snapshots that were done before it died are none of its business.
            made = await CreateAsync(OfStack with { KeepPartial = true, Timeout = TimeSpan.FromSeconds(40) }, trigger);
        }
        catch (SnapSetFailedException e)
        {
            Tell(e);
            Assert.Contains(e.Id, (string[])["SnapshotStuck", "SnapshotTimeout", "SnapshotFailed"]);
            await trigger.Action;
            await ServersAreIdleAsync();
            made = await CreateAsync(OfStack with { Source = new InstanceSource(), ResumeId = e.SnapSetId });
        }

        await trigger.Action;
        Assert.Equal(SnapSetState.Complete, made.State);
        Assert.True(TestSnapSet.IsUsable(await new TestSnapSet(Cloud).RunAsync(made.Id, Stop)));
        // One for each server, and the blueprint.
        Assert.Equal(3, (await RawImagesAsync($"hotstack_snap_id={made.Id}")).Length);
    }

    [ContractFact]
    public async Task An_image_service_that_dies_for_a_moment_spoils_no_set()
    {
        SkipWithoutMeans();
        await On.Deployment.ShutOffAsync(Stop);
        var trigger = new TriggerActivity("Nova makes image", async _ =>
        {
            await DieAsync(Images);
            await Task.Delay(TimeSpan.FromSeconds(3), Stop);
            await ReviveAsync(Images);
        });

        SnapSet made;
        try
        {
            made = await CreateAsync(OfStack, trigger);
        }
        catch (SnapSetFailedException e)
        {
            // Nova gives an upload up that breaks off; then all is taken back, and done again.
            Tell(e);
            Assert.Empty(e.Leftovers);
            await trigger.Action;
            await ServersAreIdleAsync();
            await NothingIsLeftAsync();
            made = await CreateAsync(OfStack);
        }

        await trigger.Action;
        Assert.Equal(SnapSetState.Complete, made.State);
        Assert.True(TestSnapSet.IsUsable(await new TestSnapSet(Cloud).RunAsync(made.Id, Stop)));
    }

    [ContractFact]
    public async Task An_export_and_an_import_go_on_when_the_image_service_is_back()
    {
        SkipWithoutMeans();
        await On.Deployment.ShutOffAsync(Stop);
        SnapSet set = await CreateAsync(OfStack);

        HotstackException cut = await Assert.ThrowsAnyAsync<HotstackException>(
            () => ExportAsync(set.Id, new DeathOnProgress(() => DieAsync(Images))));
        Tell(cut);
        Assert.Equal(ErrorCause.ServiceUnavailable, cut.Cause);
        Assert.Contains("Run the same command again to resume", cut.Message, StringComparison.Ordinal);
        await ReviveAsync(Images);
        SnapSetExport export = (await ExportAsync(set.Id, On.Activity))!;

        var death = new DeathOnProgress(async () =>
        {
            await DieAsync(Images);
            await Task.Delay(TimeSpan.FromSeconds(2), Stop);
            await ReviveAsync(Images);
        });
        SnapSet? moved = null;
        try
        {
            moved = await ImportAsync(export.Path, death);
        }
        catch (HotstackException e)
        {
            Tell(e);
            Assert.Contains("Run the same command again to resume", e.Message, StringComparison.Ordinal);
        }

        await death.Action;
        moved ??= await ImportAsync(export.Path, On.Activity);
        Assert.Equal((SnapSetState.Complete, set.Size), (moved!.State, moved.Size));
        Assert.Equal(set.Members.Select(m => m.Name), moved.Members.Select(m => m.Name));
    }

    private static void SkipWithoutMeans() => Assert.SkipWhen(LabServices.Script is null, $"{LabServices.ScriptVariable} is not set");

    private static void Tell(HotstackException e) => TestContext.Current.TestOutputHelper?.WriteLine($"{e.Id}: {e.Message}");

    private Task<SnapSetExport?> ExportAsync(string id, IActivity activity) => new ExportSnapSet(Cloud).RunAsync(
        new ExportSnapSetRequest { Id = id, Path = _folder, SkipVolumes = true }, activity, Yes, Stop);

    private Task<SnapSet?> ImportAsync(string path, IActivity activity) => new ImportSnapSet(Other).RunAsync(
        new ImportSnapSetRequest { Path = path, ThrottleLimit = 1 }, activity, Yes, Stop);

    private async Task DieAsync(string service)
    {
        lock (_dead)
        {
            _dead.Add(service);
        }

        await LabServices.KillAsync(service, CancellationToken.None);
    }

    private async Task ReviveAsync(string service)
    {
        await LabServices.StartAsync(service, CancellationToken.None);
        lock (_dead)
        {
            _dead.Remove(service);
        }
    }

    /// <summary>A compute service that starts gives up what it had begun, and does what it was sent meanwhile.</summary>
    private async Task ServersAreIdleAsync()
    {
        foreach (Instance instance in On.Deployment.Instances)
        {
            await On.Deployment.IdleAsync(instance, CancellationToken.None);
        }
    }

    /// <summary>An order that waited in the queue while the service was dead comes when it is back. Nova takes it for the next one,
    /// whose state it then spoils; so that has to wait. An order that the service had taken before it died never comes again.</summary>
    private async Task OldOrdersAreTakenAsync(DateTimeOffset revived)
    {
        foreach (string server in (string[])[Controller.Id, Master.Id])
        {
            InstanceAction? order = (await Cloud.Compute.ListActionsAsync(server, Stop)).FirstOrDefault(a => a.Action == "createImage");
            for (int looks = 0; order is not null && looks < 60 && !await IsTakenAsync(server, order, revived); looks++)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), Stop);
            }
        }
    }

    private async Task<bool> IsTakenAsync(string server, InstanceAction order, DateTimeOffset revived)
    {
        RawAnswer answer = await Raw.SendAsync(
            HttpMethod.Get, "compute", $"servers/{server}/os-instance-actions/{order.RequestId}", null, Stop, microversion: "2.51");
        JsonArray events = answer.Json["instanceAction"]!["events"]!.AsArray();
        return events.Count > 0 && events.All(e => (string?)e!["finish_time"] is not null
            || DateTimeOffset.Parse($"{e["start_time"]}Z", CultureInfo.InvariantCulture) < revived);
    }

    private async Task NothingIsLeftAsync()
    {
        string[] ours = [Controller.Id, Master.Id];
        JsonNode[] left = await RawImagesAsync($"hotstack_schema=1&owner={await Cloud.GetProjectIdAsync(Stop)}&limit=1000");
        Assert.DoesNotContain(left, image => ours.Contains((string?)image["hotstack_source_uuid"]));
    }

    /// <summary>Something happens once as soon as the transfer tells how far it is.</summary>
    private sealed class DeathOnProgress(Func<Task> death) : IActivity
    {
        private int _isDone;

        public Task Action { get; private set; } = Task.FromException(new InvalidOperationException("nothing was told"));

        public void Verbose(DisplayText message)
        {
        }

        public void Debug(DisplayText message)
        {
        }

        public void Warning(DisplayText message)
        {
        }

        public void Progress(ProgressReport report)
        {
            if (Interlocked.Exchange(ref _isDone, 1) == 0)
            {
                // Before the next byte goes.
                Action = Task.Run(death);
                Action.Wait(TimeSpan.FromSeconds(3));
            }
        }
    }
}
