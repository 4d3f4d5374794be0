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

        if (set.AssistedUntil < cloud.Now && !request.AllowExpired)
        {
            yield return $"its cluster could be revived until {TimeText.Of(set.AssistedUntil.Value)}: certificates that nothing renews have "
                + "run out since. -AllowExpired restores it nevertheless";
        }
    }

    /// <summary>What the user should know of a set that may be restored.</summary>
    public void Warn(SnapSet set, IActivity activity)
    {
        if (!set.IsUsable)
        {
            activity.Warning($"SnapSet {set.Id} is {set.State}: {string.Join("; ", set.Problems)}.");
        }

        DateTimeOffset now = cloud.Now;
        if (set.TimeDoubt is { } doubt)
        {
            activity.Warning($"SnapSet {set.Id}: {doubt}.");
        }

        if (set.AssistedUntil < now)
        {
            activity.Warning(
                $"Certificates that nothing renews ran out on {TimeText.Of(set.AssistedUntil.Value)}: mostly the cluster cannot be revived.");
        }
        else if (set.UnattendedUntil < now)
        {
            activity.Warning(
                $"The kubelets' certificates ran out from {TimeText.Of(set.UnattendedUntil.Value)} on: the cluster will not come back by itself. "
                + "Invoke-HotstackRevive approves its signing requests.");
        }
        else if (set.UnattendedUntil is { } end && end - now < TimeSpan.FromDays(1))
        {
            activity.Warning(
                $"The kubelets' certificates run out from {TimeText.Of(end)} on: after that the cluster takes "
                + "Invoke-HotstackRevive to come back.");
        }
    }
}
