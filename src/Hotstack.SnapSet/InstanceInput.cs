using System.Collections;
using System.Management.Automation;
using Hotstack.Clusters;
using Hotstack.Deployments;
using Hotstack.Restoring;
using Hotstack.SnapSets;

namespace Hotstack;

/// <summary>The instances that a pipeline brings, one by one; each may have been made by hand. Or the stack that it names.</summary>
internal sealed class InstanceInput
{
    private readonly List<Instance> _instances = [];
    private readonly HashSet<(string? Cloud, string? Region)> _origins = [];
    private readonly HashSet<string> _stacks = new(StringComparer.Ordinal);
    private readonly HashSet<string> _projects = new(StringComparer.Ordinal);
    private string? _stackless;
    private HotstackException? _unusable;
    private bool _isRecordStored;

    /// <summary>The cloud and region of the first.</summary>
    public (string? Cloud, string? Region)? Origin => _origins.Count > 0 ? _origins.First() : null;

    /// <summary>Nothing came.</summary>
    public bool IsEmpty => _instances.Count == 0 && _stacks.Count == 0 && _stackless is null && _unusable is null;

    /// <summary>What Suspend-HotstackCluster gave, if that was among them.</summary>
    public ClusterRecord? Record { get; private set; }

    /// <param name="instances">Those of one record.</param>
    /// <param name="cloud">Their cloud; null or empty for what they say themselves.</param>
    /// <param name="region">Their region, likewise.</param>
    public void Add(IEnumerable<object> instances, string? cloud, string? region)
    {
        foreach (object given in instances)
        {
            _isRecordStored |= Deserialized.Was<ClusterRecord>(given);
            object bare = ObjectText.Bare(given)!;
            switch (bare)
            {
                case ClusterRecord record:
                    Record = record;
                    Add(record.Instances, cloud, region);
                    break;
                case RestoredStack restored:
                    // By its servers: not every template lists them in an output.
                    AddProject(restored.ProjectId);
                    Add(restored.Servers, cloud, region);
                    break;
                case SnapSet { StackName: null } set:
                    _stackless ??= set.Id;
                    break;
                case string stack:
                    AddStack(stack, cloud, region);
                    break;
                case Instance instance:
                    AddOne(instance, cloud, region);
                    break;
                case not null when IsServer(bare) || ObjectText.Of(bare, "StackName") is not null:
                    AddOne(FromProperties(bare), cloud, region);
                    break;
                default:
                    _unusable ??= Unusable(bare);
                    break;
            }
        }
    }

    /// <summary>Says of itself what a server of a deployment is: its role or its MAC address; or was made by hand with a name or id and
    /// without a stack, and Core tells what it lacks.</summary>
    public static bool IsServer(object? input)
    {
        object? bare = ObjectText.Bare(input);
        return bare is Instance
            || (ObjectText.Of(bare, "Role") ?? ObjectText.Of(bare, "MacAddress")) is not null
            || (bare is PSObject or IDictionary && ObjectText.Of(bare, "StackName") is null && (ObjectText.Of(bare, "Name") ?? ObjectText.Of(bare, "Id")) is not null);
    }

    /// <summary>An object that names no part of a deployment, told by its type.</summary>
    public static HotstackException Unusable(object? bare)
    {
        string type = bare is PSObject ? "PSCustomObject" : bare?.GetType().FullName ?? "null";
        string text = bare is null or PSObject or IDictionary || bare.ToString() == type ? "" : $": {DisplayText.Of(bare.ToString())}";
        return Invalid(
            "InputObjectInvalid", $"An object of type {type} names neither a stack nor servers{text}.",
            "Pipe instances of Get-HotstackInstance, what Suspend-HotstackCluster or Restore-HotstackSnapSet gave, a SnapSet, the name of a stack, "
            + "or an object with StackName or with Name, Role, Id and MacAddress.");
    }

    private void AddOne(Instance instance, string? cloud, string? region)
    {
        (cloud, region) = (NullIfEmpty(cloud) ?? instance.Cloud, NullIfEmpty(region) ?? instance.Region);
        if (instance is { StackName: { } stack, Name: "", MacAddress: "" })
        {
            AddStack(stack, cloud, region);
            AddProject(instance.ProjectId);
            return;
        }

        _instances.Add(instance);
        _origins.Add((cloud, region));
    }

    /// <summary>What names a stack and no server stands for the stack: a SnapSet, or any object with StackName.</summary>
    private void AddStack(string name, string? cloud, string? region)
    {
        _stacks.Add(name);
        _origins.Add((NullIfEmpty(cloud), NullIfEmpty(region)));
    }

    private void AddProject(string? id)
    {
        if (id is not null)
        {
            _projects.Add(id);
        }
    }

    /// <summary>The one source of instances: these, a stack, or a file; for a set that is resumed it may be none.</summary>
    /// <exception cref="HotstackException">An object names neither a stack nor servers (<c>InputObjectInvalid</c>); <c>NoInstances</c>,
    /// <c>SourceAmbiguous</c>, <c>InstancesOfSeveralClouds</c>, <c>ClusterRecordStored</c>.</exception>
    public InstanceSource ToSource(string? stackName, string? path, bool isResumed = false)
    {
        if (_isRecordStored)
        {
            throw Deserialized.RecordRefused();
        }

        if (_unusable is not null)
        {
            throw _unusable;
        }

        int sources = (_instances.Count > 0 ? 1 : 0) + _stacks.Count + (stackName is null ? 0 : 1) + (path is null ? 0 : 1);
        if (_stackless is { } id)
        {
            throw Invalid("NoInstances", $"SnapSet {id} does not tell of which stack it is.", "Name the stack with -StackName.");
        }

        if (sources == 0 && !isResumed)
        {
            throw Invalid("NoInstances", "There are no instances.",
                "Name a stack with -StackName, or check what comes down the pipeline.");
        }

        if (sources > 1)
        {
            throw Invalid("SourceAmbiguous", "The instances come from more than one source.",
                "Give one of -StackName, -Path and -Instance; of several stacks, one a call: … | ForEach-Object { $_ | New-HotstackSnapSet }.");
        }

        if (_origins.Count > 1)
        {
            string clouds = string.Join(", ", _origins.Select(o => $"'{o.Cloud}' {o.Region}".TrimEnd()));
            throw Invalid("InstancesOfSeveralClouds", $"The instances are of several clouds: {clouds}.",
                "One SnapSet is of one cloud and region.");
        }

        return new InstanceSource { StackName = stackName ?? _stacks.FirstOrDefault(), Path = path, Instances = _instances, ProjectIds = [.. _projects] };
    }

    private static HotstackException Invalid(string id, string message, string hint) =>
        new(ErrorCause.InputInvalid, id, message) { Hint = hint };

    /// <summary>What is missing becomes empty; Core then tells it with all else that is wrong.</summary>
    private static Instance FromProperties(object source)
    {
        return new Instance
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
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
