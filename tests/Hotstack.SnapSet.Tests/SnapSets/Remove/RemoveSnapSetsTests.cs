using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.SnapSets.Remove;

/// <summary>Several sets are removed at the same time, and asked for and told in their order.</summary>
public sealed class RemoveSnapSetsTests : IncludeVolumesFixture
{
    private readonly List<string> _told = [];
    private SandboxOptions? _options;

    protected override SandboxOptions Options => _options ??= new() { Clock = Clock };

    [Fact]
    public async Task Ten_sets_are_begun_while_the_first_is_still_being_deleted()
    {
        string[] ids = await MadeAsync(10, withVolumes: true);
        var all = new TaskCompletionSource();
        int asked = 0;
        // Cinder deletes nothing before time passes.
        Clock.AutoAdvance = false;

        Task removal = RemoveAsync(ids, _ =>
        {
            if (++asked == ids.Length)
            {
                all.SetResult();
            }

            return true;
        });
        await all.Task.WaitAsync(TimeSpan.FromMinutes(1), Stop);
        Assert.Empty(_told);
        Clock.AutoAdvance = true;
        Clock.Advance(TimeSpan.FromSeconds(2));
        await removal;

        Assert.Equal(ids, _told);
        Assert.Empty(SetImages);
        Assert.Empty(DataSnapshots);
    }

    [Fact]
    public async Task Sets_are_told_in_the_order_asked_for()
    {
        string[] ids = [.. await MadeAsync(1, withVolumes: true), "nosuchid", .. await MadeAsync(2)];

        await RemoveAsync(ids);

        Assert.Equal([ids[0], "!nosuchid", ids[2], ids[3]], _told);
    }

    [Fact]
    public async Task A_set_that_stays_is_named_and_the_others_are_removed()
    {
        string[] ids = await MadeAsync(3, withVolumes: true);
        string kept = DataSnapshots.First(s => s.Name.EndsWith(ids[1], StringComparison.Ordinal)).Id;
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "volume", Method = "DELETE", Path = kept, Status = 400, Times = 0 });

        await RemoveAsync(ids);

        Assert.Equal([ids[0], $"!{ids[1]}", ids[2]], _told);
        Assert.Equal(ids[1], Assert.Single(await FindAsync()).Id);
    }

    [Fact]
    public async Task Questions_come_in_order_and_one_refusal_keeps_one_set()
    {
        string[] ids = await MadeAsync(3, withVolumes: true);
        List<string> asked = [];

        await RemoveAsync(ids, target =>
        {
            asked.Add(ids.Single(id => target.Contains(id, StringComparison.Ordinal)));
            return asked.Count != 2;
        });

        Assert.Equal(ids, asked);
        Assert.Equal([ids[0], ids[2]], _told);
        SnapSet kept = Assert.Single(await FindAsync());
        Assert.Equal((ids[1], SnapSetState.Complete), (kept.Id, kept.State));
    }

    [Fact]
    public async Task An_id_that_comes_twice_is_removed_once()
    {
        string[] ids = await MadeAsync(2, withVolumes: true);

        await RemoveAsync([ids[0], ids[1], ids[0]]);

        Assert.Equal(ids, _told);
    }

    [Fact]
    public async Task A_stop_leaves_each_set_whole_or_named()
    {
        Options.Durations.VolumeSnapshotDelete = TimeSpan.FromMinutes(1);
        string[] ids = await MadeAsync(4, withVolumes: true);
        using var stop = new CancellationTokenSource();
        int asked = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RemoveAsync(
            ids,
            _ =>
            {
                if (++asked == 3)
                {
                    stop.Cancel();
                }

                return true;
            },
            stop.Token));

        Assert.Equal(3, asked);
        string[] whole = [.. (await FindAsync()).Where(set => set.State == SnapSetState.Complete).Select(set => set.Id)];
        string[] named = [.. ids.Where(id => Activity.Warnings.Any(
            w => w.StartsWith($"The removal of SnapSet {id} was stopped. Still there: ", StringComparison.Ordinal)))];
        Assert.Contains(ids[3], whole);
        Assert.Equal(ids.Order(), whole.Union(named).Order());
    }

    [Fact]
    public async Task A_refused_login_begins_no_further_set()
    {
        string[] ids = await MadeAsync(3);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.RevokeTokens, Service = "image", Nth = 1 });
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Service = "identity", Method = "POST", Status = 401, Times = 0 });

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => RemoveAsync(ids));

        Assert.Equal(ErrorCause.AuthenticationFailed, e.Cause);
        Assert.Empty(_told);
    }

    private async Task<string[]> MadeAsync(int count, bool withVolumes = false)
    {
        Sandbox.Cloud.StopServers();
        bool isAttached = Sandbox.Cloud.Volumes.Any(volume => volume.Server is not null);
        if (withVolumes && !isAttached)
        {
            Attach();
        }

        var ids = new List<string>();
        for (int i = 0; i < count; i++)
        {
            ids.Add((await CreatedAsync(withVolumes || isAttached ? WithVolumes : null)).Id);
        }

        Activity.Clear();
        return [.. ids];
    }

    private Task RemoveAsync(string[] ids, Predicate<string>? confirm = null, CancellationToken? stop = null) => new RemoveSnapSets(Cloud).RunAsync(
        new() { Ids = [.. ids.Select(id => SnapSetReference.To(id))] }, Activity,
        (target, _) => Task.FromResult(confirm?.Invoke(target.ToString()) ?? true),
        set => _told.Add(set.Id), failure => _told.Add($"!{failure.Target}"), stop ?? Stop);
}
