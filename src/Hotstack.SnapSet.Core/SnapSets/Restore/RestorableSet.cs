using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.SnapSets.Find;

namespace Hotstack.SnapSets.Restore;

/// <summary>Finds the set to restore, and judges whether it may be.</summary>
internal sealed class RestorableSet(Cloud cloud)
{
    /// <exception cref="HotstackException">There is no such set, or no usable one (<c>SnapSetNotFound</c>); or it is another
    /// project's (<c>ProjectMismatch</c>).</exception>
    public async Task<SnapSet> FindAsync(SnapSetReference? id, CancellationToken stop)
    {
        var find = new FindSnapSets(cloud);
        return id is not null
            ? await find.GetAsync(id, stop)
            : (await find.RunAsync(new() { Latest = true }, stop))[0];
    }

    /// <summary>The members that can be booted from, one of each name; of several images of one name the newest.</summary>
    public static SnapSet Usable(SnapSet set) => set with
    {
        Members =
        [
            .. set.Members.Where(member => member.IsReady).GroupBy(member => member.Name, StringComparer.Ordinal)
                .Select(name => name.OrderBy(member => member.CreatedAt).Last()),
        ],
    };

    /// <summary>Why it may not be restored; empty if it may.</summary>
    public IEnumerable<string> Violations(SnapSet set, RestoreSnapSetRequest request)
    {
        if (!set.IsUsable && !request.AllowIncomplete)
        {
            yield return $"SnapSet {set.Id} is {set.State}: {string.Join("; ", set.Problems)}. -AllowIncomplete restores what there is";
        }

        if (Usable(set).Members.Count == 0)
        {
            yield return $"no image of SnapSet {set.Id} can be booted from";
        }

        if (WindowOf(set) is { State: ReviveWindowState.Expired } window && !request.AllowExpired)
        {
            yield return $"{window.Text}. -AllowExpired restores it nevertheless";
        }
    }

    /// <summary>What the user should know of a set that may be restored.</summary>
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
