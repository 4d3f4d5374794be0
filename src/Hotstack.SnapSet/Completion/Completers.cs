using System.Reflection;
using Hotstack.Deployments;
using Hotstack.Input;
using Hotstack.Suggestions;
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

/// <summary>Suggests the values of a parameter that has only these, with what each does.</summary>
internal sealed class FixedValueCompleter() : HotstackCompleter(Files(call =>
    CmdletParameters.Find(call.Command, call.Parameter) is { } parameter
    && parameter.GetCustomAttribute<FixedValuesAttribute>() is { } values
        ? values.Described.Select(one => new Suggestion(one.Value, Sentence(one.Meaning) + Mark(one.Value, parameter))) : []))
{
    private static string Mark(string value, PropertyInfo parameter) =>
        value.Equals(CmdletParameters.DefaultOf(parameter)) ? " (default)" : "";

    private static string Sentence(string meaning) => char.ToUpperInvariant(meaning[0]) + meaning[1..];
}

/// <summary>Suggests durations, with their units in words.</summary>
internal sealed class DurationCompleter() : HotstackCompleter(
    Files(call => DurationSuggestions.For(call.Parameter, call.Word, DefaultOf(call))), isUnique: false)
{
    private static TimeSpan? DefaultOf(CompletionCall call) =>
        CmdletParameters.Find(call.Command, call.Parameter) is { } parameter ? CmdletParameters.DefaultOf(parameter) switch
        {
            TimeSpan duration => duration,
            TimeSpan[] and [var only] => only,
            _ => null,
        }
        : null;
}

/// <summary>Suggests the parameters of the template that the command names, otherwise of the set's blueprint, each as a hashtable.</summary>
internal sealed class StackParameterCompleter() : HotstackCompleter(async (call, stop) =>
    call.ReadScenario(stop) is var scenario && (call.Template is not null || scenario.NamesTemplate)
        ? StackParameterSuggestions.Of(scenario.ReadTemplate(call.Template, call.TemplateRoot).Template)
        : call.NamesSet ? await OfBlueprint(call, stop) : [])
{
    private static readonly SuggestionSource OfBlueprint = InCloud((call, cloud, stop) => cloud.StackParametersAsync(call.SnapSetId, stop));
}

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

/// <summary>Suggests the scenarios of the cloud's SnapSets.</summary>
internal sealed class ScenarioCompleter() : HotstackCompleter(InCloud((cloud, stop) => cloud.ScenariosAsync(stop)));

/// <summary>Suggests scenarios for an argument that takes wildcards.</summary>
internal sealed class ScenarioPatternCompleter() : HotstackCompleter(InCloud((cloud, stop) => cloud.ScenariosAsync(stop)), isPattern: true);

/// <summary>Suggests the versions of the clusters in the cloud's SnapSets.</summary>
internal sealed class ClusterVersionPatternCompleter() : HotstackCompleter(
    InCloud((cloud, stop) => cloud.ClusterVersionsAsync(stop)), isPattern: true);

/// <summary>Suggests the instances of the stack that the command names.</summary>
internal sealed class InstanceNamePatternCompleter() : HotstackCompleter(
    InCloud(async (call, cloud, stop) => call.StackName is { } stack ? await cloud.InstancesAsync(stack, stop) : []), isPattern: true);

/// <summary>Suggests the volumes of the set that the command names.</summary>
internal sealed class VolumePatternCompleter() : HotstackCompleter(
    InCloud(async (call, cloud, stop) => call.NamesSet ? await cloud.VolumesAsync(call.SnapSetId, stop) : []),
    isPattern: true);

/// <summary>Suggests the ClusterOperators of the cluster.</summary>
internal sealed class OperatorCompleter() : HotstackCompleter(InCluster((cluster, stop) => cluster.OperatorsAsync(stop)), isPattern: true);

/// <summary>Suggests the APIs that other services than the API server serve in the cluster.</summary>
internal sealed class ApiServiceCompleter() : HotstackCompleter(
    InCluster((cluster, stop) => cluster.ApiServicesAsync(stop)), isPattern: true);
