namespace Hotstack.Moving;

/// <summary>A complete and verified export of a set.</summary>
public sealed record SnapSetExport
{
    /// <summary>The set's id.</summary>
    public required string Id { get; init; }

    /// <summary>The id of the set's project; null if unknown.</summary>
    public string? ProjectId { get; init; }

    /// <summary>Its folder.</summary>
    public required string Path { get; init; }

    /// <summary>The names of its members, the controller first.</summary>
    public required Listing<string> Members { get; init; }

    /// <summary>Size of all its images in bytes.</summary>
    public required long Size { get; init; }

    /// <summary><see cref="Size"/> for people: <c>4.2 GiB</c>.</summary>
    public string SizeText => ByteText.Of(Size);

    /// <summary>Bytes fetched by this run; 0 if the export was already complete.</summary>
    public long Fetched { get; init; }

    /// <summary><see cref="Fetched"/> for people.</summary>
    public string FetchedText => ByteText.Of(Fetched);

    /// <summary>How long this run took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary><see cref="Duration"/> for people: <c>12 min</c>.</summary>
    public string DurationText => TimeText.Of(Duration);

    /// <summary>What is missing or uncertain, one sentence each.</summary>
    public Listing<string> Warnings { get; init; } = [];

    /// <summary>The id.</summary>
    public override string ToString() => Id;
}
