using Hotstack.OpenStack.Orchestration;

namespace Hotstack.Playbooks;

/// <summary>Chooses the stages that belong to a stack.</summary>
internal sealed class StageChoice(StageMarks marks)
{
    public async Task<IReadOnlyList<PlaybookStage>> ChooseAsync(
        PlaybookRequest request, PlaybookVariables variables, Stack? stack, CancellationToken stop)
    {
        string? setId = stack is null ? null : StageMarks.SetIdOf(stack);
        IReadOnlyList<PlaybookStage> asked = PlaybookStage.Of(request.Stages);
        if (setId is not null && asked.Where(stage => stage.DestroysRestored).ToArray() is [_, ..] refused)
        {
            throw Refused(variables.StackName, setId, refused);
        }

        if (asked.Count > 0)
        {
            return stack is not null || asked.Contains(PlaybookStage.Infra) ? asked : throw WithoutStack(variables.StackName);
        }

        if (stack is null)
        {
            return PlaybookStage.FromNothing;
        }

        IReadOnlyList<string>? done = await marks.ReadAsync(stack, stop);
        return (setId, done) switch
        {
            (not null, _) => LeftOf(PlaybookStage.AfterRevival, done ?? []),
            (null, not null) => LeftOf(PlaybookStage.FromNothing, done),
            _ when IsFailedCreation(stack) => PlaybookStage.FromNothing,
            _ => throw Unknown(stack),
        };
    }

    /// <summary>Whether these stages deploy from nothing, so that it is known afterwards what has run on the stack.</summary>
    public static bool Deploys(IReadOnlyList<PlaybookStage> stages, Stack? stack) => stages.Contains(PlaybookStage.Infra)
        // Infra alone, on a stack that others deployed, tells nothing of what has run on it.
        && (stack is null || IsFailedCreation(stack) || stages.Any(stage => stage.Name is "OpenShift" or "MicroShift"));

    /// <summary>A stack of which an update, a check or a deletion failed was deployed before.</summary>
    public static bool IsFailedCreation(Stack stack) => stack is { IsFailed: true, Action: "CREATE" };

    private static PlaybookStage[] LeftOf(IReadOnlyList<PlaybookStage> stages, IReadOnlyList<string> done) =>
        [.. stages.Where(stage => !done.Contains(stage.Name))];

    private static HotstackException Refused(string stackName, string setId, PlaybookStage[] stages) => new(
        ErrorCause.Conflict, "PlaybookStageRefused",
        $"Stack '{stackName}' was restored from SnapSet {setId}; {string.Join(", ", stages.Select(s => $"{s.Name} ({s.File})"))} would destroy "
        + "what was restored. Nothing was done.")
    {
        Target = stackName,
        Hint = $"After its revival run {string.Join(", ", PlaybookStage.AfterRevival)}, which are the default without -Stage. "
            + "To deploy from nothing, use another -StackName.",
    };

    private static HotstackException WithoutStack(string stackName) => new(
        ErrorCause.NotFound, "StackNotFound", $"There is no stack '{stackName}' in this project, and only the stage Infra makes one.")
    {
        Target = stackName,
        Hint = "Add the stage Infra, or check the stack_name of the variables.",
    };

    /// <summary>To run 03 again would install OpenShift again.</summary>
    private static HotstackException Unknown(Stack stack) => new(
        ErrorCause.Conflict, "PlaybookStagesUnknown",
        $"Stack '{stack.Name}' exists ({stack.Status}), and it is not known which stages have run on it. Nothing was done.")
    {
        Target = stack.Name,
        Hint = "Name the stages with -Stage: OpenShift installs the cluster anew. If the stack is deployed already, continue with "
            + $"New-HotstackSnapSet {CommandArgument.Of(stack.Name)} -Prepare.",
    };
}
