using System.Collections;
using System.Management.Automation;

namespace Hotstack;

/// <summary>Reads what any object of a pipeline says of itself.</summary>
internal static class ObjectText
{
    /// <summary>An object without PowerShell's wrapping. What was made by hand has nothing inside, and stays as it is.</summary>
    public static object? Bare(object? input) => input is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : input;

    /// <summary>A property of an object, or an entry of a hashtable, as text; null where there is none, or it is empty.</summary>
    public static string? Of(object? source, string name)
    {
        string? text = source switch
        {
            null => null,
            IDictionary pairs => pairs[name]?.ToString(),
            _ => PSObject.AsPSObject(source).Properties[name]?.Value?.ToString(),
        };
        return string.IsNullOrEmpty(text) ? null : text;
    }
}
