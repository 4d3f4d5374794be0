using System.Text;
using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Cluster;

/// <summary>
/// What the API server fills in of its own types (<c>pkg/apis/core/v1/defaults.go</c> and <c>pkg/apis/apps/v1/defaults.go</c> of
/// kubernetes/kubernetes). To do it twice changes nothing.
/// </summary>
internal static class ApiDefaults
{
    public static void Fill(ResourceType type, JsonObject o)
    {
        if (type == ResourceTypes.Pods)
        {
            PodDefaults.Fill(o.Child("spec"));
        }
        else if (type.Group == "apps")
        {
            FillWorkload(type, o.Child("spec"));
        }
        else if (type == ResourceTypes.Secrets)
        {
            FillSecret(o);
        }
    }

    private static void FillWorkload(ResourceType type, JsonObject spec)
    {
        if (type == ResourceTypes.DaemonSets)
        {
            spec["updateStrategy"] ??= Rolling(1, 0);
        }
        else
        {
            spec["replicas"] ??= 1;
        }

        if (type == ResourceTypes.Deployments)
        {
            spec["strategy"] ??= Rolling("25%", "25%");
            spec["progressDeadlineSeconds"] ??= 600;
        }

        if (type != ResourceTypes.ReplicaSets)
        {
            spec["revisionHistoryLimit"] ??= 10;
        }

        // A time that is none is written.
        spec.Child("template").Child("metadata").TryAdd("creationTimestamp", null);
        PodDefaults.FillTemplate(spec.Child("template").Child("spec"));
    }

    private static JsonObject Rolling(JsonNode unavailable, JsonNode surge) => new()
    {
        ["type"] = "RollingUpdate", ["rollingUpdate"] = new JsonObject { ["maxUnavailable"] = unavailable, ["maxSurge"] = surge },
    };

    private static void FillSecret(JsonObject secret)
    {
        secret["type"] ??= "Opaque";
        if (secret["stringData"] is JsonObject texts)
        {
            // It is only written, never read.
            foreach (var (key, value) in texts)
            {
                secret.Child("data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value.Text() ?? ""));
            }

            secret.Remove("stringData");
        }
    }
}
