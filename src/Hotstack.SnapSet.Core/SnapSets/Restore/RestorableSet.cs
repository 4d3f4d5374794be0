using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.SnapSets.Find;

namespace Hotstack.SnapSets.Restore;

/// <summary>Finds the set to restore, and decides whether it may be restored.</summary>
internal sealed class RestorableSet(Cloud cloud)
{
    /// <exception cref="HotstackException">The set does not exist, or no set is usable (<c>SnapSetNotFound</c>); or it belongs to another
    /// project (<c>ProjectMismatch</c>).</exception>
    public async Task<SnapSet> FindAsync(SnapSetReference? id, CancellationToken stop)
    {
        var find = new GetSnapSets(cloud);
        return id is not null
            ? await find.GetToRestoreAsync(id, stop)
            : (await find.RunAsync(new() { Latest = true }, stop))[0];
    }

    /// <summary>The bootable members, one for each name: the newest image of that name.</summary>
    public static SnapSet Usable(SnapSet set) => set with
    {
        Members =
        [
            .. set.Members.Where(member => member.IsReady).GroupBy(member => member.Name, StringComparer.Ordinal)
                .Select(name => name.OrderBy(member => member.CreatedAt).Last()),
        ],
    };

    /// <summary>Why it may not be restored; empty otherwise.</summary>
    public IEnumerable<string> Violations(SnapSet set, RestoreSnapSetRequest request)
    {
        if (!set.IsUsable && !request.AllowIncomplete)
        {
            yield return $"SnapSet {set.Id} is {set.State}: {string.Join("; ", set.Problems)}; "
                + "use -AllowIncomplete to restore the usable members";
        }

        if (Usable(set).Members.Count == 0)
        {
            yield return $"SnapSet {set.Id} has no bootable image";
        }

        if (WindowOf(set) is { State: ReviveWindowState.Expired } window && !request.AllowExpired)
        {
            yield return $"{window.Text}; use -AllowExpired to restore it anyway";
        }
    }

    /// <summary>Warnings about a set that may be restored.</summary>
    public void Warn(SnapSet set, IActivity activity)
    {
        if (!set.IsUsable)
        {
            activity.Warning($"SnapSet {set.Id} is {set.State}: {string.Join("; ", set.Problems)}.");
        }

        if (set.TimeDoubt is { } doubt)
        {
            activity.Warning($"SnapSet {set.Id}: {doubt}.");
        }

        ReviveWindow window = WindowOf(set);
        if (window.State is ReviveWindowState.Expired or ReviveWindowState.Assisted || window.EndsSoon)
        {
            activity.Warning(window.Sentence);
        }
    }

    private ReviveWindow WindowOf(SnapSet set) => new(set.ClusterRecord, cloud.Now);
}
