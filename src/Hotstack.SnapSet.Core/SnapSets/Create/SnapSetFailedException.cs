namespace Hotstack.SnapSets.Create;

/// <summary>A set could not be made. Tells also what became of what had been made of it.</summary>
public sealed class SnapSetFailedException : HotstackException
{
    /// <param name="snapSetId">The set.</param>
    /// <param name="failure">Why; its cause and id become this exception's.</param>
    /// <param name="aftermath">What became of the images, in a sentence.</param>
    /// <param name="leftovers">What should have been deleted and was not.</param>
    public SnapSetFailedException(
        string snapSetId, HotstackException failure, string aftermath, IReadOnlyList<Leftover> leftovers)
        : base(failure.Cause, failure.Id, $"SnapSet {snapSetId} was not made: {failure.Message} {aftermath}", failure)
    {
        SnapSetId = snapSetId;
        Leftovers = leftovers;
        Target = snapSetId;
        Hint = failure.Hint;
    }

    /// <summary>The set.</summary>
    public string SnapSetId { get; }

    /// <summary>What should have been deleted and was not.</summary>
    public IReadOnlyList<Leftover> Leftovers { get; }
}
