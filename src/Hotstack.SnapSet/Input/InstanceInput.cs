using Hotstack.Clusters;
using Hotstack.Deployments;
using Hotstack.SnapSets;

namespace Hotstack.Input;

/// <summary>Collects the one deployment that a pipeline brings, object by object.</summary>
internal sealed class InstanceInput
{
    private readonly List<Instance> _instances = [];
    private readonly HashSet<(string? Cloud, string? Region)> _origins = [];
    private readonly HashSet<string> _stacks = new(StringComparer.Ordinal);
    private readonly HashSet<string> _projects = new(StringComparer.Ordinal);
    private HotstackException? _problem;

    /// <summary>The cloud and region of the first object.</summary>
    public (string? Cloud, string? Region)? Origin => _origins.Count > 0 ? _origins.First() : null;

    /// <summary>Whether nothing came.</summary>
    public bool IsEmpty => _instances.Count == 0 && _stacks.Count == 0 && _problem is null;

    /// <summary>The output of Suspend-HotstackCluster; null if the pipeline brought none.</summary>
    public ClusterRecord? Record { get; private set; }

    /// <summary>The scenario that an object names; null if none does.</summary>
    public string? Scenario { get; private set; }

    /// <param name="inputs">Objects of the pipeline, or an argument of several.</param>
    /// <param name="cloud">Their cloud; null or empty for the one that each object names.</param>
    /// <param name="region">Their region, likewise.</param>
    public void Add(IEnumerable<object> inputs, string? cloud, string? region)
    {
        foreach (object input in inputs)
        {
            Add(DeploymentInput.Read(input), cloud, region);
        }
    }

    /// <inheritdoc cref="Add(IEnumerable{object}, string?, string?)"/>
    public void Add(DeploymentInput input, string? cloud, string? region)
    {
        _problem ??= ProblemOf(input);
        Record = input.Record ?? Record;
        Scenario = input.Scenario is { Length: > 0 } scenario ? scenario : Scenario;
        if (input.Set is null && input.Servers.Count > 0)
        {
            _instances.AddRange(input.Servers);
            _origins.UnionWith(input.Servers.Select(server => Or(cloud, region, server.Cloud, server.Region)));
        }
        else if (input.StackName is { } stack)
        {
            _stacks.Add(stack);
            _origins.Add(Or(cloud, region, input.Cloud, input.Region));
        }

        if (input.ProjectId is { } project)
        {
            _projects.Add(project);
        }
    }

    /// <summary>The one source of instances: the pipeline, a stack, or a file. A set that is resumed may have none.</summary>
    /// <exception cref="HotstackException">An object names neither a stack nor servers (<c>InputObjectInvalid</c>); <c>NoInstances</c>,
    /// <c>SourceAmbiguous</c>, <c>InstancesOfSeveralClouds</c>, <c>ClusterRecordStored</c>.</exception>
    public InstanceSource ToSource(string? stackName, string? path, bool isResumed = false)
    {
        if (_problem is not null)
        {
            throw _problem;
        }

        int sources = (_instances.Count > 0 ? 1 : 0) + _stacks.Count + (stackName is null ? 0 : 1) + (path is null ? 0 : 1);
        if (sources == 0 && !isResumed)
        {
            throw Invalid("NoInstances", "There are no instances.",
                "Name a stack with -StackName, or check the objects in the pipeline.");
        }

        if (sources > 1)
        {
            throw Invalid("SourceAmbiguous", "The instances come from more than one source.",
                "Give one of -StackName, -Path and -Instance. For several stacks, call the cmdlet once per stack: "
                + "… | ForEach-Object { $_ | New-HotstackSnapSet }.");
        }

        if (_origins.Count > 1)
        {
            string clouds = string.Join(", ", _origins.Select(o => $"'{o.Cloud}' {o.Region}".TrimEnd()));
            throw Invalid("InstancesOfSeveralClouds", $"The instances are of several clouds: {clouds}.",
                "Give only the instances of one cloud and region.");
        }

        return new InstanceSource
        {
            StackName = stackName ?? _stacks.FirstOrDefault(),
            Path = path,
            Instances = _instances,
            ProjectIds = [.. _projects],
        };
    }

    private static HotstackException? ProblemOf(DeploymentInput input) => input switch
    {
        { IsStoredRecord: true } => DeploymentInput.RecordRefused(),
        { IsUnknown: true } => input.Unusable(),
        { Set: { StackName: null, Id: var id } } =>
            Invalid("NoInstances", $"SnapSet {id} does not name its stack.", "Name the stack with -StackName."),
        _ => null,
    };

    private static (string? Cloud, string? Region) Or(string? cloud, string? region, string? ownCloud, string? ownRegion) =>
        (NullIfEmpty(cloud) ?? NullIfEmpty(ownCloud), NullIfEmpty(region) ?? NullIfEmpty(ownRegion));

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static HotstackException Invalid(string id, string message, string hint) =>
        new(ErrorCause.InputInvalid, id, message) { Hint = hint };
}
