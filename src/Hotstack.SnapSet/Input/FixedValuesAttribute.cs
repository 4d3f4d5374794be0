using System.Management.Automation;

namespace Hotstack.Input;

/// <summary>The only values of a parameter, each with what it does: completion and help show it. Case does not matter.</summary>
/// <remarks>In place of ValidateSet, which has no descriptions, and for which PowerShell asks no completer.</remarks>
/// <param name="values">Each as <c>Value: what it does</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FixedValuesAttribute(params string[] values) : ValidateEnumeratedArgumentsAttribute
{
    /// <summary>The values, each with what it does.</summary>
    public IReadOnlyList<(string Value, string Meaning)> Described { get; } =
        [.. values.Select(value => value.Split(": ", 2)).Select(parts => (parts[0], parts[1]))];

    /// <summary>The values, as ValidateSet has them.</summary>
    public IReadOnlyList<string> ValidValues => [.. Described.Select(one => one.Value)];

    protected override void ValidateElement(object element)
    {
        string text = element?.ToString() ?? "";
        if (!ValidValues.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            throw new ValidationMetadataException($"'{DisplayText.Of(text)}' is none of {string.Join(", ", ValidValues)}.");
        }
    }
}
