using System.Collections;
using Hotstack.Clusters;
using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;

namespace Hotstack.Input;

/// <summary>Collects the deployments that a pipeline brings: each object is one, but all servers are one together.</summary>
internal sealed class ClusterInputs
{
    private readonly InstanceInput _servers = new();

    /// <summary>The deployments among the input. Servers are kept for <see cref="TakeServers"/>.</summary>
    /// <param name="input">What came down the pipeline, or a list of it; null for nothing.</param>
    /// <param name="stackName">The stack that the user names.</param>
    /// <param name="snapSetId">The set that the user names.</param>
    /// <param name="cloud">The cloud that the user or the object names.</param>
    /// <param name="region">The region, likewise.</param>
    public List<ClusterInput> Take(object? input, string? stackName, SnapSetReference? snapSetId, string? cloud, string? region)
    {
        IEnumerable<object?> objects = ObjectText.Bare(input) is IList several ? several.Cast<object?>() : [input];
        ILookup<bool, DeploymentInput> found = objects.Select(DeploymentInput.Read).ToLookup(one => one.IsServer);
        foreach (DeploymentInput server in found[true])
        {
            _servers.Add(server, cloud, region);
        }

        return [.. found[false].Select(one => new ClusterInput(one, stackName, snapSetId))];
    }

    /// <summary>The deployment of all servers that came; none if none did.</summary>
    public List<ClusterInput> TakeServers(string? stackName, SnapSetReference? snapSetId) =>
        _servers.IsEmpty ? [] : [new ClusterInput(_servers, stackName, snapSetId)];
}

/// <summary>One deployment whose cluster is meant.</summary>
internal sealed class ClusterInput
{
    private readonly SnapSetReference? _snapSetId;
    private readonly ClusterRecord? _record;
    private readonly HotstackException? _problem;
    private readonly string? _cloud;
    private readonly string? _region;

    /// <param name="input">What came down the pipeline.</param>
    /// <param name="stackName">The stack that the user names; it has precedence over the input's, and no project is demanded of it.</param>
    /// <param name="snapSetId">The set that the user names; it has precedence over the input's.</param>
    public ClusterInput(DeploymentInput input, string? stackName, SnapSetReference? snapSetId)
    {
        _snapSetId = snapSetId ?? input.SnapSetId;
        _record = snapSetId is not null ? null : input.Set?.ClusterRecord ?? input.Record;
        (_cloud, _region) = (input.Cloud, input.Region);
        string? stack = stackName ?? input.StackName;
        Source = new InstanceSource
        {
            StackName = stack,
            Instances = stack is null ? input.Servers : [],
            ProjectIds = stackName is null && input.ProjectId is { } project ? [project] : [],
        };
        _problem = input.IsStoredRecord ? DeploymentInput.RecordRefused()
            : Source is { StackName: null, Instances.Count: 0 } ? input.Unusable() : null;
    }

    /// <param name="servers">The servers that came down the pipeline, all of one deployment.</param>
    /// <param name="stackName">The stack that the user names; it has precedence over them.</param>
    /// <param name="snapSetId">The set that the user names.</param>
    public ClusterInput(InstanceInput servers, string? stackName, SnapSetReference? snapSetId)
    {
        _snapSetId = snapSetId;
        (_cloud, _region) = servers.Origin ?? (null, null);
        Source = new InstanceSource { StackName = stackName };
        try
        {
            Source = stackName is null ? servers.ToSource(null, null) : Source;
        }
        catch (HotstackException e)
        {
            _problem = e;
        }
    }

    /// <summary>The servers.</summary>
    public InstanceSource Source { get; }

    /// <summary>The servers.</summary>
    /// <exception cref="HotstackException">The input cannot be used (<c>InputObjectInvalid</c>, <c>InstancesOfSeveralClouds</c>,
    /// <c>ClusterRecordStored</c>).</exception>
    public InstanceSource RequiredSource => _problem is null ? Source : throw _problem;

    /// <summary>The cloud and region: the parameters', otherwise the input's.</summary>
    public (string? Cloud, string? Region) OriginOr(string? cloud, string? region) =>
        (string.IsNullOrEmpty(cloud) ? _cloud : cloud, string.IsNullOrEmpty(region) ? _region : region);

    /// <summary>The record of the cluster before it was shut down; null if there is none.</summary>
    /// <exception cref="HotstackException">There is no such set (<c>SnapSetNotFound</c>), it or the stack is of another project
    /// (<c>ProjectMismatch</c>), or the input cannot be used (<c>InputObjectInvalid</c>, <c>InstancesOfSeveralClouds</c>,
    /// <c>ClusterRecordStored</c>).</exception>
    public async Task<ClusterRecord?> FindRecordAsync(Cloud cloud, CancellationToken stop)
    {
        if (_problem is not null)
        {
            throw _problem;
        }

        return _snapSetId is { } id ? (await new GetSnapSets(cloud).GetAsync(id, stop)).ClusterRecord : _record;
    }
}
