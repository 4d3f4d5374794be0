using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Xunit;
using k8s.Models;

namespace Hotstack.Clusters.Assess;

/// <summary>The rule of machine-config-operator's pkg/helpers (GetPoolsForNode), and what a pool that looks as if it were updating may be.</summary>
public sealed class PoolChecksTests
{
    private const string Role = "node-role.kubernetes.io/";

    private static readonly string InfraByExpression =
        $$"""{"matchExpressions": [{"key": "{{Role}}infra", "operator": "Exists"}, {"key": "zone", "operator": "NotIn", "values": ["b"]}]}""";

    [Theory]
    [InlineData("worker", "worker")]
    [InlineData("worker,infra", "infra")] // a custom pool comes before worker
    [InlineData("infra", "infra")]
    [InlineData("master,worker", "master")] // a schedulable master, and a cluster of one node
    [InlineData("master,control-plane,worker,infra", "master")] // a master stays a master
    [InlineData("control-plane", "")] // the pool's selector names the old label
    [InlineData("worker,infra,gpu", "infra gpu")] // contested
    [InlineData("master,infra,gpu", "infra gpu")]
    [InlineData("edge", "")]
    [InlineData("worker,infra,zone=b", "worker")] // the expression excludes it
    [InlineData("worker,kubernetes.io/os=windows", "")]
    public void Which_pool_a_node_belongs_to(string labels, string expected)
    {
        MachineConfigPool[] pools =
        [
            Pool("master"), Pool("worker"), Pool("infra", selector: InfraByExpression), Pool("gpu"), Pool("empty", selector: "{}"),
                Pool("none", selector: "null"),
        ];

        var members = new PoolMembers(pools, [Node("n", labels)]);

        string[] found = members.Contested.Count > 0
            ? [.. members.Contested.Single().Pools]
            : [.. pools.Where(pool => members.Of(pool).Count > 0).Select(pool => pool.Name)];
        Assert.Equal(expected, string.Join(' ', found));
    }

    public static TheoryData<string, string, string[], string, bool> Rollouts => new()
    {
        // what, the pool's numbers (machines updated ready, flags), the nodes (labels, then flags after a bar), the result and a part of its message, whether only somebody mends it
        { "all is well", "2 2 2", ["worker", "worker"], "Passed: machine config pool worker is up to date (2 nodes)", false },
        { "all is well with one node", "1 1 1", ["worker"], "Passed: machine config pool worker is up to date (1 node)", false },
        { "in the middle", "2 1 1 updating", ["worker", "worker|behind"],
            "Failed: machine config pool worker is not up to date (1 of 2 nodes are updated and 1 ready)", false },
        { "a cordoned node of pool infra hides nothing", "1 0 0 updating", ["worker|behind", "worker,infra|cordoned"],
            "Failed: machine config pool worker is not up to date", false },
        { "a cordoned schedulable master hides nothing", "1 0 0 updating", ["worker|behind", "master,worker|cordoned"],
            "Failed: machine config pool worker is not up to date", false },
        { "our cordon hides nothing of another node", "2 1 0 updating", ["worker|behind", "worker|ours"],
            "Failed: machine config pool worker is not up to date", false },
        { "our cordon hides no missing update of its own node", "1 0 0 updating", ["worker|ours behind"],
            "Failed: machine config pool worker is not up to date", false },
        { "another's cordon hides no missing update", "2 1 1 updating", ["worker", "worker|cordoned"],
            "Failed: machine config pool worker is not up to date", false },
        { "a cordon by the rollout itself", "1 0 0 updating", ["worker|cordoned working"],
            "Failed: machine config pool worker is not up to date", false },
        { "nothing begun yet", "1 1 0 updating", ["worker|cordoned old"], "Failed: machine config pool worker is not up to date", false },
        { "the image is behind", "1 1 0 updating", ["worker|cordoned image"], "Failed: machine config pool worker is not up to date",
            false },
        { "another node is not ready", "2 2 0 updating", ["worker", "worker|cordoned"],
            "Failed: machine config pool worker is not up to date", false },
        { "only our cordon", "2 2 1 updating", ["worker", "worker|ours"],
            "Passed: machine config pool worker is up to date (2 nodes, of which the cordoned n1 do not count as ready)", false },
        { "only another's cordon, of a node that is done", "2 2 1 updating", ["worker", "worker|cordoned"],
            "Warning: machine config pool worker is up to date (2 nodes, of which the cordoned n1 do not count as ready); its operator calls it updating", false },
        { "its numbers are of before", "1 1 0 updating", ["worker|behind", "worker|ours"],
            "Failed: machine config pool worker is not up to date", false },
        { "paused with nothing to do", "1 1 1 paused", ["worker"], "Warning: machine config pool worker is paused", false },
        { "paused with changes", "2 1 1 paused", ["worker", "worker|behind"],
            "Failed: machine config pool worker is paused while its nodes lack changes (1 of 2 nodes are updated and 1 ready): Pool is paused; will not update", true },
        { "paused with changes behind a cordon", "1 0 0 paused", ["worker|ours behind"],
            "Failed: machine config pool worker is paused while", true },
        { "paused, a node only cordoned", "1 1 0 paused", ["worker|ours"], "Warning: machine config pool worker is paused", false },
        { "paused, a node only not ready", "2 2 1 paused", ["worker", "worker"],
            "Failed: machine config pool worker is paused and incomplete: 2 of 2 nodes are updated and 1 ready", false },
        { "degraded", "1 1 1 degraded", ["worker"], "Failed: machine config pool worker is degraded", false },
        { "contested", "0 0 0", ["worker,infra,gpu"], "Failed: node n0 is claimed by several custom machine config pools (infra, gpu)",
            true },
        { "a selector that nobody knows", "1 1 1 odd", ["worker"],
            "Unknown: the nodes of machine config pool worker are not known: its node selector has the unknown operator 'Near'", false },
    };

