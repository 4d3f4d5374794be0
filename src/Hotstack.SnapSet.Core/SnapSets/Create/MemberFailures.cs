namespace Hotstack.SnapSets.Create;

/// <summary>Puts the failures of several members into one exception.</summary>
internal static class MemberFailures
{
    public static void ThrowIfAny(IEnumerable<MemberRun> members) => ThrowIfAny(members.Select(m => (m.Instance.Name, m.Failure)));

    public static void ThrowIfAny(IEnumerable<VolumeRun> volumes) => ThrowIfAny(volumes.Select(v => (v.Plan.Member, v.Failure)));

    private static void ThrowIfAny(IEnumerable<(string Name, HotstackException? Failure)> all)
    {
        (string Name, HotstackException? Failure)[] failed = [.. all.Where(one => one.Failure is not null)];
        if (failed.Length > 0)
        {
            throw CombinedFailure.Of([.. failed.Select(f => (f.Name, f.Failure!))]);
        }
    }
}
