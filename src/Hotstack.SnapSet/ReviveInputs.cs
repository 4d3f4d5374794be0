using System.Collections;
using Hotstack.SnapSets;

namespace Hotstack;

/// <summary>What a pipeline brings to a revival: each object is a deployment, except servers, which are one together.</summary>
internal sealed class ReviveInputs
{
    private readonly InstanceInput _servers = new();

    /// <summary>The deployments among the input, each for itself. Servers are kept for <see cref="TakeServers"/>.</summary>
    /// <param name="input">What came down the pipeline, or a list of it; null for nothing.</param>
    /// <param name="stackName">The stack that the user names.</param>
    /// <param name="snapSetId">The set that the user names.</param>
    /// <param name="origin">The cloud and region that the user or the object names.</param>
    public List<ReviveInput> Take(object? input, string? stackName, SnapSetReference? snapSetId, (string? Cloud, string? Region) origin)
    {
        object? bare = ObjectText.Bare(input);
        ILookup<bool, object?> found = (bare is IList several ? several.Cast<object?>() : [input]).ToLookup(InstanceInput.IsServer);
        _servers.Add(found[true]!, origin.Cloud, origin.Region);
        return [.. found[false].Select(deployment => new ReviveInput(deployment, stackName, snapSetId))];
    }

    /// <summary>The deployment of all servers that came; none if none did.</summary>
    public List<ReviveInput> TakeServers(string? stackName, SnapSetReference? snapSetId) =>
        _servers.IsEmpty ? [] : [new ReviveInput(_servers, stackName, snapSetId)];
}
