using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Marks;

namespace Hotstack.Playbooks;

/// <summary>Which stages have run on a stack, in the metadata of its controller's server: known on any machine, and gone with the
/// server. A stack has marks if these playbooks deployed it, or if it was restored.</summary>
/// <remarks>The form: <c>set=k3v9x2m1,Controller</c>. A restore into the same stack keeps the metadata, so the marks name the set that the
/// stack had; of a stack without a set it is empty.</remarks>
internal sealed class StageMarks(Cloud cloud)
{
    private const string Key = "hotstack_playbooks";
    private const string SetPrefix = "set=";

    /// <summary>The id of the set of a restored stack; null for another stack.</summary>
    public static string? SetIdOf(Stack stack) => stack.Tags.Select(StackTags.SnapSetIdOf).FirstOrDefault(id => id is not null);

    /// <returns>The names of the stages that have run; null if that is unknown.</returns>
    public async Task<IReadOnlyList<string>?> ReadAsync(Stack stack, CancellationToken stop) =>
        await FindServerAsync(stack, stop) is { } id ? await ReadAsync(stack, id, stop) : null;

    /// <summary>Notes that a stage begins or failed, or that it has run.</summary>
    /// <param name="stackName">The stack; it need not exist.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="isDone">It has run.</param>
    /// <param name="deploys">The stage begins a deployment from nothing. Without that, a stack of others gets no mark: what has run on it
    /// stays unknown.</param>
    /// <param name="stop">Ends the calls.</param>
    /// <returns>The stack if it has no server yet that could hold the mark; otherwise null.</returns>
    public async Task<Stack?> WriteAsync(string stackName, PlaybookStage stage, bool isDone, bool deploys, CancellationToken stop)
    {
        if (await cloud.Stacks.FindAsync(stackName, stop) is not { } stack)
        {
            return null;
        }

        string setId = SetIdOf(stack) ?? "";
        if (await FindServerAsync(stack, stop) is not { } server)
        {
            return deploys || setId.Length > 0 ? stack : null;
        }

        IReadOnlyList<string>? known = await ReadAsync(stack, server, stop);
        if (known is not null || deploys || setId.Length > 0)
        {
            string[] names = [.. (known ?? []).Where(name => name != stage.Name), .. isDone ? [stage.Name] : Array.Empty<string>()];
            await cloud.Compute.AddMetadataAsync(
                server, new Dictionary<string, string> { [Key] = string.Join(',', names.Prepend(SetPrefix + setId)) }, stop);
        }

        return null;
    }

    private async Task<IReadOnlyList<string>?> ReadAsync(Stack stack, string server, CancellationToken stop) =>
        (await cloud.Compute.GetServerAsync(server, stop)).Metadata.GetValueOrDefault(Key)?.Split(',') is [var set, .. var names]
            && set == SetPrefix + SetIdOf(stack)
            ? names : null;

    /// <summary>The controller by its name in all of upstream's templates, otherwise the first server.</summary>
    private async Task<string?> FindServerAsync(Stack stack, CancellationToken stop) =>
        (await cloud.Stacks.ListResourcesAsync(stack, stop))
            .Where(resource => resource is { Type: "OS::Nova::Server", PhysicalId.Length: > 0 })
            .OrderByDescending(resource => resource.Name == "controller").ThenBy(resource => resource.Name, StringComparer.Ordinal)
            .FirstOrDefault()?.PhysicalId;
}
