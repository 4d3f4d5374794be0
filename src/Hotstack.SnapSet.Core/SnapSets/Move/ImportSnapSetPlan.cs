using Hotstack.Deployments;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Move;

/// <summary>An import whose checks have passed.</summary>
internal sealed record ImportSnapSetPlan
{
    public required ExportManifest Manifest { get; init; }

    /// <summary>Identifies the export: see <see cref="ExportManifest.Fingerprint"/>.</summary>
    public required string Fingerprint { get; init; }

    public required string Folder { get; init; }

    /// <summary>The id of the new set.</summary>
    public required string Id { get; init; }

    /// <summary>An earlier run began it.</summary>
    public bool IsResumed { get; init; }

    public required IReadOnlyList<PlannedImport> Members { get; init; }

    /// <summary>Images that an earlier run left unfinished.</summary>
    public required IReadOnlyList<Image> Stale { get; init; }

    public int ThrottleLimit { get; init; }

    /// <summary>Accept the stored data unverified.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>The warnings for the user, before any change.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The blueprint to import; null for none.</summary>
    public PlannedBlueprintImport? Blueprint { get; init; }

    public IReadOnlyList<PlannedImport> Missing => [.. Members.Where(member => member.Existing is null)];

    public SnapSetProperties PropertiesOf(ExportedMember member) => new()
    {
        SnapId = Id,
        Name = member.Name,
        Role = member.Role,
        MacAddresses = member.MacAddresses,
        // Only sets made by upstream may lack it.
        SourceId = member.SourceId ?? Guid.Empty.ToString(),
        MemberCount = Manifest.Members.Count,
        Facts = SnapSetFacts.From(PortableProperties.Of(member.Properties)) with { StackName = Manifest.StackName, Scenario = Manifest.Scenario },
        CreatedAt = Manifest.CreatedAt,
        Cluster = ClusterProperties.From(member.Properties, member.Name),
        HasBlueprint = Blueprint is not null,
        Ports = PortProperties.From(member.Properties),
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
        if (!Manifest.IsCounted)
        {
            // Its other properties will not count: see TagImport.
            properties[LabelProperties.SetKey] = Id;
        }

        return new NewImage
        {
            Id = Guid.NewGuid().ToString(),
            // Nova did not make the image, so its name shows that the properties are its own.
            Name = SnapSetImageName.Of(member.Name, Id),
            DiskFormat = member.DiskFormat,
            ContainerFormat = member.ContainerFormat,
            MinDisk = member.MinDisk,
            MinRam = member.MinRam,
            Properties = properties,
        };
    }
}

/// <param name="Member">The member to import.</param>
/// <param name="Existing">The complete image of an earlier run; null for none.</param>
internal sealed record PlannedImport(ExportedMember Member, Image? Existing)
{
    public override string ToString() => Member.Name;
}
