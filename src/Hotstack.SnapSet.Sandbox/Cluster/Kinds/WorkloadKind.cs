using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Objects;

namespace Hotstack.Sandbox.Cluster.Kinds;

/// <summary>Deployments, ReplicaSets and DaemonSets: their defaults (<c>pkg/apis/apps/v1/defaults.go</c> of kubernetes/kubernetes).</summary>
internal sealed class WorkloadKind(ResourceType type, ObjectStore store) : Kind(type, store)
{
    public override void Fill(JsonObject o)
    {
        var spec = o.Child("spec");
        if (Type == ResourceTypes.DaemonSets)
        {
            spec["updateStrategy"] ??= Rolling(1, 0);
        }
        else
        {
            spec["replicas"] ??= 1;
        }

        if (Type == ResourceTypes.Deployments)
        {
            spec["strategy"] ??= Rolling("25%", "25%");
            spec["progressDeadlineSeconds"] ??= 600;
        }

        if (Type != ResourceTypes.ReplicaSets)
        {
            spec["revisionHistoryLimit"] ??= 10;
        }

        // The API server writes this empty time as null.
        spec.Child("template").Child("metadata").TryAdd("creationTimestamp", null);
        PodKind.FillTemplate(spec.Child("template").Child("spec"));
    }

    private static JsonObject Rolling(JsonNode unavailable, JsonNode surge) => new()
    {
        ["type"] = "RollingUpdate", ["rollingUpdate"] = new JsonObject { ["maxUnavailable"] = unavailable, ["maxSurge"] = surge },
    };
}
