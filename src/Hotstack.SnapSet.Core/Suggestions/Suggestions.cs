using Hotstack.Clusters;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Blueprints;
using Hotstack.SnapSets.Find;
using k8s.Models;

namespace Hotstack.Suggestions;

/// <summary>Values from a cloud for tab completion.</summary>
public sealed class CloudSuggestions(Cloud cloud)
{
    /// <summary>Ids of sets, the newest first.</summary>
    /// <param name="incomplete">Only incomplete sets.</param>
    /// <param name="stop">Cancels the calls.</param>
    public async Task<IReadOnlyList<Suggestion>> SnapSetsAsync(bool incomplete, CancellationToken stop)
    {
        IReadOnlyList<SnapSet> sets = await new GetSnapSets(cloud)
            .RunAsync(new GetSnapSetsRequest { Incomplete = incomplete }, stop);
        return [.. sets.Select(set => new Suggestion(set.Id, Describe(set)))];
    }

    /// <summary>The labels of sets, each as a hashtable.</summary>
    /// <param name="isPattern">The argument takes wildcards, which are then escaped.</param>
    /// <param name="stop">Cancels the calls.</param>
    public async Task<IReadOnlyList<Suggestion>> LabelsAsync(bool isPattern, CancellationToken stop)
    {
        IReadOnlyList<SnapSet> sets = await new GetSnapSets(cloud).RunAsync(new(), stop);
        return
        [
            .. sets.SelectMany(set => set.Labels).Where(label => CommandArgument.IsVisible(label.Value)).GroupBy(label => label)
                .OrderBy(label => label.Key.Key, StringComparer.Ordinal).ThenBy(label => label.Key.Value, StringComparer.Ordinal)
                .Select(label => new Suggestion(
                    Hashtable(label.Key.Key, isPattern ? CommandArgument.EscapeWildcards(label.Key.Value) : label.Key.Value),
                    $"{label.Key.Key} = {label.Key.Value}, of {CountText.Of(label.Count(), "SnapSet")}")
                {
                    IsExpression = true,
                    Key = label.Key.Key,
                }),
        ];
    }

    /// <summary>The parameters of the template in the blueprint of a set, each as a hashtable; none if it has no blueprint.</summary>
    /// <param name="snapSetId">The set; null for the newest one.</param>
    /// <param name="stop">Cancels the calls.</param>
    public async Task<IReadOnlyList<Suggestion>> StackParametersAsync(string? snapSetId, CancellationToken stop) =>
        await new BlueprintStore(cloud).ReadAsync(await FindAsync(snapSetId, stop), stop) is { } blueprint
            ? StackParameterSuggestions.Of(blueprint) : [];

    /// <summary>The scenarios of sets.</summary>
    public Task<IReadOnlyList<Suggestion>> ScenariosAsync(CancellationToken stop) => FactsAsync(set => set.Scenario, "Scenario", stop);

    /// <summary>The versions of the clusters in sets.</summary>
    public Task<IReadOnlyList<Suggestion>> ClusterVersionsAsync(CancellationToken stop) =>
        FactsAsync(set => set.ClusterVersion, "OpenShift", stop);

    /// <summary>The names of the instances of a stack.</summary>
    public async Task<IReadOnlyList<Suggestion>> InstancesAsync(string stackName, CancellationToken stop)
    {
        IReadOnlyList<Instance> instances = await new GetInstances(cloud)
            .RunAsync(new InstanceSource { StackName = stackName }, new SilentActivity(), stop);
        return [.. instances.Select(instance => new Suggestion(instance.Name, $"{instance.Name}, {instance.Role}, {instance.Status}"))];
    }

    /// <summary>The data volumes of a set, as a restore names them.</summary>
    /// <param name="snapSetId">The set; null for the newest one.</param>
    /// <param name="stop">Cancels the calls.</param>
    public async Task<IReadOnlyList<Suggestion>> VolumesAsync(string? snapSetId, CancellationToken stop) =>
    [
        .. from member in (await FindAsync(snapSetId, stop)).Members
           from volume in member.Volumes
           where !volume.IsRoot
           select new Suggestion(
               volume.NameIn(member.Name), $"{volume.Size} GiB of {member.Name}{(volume.Device is { } device ? $", {device}" : "")}"),
    ];

