using System.Security.Cryptography;
using System.Text;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Move;

/// <summary>What <c>snapset.json</c> says: the export is whole, and this is in it. Property names are in camel case there.</summary>
internal sealed record ExportManifest
{
    /// <summary>The version that is written, and the newest that can be read.</summary>
    public const int CurrentVersion = 1;

    public const string FileName = "snapset.json";

    public required int Version { get; init; }

    public required string Id { get; init; }

    /// <summary>When the set was made, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExportedAt { get; init; }

    /// <summary>Whether the set's maker counted its members. Of one of upstream's nobody knows whether all are here.</summary>
    public required bool IsCounted { get; init; }

    public string? StackName { get; init; }

    public string? Scenario { get; init; }

    public required IReadOnlyList<ExportedMember> Members { get; init; }

    /// <summary>What is not in the export, or is not certain.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Tells this export from any other by what is in it: the set, its members, and their data. Neither when it was written
    /// nor how (line breaks, order) matters: an export that was mended is still the same.</summary>
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

    /// <summary>The server that it was made from, in the cloud that it comes from.</summary>
    public string? SourceId { get; init; }

    /// <summary>The file's name in the folder of the manifest.</summary>
    public required string File { get; init; }

    /// <summary>Bytes in the file.</summary>
    public required long Size { get; init; }

    public required string HashAlgorithm { get; init; }

    /// <summary>In lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>The image's id in the cloud that it comes from.</summary>
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

    /// <summary>Those that mean something in another cloud too.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>Data volumes of the server that are not in the export.</summary>
    public IReadOnlyList<string> SkippedVolumes { get; init; } = [];

    /// <summary>Whether a tag can stand in a manifest.</summary>
    public static bool MayBeTag(string tag) => PlainText.IsPlain(tag, 255);

    public override string ToString() => Name;
}
