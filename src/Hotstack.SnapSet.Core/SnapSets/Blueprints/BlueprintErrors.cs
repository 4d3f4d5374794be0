namespace Hotstack.SnapSets.Blueprints;

/// <summary>The errors of blueprints.</summary>
internal static class BlueprintErrors
{
    /// <summary>It is no blueprint, or its data is not what was written.</summary>
    public const string DamagedId = "BlueprintDamaged";

    /// <summary>A newer module wrote it.</summary>
    public const string NewerId = "BlueprintVersionUnknown";

    private const string WithTemplate = "Restore with -Template and -ParameterFile, which replace the blueprint.";

    public static HotstackException Damaged(string snapSetId, string reason, Exception? inner = null) =>
        new(ErrorCause.ResponseInvalid, DamagedId, $"The blueprint of SnapSet {snapSetId} cannot be used: {reason.TrimEnd('.')}.", inner)
        {
            Target = snapSetId,
            Hint = WithTemplate,
        };

    public static HotstackException Newer(string snapSetId, long version) =>
        new(ErrorCause.InputInvalid, NewerId,
            $"The blueprint of SnapSet {snapSetId} has version {version}; this module reads version {BlueprintDocument.CurrentVersion}.")
        {
            Target = snapSetId,
            Hint = $"Update the module. Otherwise: {char.ToLowerInvariant(WithTemplate[0])}{WithTemplate[1..]}",
        };

    public static HotstackException OfAnotherSet(string snapSetId, string found) =>
        new(ErrorCause.ResponseInvalid, "BlueprintOfAnotherSet",
            $"The blueprint among the images of SnapSet {snapSetId} belongs to SnapSet {found}.")
        {
            Target = snapSetId,
            Hint = WithTemplate,
        };

    public static HotstackException NotPrivate(string snapSetId, string imageId, string? visibility, string? owner) =>
        new(ErrorCause.Forbidden, "BlueprintNotPrivate",
            $"The blueprint of SnapSet {snapSetId}, image {imageId}, is {visibility ?? "of unknown visibility"} and belongs to project "
            + $"{owner ?? "unknown"}; it must be private to this project, because it may hold secrets.")
        {
            Target = imageId,
            Hint = "Find out who changed the image. Make it private again ('openstack image set --private'), or restore with -Template.",
        };

    public static HotstackException Missing(string snapSetId) =>
        new(ErrorCause.NotFound, "BlueprintMissing",
            $"SnapSet {snapSetId} was made with a blueprint, and its image is missing or not ready.")
        {
            Target = snapSetId,
            Hint = "Restore with -Template, -ParameterFile and -AllowIncomplete. To complete the set without it: "
                + $"New-HotstackSnapSet -Resume {CommandArgument.Of(snapSetId)} -NoBlueprint.",
        };

    public static HotstackException HiddenMissing(string snapSetId, IReadOnlyList<string> names) =>
        new(ErrorCause.InputInvalid, "HiddenParameterMissing",
            $"SnapSet {snapSetId} does not hold the values of the hidden parameters {string.Join(", ", names)}, because Heat does not "
            + "show them.")
        {
            Target = snapSetId,
            Hint = $"Give all of them: -Parameter @{{ {string.Join("; ", names.Select(name => $"{Key(name)} = …"))} }}, or a -ParameterFile.",
        };

    private static string Key(string name) =>
        name.All(sign => char.IsAsciiLetterOrDigit(sign) || sign == '_') ? name : CommandArgument.Of(name);
}
