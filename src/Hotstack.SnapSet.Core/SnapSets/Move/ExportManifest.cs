using System.Security.Cryptography;
using System.Text;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Move;

/// <summary>The content of <c>snapset.json</c>, which marks an export as complete. Property names are in camel case there.</summary>
internal sealed record ExportManifest
{
    /// <summary>The version written, and the newest readable one.</summary>
    public const int CurrentVersion = 1;

    public const string FileName = "snapset.json";

    public required int Version { get; init; }

    public required string Id { get; init; }

    /// <summary>When the set was made, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExportedAt { get; init; }

    /// <summary>Whether the number of members was recorded. For a set made by upstream it is unknown whether all are here.</summary>
    public required bool IsCounted { get; init; }

    public string? StackName { get; init; }

    public string? Scenario { get; init; }

    public required IReadOnlyList<ExportedMember> Members { get; init; }

    /// <summary>What made the set's stack; null if the set has no blueprint.</summary>
    public ExportedBlueprint? Blueprint { get; init; }

    /// <summary>What is missing from the export, or uncertain.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Identifies this export by its content: the set, its members, and their data. Time and format (line breaks, order) do not
    /// matter: a repaired export keeps its fingerprint.</summary>
    /// <returns>A SHA-256 in lower-case hex.</returns>
    public string Fingerprint()
    {
        IEnumerable<string> lines = Members.OrderBy(member => member.Name, StringComparer.Ordinal)
            .SelectMany(member => new[] { member.Name, member.Role, $"{member.Size}", member.HashAlgorithm, member.Hash }).Prepend(Id);
        // No text of a manifest holds a line break.
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines)))).ToLowerInvariant();
    }
}

/// <summary>One image of an export.</summary>
internal sealed record ExportedMember
{
    public required string Name { get; init; }

    public required string Role { get; init; }

    public required IReadOnlyList<string> MacAddresses { get; init; }

    /// <summary>The server it was made from, in its original cloud.</summary>
    public string? SourceId { get; init; }

    /// <summary>The file's name in the folder of the manifest.</summary>
    public required string File { get; init; }

    /// <summary>Bytes in the file.</summary>
    public required long Size { get; init; }

    public required string HashAlgorithm { get; init; }

    /// <summary>In lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>The image's id in its original cloud.</summary>
    public required string ImageId { get; init; }

    public required string DiskFormat { get; init; }

    public required string ContainerFormat { get; init; }

    /// <summary>GiB.</summary>
    public long MinDisk { get; init; }

    /// <summary>MiB.</summary>
    public long MinRam { get; init; }

    /// <summary>When the image was made, in UTC.</summary>
    public DateTimeOffset ImageCreatedAt { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The properties valid in every cloud.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>The server's data volumes that are not in the export.</summary>
    public IReadOnlyList<string> SkippedVolumes { get; init; } = [];

    /// <summary>Whether a manifest may contain a tag.</summary>
    public static bool MayBeTag(string tag) => PlainText.IsPlain(tag, 255);

    public override string ToString() => Name;
}
