using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace Hotstack.Input;

/// <summary>An object by its properties: as it was made, or as Export-Clixml, a job or another computer kept it.</summary>
internal sealed class StoredObject
{
    private const string Stored = "Deserialized.";

    private readonly PSObject _object;

    private StoredObject(object value) => _object = PSObject.AsPSObject(value);

    /// <summary>An object, or each one of a list.</summary>
    public static IEnumerable<StoredObject> Each(object? value) => ObjectText.Bare(value) switch
    {
        null => [],
        IEnumerable several and not string and not IDictionary =>
            several.Cast<object?>().OfType<object>().Select(one => new StoredObject(one)),
        _ => [new StoredObject(value!)],
    };

    /// <summary>Its class and those that it derives from, by the names that they had before it was stored.</summary>
    public IReadOnlyList<string> Types =>
        [.. _object.TypeNames.Select(name => name.StartsWith(Stored, StringComparison.Ordinal) ? name[Stored.Length..] : name)];

    /// <summary>A property as text; null if it is missing or empty.</summary>
    public string? TextOrNull(string name) => ObjectText.Of(_object, name);

    /// <summary>A property as text; empty if it is missing.</summary>
    public string Text(string name) => TextOrNull(name) ?? "";

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string> Texts(string name) => [.. Objects(name).Select(one => one._object.ToString())];

    /// <summary>A list of objects.</summary>
    public IEnumerable<StoredObject> Objects(string name) => Each(Value(name));

    /// <summary>One object; null if it is missing.</summary>
    public StoredObject? Object(string name) => Value(name) is { } value ? new StoredObject(value) : null;

    /// <summary>A moment; null if it is missing, or none.</summary>
    public DateTimeOffset? Moment(string name) => Value(name) switch
    {
        null => null,
        PSObject { BaseObject: DateTimeOffset at } => at,
        DateTimeOffset at => at,
        // A stored one has only its properties.
        PSObject stored when stored.Properties["UtcTicks"]?.Value is long ticks and >= 0 and <= TimeOfLast =>
            new DateTimeOffset(ticks, TimeSpan.Zero),
        var other => DateTimeOffset.TryParse(
            other.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset read) ? read : null,
    };

    /// <summary>A duration; zero if it is missing, or none.</summary>
    public TimeSpan Span(string name) => ObjectText.Bare(Value(name)) switch
    {
        TimeSpan span => span,
        var other => TimeSpan.TryParse(other?.ToString(), CultureInfo.InvariantCulture, out TimeSpan read) ? read : TimeSpan.Zero,
    };

    /// <summary>A whole number; zero if it is missing, or none.</summary>
    public long Number(string name) =>
        long.TryParse(Text(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out long number) ? number : 0;

    private const long TimeOfLast = 3155378975999999999;

    private object? Value(string name) => _object.Properties[name]?.Value;
}
