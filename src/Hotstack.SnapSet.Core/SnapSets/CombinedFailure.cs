namespace Hotstack.SnapSets;

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
