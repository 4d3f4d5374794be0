namespace Hotstack.SnapSets;

/// <summary>Something that should have been deleted and was not.</summary>
/// <param name="Kind"><c>image</c> or <c>volume snapshot</c>.</param>
/// <param name="Id">Its UUID.</param>
/// <param name="Reason">Why it is still there.</param>
public sealed record Leftover(string Kind, string Id, string Reason)
{
    /// <summary>What to do about it; null if the reason says it.</summary>
    internal string? Hint { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Id} ({Reason})";
}
