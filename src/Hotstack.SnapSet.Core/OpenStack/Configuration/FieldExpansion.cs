using System.Text.RegularExpressions;

namespace Hotstack.OpenStack.Configuration;

/// <summary>
/// Puts other settings of a cloud into a text: <c>https://{region_name}.example</c>; <c>{{</c> is a brace. Only plain names,
/// none of the further things that Python's format strings know.
/// </summary>
internal static partial class FieldExpansion
{
    /// <param name="text">The text.</param>
    /// <param name="field">A field's value; null if it is not set.</param>
    /// <param name="unknown">The first field that is not set and so was left as it is; null if there is none.</param>
    public static string Expand(string text, Func<string, string?> field, out string? unknown)
    {
        string? missing = null;
        var expanded = Field().Replace(text, match =>
        {
            if (!match.Groups["name"].Success)
            {
                return match.Value[..1];
            }

            var value = field(match.Groups["name"].Value);
            missing ??= value is null ? match.Groups["name"].Value : null;
            return value ?? match.Value;
        });
        unknown = missing;
        return expanded;
    }

    [GeneratedRegex(@"\{\{|\}\}|\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Field();
}
