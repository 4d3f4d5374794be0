using Hotstack.OpenStack;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Create;

/// <summary>The rules for a list of instances, checked before their servers are read.</summary>
internal static class InstanceRules
{
    private const int MaxTagValue = 255 - 5; // after "name=" or "role="

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

            if (TagFault(instance.Role, MaxTagValue) is { } roleFault)
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
            yield return $"{same.Count()} instances are named {Shortened(same.Key)}";
        }

        foreach (var same in instances.GroupBy(i => i.Id, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            yield return $"server {same.Key} is listed as several instances: {string.Join(", ", same.Select(i => i.Name))}";
        }
    }

    /// <summary>Why a text cannot be the value of a tag; null if it can.</summary>
    private static string? TagFault(string text, int longest) => text switch
    {
        "" => "is empty",
        _ when text.Length > longest => $"is {text.Length} characters long; Nova and Glance take {longest}",
        _ when text != text.Trim() => "begins or ends with a blank, which Glance ignores",
        _ when text.Any(char.IsControl) => "contains a control character",
        _ when text.Contains('/', StringComparison.Ordinal) => "contains a '/', which Glance does not accept in a tag's URL",
        _ when text.Contains('=', StringComparison.Ordinal) => "contains a '=', where upstream splits the tag",
        _ => null,
    };

    private static string Shortened(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
