using Hotstack.Deployments;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Move;

/// <summary>An import that can be made: everything that could be checked beforehand has been.</summary>
internal sealed record ImportPlan
{
    public required ExportManifest Manifest { get; init; }

    /// <summary>Tells this export from any other: see <see cref="ExportManifest.Fingerprint"/>.</summary>
    public required string Fingerprint { get; init; }

    public required string Folder { get; init; }

    /// <summary>The id that the set gets.</summary>
    public required string Id { get; init; }

    /// <summary>An earlier run began it.</summary>
    public bool IsResumed { get; init; }

    public required IReadOnlyList<PlannedImport> Members { get; init; }

    /// <summary>Images that an earlier run left unfinished.</summary>
    public required IReadOnlyList<Image> Stale { get; init; }

    public int ThrottleLimit { get; init; }

    /// <summary>Take what the cloud stored as it is.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>What the user should know before anything is made.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public IReadOnlyList<PlannedImport> Missing => [.. Members.Where(member => member.Existing is null)];

    public SnapSetProperties PropertiesOf(ExportedMember member) => new()
    {
        SnapId = Id,
        Name = member.Name,
        Role = member.Role,
        MacAddresses = member.MacAddresses,
        // Upstream's sets do not always tell; a set of ours always does.
        SourceId = member.SourceId ?? Guid.Empty.ToString(),
        MemberCount = Manifest.Members.Count,
        StackName = Manifest.StackName,
        Scenario = Manifest.Scenario,
        CreatedAt = Manifest.CreatedAt,
        Cluster = ClusterProperties.From(member.Properties, member.Name),
    };

    public IReadOnlyList<string> TagsOf(ExportedMember member)
    {
        string? mac = member.MacAddresses.Count > 0 ? member.MacAddresses[0] : null;
        IReadOnlyList<string> ours = new SnapSetTags(member.Name, member.Role, Id, mac).ToList();
        return [.. ours.Concat(member.Tags.Where(tag => !SnapSetTags.IsReserved(tag))).Distinct()];
    }

    public NewImage NewImageOf(ExportedMember member)
    {
        Dictionary<string, string> properties = PortableProperties.Of(member.Properties);
        foreach ((string name, string value) in PropertiesOf(member).ToMetadata())
        {
            properties[name] = value;
        }

        properties[PortableProperties.ImportKey] = Fingerprint;
        return new NewImage
        {
            Id = Guid.NewGuid().ToString(),
            // Nova did not make it, so it is by its name that the properties are its own.
            Name = SnapSetImageName.Of(member.Name, Id),
            DiskFormat = member.DiskFormat,
            ContainerFormat = member.ContainerFormat,
            MinDisk = member.MinDisk,
            MinRam = member.MinRam,
            Properties = properties,
        };
    }
}

/// <param name="Member">What is imported.</param>
/// <param name="Existing">The image that an earlier run made of it, whole; null for none.</param>
internal sealed record PlannedImport(ExportedMember Member, Image? Existing)
{
    public override string ToString() => Member.Name;
}
