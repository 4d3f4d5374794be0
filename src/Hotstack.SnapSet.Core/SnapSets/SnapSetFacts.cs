using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets;

/// <summary>The texts recorded with a whole set, on each of its images and volume snapshots. Export and import keep them.</summary>
/// <remarks>For a new one, add a property and its key here, and a property of the same name to <see cref="SnapSet"/>.
/// <c>SnapSetFactsTests</c> takes each of them through every operation on a set.</remarks>
public sealed record SnapSetFacts
{
    private const string DescriptionKey = "hotstack_description";

    private static readonly Fact[] All =
    [
        new("hotstack_stack_name", "stack's name", facts => facts.StackName, (facts, text) => facts with { StackName = text }),
        new("hotstack_scenario", "scenario", facts => facts.Scenario, (facts, text) => facts with { Scenario = text }),
        new(DescriptionKey, "description", facts => facts.Description, (facts, text) => facts with { Description = text })
        {
            IsFreeText = true,
        },
        new("hotstack_renewed_from", "renewed set's id", facts => facts.RenewedFrom, (facts, text) => facts with { RenewedFrom = text }),
    ];

    /// <summary>The stack the set was made from; null if not recorded.</summary>
    public string? StackName { get; init; }

    /// <summary>The Hotstack scenario of that stack; null if not recorded.</summary>
    public string? Scenario { get; init; }

    /// <summary>What the user says of it; null for nothing.</summary>
    public string? Description { get; init; }

    /// <summary>The id of the set that Update-HotstackSnapSet made it from; null for none.</summary>
    public string? RenewedFrom { get; init; }

    /// <summary>The user's labels.</summary>
    public SnapSetLabels Labels { get; init; } = SnapSetLabels.Empty;

    /// <summary>The names of the properties, without those of the labels.</summary>
    internal static IEnumerable<string> Keys => All.Select(fact => fact.Key);

    /// <summary>The properties. Those without a text are written empty: otherwise a snapshot of a restored server inherits the older
    /// set's.</summary>
    internal IEnumerable<KeyValuePair<string, string>> ToMetadata() =>
        All.Select(fact => new KeyValuePair<string, string>(fact.Key, fact.Get(this) ?? ""))
            .Concat(LabelProperties.Of(Labels));

    /// <summary>The property of the description; empty without one.</summary>
    internal static KeyValuePair<string, string> DescriptionOf(SnapSetFacts facts) => new(DescriptionKey, facts.Description ?? "");

    /// <summary>The texts among the properties of an image or the metadata of a volume snapshot.</summary>
    internal static SnapSetFacts From(IReadOnlyDictionary<string, string> metadata) => All.Aggregate(
        new SnapSetFacts { Labels = LabelProperties.From(metadata) },
        (facts, fact) => metadata.GetValueOrDefault(fact.Key) is { Length: > 0 } text ? fact.Set(facts, text) : facts);

    /// <summary>These, and where one is missing that of the others.</summary>
    internal SnapSetFacts Or(SnapSetFacts others) => All.Aggregate(
        this with { Labels = others.Labels.With(Labels.Select(label => KeyValuePair.Create(label.Key, (string?)label.Value))) },
        (facts, fact) => fact.Get(facts) is null ? fact.Set(facts, fact.Get(others)) : facts);

    /// <summary>Why they cannot be recorded; empty otherwise.</summary>
    internal IEnumerable<string> Violations() =>
        (from fact in All
         let text = fact.Get(this) ?? ""
         let fault = fact.IsFreeText ? PropertyValue.Fault(text)
            : text.Length > PropertyValue.MaxCharacters ? $"is {text.Length} characters long; the limit is {PropertyValue.MaxCharacters}" : null
         where fault is not null
         select $"the {fact.Title} {fault}").Concat(Labels.Violations());

    private sealed record Fact(
        string Key, string Title, Func<SnapSetFacts, string?> Get, Func<SnapSetFacts, string?, SnapSetFacts> Set)
    {
        /// <summary>A user writes it.</summary>
        public bool IsFreeText { get; init; }
    }
}
