using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Cluster.Requests;

namespace Hotstack.Sandbox.Cluster.Control;

/// <summary>
/// What the machine-config operator reports about its pools: which nodes are in which pool (<c>GetPoolsForNode</c>), how many have the
/// pool's configuration, and how many of those are ready. It rolls out nothing: a changed configuration stays pending.
/// </summary>
internal sealed class MachineConfigPools(ObjectStore store, Action<JsonObject, string, string, string, string> setCondition)
{
    private const string Annotation = "machineconfiguration.openshift.io/";

    /// <param name="good">The names of the nodes that are ready and take pods.</param>
    public void Evaluate(HashSet<string> good)
    {
        var pools = store.List(ResourceTypes.Pools).ToList();
        var nodes = store.List(ResourceTypes.Nodes).Select(node => (Node: node, Pool: PoolOf(node, pools))).ToList();
        foreach (var name in pools.Select(p => p.Name()).ToList())
        {
            var members = nodes.Where(n => n.Pool == name).Select(n => n.Node).ToList();
            store.Change(ResourceTypes.Pools, "", name, pool => Report(pool, members, good));
        }
    }

    private static string? PoolOf(JsonObject node, List<JsonObject> pools)
    {
        var matching = pools.Where(pool => Selects(pool.Find("spec", "nodeSelector"), node)).Select(pool => pool.Name()).ToList();
        var custom = matching.FindAll(name => name is not ("master" or "worker"));
        return custom.Count > 1 ? null : matching.Contains("master") ? "master" : custom.Concat(matching).FirstOrDefault();
    }

    private static bool Selects(JsonNode? selector, JsonObject node)
    {
        IEnumerable<string> labels = (selector.Find("matchLabels") as JsonObject)?.Select(l => $"{l.Key}={(string?)l.Value}") ?? [];
        IEnumerable<string> expressions = selector.Each("matchExpressions").Select(e => (e.Text("operator"), e.Text("key")) switch
        {
            ("Exists", { } key) => key,
            ("DoesNotExist", { } key) => "!" + key,
            var (word, key) => $"{key} {(word == "In" ? "in" : "notin")} ({string.Join(',', (e["values"] as JsonArray ?? []).Select(v => (string?)v))})",
        });
        string all = string.Join(',', labels.Concat(expressions));
        return all.Length > 0 && Selectors.Read(ResourceTypes.Nodes, all, null)(node);
    }

    private void Report(JsonObject pool, List<JsonObject> members, HashSet<string> good)
    {
        var target = pool.Text("spec", "configuration", "name");
        var updated = members.FindAll(node => IsAt(node, target));
        var ready = updated.Count(node => good.Contains(node.Name()));
        var unavailable = members.Count(node => !good.Contains(node.Name())
            || node.Text("metadata", "annotations", Annotation + "state") != "Done");
        var status = pool.Child("status");
        (status["machineCount"], status["readyMachineCount"], status["updatedMachineCount"]) = (members.Count, ready, updated.Count);
        (status["unavailableMachineCount"], status["degradedMachineCount"]) = (unavailable, 0);
        var isDone = ready == members.Count && unavailable == 0;
        var isPaused = pool.IsTrue("spec", "paused");
        setCondition(pool, "Updated", isDone ? "True" : "False", "", isDone ? $"All nodes are updated with MachineConfig {target}" : "");
        setCondition(pool, "Updating", isDone || isPaused ? "False" : "True", "", isDone ? ""
            : isPaused ? $"Pool is paused; will not update to MachineConfig {target}"
                : $"All nodes are updating to MachineConfig {target}");
        setCondition(pool, "Degraded", "False", "", "");
        setCondition(pool, "NodeDegraded", "False", "", "");
        setCondition(pool, "RenderDegraded", "False", "", "");
    }

    private static bool IsAt(JsonObject node, string? target) =>
        node.Text("metadata", "annotations", Annotation + "currentConfig") == target
        && node.Text("metadata", "annotations", Annotation + "desiredConfig") == target
        && node.Text("metadata", "annotations", Annotation + "state") == "Done";
}
