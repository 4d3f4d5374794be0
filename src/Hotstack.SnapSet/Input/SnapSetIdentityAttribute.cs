using System.Collections;
using System.Globalization;
using System.Management.Automation;
using Hotstack.SnapSets;

namespace Hotstack.Input;

/// <summary>Takes a set from whatever names it: text, a SnapSet, a finding, an export, a restored stack, or any object or hashtable with
/// Id. The id of an object is literal and belongs to the object's project; text may be a pattern. Refuses servers, and restored stacks
/// if the set is to be deleted.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SnapSetIdentityAttribute : ArgumentTransformationAttribute
{
    private const string Project = "ProjectId";

    /// <summary>In this order: an id alone may be something else's.</summary>
    private static readonly string[] Names = ["SnapSetId", "Id"];

    /// <summary>Whether the cmdlet deletes the set.</summary>
    public bool IsToBeDeleted { get; init; }

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        ObjectText.Bare(inputData) is IList several ? several.Cast<object?>().Select(One).ToArray() : One(inputData);

    private SnapSetReference? One(object? input) => ObjectText.Bare(input) switch
    {
        null or "" => null,
        SnapSetReference reference => reference,
        string text => SnapSetReference.Typed(text),
        IConvertible number => SnapSetReference.Typed(Convert.ToString(number, CultureInfo.InvariantCulture)!),
        Instance server => throw Refused($"'{DisplayText.Of(server.Name)}' is a server (Hotstack.SnapSets.Instance), not a SnapSet."),
        var stack when IsToBeDeleted && ObjectText.Of(stack, "StackId") is not null => throw StackRefused(stack!),
        var updated when IsToBeDeleted && ObjectText.Of(updated, "RenewedFrom") is not null && ObjectText.Of(updated, "Id") is null =>
            throw RenewalRefused(updated!),
        var other => Names.Select(name => ObjectText.Of(other, name)).FirstOrDefault(id => id is not null) is { } id
            ? SnapSetReference.To(id, ObjectText.Of(other, Project))
            : throw Nameless(input!),
    };

    /// <summary>A user who deletes a restored stack does not mean the set behind it.</summary>
    private static ArgumentTransformationMetadataException StackRefused(object stack)
    {
        string name = ObjectText.Of(stack, "StackName") ?? "";
        string set = ObjectText.Of(stack, "SnapSetId") ?? "";
        return Refused(
            $"This is the {(set.Length > 0 ? "restored " : "")}stack '{DisplayText.Of(name)}', not a SnapSet; nothing was removed. "
            + $"To delete the stack: Remove-HotstackStack {CommandArgument.OfPattern(name)}."
            + (set.Length == 0 ? ""
                : $" To remove the SnapSet that it was restored from: Remove-HotstackSnapSet {CommandArgument.OfPattern(set)}"));
    }

    /// <summary>It names two sets.</summary>
    private static ArgumentTransformationMetadataException RenewalRefused(object renewal)
    {
        string old = ObjectText.Of(renewal, "RenewedFrom") ?? "";
        string made = ObjectText.Of(renewal, "SnapSetId") ?? "";
        return Refused(
            $"This is the renewal of SnapSet '{DisplayText.Of(old)}' as '{DisplayText.Of(made)}'; nothing was removed. "
            + $"To remove the old one: Remove-HotstackSnapSet {CommandArgument.OfPattern(old)}. "
            + $"To remove the new one: Remove-HotstackSnapSet {CommandArgument.OfPattern(made)}");
    }

    private static ArgumentTransformationMetadataException Nameless(object input) =>
        Refused($"'{DisplayText.Of(input.ToString())}' names no SnapSet: it has no property Id.");

    private static ArgumentTransformationMetadataException Refused(string message) => new(message);
}
