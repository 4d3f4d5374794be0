using Hotstack.Runs.Stacks;

namespace Hotstack.Input;

/// <summary>Collects the stacks that a command line or a pipeline names, so that one reading of a cloud serves all of them.</summary>
internal sealed class StackInputs
{
    private readonly List<((string? Cloud, string? Region) Origin, List<StackTarget> Targets)> _groups = [];

    /// <summary>Adds some stacks.</summary>
    /// <param name="names">Their names or ids.</param>
    /// <param name="isTyped">The user typed them: only then they may be patterns, and only then each has to be there.</param>
    /// <param name="stackId">The UUID of the object's stack; null for none.</param>
    /// <param name="projectId">The project of the object that names them; null for none.</param>
    /// <param name="cloud">Their cloud; null for the default.</param>
    /// <param name="region">Their region; null for the default.</param>
    public void Add(IEnumerable<string> names, bool isTyped, string? stackId, string? projectId, string? cloud, string? region)
    {
        if (_groups.Count == 0 || _groups[^1].Origin != (cloud, region))
        {
            _groups.Add(((cloud, region), []));
        }

        _groups[^1].Targets.AddRange(names.Select(name => (isTyped ? StackTarget.Typed(name) : new(name) { IsOfObject = true }) with
        {
            StackId = stackId, ProjectId = projectId,
        }));
    }

    /// <summary>Does the work for the stacks of each cloud, in their order.</summary>
    public void ForEach(Action<(string? Cloud, string? Region), IReadOnlyList<StackTarget>> work) =>
        _groups.ForEach(group => work(group.Origin, group.Targets));
}
