using System.Collections;
using System.Management.Automation;

namespace Hotstack;

/// <summary>What the views of Hotstack.SnapSet.Format.ps1xml show of a property: its value with what is hidden in it written out. The
/// property itself stays as it is.</summary>
public static class Display
{
    /// <summary>One value.</summary>
    /// <param name="value">Any; null is empty. Of several, all their texts, which PowerShell then shows as many of as it likes.</param>
    public static object Text(object? value) => ObjectText.Bare(value) is IEnumerable several and not string
        ? several.Cast<object?>().Select(One).ToArray()
        : One(value);

    /// <summary>Several values in one text.</summary>
    /// <param name="values">One or several; null is empty.</param>
    /// <param name="separator">What stands between them: a line break of ours stays one.</param>
    public static string Joined(object? values, string separator) =>
        Text(values) is string[] texts ? string.Join(separator, texts) : One(values);

    /// <summary>Sentences of others, on one line.</summary>
    /// <param name="value">A text; null is empty.</param>
    public static string Prose(object? value) => DisplayText.OfProse(Written(value));

    private static string One(object? value) => DisplayText.Of(Written(value));

    /// <summary>As PowerShell writes it: the same in every culture, and of what comes from a file what it was.</summary>
    private static string Written(object? value) => value is null ? "" : PSObject.AsPSObject(value).ToString();

}
