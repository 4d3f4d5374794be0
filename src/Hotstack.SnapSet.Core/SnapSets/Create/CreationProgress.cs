namespace Hotstack.SnapSets.Create;

/// <summary>Shows how far a set is, as a whole and by member.</summary>
internal sealed class CreationProgress(CreationPlan plan, IActivity activity)
{
    private readonly string _work = TitleOf(plan);

    /// <summary>What the making of a set is called where it tells how far it is.</summary>
    public static string TitleOf(CreationPlan plan) => $"Creating SnapSet {plan.Id}";

    public void Show(IReadOnlyCollection<VolumeRun> volumes) => activity.Progress(
        new(_work, $"{volumes.Count(v => v.IsReady)} of {volumes.Count} volume snapshots available") { Percent = 0 });

    public void Show(IReadOnlyCollection<MemberRun> members)
    {
        int ready = members.Count(m => m.IsReady);
        activity.Progress(new(_work, $"{ready} of {members.Count} images active") { Percent = 100 * ready / members.Count });
        foreach (MemberRun member in members)
        {
            activity.Progress(new(WorkOf(member.Plan), member.Status) { PartOf = _work, Completed = member.IsReady });
        }
    }

    /// <summary>Takes the members off the screen; the whole goes on until the servers run again.</summary>
    public void CompleteMembers()
    {
        foreach (PlannedMember member in plan.Members)
        {
            activity.Progress(new(WorkOf(member), "") { PartOf = _work, Completed = true });
        }
    }

    private static string WorkOf(PlannedMember member) => $"{member.Instance.Name} ({member.Instance.Role})";
}
