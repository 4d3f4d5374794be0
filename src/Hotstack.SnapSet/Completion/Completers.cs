using Hotstack.Deployments;
using Suggestion = Hotstack.Suggestions.Suggestion;

namespace Hotstack.Completion;

/// <summary>Suggests the clouds of clouds.yaml.</summary>
internal sealed class CloudNameCompleter() : HotstackCompleter(Files(call =>
    call.Clouds.CloudNames().Select(name => new Suggestion(name, $"Cloud {name}"))));

/// <summary>Suggests the regions that clouds.yaml lists for the cloud.</summary>
internal sealed class RegionNameCompleter() : HotstackCompleter(Files(call =>
{
    string cloud = call.Cloud ?? call.Clouds.Load(null, null).Name;
    return call.Clouds.RegionNames(cloud).Select(region => new Suggestion(region, $"Region {region} of cloud {cloud}"));
}));

/// <summary>Suggests the contexts of the kubeconfig.</summary>
internal sealed class ContextCompleter() : HotstackCompleter(Files(call =>
    (call.IsBehindController ? [] : call.Kubeconfigs.ListContexts(call.Kubeconfig)).Select(context => new Suggestion(
        context.Name, $"{context.ClusterName} at {context.Server}{(context.IsCurrent ? " (current)" : "")}"))));

/// <summary>Suggests the Hosts of the user's ssh config.</summary>
internal sealed class ControllerCompleter() : HotstackCompleter(Files(call =>
    call.SshHosts.Select(host => new Suggestion(host, $"Host {host} of your ssh config"))));

/// <summary>Suggests the roles that upstream's templates know. Several servers may have the same.</summary>
internal sealed class RoleCompleter() : HotstackCompleter(
    Files(_ => RoleParameters.Roles.Select(role => new Suggestion(role, $"Role {role}"))), isUnique: false);

/// <summary>Suggests the project's stacks.</summary>
internal sealed class StackNameCompleter() : HotstackCompleter(InCloud((cloud, stop) => cloud.StacksAsync(stop)));

/// <summary>Suggests stacks for an argument that takes wildcards.</summary>
internal sealed class StackNamePatternCompleter() : HotstackCompleter(InCloud((cloud, stop) => cloud.StacksAsync(stop)), isPattern: true);

/// <summary>Suggests the project's servers.</summary>
internal sealed class ServerCompleter() : HotstackCompleter(InCloud((cloud, stop) => cloud.ServersAsync(stop)), isPattern: true);

/// <summary>Suggests the ids of the cloud's SnapSets, the newest first.</summary>
internal sealed class SnapSetIdCompleter() : HotstackCompleter(InCloud((cloud, stop) => cloud.SnapSetsAsync(incomplete: false, stop)));

/// <summary>Suggests ids for an argument that takes wildcards.</summary>
internal sealed class SnapSetIdPatternCompleter() : HotstackCompleter(
    InCloud((cloud, stop) => cloud.SnapSetsAsync(incomplete: false, stop)), isPattern: true);

/// <summary>Suggests the ids of incomplete SnapSets, the newest first.</summary>
internal sealed class IncompleteSnapSetIdCompleter() : HotstackCompleter(
    InCloud((cloud, stop) => cloud.SnapSetsAsync(incomplete: true, stop)));

/// <summary>Suggests the labels of the cloud's SnapSets, each as a hashtable.</summary>
internal sealed class LabelCompleter() : HotstackCompleter(InCloud((cloud, stop) => cloud.LabelsAsync(isPattern: false, stop)));

/// <summary>Suggests labels for an argument that takes wildcards.</summary>
internal sealed class LabelPatternCompleter() : HotstackCompleter(InCloud((cloud, stop) => cloud.LabelsAsync(isPattern: true, stop)));

/// <summary>Suggests the ClusterOperators of the cluster.</summary>
internal sealed class OperatorCompleter() : HotstackCompleter(InCluster((cluster, stop) => cluster.OperatorsAsync(stop)), isPattern: true);

/// <summary>Suggests the APIs that other services than the API server serve in the cluster.</summary>
internal sealed class ApiServiceCompleter() : HotstackCompleter(
    InCluster((cluster, stop) => cluster.ApiServicesAsync(stop)), isPattern: true);
