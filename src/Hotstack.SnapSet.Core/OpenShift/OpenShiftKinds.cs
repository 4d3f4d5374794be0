using System.Text.Json;
using Hotstack.OpenShift.Objects;

namespace Hotstack.OpenShift;

/// <summary>OpenShift's own kinds (https://github.com/openshift/api).</summary>
internal static class OpenShiftKinds
{
    public static readonly CustomKind<ClusterOperator> ClusterOperators = new("config.openshift.io", "v1", "clusteroperators",
        ClusterOperator.From);

    public static readonly CustomKind<ClusterVersion> ClusterVersions = new("config.openshift.io", "v1", "clusterversions",
        ClusterVersion.From);

    public static readonly CustomKind<Infrastructure> Infrastructures = new("config.openshift.io", "v1", "infrastructures",
        Infrastructure.From);

    public static readonly CustomKind<ClusterNetwork> Networks = new("config.openshift.io", "v1", "networks", ClusterNetwork.From);

    public static readonly CustomKind<MachineConfigPool> MachineConfigPools =
        new("machineconfiguration.openshift.io", "v1", "machineconfigpools", MachineConfigPool.From);

    public static readonly CustomKind<IngressController> IngressControllers =
        new("operator.openshift.io", "v1", "ingresscontrollers", IngressController.From);

    public static readonly CustomKind<StaticPodOperator> Etcds = new("operator.openshift.io", "v1", "etcds", StaticPodOperator.From);

    public static readonly CustomKind<StaticPodOperator> KubeApiServers = new("operator.openshift.io", "v1", "kubeapiservers",
        StaticPodOperator.From);

    public static readonly CustomKind<StaticPodOperator> KubeControllerManagers =
        new("operator.openshift.io", "v1", "kubecontrollermanagers", StaticPodOperator.From);
}

/// <summary>A kind without a model in KubernetesClient, and how to read its objects.</summary>
/// <typeparam name="T">What we read of an object.</typeparam>
/// <param name="Group">The API group.</param>
/// <param name="Version">The group's version.</param>
/// <param name="Plural">Its name in paths.</param>
/// <param name="Read">Reads an object.</param>
internal sealed record CustomKind<T>(string Group, string Version, string Plural, Func<JsonElement, T> Read)
{
    /// <summary>Its name in messages: <c>clusteroperators.config.openshift.io</c>.</summary>
    public override string ToString() => $"{Plural}.{Group}";
}
