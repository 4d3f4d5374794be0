using Hotstack.Http;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.OpenStack.Imaging;
using Hotstack.OpenStack.Orchestration;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.SnapSets;

/// <summary>Replicas that have not got yet what was made just now: that is no deletion.</summary>
public sealed class NewObjectsTests : IncludeVolumesFixture
{
    private const string Template = "heat_template_version: 2018-08-31\nresources: {net: {type: OS::Neutron::Net}}\n";

    public static TheoryData<string> Services => ["image", "compute", "volume", "orchestration"];

    public static TheoryData<string, FaultKind, bool> Creations
    {
        get
        {
            var data = new TheoryData<string, FaultKind, bool>();
            foreach (FaultKind kind in new[] { FaultKind.Lag, FaultKind.ListLag })
            {
                data.Add("/snapshots$", kind, false);
                data.Add("/action$", kind, false);
                data.Add("/action$", kind, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task What_was_made_just_now_is_found_and_can_be_deleted_although_the_service_lags(string service)
    {
        string volume = Attach()[0];
        Clock.Advance(TimeSpan.FromMinutes(1));
        Sandbox.Faults.Add(Lag(FaultKind.Lag, "^/(image|compute|volume|orchestration)"));

        Made made = await MakeAsync(service, volume);

        Assert.True(await made.IsThereAsync());
        Clock.Advance(TimeSpan.FromMinutes(1));
        made = await MakeAsync(service, volume);
        await made.DeleteAsync();
        Assert.DoesNotContain(made.Id, InSandbox());
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task After_the_grace_a_404_is_a_deletion_at_once(string service)
    {
        Made made = await MakeAsync(service, Attach()[0]);
        Clock.Advance(NewObjects.Grace);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 404, Method = "GET", Path = made.Id, Times = 0 });

        Assert.False(await made.IsThereAsync());
        Assert.Equal(1, Sandbox.Faults.Faults.Sum(f => f.Hits));
    }

    [Fact]
    public async Task A_404_that_lasts_is_believed_when_the_grace_is_over()
    {
        Made made = await MakeAsync("image", "");
        DateTimeOffset begun = Clock.GetUtcNow();
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 404, Method = "GET", Path = made.Id, Times = 0 });

        Assert.False(await made.IsThereAsync());
        Assert.InRange(Clock.GetUtcNow() - begun, NewObjects.Grace - TimeSpan.FromSeconds(2), NewObjects.Grace + TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task What_we_have_deleted_is_gone_at_once()
    {
        Made made = await MakeAsync("image", "");
        await made.DeleteAsync();
        DateTimeOffset deleted = Clock.GetUtcNow();

        Assert.False(await made.IsThereAsync());
        Assert.Equal(deleted, Clock.GetUtcNow());
    }

    [Theory]
    [MemberData(nameof(Creations))]
    public async Task A_set_is_made_although_the_services_lag(string order, FaultKind kind, bool isVolumeBacked)
    {
        Attach();
        if (isVolumeBacked)
        {
            Sandbox.Cloud.MakeVolumeBacked("worker0");
        }

        Clock.Advance(TimeSpan.FromMinutes(1));
        Sandbox.Faults.Add(Lag(kind, order));

        SnapSet set = await CreatedAsync(WithVolumes);

        Assert.Equal(SnapSetState.Complete, set.State);
        Assert.Equal(6, SetImages.Length);
        Assert.Equal(3, DataSnapshots.Length);
        Assert.DoesNotContain(Calls, c => c.Method == "DELETE");
    }

    /// <summary>For longer than what happens between the order and the first look.</summary>
    internal static Fault Lag(FaultKind kind, string path) =>
        new() { Kind = kind, Method = "POST", Path = path, Delay = TimeSpan.FromSeconds(8), Times = 0 };

    private IEnumerable<string> InSandbox() =>
    [
        .. Sandbox.Cloud.Images.Select(i => i.Id), .. Sandbox.Cloud.Stacks.Select(s => s.Id),
        .. Sandbox.Cloud.VolumeSnapshots.Where(s => s.Status != "deleting").Select(s => s.Id),
    ];

    private async Task<Made> MakeAsync(string service, string volume)
    {
        switch (service)
        {
            case "image":
                Image image = await Cloud.Images.CreateAsync(
                    new NewImage
                    {
                        Id = Guid.NewGuid().ToString(), Name = "made", DiskFormat = "raw", ContainerFormat = "bare",
                        Properties = new Dictionary<string, string>(),
                    },
                    Stop);
                return OfImage(image.Id);
            case "compute":
                return OfImage(await Cloud.Compute.CreateImageAsync(
                    Sandbox.Cloud.Server("master1").Id, "made", new Dictionary<string, string>(), Stop));
            case "volume":
                VolumeSnapshot snapshot = await Cloud.Volumes.CreateSnapshotAsync(volume, "made", new Dictionary<string, string>(), Stop);
                return new Made(
                    snapshot.Id, async () => await Cloud.Volumes.FindSnapshotAsync(snapshot.Id, Stop) is not null,
                    async () =>
                    {
                        while ((await Cloud.Volumes.FindSnapshotAsync(snapshot.Id, Stop))!.Status == "creating")
                        {
                            await Task.Delay(TimeSpan.FromSeconds(1), Clock, Stop);
                        }

                        await Cloud.Volumes.DeleteSnapshotAsync(snapshot.Id, Stop);
                    });
            default:
                string name = "made" + Guid.NewGuid().ToString("N")[..4];
                string id = await Cloud.Stacks.CreateAsync(new StackRequest { Name = name, Template = Template }, Stop);
                var stack = new Stack { Id = id, Name = name, Status = "CREATE_IN_PROGRESS" };
                return new Made(id, async () => await Cloud.Stacks.PollAsync(stack, Stop) is not null, async () =>
                {
                    await Cloud.Stacks.DeleteAsync(stack, Stop);
                    while (await Cloud.Stacks.PollAsync(stack, Stop) is not null)
                    {
                        await Task.Delay(TimeSpan.FromSeconds(1), Clock, Stop);
                    }
                });
        }
    }

    private Made OfImage(string id) =>
        new(id, async () => await Cloud.Images.FindAsync(id, Stop) is not null, () => Cloud.Images.DeleteAsync(id, Stop));

    private sealed record Made(string Id, Func<Task<bool>> IsThereAsync, Func<Task> DeleteAsync);
}
