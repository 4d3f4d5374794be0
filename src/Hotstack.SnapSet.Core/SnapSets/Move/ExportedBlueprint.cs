namespace Hotstack.SnapSets.Move;

/// <summary>The blueprint of a set in an export.</summary>
internal sealed record ExportedBlueprint
{
    /// <summary>The file's name in the folder of the manifest.</summary>
    public const string FileName = "blueprint.json";

    public required string File { get; init; }

    /// <summary>In lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>What is wrong with it in a manifest; null if nothing is.</summary>
    public static string? Violation(ExportedBlueprint? blueprint) =>
        blueprint is null || (blueprint.File == FileName && blueprint.Sha256 is { Length: 64 }) ? null
            : $"the blueprint's file is not {FileName}, or its hash is invalid";
}
