using System.Text.Json.Nodes;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s;
using k8s.Models;

namespace Hotstack.Clusters;

/// <summary>
/// Keeps new pods off nodes, and lets them on again. Which nodes it was that we cordoned stands on the nodes themselves:
/// so it is frozen with them, and a run that was cut off is continued by the next.
/// </summary>
internal sealed class Cordon(Cluster cluster, IActivity activity)
{
    private const string Mark = "hotstack-snapset/cordoned";

    /// <summary>Was cordoned, and not by us.</summary>
    public static bool WasBefore(V1Node node) => node.IsUnschedulable && !IsOurs(node);

    /// <summary>Is cordoned, by us.</summary>
    public static bool IsOurs(V1Node node) => node.IsUnschedulable && node.Annotations.ContainsKey(Mark);

    public Task ApplyAsync(IEnumerable<V1Node> nodes, CancellationToken stop) =>
        Fanout.ForEachAsync(
            nodes.Where(node => !node.IsUnschedulable),
            async (node, token) =>
            {
                activity.Verbose($"Cordoning node {node.Name}.");
                await cluster.LogInAsync(token);
                token.ThrowIfCancellationRequested();
                // A write that is broken off may still arrive, after it has been taken back.
                await PatchAsync(node.Name, JsonValue.Create(true), JsonValue.Create("true"), CancellationToken.None);
            },
            stop);

    /// <summary>Lets pods on the nodes again.</summary>
    public Task RemoveAsync(IEnumerable<string> nodes, CancellationToken stop) =>
        Fanout.ForEachAsync(
            nodes,
            async (name, token) =>
            {
                activity.Verbose($"Uncordoning node {name}.");
                await PatchAsync(name, null, null, token);
            },
            stop);

    private Task<V1Node> PatchAsync(string name, JsonNode? isUnschedulable, JsonNode? mark, CancellationToken stop)
    {
        var change = new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Mark] = mark } },
            ["spec"] = new JsonObject { ["unschedulable"] = isUnschedulable },
        };
        return cluster.Client.CoreV1.PatchNodeAsync(new V1Patch(change.ToJsonString(), V1Patch.PatchType.MergePatch), ApiPath.Segment(KubernetesApi.Service, name), cancellationToken: stop);
    }
}
