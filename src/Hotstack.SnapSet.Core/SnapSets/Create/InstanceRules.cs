using Hotstack.OpenStack;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Create;

/// <summary>What must hold of a list of instances before their servers are even looked at.</summary>
internal static class InstanceRules
{
    private const int LongestTagValue = 255 - 5; // after "name=" or "role="

    public static IEnumerable<string> Violations(IReadOnlyList<Instance> instances)
    {
        if (instances.Count == 0)
        {
            yield return "there are no instances";
        }

        foreach (Instance instance in instances)
        {
            if (TagFault(instance.Name, SnapSetImageName.LongestInstanceName) is { } nameFault)
            {
                yield return $"the instance name '{Shortened(instance.Name)}' {nameFault}";
            }

            if (TagFault(instance.Role, LongestTagValue) is { } roleFault)
            {
                yield return $"instance {Shortened(instance.Name)}: the role '{Shortened(instance.Role)}' {roleFault}";
            }

            if (!Guid.TryParse(instance.Id, out _))
            {
                yield return $"instance {Shortened(instance.Name)}: '{Shortened(instance.Id)}' is not the UUID of a server";
            }

            if (!MacAddress.TryParse(instance.MacAddress, out _))
            {
                yield return $"instance {Shortened(instance.Name)}: '{Shortened(instance.MacAddress)}' is not a MAC address "
                    + "(six pairs of hex digits, as in fa:16:9e:81:f6:05)";
            }
        }

        // Glance may compare tags without regard to case.
        foreach (var same in instances.GroupBy(i => i.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            yield return $"the name {Shortened(same.Key)} stands for {same.Count()} instances";
        }

        foreach (var same in instances.GroupBy(i => i.Id, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            yield return $"the server {same.Key} stands for several instances: {string.Join(", ", same.Select(i => i.Name))}";
        }
    }

    /// <summary>Why a text cannot be the value of a tag; null if it can.</summary>
    private static string? TagFault(string text, int longest) => text switch
    {
        "" => "is empty",
        _ when text.Length > longest => $"is {text.Length} characters long; Nova and Glance take {longest}",
        _ when text != text.Trim() => "begins or ends with a blank, which Glance does not tell apart",
        _ when text.Any(char.IsControl) => "holds a control character",
        _ when text.Contains('/', StringComparison.Ordinal) => "holds a '/', which Glance cannot have in a tag's address",
        _ when text.Contains('=', StringComparison.Ordinal) => "holds a '=', where upstream would split the tag",
        _ => null,
    };

    private static string Shortened(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
