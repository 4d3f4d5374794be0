using System.Diagnostics;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Remove;

namespace Hotstack.Contract.Clouds;

/// <summary>What a test made in a cloud, so that it can be deleted however the test ended.</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="raw">The same, without our client.</param>
/// <param name="freeVolume">Makes a volume deletable that a service has left in a passing state; null where that needs nothing.</param>
internal sealed class Belongings(Cloud cloud, RawCloud raw, Func<string, CancellationToken, Task>? freeVolume = null)
{
    private const int DeleteAttempts = 3;

    private readonly List<string> _servers = [];
    private readonly List<string> _snapSets = [];
    private readonly List<string> _images = [];
    private readonly List<string> _volumes = [];
    private readonly List<string> _stacks = [];
    private readonly List<(string Server, string Volume)> _attachments = [];

    public string AddServer(string id) => Add(_servers, id);

    public string AddSnapSet(string id) => Add(_snapSets, id);

    public string AddImage(string id) => Add(_images, id);

    /// <summary>A volume, with the snapshots that are of it.</summary>
    public string AddVolume(string id) => Add(_volumes, id);

    /// <summary>A stack by its name, whether it comes to be or not.</summary>
    public string AddStack(string name) => Add(_stacks, name);

    /// <summary>A volume of <see cref="AddVolume"/> that is attached to a server which stays.</summary>
    public void AddAttachment(string server, string volume) => _attachments.Add((server, volume));

    /// <summary>Deletes all of it, once: what cannot be deleted fails this test, and not the ones after it.</summary>
    public async Task DeleteAsync(CancellationToken stop)
    {
        // What was restored first. A volume whose snapshots are still there keeps its stack until the set is gone.
        string[] stacks = [.. Enumerable.Reverse(TakeAll(_stacks)).Distinct()];
        string[] servers = TakeAll(_servers), snapSets = TakeAll(_snapSets), images = TakeAll(_images), volumes = TakeAll(_volumes);
        var attachments = TakeAll(_attachments);
        await DeleteStacksAsync(stacks, mayFail: true, stop);
        foreach (string id in servers)
        {
            await raw.DeleteAsync("compute", $"servers/{id}", stop);
            await Wait.UntilAsync(
                $"server {id} is gone", async () => (await raw.GetAsync("compute", $"servers/{id}", stop)).Status == 404, stop);
        }

        foreach (string id in snapSets)
        {
            if ((await new GetSnapSets(cloud).RunAsync(new GetSnapSetsRequest(), stop)).Any(set => set.Id == id))
            {
                await new RemoveSnapSet(cloud).RunAsync(id, force: true, new RecordingActivity(), (_, _) => Task.FromResult(true), stop);
            }
        }

        await DeleteStacksAsync(stacks, mayFail: false, stop);
        foreach (string id in images.Where(id => id.Length > 0))
        {
            if (await cloud.Images.FindAsync(id, stop) is { IsProtected: true })
            {
                await cloud.Images.SetProtectedAsync(id, false, stop);
            }

            await cloud.Images.DeleteAsync(id, stop);
        }

        foreach ((string server, string volume) in attachments)
        {
            await raw.DeleteAsync("compute", $"servers/{server}/os-volume_attachments/{volume}", stop);
            await Wait.UntilAsync(
                $"volume {volume} is detached",
                async () => (await cloud.Volumes.ListVolumesAsync(stop)).All(v => v.Id != volume || v.Status == "available"), stop);
        }

        foreach (string id in volumes)
        {
            foreach (var snapshot in (await cloud.Volumes.ListSnapshotsAsync(stop)).Where(s => s.VolumeId == id))
            {
                await cloud.Volumes.DeleteSnapshotAsync(snapshot.Id, stop);
                await Wait.UntilAsync(
                    $"volume snapshot {snapshot.Id} is gone",
                    async () => await cloud.Volumes.FindSnapshotAsync(snapshot.Id, stop) is null, stop);
            }

            await raw.DeleteAsync("block-storage", $"volumes/{id}", stop);
        }
    }

    private async Task DeleteStacksAsync(string[] names, bool mayFail, CancellationToken stop)
    {
        foreach (string name in names)
        {
            for (int attempt = 1; await DeleteStackAsync(name, stop) is { } failed && !mayFail; attempt++)
            {
                if (attempt == DeleteAttempts)
                {
                    throw new InvalidOperationException($"Stack {name}: {failed.StatusReason}");
                }

                foreach (StackResource volume in (await cloud.Stacks.ListResourcesAsync(failed, stop))
                    .Where(r => r.Type == "OS::Cinder::Volume" && r.PhysicalId.Length > 0))
                {
                    await (freeVolume?.Invoke(volume.PhysicalId, stop) ?? Task.CompletedTask);
                }
            }
        }
    }

    /// <returns>The stack that could not be deleted; null if it is gone.</returns>
    private async Task<Stack?> DeleteStackAsync(string name, CancellationToken stop)
    {
        Stack? stack = await cloud.Stacks.FindAsync(name, stop);
        if (stack is null)
        {
            return null;
        }

        string? before = stack.StatusReason;
        var asked = Stopwatch.StartNew();
        await cloud.Stacks.DeleteAsync(stack, stop);
        await Wait.UntilAsync(
            $"stack {name} is gone",
            async () => (stack = await cloud.Stacks.FindAsync(name, stop)) is null
                // Heat answers before it begins: at first the failure may be that of the attempt before.
                || (stack.Status == "DELETE_FAILED" && (stack.StatusReason != before || asked.Elapsed > TimeSpan.FromSeconds(10))),
            stop);
        return stack;
    }

    private static T[] TakeAll<T>(List<T> list)
    {
        T[] all = [.. list];
        list.Clear();
        return all;
    }

    private static string Add(List<string> list, string id)
    {
        list.Add(id);
        return id;
    }
}
