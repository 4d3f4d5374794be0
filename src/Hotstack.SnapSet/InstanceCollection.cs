using System.Collections;
using System.Management.Automation;
using Hotstack.SnapSets;

namespace Hotstack;

/// <summary>The instances that a pipeline brings, one by one; each may have been made by hand.</summary>
internal sealed class InstanceCollection
{
    private readonly List<Instance> _instances = [];
    private readonly HashSet<(string? Cloud, string? Region)> _origins = [];

    /// <summary>The cloud and region of the first.</summary>
    public (string? Cloud, string? Region)? Origin => _origins.Count > 0 ? _origins.First() : null;

    public void Add(IEnumerable<object> instances, string? cloud, string? region)
    {
        foreach (object instance in instances)
        {
            object bare = instance is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : instance;
            _instances.Add(bare as Instance ?? FromProperties(bare));
            _origins.Add((cloud, region));
        }
    }

    /// <summary>All of them.</summary>
    /// <exception cref="HotstackException"><c>NoInstances</c>: there are none, and nothing else says which;
    /// <c>InstancesOfSeveralClouds</c>.</exception>
    public IReadOnlyList<Instance> ToList(bool isRequired)
    {
        if (isRequired && _instances.Count == 0)
        {
            throw new HotstackException(ErrorCause.InputInvalid, "NoInstances", "There are no instances to make a SnapSet of.")
            {
                Hint = "Name a stack with -StackName, or check what comes down the pipeline.",
            };
        }

        if (_origins.Count > 1)
        {
            string clouds = string.Join(", ", _origins.Select(o => o.Region is null ? $"'{o.Cloud}'" : $"'{o.Cloud}' {o.Region}"));
            throw new HotstackException(
                ErrorCause.InputInvalid, "InstancesOfSeveralClouds", $"The instances are of several clouds: {clouds}.")
            {
                Hint = "One SnapSet is of one cloud and region.",
            };
        }

        return _instances;
    }

    /// <summary>What is missing becomes empty; Core then tells it with all else that is wrong.</summary>
    private static Instance FromProperties(object source)
    {
        return new Instance
        {
            Name = Text("Name"),
            Role = Text("Role"),
            Id = Text("Id"),
            MacAddress = Text("MacAddress"),
            StackName = Text("StackName") is { Length: > 0 } stack ? stack : null,
        };

        string Text(string name) =>
            (source is IDictionary pairs ? pairs[name] : PSObject.AsPSObject(source).Properties[name]?.Value)?.ToString() ?? "";
    }
}
