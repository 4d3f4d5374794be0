using System.Text.RegularExpressions;

namespace Hotstack.OpenStack.Configuration;

/// <summary>
/// Puts other settings of a cloud into texts: <c>https://{region_name}.example</c>; <c>{{</c> is a brace. Only plain names,
/// none of the further things that Python's format strings know.
/// </summary>
/// <param name="field">A field's value; null if it is not set.</param>
internal sealed partial class FieldExpansion(Func<string, string?> field)
{
    /// <summary>Far more than all addresses of a cloud; a long text that is named again and again is left as it was.</summary>
    private int _signsLeft = 256 * 1024;

    /// <param name="text">The text.</param>
    /// <param name="unknown">The first field that is not set and so was left as it is; null if there is none.</param>
    public string Expand(string text, out string? unknown)
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
            if (value is null || value.Length > _signsLeft)
            {
                return match.Value;
            }

            _signsLeft -= value.Length;
            return value;
        });
        unknown = missing;
        return expanded;
    }

    [GeneratedRegex(@"\{\{|\}\}|\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Field();
}
