using Hotstack.OpenStack.Orchestration;

namespace Hotstack.SnapSets.Restore;

/// <summary>A stack that has the name already, and what can be done about it in its state.</summary>
internal static class StackConflict
{
    /// <summary>Heat changes no stack that is suspended or being deleted, also after that failed (heat: engine/service.py,
    /// update_stack).</summary>
    public static bool IsFixed(Stack stack) => stack.Action is "DELETE" or "SUSPEND";

    /// <param name="existing">The stack.</param>
    /// <param name="isForced">It was to be changed.</param>
    public static HotstackException With(Stack existing, bool isForced)
    {
        string found = $"Stack '{existing.Name}' exists already ({existing.Status})";
        string reason = existing is { IsFailed: true, StatusReason: { } told } ? $": {told.TrimEnd('.')}" : "";
        return isForced
            ? new(ErrorCause.Conflict, "StackNotChangeable", $"{found}, and Heat cannot change it in that state; it was left as it is{reason}.")
            {
                Target = existing.Name,
                Hint = Hint(existing),
            }
            : new(ErrorCause.AlreadyExists, "StackExists", $"{found}; it was left as it is{(IsFixed(existing) ? reason : "")}.")
            {
                Target = existing.Name,
                Hint = Hint(existing),
            };
    }

    private static string Hint(Stack existing) => existing switch
    {
        { Action: "DELETE", IsInProgress: true } => "Wait until Heat has deleted it, and restore again; or restore under another -StackName.",
        { Action: "DELETE" } =>
            $"Delete it again with 'openstack stack delete {CommandArgument.Of(existing.Name)}', and restore then; or restore under another -StackName.",
        { Action: "SUSPEND" } =>
            $"'openstack stack resume {CommandArgument.Of(existing.Name)}' makes it usable again; restore under another -StackName, or delete that stack first.",
        _ => "Restore under another -StackName, or delete that stack first. -Force changes it: its servers are rebuilt from the set's images, "
            + "and what is on their disks is lost.",
    };
}
