using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s.Models;

namespace Hotstack.Sandbox.StockClient;

/// <summary>
/// Compares JSON with a model of KubernetesClient: a field that the model does not know, or one that a real API server always writes and
/// that is missing. The package's reader passes over both.
/// </summary>
internal static class ModelShape
{
    /// <summary>
    /// Fields that Kubernetes' Go types always write (their tag lacks <c>omitempty</c>, or they are structures, of which an empty one is written
    /// too), beside those of numbers and truth values, which the models themselves tell: k8s.io/api, apimachinery and kube-aggregator.
    /// </summary>
    private static readonly Dictionary<Type, string[]> Always = new()
    {
        [typeof(V1ObjectMeta)] = ["creationTimestamp"],
        [typeof(V1OwnerReference)] = ["apiVersion", "kind", "name", "uid"],
        [typeof(V1Node)] = ["metadata", "spec", "status"],
        [typeof(V1NodeStatus)] = ["addresses", "capacity", "allocatable", "conditions", "daemonEndpoints", "nodeInfo"],
        [typeof(V1NodeAddress)] = ["type", "address"],
        [typeof(V1NodeCondition)] = ["type", "status", "lastHeartbeatTime", "lastTransitionTime", "reason", "message"],
        [typeof(V1NodeSystemInfo)] =
        [
            "machineID", "systemUUID", "bootID", "kernelVersion", "osImage", "containerRuntimeVersion", "kubeletVersion",
                "kubeProxyVersion",
            "operatingSystem", "architecture",
        ],
        [typeof(V1Taint)] = ["key", "effect"],
        [typeof(V1PodSpec)] = ["containers"],
        [typeof(V1Container)] = ["name", "resources"],
        [typeof(V1PodCondition)] = ["type", "status", "lastProbeTime", "lastTransitionTime"],
        [typeof(V1ContainerStatus)] = ["name", "image", "imageID", "state", "lastState"],
        [typeof(V1ContainerStateRunning)] = ["startedAt"],
        [typeof(V1ContainerStateTerminated)] = ["startedAt", "finishedAt"],
        [typeof(V1Namespace)] = ["metadata", "spec", "status"],
        [typeof(V1Secret)] = ["metadata", "type"],
        [typeof(V1DaemonSet)] = ["metadata", "spec", "status"],
        [typeof(V1DaemonSetSpec)] = ["selector", "template", "updateStrategy"],
        [typeof(V1PodTemplateSpec)] = ["metadata", "spec"],
        [typeof(V1ReplicaSetSpec)] = ["selector"],
        [typeof(V1APIService)] = ["metadata", "spec", "status"],
        [typeof(V1APIServiceCondition)] = ["type", "status", "lastTransitionTime"],
        [typeof(V1CertificateSigningRequest)] = ["metadata", "spec", "status"],
        [typeof(V1CertificateSigningRequestSpec)] = ["request", "signerName", "username", "groups", "usages"],
        [typeof(V1CertificateSigningRequestCondition)] = ["type", "status", "lastUpdateTime", "lastTransitionTime"],
        [typeof(V1PodDisruptionBudget)] = ["metadata", "spec", "status"],
        [typeof(V1PodDisruptionBudgetStatus)] = ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"],
        [typeof(Corev1Event)] = ["metadata", "involvedObject", "source", "firstTimestamp", "lastTimestamp", "eventTime",
            "reportingComponent", "reportingInstance"],
    };

    /// <summary>The differences, as <c>.status.phas is not known</c>.</summary>
    public static IEnumerable<string> Differences(Type model, JsonNode json) => Differences(model, json, "");

    private static IEnumerable<string> Differences(Type type, JsonNode? json, string path) => json switch
    {
        JsonArray list => list.SelectMany(item => Differences(type.IsGenericType ? type.GetGenericArguments()[0] : type, item, path)),
        JsonObject map when type.IsGenericType => map.SelectMany(
            field => Differences(type.GetGenericArguments()[^1], field.Value, path + ".*")),
        JsonObject o when type.Namespace == typeof(V1Node).Namespace => OfObject(type, o, path),
        _ => [],
    };

    private static IEnumerable<string> OfObject(Type model, JsonObject o, string path)
    {
        Dictionary<string, Type> known = model.GetProperties()
            .Select(property => (Name: property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name, property.PropertyType))
            .Where(property => property.Name is not null).ToDictionary(property => property.Name!, property => property.PropertyType);
        var always = known.Where(field => field.Value == typeof(bool) || field.Value == typeof(int)).Select(field => field.Key)
            .Concat(Always.GetValueOrDefault(model) ?? []);
        return always.Where(field => !o.ContainsKey(field)).Select(field => $"{path}.{field} is missing")
            .Concat(o.SelectMany(field => known.TryGetValue(field.Key, out Type? type)
                ? Differences(type, field.Value, $"{path}.{field.Key}")
                : [$"{path}.{field.Key} is not known"]));
    }
}
