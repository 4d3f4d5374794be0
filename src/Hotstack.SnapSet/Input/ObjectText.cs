using System.Collections;
using System.Management.Automation;

namespace Hotstack.Input;

/// <summary>Reads any object of a pipeline as text.</summary>
internal static class ObjectText
{
    /// <summary>Unwraps an object. An object made by hand has nothing inside and stays as it is.</summary>
    public static object? Bare(object? input) => input is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : input;

    /// <summary>A property of an object, or an entry of a hashtable, as text; null if it is missing or empty.</summary>
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

    /// <summary>Whether the object was of this type before Export-Clixml, a job or another computer kept only its properties.</summary>
    public static bool WasStored<T>(object? input) =>
        input is PSObject wrapped && wrapped.TypeNames.Contains($"Deserialized.{typeof(T).FullName}");
}
