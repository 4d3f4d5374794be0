namespace Hotstack.Runs.Stacks;

/// <summary>A stack, or stacks, that a user means.</summary>
/// <param name="Name">Its name or UUID; or the pattern.</param>
public sealed record StackTarget(string Name)
{
    /// <summary>The name is a pattern, which may match several stacks or none.</summary>
    public bool IsPattern { get; init; }

    /// <summary>The name is that of an object: the stack may be gone meanwhile.</summary>
    public bool IsOfObject { get; init; }

    /// <summary>The UUID of the object's stack: another stack may have its name now. Null if unknown.</summary>
    public string? StackId { get; init; }

    /// <summary>The project of the object; null if unknown.</summary>
    public string? ProjectId { get; init; }

    /// <summary>A name that a user typed.</summary>
    public static StackTarget Typed(string name) => new(name) { IsPattern = Wildcard.IsPattern(name) };
}
