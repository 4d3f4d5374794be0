
namespace Hotstack.SnapSets;

/// <summary>An object whose deletion failed.</summary>
/// <param name="Kind"><c>image</c> or <c>volume snapshot</c>.</param>
/// <param name="Id">Its UUID.</param>
/// <param name="Reason">Why it is still there.</param>
public sealed record Leftover(string Kind, string Id, string Reason)
{
    /// <summary>What to do about it; null if the reason says so.</summary>
    internal string? Hint { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Id} ({Reason})";
}

/// <summary>Parts of a set could not be deleted.</summary>
public sealed class LeftoversException : HotstackException
{
    /// <param name="snapSetId">The set.</param>
    /// <param name="leftovers">What is still there.</param>
    public LeftoversException(string snapSetId, IReadOnlyList<Leftover> leftovers)
        : base(ErrorCause.OperationFailed, "SnapSetNotRemoved",
            $"SnapSet {snapSetId} was not deleted completely: {string.Join("; ", leftovers)}.")
    {
        Leftovers = leftovers;
        Target = snapSetId;
    }

    /// <summary>What is still there.</summary>
    public IReadOnlyList<Leftover> Leftovers { get; }
}

/// <summary>One exception for the failures of several members.</summary>
internal static class CombinedFailure
{
    /// <summary>Cause and id of the first failure, messages of all.</summary>
    public static HotstackException Of(IReadOnlyList<(string Name, HotstackException Failure)> failed)
    {
        HotstackException first = failed[0].Failure;
        string message = string.Join(" ", failed.Select(f => $"{f.Name}: {f.Failure.Message}"));
        return new HotstackException(first.Cause, first.Id, message, first) { Hint = first.Hint, Target = first.Target };
    }
}
