using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace Hotstack;

/// <summary>Takes a set's id from whatever names the set: text, a SnapSet, a finding or a restored stack, any object or
/// hashtable with Id.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SnapSetIdentityAttribute : ArgumentTransformationAttribute
{
    /// <summary>What says so itself counts before an id, which may be something else's.</summary>
    private static readonly string[] Names = ["SnapSetId", "Id"];

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        Bare(inputData) is Array several ? several.Cast<object?>().Select(One).ToArray() : One(inputData);

    private static object? One(object? input) => Bare(input) switch
    {
        null => null,
        string text => text,
        IConvertible number => Convert.ToString(number, CultureInfo.InvariantCulture),
        IDictionary pairs => Names.Select(name => pairs[name]?.ToString()).FirstOrDefault(id => id is not null) ?? throw Nameless(input!),
        var other => Names.Select(name => PSObject.AsPSObject(other).Properties[name]?.Value?.ToString()).FirstOrDefault(id => id is not null)
            ?? throw Nameless(input!),
    };

    private static object? Bare(object? input) => input is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : input;

    private static ArgumentTransformationMetadataException Nameless(object input) =>
        new($"'{DisplayText.Of(input.ToString())}' names no SnapSet: it has no property Id.");
}
