using Hotstack.Deployments.Stacks;
using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Marks;

namespace Hotstack.Runs.Stacks;

/// <summary>Which volumes of a stack and which volume snapshots keep each other alive.</summary>
internal sealed record StackTies
{
    /// <summary>Nothing ties the stack.</summary>
    public static readonly StackTies None = new();

    /// <summary>A sentence for each volume that Heat cannot delete: it has snapshots.</summary>
    public IReadOnlyList<string> Blocking { get; init; } = [];

    /// <summary>A sentence for each other tie.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>The sets whose volume snapshots block the deletion.</summary>
    public IReadOnlyList<string> BlockingSets { get; init; } = [];
}

/// <summary>Finds the ties of several stacks. Volumes, volume snapshots and sets are read once, and only if a stack has volumes.</summary>
/// <param name="cloud">The stacks' cloud.</param>
/// <param name="activity">Receives what cannot be read.</param>
internal sealed class StackTiesReader(Cloud cloud, IActivity activity)
{
    private readonly VolumeCache _volumes = new(cloud);
    private IReadOnlyList<SnapSet>? _sets;

    /// <summary>The ties of one stack.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="resources">Its resources.</param>
    /// <param name="stop">Ends the calls.</param>
    public async Task<StackTies> ReadAsync(DeploymentStack stack, IReadOnlyList<StackResource> resources, CancellationToken stop)
    {
        Dictionary<string, string> own = resources.Where(r => r is { Type: "OS::Cinder::Volume", PhysicalId.Length: > 0 })
            .DistinctBy(r => r.PhysicalId).ToDictionary(r => r.PhysicalId, r => $"volume {r.Name} ({r.PhysicalId})");
        Dictionary<string, string> attached = stack.Instances.SelectMany(i => i.Volumes.Select(id => (Id: id, i.Name)))
            .Where(volume => !own.ContainsKey(volume.Id)).DistinctBy(volume => volume.Id)
            .ToDictionary(volume => volume.Id, volume => $"volume {volume.Id} of {volume.Name}");
        if (own.Count + attached.Count == 0)
        {
            return StackTies.None;
        }

        try
        {
            return await FindAsync(own, attached, stop);
        }
        catch (HotstackException e) when (e.Cause != ErrorCause.AuthenticationFailed)
        {
            activity.Warning($"Which volume snapshots stack '{stack.StackName}' depends on is not known: {e.Message}");
            return StackTies.None;
        }
    }

    private async Task<StackTies> FindAsync(
        Dictionary<string, string> own, Dictionary<string, string> attached, CancellationToken stop)
    {
        IReadOnlyList<VolumeSnapshot> snapshots = await _volumes.ReadAsync(stop);
        VolumeSnapshot[] blocking = [.. snapshots.Where(s => own.ContainsKey(s.VolumeId))];
        VolumeSnapshot[] staying = [.. snapshots.Where(s => attached.ContainsKey(s.VolumeId))];
        Volume[] made =
        [
            .. (await _volumes.ReadVolumesAsync(stop))
                .Where(v => v.SnapshotId is not null && (own.ContainsKey(v.Id) || attached.ContainsKey(v.Id))),
        ];
        _sets ??= blocking.Length + staying.Length + made.Length == 0 ? null
            : await new GetSnapSets(cloud) { Volumes = _volumes }.RunAsync(new(), stop);
        return new StackTies
        {
            Blocking = [.. blocking.Select(s => $"{own[s.VolumeId]} has {Describe(s)}, so Cinder does not delete it")],
            BlockingSets = [.. blocking.Select(SetOf).OfType<string>().Distinct().Order(StringComparer.Ordinal)],
            Others =
            [
                .. staying.Select(s => $"{attached[s.VolumeId]} has {Describe(s)}, so the volume stays"),
                .. made.Select(v => (
                        Name: own.GetValueOrDefault(v.Id) ?? attached[v.Id], Snapshot: snapshots.FirstOrDefault(s => s.Id == v.SnapshotId)))
                    .Where(tie => tie.Snapshot is not null)
                    .Select(tie => $"{tie.Name} was made of {Describe(tie.Snapshot!)}, which may be deleted only after it"),
            ],
        };
    }

    private string Describe(VolumeSnapshot snapshot) =>
        $"volume snapshot {snapshot.Id} of {(SetOf(snapshot) is { } set ? $"SnapSet {set}" : "no SnapSet")}";

    /// <summary>The set whose image names the snapshot; of a set that was interrupted, the snapshot names it.</summary>
    private string? SetOf(VolumeSnapshot snapshot) =>
        _sets?.FirstOrDefault(set => set.Members.Any(member => member.VolumeSnapshots.Contains(snapshot.Id)))?.Id
            ?? VolumeSnapshotMarks.SetIdOf(snapshot);
}
