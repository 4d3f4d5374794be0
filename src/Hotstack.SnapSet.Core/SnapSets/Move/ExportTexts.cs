using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Move;

/// <summary>What a manifest tells of a set beside its data: properties, tags and texts, which may change after an export.</summary>
internal static class ExportTexts
{
    /// <summary>The properties of an image with the texts of its set: an image may have inherited labels that are not its own.</summary>
    public static Dictionary<string, string> PropertiesOf(Image image, SnapSetFacts facts)
    {
        Dictionary<string, string> properties = PortableProperties.Of(
            image.Properties.Where(property => !LabelProperties.IsKey(property.Key)).ToDictionary());
        foreach ((string key, string value) in PortableProperties.Of(facts.ToMetadata().ToDictionary()))
        {
            properties[key] = value;
        }

        return properties;
    }

    public static IReadOnlyList<string> TagsOf(Image image) => [.. image.Tags.Where(ExportedMember.MayBeTag)];

    /// <summary>The text if an import accepts it; otherwise null.</summary>
    public static string? Plain(string? text) => PlainText.IsPlain(text, 255) ? text : null;

    /// <summary>A manifest whose data is that of the set, with the set's present texts.</summary>
    /// <returns>Null if it has them.</returns>
    public static ExportManifest? Renewed(ExportSnapSetPlan plan, ExportManifest recorded)
    {
        ExportManifest renewed = recorded with
        {
            StackName = Plain(plan.Set.StackName),
            Scenario = Plain(plan.Set.Scenario),
            Members =
            [
                .. recorded.Members.Select(member => plan.Members.First(planned => planned.Member.Name == member.Name).Image is var image
                    ? member with { Tags = TagsOf(image), Properties = PropertiesOf(image, plan.Set.Facts) } : member),
            ],
        };
        return renewed.StackName == recorded.StackName && renewed.Scenario == recorded.Scenario
            && renewed.Members.Zip(recorded.Members).All(pair => AreSame(pair.First, pair.Second)) ? null : renewed;
    }

    private static bool AreSame(ExportedMember one, ExportedMember other) =>
        one.Tags.ToHashSet(StringComparer.Ordinal).SetEquals(other.Tags)
        && one.Properties.Count == other.Properties.Count
        && one.Properties.All(property => other.Properties.GetValueOrDefault(property.Key) == property.Value);
}
