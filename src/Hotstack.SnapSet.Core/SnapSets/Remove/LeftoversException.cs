namespace Hotstack.SnapSets.Remove;

/// <summary>Something of a set could not be deleted.</summary>
public sealed class LeftoversException : HotstackException
{
    /// <param name="snapSetId">The set.</param>
    /// <param name="leftovers">What is still there.</param>
    public LeftoversException(string snapSetId, IReadOnlyList<Leftover> leftovers)
        : base(ErrorCause.OperationFailed, "SnapSetNotRemoved",
            $"Of SnapSet {snapSetId} could not be deleted: {string.Join("; ", leftovers)}.")
    {
        Leftovers = leftovers;
        Target = snapSetId;
    }

    /// <summary>What is still there.</summary>
    public IReadOnlyList<Leftover> Leftovers { get; }
}