    /// <summary>The names of stacks.</summary>
    public async Task<IReadOnlyList<Suggestion>> StacksAsync(CancellationToken stop) =>
        [.. (await cloud.Stacks.ListNamesAsync(stop)).Order(StringComparer.Ordinal)
            .Select(name => new Suggestion(name, $"Stack {name}"))];

    /// <summary>Servers by name, or by id if several share the name.</summary>
    public async Task<IReadOnlyList<Suggestion>> ServersAsync(CancellationToken stop)
    {
        IReadOnlyList<Server> servers = await cloud.Compute.ListReachableServersAsync(stop);
        return
        [
            .. servers.GroupBy(server => server.Name).OrderBy(group => group.Key, StringComparer.Ordinal)
                .SelectMany(group => group.Select(server => new Suggestion(
                    group.Count() == 1 ? server.Name : server.Id, $"{server.Name}, {server.Status}, {server.Id}"))),
        ];
    }

    private async Task<SnapSet> FindAsync(string? id, CancellationToken stop) => id is null
        ? (await new GetSnapSets(cloud).RunAsync(new GetSnapSetsRequest { Latest = true }, stop))[0]
        : await new GetSnapSets(cloud).GetAsync(SnapSetReference.To(id), stop);

    private async Task<IReadOnlyList<Suggestion>> FactsAsync(Func<SnapSet, string?> fact, string title, CancellationToken stop) =>
    [
        .. (await new GetSnapSets(cloud).RunAsync(new(), stop)).Where(set => fact(set) is not null).GroupBy(set => fact(set)!)
            .OrderBy(sets => sets.Key, StringComparer.Ordinal)
            .Select(sets => new Suggestion(sets.Key, $"{title} {sets.Key}, of {CountText.Of(sets.Count(), "SnapSet")}")),
    ];

    /// <summary>All in quotation marks: a bare word could be a command.</summary>
    private static string Hashtable(string key, string value) =>
        $"@{{ '{CommandArgument.EscapeSingleQuoted(key)}' = '{CommandArgument.EscapeSingleQuoted(value)}' }}";

    private static string Describe(SnapSet set)
    {
        string of = set.StackName is { } stack ? $" of stack {stack}" : "";
        string members = set.Members.Count == 0 ? "no image" : string.Join(", ", set.Members.Select(member => member.Name));
        return $"{set.State}, {TimeText.Of(set.Age)} old{of}: {members}";
    }
}

/// <summary>A value for an argument.</summary>
/// <param name="Text">The value.</param>
/// <param name="Description">A description in one line.</param>
public sealed record Suggestion(string Text, DisplayText Description)
{
    /// <summary>The text is an expression of PowerShell, with all names in it quoted; otherwise a value, which is to be quoted.</summary>
    public bool IsExpression { get; init; }

    /// <summary>What the user may type to get an expression; null for the beginning of the expression itself.</summary>
    public string? Key { get; init; }
}

/// <summary>Values from a cluster for tab completion.</summary>
public sealed class ClusterSuggestions(Cluster cluster)
{
    /// <summary>The ClusterOperators with their states.</summary>
    public async Task<IReadOnlyList<Suggestion>> OperatorsAsync(CancellationToken stop)
    {
        IReadOnlyList<ClusterOperator> operators = (await cluster.ListAsync(OpenShiftKinds.ClusterOperators, stop)).Items;
        return
        [
            .. operators.OrderBy(one => one.Name, StringComparer.Ordinal)
                .Select(one => new Suggestion(one.Name, $"{one.Name}: {OperatorReport.Of(one, isIgnored: false).State}")),
        ];
    }

    /// <summary>The aggregated APIs with their states.</summary>
    public async Task<IReadOnlyList<Suggestion>> ApiServicesAsync(CancellationToken stop)
    {
        IReadOnlyList<V1APIService> services = (await cluster.ListApiServicesAsync(stop)).Items;
        return
        [
            .. services.Where(one => one.IsAggregated).OrderBy(one => one.IsAvailable).ThenBy(one => one.Name, StringComparer.Ordinal)
                .Select(one => new Suggestion(one.Name,
                    $"{one.Name}: {(one.IsAvailable ? "available" : "not available")}, of service {one.ServiceName}")),
        ];
    }
}