    [Theory]
    [MemberData(nameof(Rollouts))]
    public void Whether_a_pool_is_up_to_date(string what, string pool, string[] nodes, string expected, bool needsAction)
    {
        string[] parts = pool.Split(' ');
        MachineConfigPool[] pools = [Pool("worker", parts), Pool("infra"), Pool("gpu"), Pool("master")];

        ClusterCheck[] checks = [.. PoolChecks.Check(Reading.Of<IReadOnlyList<MachineConfigPool>>(pools),
            [.. nodes.Select((n, i) => Node($"n{i}", n))])];

        Assert.True(
            Array.Exists(checks, c => $"{c.Result}: {c.Message}".StartsWith(expected, StringComparison.Ordinal)
                && c.NeedsAction == needsAction),
            $"{what}: {string.Join("\n", checks.AsEnumerable())}");
    }

    private static MachineConfigPool Pool(string name, string[]? state = null, string? selector = null)
    {
        (bool isPaused, bool isUpdating) = (state?.Contains("paused") == true, state?.Contains("updating") == true);
        int[] numbers = [.. (state ?? ["0", "0", "0"]).Take(3).Select(int.Parse)];
        bool isDone = numbers.Distinct().Count() == 1 && !isUpdating;
        string odd = state?.Contains("odd") == true ? """, "matchExpressions": [{"key": "a", "operator": "Near"}]""" : "";
        return MachineConfigPool.From(JsonDocument.Parse($$"""
            {"metadata": {"name": "{{name}}"},
             "spec": {"paused": {{(isPaused ? "true" : "false")}}, "configuration": {"name": "rendered-{{name}}-2"},
                "nodeSelector": {{selector ?? $$"""{"matchLabels": {"{{Role}}{{name}}": ""}{{odd}} }"""}} },
             "status": {"machineCount": {{numbers[0]}}, "updatedMachineCount": {{numbers[1]}}, "readyMachineCount": {{numbers[2]}},
                "conditions": [
                  {"type": "Updated", "status": "{{isDone}}"},
                  {"type": "Updating", "status": "{{isUpdating}}", "message": "{{(isPaused && !isDone ? $"Pool is paused; will not update to MachineConfig rendered-{name}-2" : "")}}"},
                  {"type": "Degraded", "status": "{{state?.Contains("degraded") == true}}"} ] } }
            """).RootElement);
    }

    /// <summary>A node by its roles and labels, and what is the matter with it behind a bar.</summary>
    private static V1Node Node(string name, string text)
    {
        string[] parts = text.Split('|');
        string[] flags = parts.Length > 1 ? parts[1].Split(' ') : [];
        string[] labels = parts[0].Split(',');
        string pool = labels.Contains("master") ? "master" : labels.Contains("infra") ? "infra" : "worker";
        string current = flags.Contains("behind") || flags.Contains("old") || flags.Contains("working") ? "1" : "2";
        string desired = flags.Contains("old") ? "1" : "2";
        var annotations = new JsonObject
        {
            ["machineconfiguration.openshift.io/currentConfig"] = $"rendered-{pool}-{current}",
            ["machineconfiguration.openshift.io/desiredConfig"] = $"rendered-{pool}-{desired}",
            ["machineconfiguration.openshift.io/state"] = flags.Contains("working") ? "Working" : "Done",
        };
        if (flags.Contains("image"))
        {
            annotations["machineconfiguration.openshift.io/desiredImage"] = "quay.io/os@sha256:2";
        }

        if (flags.Contains("ours"))
        {
            annotations["hotstack-snapset/cordoned"] = "true";
        }

        var node = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = new JsonObject(labels.Select(l => l.Contains('=', StringComparison.Ordinal)
                    ? new KeyValuePair<string, JsonNode?>(l.Split('=')[0], l.Split('=')[1])
                    : new KeyValuePair<string, JsonNode?>(Role + l, ""))),
                ["annotations"] = annotations,
            },
            ["spec"] = new JsonObject { ["unschedulable"] = flags.Contains("ours") || flags.Contains("cordoned") },
        };
        return ModelJson.Parse<V1Node>(Encoding.UTF8.GetBytes(node.ToJsonString()))!;
    }
}
