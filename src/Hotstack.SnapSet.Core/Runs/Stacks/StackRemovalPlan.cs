using Hotstack.Deployments.Stacks;

namespace Hotstack.Runs.Stacks;

/// <summary>The deletion of one stack, before it begins.</summary>
/// <param name="Stack">The stack.</param>
/// <param name="Resources">How many resources it has.</param>
/// <param name="Ties">What keeps volumes and volume snapshots alive.</param>
internal sealed record StackRemovalPlan(DeploymentStack Stack, int Resources, StackTies Ties)
{
    private string Origin => Stack switch
    {
        { IsRenewal: true, SnapSetId: { } set } => $"the temporary stack of the renewal of SnapSet {set}",
        { SnapSetId: { } set } => $"restored from SnapSet {set}",
        _ => "not restored from a SnapSet",
    };

    /// <summary>Heat deletes it already: there is only the wait.</summary>
    public bool IsUnderWay => Stack.Status == StackDeletion.InProgress;

    /// <summary>What the question is about.</summary>
    public DisplayText Target =>
        $"stack {Stack.StackName} ({Stack.StackId}), {Stack.Status}, {Origin}{(Stack.AgeText is { } age ? $", {age} old" : "")}";

    /// <summary>What is done, one step a line.</summary>
    public DisplayText Action => IsUnderWay
        ? "Wait until Heat, which deletes it already, has deleted it"
        : DisplayText.Lines(
        [
            $"Delete it with its {CountText.Of(Resources, "resource")}:",
            .. Stack.InstanceCount == 0 ? Array.Empty<string>()
                : [$"  servers ({Stack.PowerText}): {string.Join(", ", Stack.Instances)}"],
            .. Stack.HasRecord ? ["  the record of its suspended cluster, which its servers keep"] : Array.Empty<string>(),
            .. Ties.Blocking.Concat(Ties.Others).Select(tie => $"  {tie}"),
        ]);
}
