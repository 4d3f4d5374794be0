namespace Hotstack.Clusters.Assess;

/// <summary>Names of one kind that do not count: those that the user leaves out, and those that were broken already when the cluster was
/// recorded.</summary>
/// <param name="patterns">What the user leaves out; wildcards.</param>
/// <param name="brokenBefore">Names of a record: taken as they stand, never as patterns.</param>
internal sealed class Exempt(IReadOnlyList<string> patterns, IEnumerable<string>? brokenBefore = null)
{
    private readonly HashSet<string> _brokenBefore = [.. brokenBefore ?? []];
    private bool _isTold;

    /// <summary>Everything counts.</summary>
    public static Exempt None => new([]);

    /// <summary>The user leaves it out.</summary>
    public bool IsIgnored(string name) => patterns.Any(pattern => Wildcard.Matches(name, pattern));

    /// <summary>Why a name does not count, to be put in brackets behind what is wrong with it; null if it counts.</summary>
    public string? Why(string name) => IsIgnored(name) ? "ignored" : _brokenBefore.Contains(name) ? "was so before the shutdown" : null;

    /// <summary>Warns once of patterns that match nothing: they are misspelt, or not needed any more.</summary>
    /// <param name="parameter">Where they were given: <c>-IgnoreOperator</c>.</param>
    /// <param name="kind">What they are of: <c>cluster operator</c>.</param>
    /// <param name="names">All there are.</param>
    /// <param name="activity">Told.</param>
    public void WarnOfUnmatched(string parameter, string kind, IEnumerable<string> names, IActivity activity)
    {
        string[] all = [.. names];
        string[] unmatched = [.. patterns.Where(pattern => !Array.Exists(all, name => Wildcard.Matches(name, pattern)))];
        if (unmatched.Length > 0 && !_isTold)
        {
            _isTold = true;
            activity.Warning($"{parameter} {string.Join(", ", unmatched)}: the cluster has no {kind} of such a name.");
        }
    }
}
