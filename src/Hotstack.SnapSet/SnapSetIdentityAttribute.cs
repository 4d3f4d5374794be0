using System.Collections;
using System.Globalization;
using System.Management.Automation;
using Hotstack.SnapSets;

namespace Hotstack;

/// <summary>Takes a set from whatever names it: text, a SnapSet, a finding, an export or a restored stack, any object or hashtable with
/// Id. The id of an object is literal, and counts for the object's own project; text may be a pattern.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SnapSetIdentityAttribute : ArgumentTransformationAttribute
{
    private const string Project = "ProjectId";

    /// <summary>What says so itself counts before an id, which may be something else's.</summary>
    private static readonly string[] Names = ["SnapSetId", "Id"];

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        Bare(inputData) is IList several ? several.Cast<object?>().Select(One).ToArray() : One(inputData);

    private static SnapSetReference? One(object? input) => Bare(input) switch
    {
        null or "" => null,
        SnapSetReference reference => reference,
        string text => SnapSetReference.Typed(text),
        IConvertible number => SnapSetReference.Typed(Convert.ToString(number, CultureInfo.InvariantCulture)!),
        var other => Names.Select(name => ObjectText.Of(other, name)).FirstOrDefault(id => id is not null) is { } id
            ? SnapSetReference.To(id, ObjectText.Of(other, Project))
            : throw Nameless(input!),
    };

    private static object? Bare(object? input) => input is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : input;

    private static ArgumentTransformationMetadataException Nameless(object input) =>
        new($"'{DisplayText.Of(input.ToString())}' names no SnapSet: it has no property Id.");
}
