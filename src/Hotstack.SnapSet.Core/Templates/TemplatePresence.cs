using Hotstack.Configuration;

namespace Hotstack.Templates;

/// <summary>The resources and outputs of a template that Heat does not create, as their <c>condition</c> is false.</summary>
internal sealed record TemplatePresence
{
    /// <summary>Heat creates all of them.</summary>
    public static readonly TemplatePresence Whole = new();

    /// <summary>The names of resources that Heat does not create.</summary>
    public IReadOnlySet<string> Absent { get; private init; } = new HashSet<string>();

    /// <summary>The names of resources whose condition cannot be evaluated here; they count as created.</summary>
    public IReadOnlySet<string> Unknown { get; private init; } = new HashSet<string>();

    /// <summary>The names of outputs that the stack does not have.</summary>
    public IReadOnlySet<string> AbsentOutputs { get; private init; } = new HashSet<string>();

    /// <summary>The types of the resources that have a condition, by name.</summary>
    private Dictionary<string, string> Conditional { get; init; } = [];

    /// <param name="root">The template.</param>
    /// <param name="conditions">Evaluates its conditions.</param>
    public static TemplatePresence Of(DocMap root, TemplateConditions conditions)
    {
        (string Name, DocMap Body)[] conditional = [.. WithCondition(root, "resources")];
        ILookup<bool?, string> byResult = conditional.ToLookup(entry => conditions.IsTrue(entry.Body["condition"]), entry => entry.Name);
        return new TemplatePresence
        {
            Absent = byResult[false].ToHashSet(StringComparer.Ordinal),
            Unknown = byResult[null].ToHashSet(StringComparer.Ordinal),
            AbsentOutputs = WithCondition(root, "outputs")
                .Where(entry => conditions.IsTrue(entry.Body["condition"]) == false)
                .Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal),
            Conditional = conditional
                .Where(entry => !TemplateResources.IsNested(entry.Body.TextOrNull("type")))
                .ToDictionary(entry => entry.Name, entry => entry.Body.TextOrNull("type") ?? "", StringComparer.Ordinal),
        };
    }

    /// <summary>
    /// Heat's answer counts: it creates a resource with a condition if it lists it. Nested stacks keep their result, as
    /// Heat lists their resources instead.
    /// </summary>
    /// <param name="listed">The resources of a preview or a stack.</param>
    public TemplatePresence CorrectedBy(IReadOnlySet<(string Name, string Type)> listed)
    {
        ILookup<bool, string> isListed = Conditional.ToLookup(entry => listed.Contains((entry.Key, entry.Value)), entry => entry.Key);
        return this with
        {
            Absent = Absent.Except(isListed[true]).Concat(isListed[false]).ToHashSet(StringComparer.Ordinal),
            Unknown = Unknown.Where(name => !Conditional.ContainsKey(name)).ToHashSet(StringComparer.Ordinal),
        };
    }

    /// <summary>Whether Heat creates the same resources.</summary>
    public bool IsSameAs(TemplatePresence other) => Absent.SetEquals(other.Absent);

    private static IEnumerable<(string Name, DocMap Body)> WithCondition(DocMap root, string section) =>
        from entry in root.MapOrNull(section)?.Entries ?? []
        where entry.Value is DocMap body && body.Has("condition")
        select (entry.Key.Value, (DocMap)entry.Value);
}
