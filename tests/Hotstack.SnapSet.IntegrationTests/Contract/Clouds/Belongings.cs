using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Remove;

namespace Hotstack.Contract.Clouds;

/// <summary>What a test made in a cloud, so that it can be deleted however the test ended.</summary>
internal sealed class Belongings(Cloud cloud, RawCloud raw)
{
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

    public async Task DeleteAsync(CancellationToken stop)
    {
        // What was restored first. A volume whose snapshots are still there keeps its stack until the set is gone.
        string[] stacks = [.. Enumerable.Reverse(_stacks).Distinct()];
        await DeleteStacksAsync(stacks, mayFail: true, stop);
        foreach (string id in _servers)
        {
            await raw.DeleteAsync("compute", $"servers/{id}", stop);
            await Wait.UntilAsync(
                $"server {id} is gone", async () => (await raw.GetAsync("compute", $"servers/{id}", stop)).Status == 404, stop);
        }

        foreach (string id in _snapSets)
        {
            if ((await new GetSnapSets(cloud).RunAsync(new GetSnapSetsRequest(), stop)).Any(set => set.Id == id))
            {
                await new RemoveSnapSet(cloud).RunAsync(id, force: true, new RecordingActivity(), (_, _) => Task.FromResult(true), stop);
            }
        }

        await DeleteStacksAsync(stacks, mayFail: false, stop);
        foreach (string id in _images.Where(id => id.Length > 0))
        {
            if (await cloud.Images.FindAsync(id, stop) is { IsProtected: true })
            {
                await cloud.Images.SetProtectedAsync(id, false, stop);
            }

            await cloud.Images.DeleteAsync(id, stop);
        }

        foreach ((string server, string volume) in _attachments)
        {
            await raw.DeleteAsync("compute", $"servers/{server}/os-volume_attachments/{volume}", stop);
            await Wait.UntilAsync(
                $"volume {volume} is detached",
                async () => (await cloud.Volumes.ListVolumesAsync(stop)).All(v => v.Id != volume || v.Status == "available"), stop);
        }

        foreach (string id in _volumes)
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

        _servers.Clear();
        _snapSets.Clear();
        _images.Clear();
        _volumes.Clear();
        _stacks.Clear();
        _attachments.Clear();
    }

    private async Task DeleteStacksAsync(string[] names, bool mayFail, CancellationToken stop)
    {
        foreach (string name in names)
        {
            Stack? stack = await cloud.Stacks.FindAsync(name, stop);
            if (stack is null)
            {
                continue;
            }

            await cloud.Stacks.DeleteAsync(stack, stop);
            await Wait.UntilAsync(
                $"stack {name} is gone",
                async () => (stack = await cloud.Stacks.FindAsync(name, stop)) is null
                    || (stack.Status == "DELETE_FAILED"
                        && (mayFail ? true : throw new InvalidOperationException($"Stack {name}: {stack.StatusReason}"))),
                stop);
        }
    }

    private static string Add(List<string> list, string id)
    {
        list.Add(id);
        return id;
    }
}
