using System.Text.Json.Serialization.Metadata;
using k8s.Models;

namespace Hotstack.OpenShift;

/// <summary>Which parts of KubernetesClient's models are read. All others are skipped: a pod alone has some 300 models, and each that is
/// prepared for reading costs time in the first call.</summary>
/// <remarks>A test compares this with what the code of Core asks for. A model that is not named here is read whole.</remarks>
internal static class ModelParts
{
    /// <summary>The names of the parts, as JSON has them.</summary>
    public static readonly IReadOnlyDictionary<Type, string[]> Read = new Dictionary<Type, string[]>
    {
        // Whole but for its history: a signing request is written back with it.
        [typeof(V1ObjectMeta)] =
        [
            "annotations", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "finalizers", "generateName", "generation", "labels", "name",
            "namespace", "ownerReferences", "resourceVersion", "selfLink", "uid",
        ],
        [typeof(V1NodeSpec)] = ["unschedulable"],
        [typeof(V1NodeStatus)] = ["addresses", "conditions", "nodeInfo"],
        [typeof(V1NodeSystemInfo)] = ["bootID"],
        [typeof(V1PodSpec)] = ["containers", "nodeName"],
        [typeof(V1Container)] = ["image", "name"],
        [typeof(V1PodStatus)] = ["conditions", "containerStatuses", "phase", "reason"],
        [typeof(V1ContainerStatus)] = ["name", "state"],
        [typeof(V1ContainerState)] = ["terminated", "waiting"],
        [typeof(V1ContainerStateTerminated)] = ["exitCode"],
        [typeof(V1ContainerStateWaiting)] = ["message", "reason"],
        [typeof(V1PodCondition)] = ["lastTransitionTime", "message", "reason", "status", "type"],
        [typeof(V1DaemonSet)] = ["metadata", "spec"],
        [typeof(V1DaemonSetSpec)] = ["template"],
        [typeof(V1PodTemplateSpec)] = ["spec"],
        [typeof(V1APIServiceSpec)] = ["group", "service", "version"],
        [typeof(V1LeaseSpec)] = ["renewTime"],
        [typeof(V1Namespace)] = ["metadata"],
        [typeof(V1ServiceAccount)] = ["metadata"],
        [typeof(V1Eviction)] = ["metadata"],
        [typeof(V1Secret)] = ["data", "metadata"],
        [typeof(V1ConfigMap)] = ["data", "metadata"],
        [typeof(V1SelfSubjectAccessReview)] = ["metadata", "status"],
        [typeof(V1SubjectAccessReviewStatus)] = ["allowed"],
    };

    /// <summary>Leaves out of a model what is not read.</summary>
    public static void Restrict(JsonTypeInfo model)
    {
        if (Read.TryGetValue(model.Type, out string[]? parts))
        {
            foreach (JsonPropertyInfo property in model.Properties.Where(property => !parts.Contains(property.Name)).ToArray())
            {
                model.Properties.Remove(property);
            }
        }
    }
}
