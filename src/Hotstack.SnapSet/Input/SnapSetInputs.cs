using Hotstack.SnapSets;

namespace Hotstack.Input;

/// <summary>Collects the sets that a pipeline brings, so that one reading of a cloud serves all of them.</summary>
internal sealed class SnapSetInputs
{
    private readonly List<((string? Cloud, string? Region) Origin, List<SnapSetReference> Ids)> _groups = [];

    /// <summary>Adds some ids; none for all sets.</summary>
    public void Add(IEnumerable<SnapSetReference> ids, string? cloud, string? region)
    {
        if (_groups.Count == 0 || _groups[^1].Origin != (cloud, region))
        {
            _groups.Add(((cloud, region), []));
        }

        _groups[^1].Ids.AddRange(ids);
    }

    /// <summary>Does the work for the ids of each cloud, in their order.</summary>
    public void ForEach(Action<(string? Cloud, string? Region), IReadOnlyList<SnapSetReference>> work) =>
        _groups.ForEach(group => work(group.Origin, group.Ids));
}
