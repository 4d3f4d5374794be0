namespace Hotstack.SnapSets.Restore.Overlay;

/// <summary>What an overlay does and cannot do, as it goes.</summary>
internal sealed class OverlayNotes
{
    private readonly List<string> _changes = [];
    private readonly List<string> _problems = [];
    private readonly List<string> _warnings = [];
    private readonly List<PlacedVolume> _placed = [];

    public IReadOnlyList<string> Changes => _changes;

    public IReadOnlyList<string> Problems => _problems;

    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The volume resources that are made of snapshots, each once.</summary>
    public IReadOnlyList<PlacedVolume> Placed => _placed;

    public void Change(string sentence) => _changes.Add(sentence);

    public void Problem(string sentence) => _problems.Add(sentence);

    public void Warn(string sentence) => _warnings.Add(sentence);

    public void Place(PlacedVolume volume) => _placed.Add(volume);

    /// <summary>What a volume resource is made of already; null for nothing. Several members can share a volume.</summary>
    public PlacedVolume? PlacedIn(string resource) => _placed.Find(placed => placed.Resource == resource);
}
