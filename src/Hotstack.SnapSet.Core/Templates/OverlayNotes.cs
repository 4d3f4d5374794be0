namespace Hotstack.Templates;

/// <summary>What an overlay does and cannot do, as it goes.</summary>
internal sealed class OverlayNotes
{
    private readonly List<string> _changes = [];
    private readonly List<string> _problems = [];
    private readonly List<string> _warnings = [];
    private readonly HashSet<string> _volumes = [];

    public IReadOnlyList<string> Changes => _changes;

    public IReadOnlyList<string> Problems => _problems;

    public IReadOnlyList<string> Warnings => _warnings;

    public void Change(string sentence) => _changes.Add(sentence);

    public void Problem(string sentence) => _problems.Add(sentence);

    public void Warn(string sentence) => _warnings.Add(sentence);

    /// <returns>False if the volume resource was taken before.</returns>
    public bool TakeVolume(string resource) => _volumes.Add(resource);
}
