namespace Hotstack.SnapSets;

/// <summary>The texts recorded with a whole set, on each of its images and volume snapshots. Export and import keep them.</summary>
/// <remarks>For a new one, add a property and its key here, and a property of the same name to <see cref="SnapSet"/>.
/// <c>SnapSetFactsTests</c> takes each of them through every operation on a set.</remarks>
public sealed record SnapSetFacts
{
    /// <summary>Nova's limit for a value (nova: schemas/parameter_types.py).</summary>
    internal const int MaxCharacters = 255;

    private static readonly Fact[] All =
    [
        new("hotstack_stack_name", "stack's name", facts => facts.StackName, (facts, text) => facts with { StackName = text }),
        new("hotstack_scenario", "scenario", facts => facts.Scenario, (facts, text) => facts with { Scenario = text }),
    ];

    /// <summary>The stack the set was made from; null if not recorded.</summary>
    public string? StackName { get; init; }

    /// <summary>The Hotstack scenario of that stack; null if not recorded.</summary>
    public string? Scenario { get; init; }

    /// <summary>The names of the properties.</summary>
    internal static IEnumerable<string> Keys => All.Select(fact => fact.Key);

    /// <summary>The properties. Those without a text are written empty: otherwise a snapshot of a restored server inherits the older
    /// set's.</summary>
    internal IEnumerable<KeyValuePair<string, string>> ToMetadata() =>
        All.Select(fact => new KeyValuePair<string, string>(fact.Key, fact.Get(this) ?? ""));

    /// <summary>The texts among the properties of an image or the metadata of a volume snapshot.</summary>
    internal static SnapSetFacts From(IReadOnlyDictionary<string, string> metadata) => All.Aggregate(
        new SnapSetFacts(),
        (facts, fact) => metadata.GetValueOrDefault(fact.Key) is { Length: > 0 } text ? fact.Set(facts, text) : facts);

    /// <summary>These, and where one is missing that of the others.</summary>
    internal SnapSetFacts Or(SnapSetFacts others) =>
        All.Aggregate(this, (facts, fact) => fact.Get(facts) is null ? fact.Set(facts, fact.Get(others)) : facts);

    /// <summary>Why they cannot be recorded; empty otherwise.</summary>
    internal IEnumerable<string> Violations() =>
        from fact in All
        let length = fact.Get(this)?.Length ?? 0
        where length > MaxCharacters
        select $"the {fact.Title} is {length} characters long; the limit is {MaxCharacters}";

    private sealed record Fact(
        string Key, string Title, Func<SnapSetFacts, string?> Get, Func<SnapSetFacts, string?, SnapSetFacts> Set);
}
