namespace Hotstack.SnapSets.Restore;

/// <summary>A server's id before the set was made, and after its restore.</summary>
public sealed record RestoredServerId
{
    /// <summary>The member's name: <c>master0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The UUID of the server that was frozen; null if the set does not record it.</summary>
    public string? SourceId { get; init; }

    /// <summary>The UUID of the restored server.</summary>
    public required string Id { get; init; }

    /// <summary>Both, with the name.</summary>
    public override string ToString() => $"{Name}: {SourceId ?? "unknown"} -> {Id}";

    /// <summary>Those of a set's servers.</summary>
    internal static IReadOnlyList<RestoredServerId> Of(SnapSet set, IEnumerable<Instance> servers) =>
    [
        .. servers.Select(server => new RestoredServerId
        {
            Name = server.Name,
            // The import of a set of upstream's records an empty id.
            SourceId = set.Members.FirstOrDefault(member => member.Name == server.Name)?.SourceId is { } id && id != Guid.Empty.ToString()
                ? id : null,
            Id = server.Id,
        }),
    ];
}
