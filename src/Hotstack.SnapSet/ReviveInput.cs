using Hotstack.Clusters;
using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.Restoring;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;

namespace Hotstack;

/// <summary>What a revival is told of the deployment: a set, a restored stack, a record, or any object that names a stack.</summary>
internal sealed class ReviveInput
{
    private readonly SnapSetReference? _snapSetId;
    private readonly ClusterRecord? _record;
    private readonly HotstackException? _unusable;
    private readonly bool _isRecordStored;
    private readonly string? _cloud;
    private readonly string? _region;

    /// <param name="input">What came down the pipeline; null for nothing.</param>
    /// <param name="stackName">The stack that the user names; it counts before the input's.</param>
    /// <param name="snapSetId">The set that the user names; it counts before the input's.</param>
    public ReviveInput(object? input, string? stackName, SnapSetReference? snapSetId)
    {
        object? bare = ObjectText.Bare(input);
        _isRecordStored = Deserialized.Was<ClusterRecord>(input);
        string? project = ObjectText.Of(bare, "ProjectId");
        string? ownId = bare is SnapSet ? null : ObjectText.Of(bare, Deserialized.Was<SnapSet>(input) ? "Id" : "SnapSetId");
        _snapSetId = snapSetId ?? (ownId is null ? null : SnapSetReference.To(ownId, project));
        _record = snapSetId is not null ? null : bare switch
        {
            SnapSet set => set.ClusterRecord,
            ClusterRecord record => record,
            _ => null,
        };
        (_cloud, _region) = (ObjectText.Of(bare, "Cloud"), ObjectText.Of(bare, "Region"));
        InstanceSource source = (stackName, bare) switch
        {
            ({ } name, _) => new InstanceSource { StackName = name },
            // By its servers: not every template lists them in an output.
            (_, RestoredStack restored) => new InstanceSource { Instances = restored.Servers },
            (_, ClusterRecord record) => new InstanceSource { Instances = record.Instances },
            (_, SnapSet { StackName: null } set) => new InstanceSource { Instances = [.. set.Members.Where(m => m.SourceId is not null).Select(ServerOf)] },
            (_, string name) => new InstanceSource { StackName = name },
            _ => new InstanceSource { StackName = ObjectText.Of(bare, "StackName") },
        };
        // A stack that the user names is the user's choice.
        Source = stackName is null && project is not null ? source with { ProjectIds = [project] } : source;
        _unusable = Source is { StackName: null, Instances.Count: 0 } ? InstanceInput.Unusable(bare) : null;
    }

    /// <param name="servers">The servers that came down the pipeline, all of one deployment.</param>
    /// <param name="stackName">The stack that the user names; it counts before them.</param>
    /// <param name="snapSetId">The set that the user names.</param>
    public ReviveInput(InstanceInput servers, string? stackName, SnapSetReference? snapSetId)
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
            _unusable = e;
        }
    }

    /// <summary>The servers.</summary>
    public InstanceSource Source { get; }

    /// <summary>The cloud and region: the parameters', or else the input's.</summary>
    public (string? Cloud, string? Region) OriginOr(string? cloud, string? region) =>
        (string.IsNullOrEmpty(cloud) ? _cloud : cloud, string.IsNullOrEmpty(region) ? _region : region);

    /// <summary>How the cluster was before; null if that was not recorded.</summary>
    /// <exception cref="HotstackException">There is no such set (<c>SnapSetNotFound</c>), it or the stack is of another project
    /// (<c>ProjectMismatch</c>), or nothing names servers (<c>InputObjectInvalid</c>), or the servers are of several clouds
    /// (<c>InstancesOfSeveralClouds</c>), or the record was stored (<c>ClusterRecordStored</c>).</exception>
    public async Task<ClusterRecord?> FindRecordAsync(Cloud cloud, CancellationToken stop)
    {
        if (_isRecordStored)
        {
            throw Deserialized.RecordRefused();
        }

        if (_unusable is not null)
        {
            throw _unusable;
        }

        return _snapSetId is { } id ? (await new FindSnapSets(cloud).GetAsync(id, stop)).ClusterRecord : _record;
    }

    private static Instance ServerOf(SnapSetMember member) => new()
    {
        Name = member.Name,
        Role = member.Role,
        Id = member.SourceId!,
        MacAddress = member.MacAddress ?? "",
    };
}
