using System.Collections;
using System.Management.Automation;
using Hotstack.Clusters;
using Hotstack.Restoring;
using Hotstack.SnapSets;

namespace Hotstack.Input;

/// <summary>What one object of a pipeline says about a deployment: its servers, or the name of its stack.</summary>
internal sealed record DeploymentInput
{
    private object? _bare;

    /// <summary>The servers of the deployment.</summary>
    public IReadOnlyList<Instance> Servers { get; private init; } = [];

    /// <summary>The stack, if the object is no server. An object made by hand may give both the stack and one server.</summary>
    public string? StackName { get; private init; }

    public string? ProjectId { get; private init; }

    public string? Cloud { get; private init; }

    public string? Region { get; private init; }

    /// <summary>The scenario, if the object names one, as the output of Invoke-HotstackPlaybook does.</summary>
    public string? Scenario { get; private init; }

    /// <summary>The object, if it is a set.</summary>
    public SnapSet? Set { get; private init; }

    /// <summary>The object, if it is what Suspend-HotstackCluster gave.</summary>
    public ClusterRecord? Record { get; private init; }

    /// <summary>The set that the object refers to.</summary>
    public SnapSetReference? SnapSetId { get; private init; }

    /// <summary>The object is one server, and other servers of its deployment may follow.</summary>
    public bool IsServer { get; private init; }

    /// <summary>The object is a record that was stored: its dates, which decide until when a set can be revived, are mere text.</summary>
    public bool IsStoredRecord { get; private init; }

    /// <summary>The object is of no known type and names nothing.</summary>
    public bool IsUnknown { get; private init; }

    /// <param name="given">What came down the pipeline; null for nothing.</param>
    public static DeploymentInput Read(object? given)
    {
        object? bare = ObjectText.Bare(given);
        var input = new DeploymentInput
        {
            _bare = bare,
            ProjectId = ObjectText.Of(bare, "ProjectId"),
            Cloud = ObjectText.Of(bare, "Cloud"),
            Region = ObjectText.Of(bare, "Region"),
            Scenario = ObjectText.Of(bare, "Scenario"),
            IsStoredRecord = ObjectText.WasStored<ClusterRecord>(given),
        };
        input = bare is not SnapSet && ObjectText.Of(bare, ObjectText.WasStored<SnapSet>(given) ? "Id" : "SnapSetId") is { } id
            ? input with { SnapSetId = SnapSetReference.To(id, input.ProjectId) }
            : input;
        return bare switch
        {
            ClusterRecord record => input with { Servers = record.Instances, Record = record },
            // By its servers: not every template lists them in an output.
            RestoredStack restored => input with { Servers = restored.Servers },
            ClusterStatus cluster => input with { StackName = cluster.StackName },
            _ when ObjectText.WasStored<ClusterStatus>(given) => input with { StackName = ObjectText.Of(bare, "StackName") },
            SnapSet { StackName: null } set => input with { Set = set, Servers = ServersOf(set) },
            SnapSet set => input with { Set = set, StackName = set.StackName },
            string stack => input with { StackName = stack },
            Instance server => input.WithServer(server, isServer: true),
            null => input with { IsUnknown = true },
            _ => input.WithServer(FromProperties(bare), IsServerByProperties(bare)),
        };
    }

    /// <summary>The error for an object that names no part of a deployment (<c>InputObjectInvalid</c>).</summary>
    public HotstackException Unusable()
    {
        string type = _bare is PSObject ? "PSCustomObject" : _bare?.GetType().FullName ?? "null";
        string text = _bare is null or PSObject or IDictionary || _bare.ToString() == type ? "" : $": {DisplayText.Of(_bare.ToString())}";
        return new HotstackException(
            ErrorCause.InputInvalid, "InputObjectInvalid", $"An object of type {type} names neither a stack nor servers{text}.")
        {
            Hint = "Pipe the output of Get-HotstackInstance, Suspend-HotstackCluster or Restore-HotstackSnapSet, a SnapSet, the name of a "
                + "stack, or an object with StackName or with Name, Role, Id and MacAddress.",
        };
    }

    /// <summary>The error for a record that was stored (<c>ClusterRecordStored</c>).</summary>
    public static HotstackException RecordRefused() => new(
        ErrorCause.InputInvalid, "ClusterRecordStored",
        "The record of the cluster comes from a file, a job or another computer and has lost its types.")
    {
        Hint = "Pipe Suspend-HotstackCluster into New-HotstackSnapSet in one session: the set then keeps the record. "
            + "To continue without the record, name the stack with -StackName.",
    };

    /// <summary>An object with a stack but neither a name nor a MAC address stands for the stack.</summary>
    private DeploymentInput WithServer(Instance server, bool isServer)
    {
        bool isStack = server is { StackName: not null, Name: "", MacAddress: "" };
        bool isUnknown = !isServer && server.StackName is null;
        return this with
        {
            IsServer = isServer,
            IsUnknown = isUnknown,
            Servers = isStack || isUnknown ? [] : [server],
            StackName = isStack || !isServer ? server.StackName : null,
        };
    }

    /// <summary>An object is a server if it has a role or a MAC address; one made by hand also if it has a name or an id, but no stack.
    /// Core reports what it lacks.</summary>
    private static bool IsServerByProperties(object bare) =>
        (ObjectText.Of(bare, "Role") ?? ObjectText.Of(bare, "MacAddress")) is not null
        || (bare is PSObject or IDictionary && ObjectText.Of(bare, "StackName") is null
            && (ObjectText.Of(bare, "Name") ?? ObjectText.Of(bare, "Id")) is not null);

    /// <summary>What is missing becomes empty; Core reports it together with all other violations.</summary>
    private static Instance FromProperties(object source) => new()
    {
        Name = ObjectText.Of(source, "Name") ?? "",
        Role = ObjectText.Of(source, "Role") ?? "",
        Id = ObjectText.Of(source, "Id") ?? "",
        MacAddress = ObjectText.Of(source, "MacAddress") ?? "",
        StackName = ObjectText.Of(source, "StackName"),
        Cloud = ObjectText.Of(source, "Cloud"),
        Region = ObjectText.Of(source, "Region"),
        ProjectId = ObjectText.Of(source, "ProjectId"),
    };

    private static Instance[] ServersOf(SnapSet set) =>
    [
        .. set.Members.Where(member => member.SourceId is not null).Select(member => new Instance
        {
            Name = member.Name,
            Role = member.Role,
            Id = member.SourceId!,
            MacAddress = member.MacAddress ?? "",
        }),
    ];
}
