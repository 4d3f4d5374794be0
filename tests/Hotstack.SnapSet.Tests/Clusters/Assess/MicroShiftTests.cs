using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Clusters.Assess;

/// <summary>MicroShift has OpenShift's core APIs and neither a ClusterVersion nor cluster operators.</summary>
public sealed class MicroShiftTests
{
    [Theory]
    [InlineData("openshift-dns", "Running", "True", true)]
    [InlineData("openshift-dns", "Running", "False", false)]
    [InlineData("kube-system", "Pending", "False", false)]
    [InlineData("openshift-dns", "Failed", "False", true)]
    [InlineData("openshift-dns", "Succeeded", "False", true)]
    [InlineData("mine", "Running", "False", true, ClusterCheckResult.Warning)]
    [InlineData("openshift", "Running", "False", true, ClusterCheckResult.Warning)]
    public async Task Its_node_and_its_pods_count(string place, string phase, string ready, bool isHealthy, string? result = null)
    {
        await using ScriptedCluster script = Script();
        JsonObject status = ScriptedCluster.Conditions(("Ready", ready));
        status["phase"] = phase;
        script.Objects["/api/v1/pods"] = new JsonObject { ["items"] = new JsonArray(ScriptedCluster.Item("pod", status, place)) };

        ClusterReport report = await new TestCluster(script.Cluster).RunAsync(new(), new RecordingActivity(), TestContext.Current.CancellationToken);

        Assert.Equal(ClusterVerdict.NotApplicable, report.Verdict);
        Assert.Equal("4.20.3", report.Version);
        Assert.True(report.IsHealthy == isHealthy, string.Join("\n", report.Checks));
        Assert.Equal(result ?? (isHealthy ? ClusterCheckResult.Passed : ClusterCheckResult.Failed), report.Checks.Single(c => c.Check == "Pods").Result);
        Assert.Equal(2, report.Summary.Count);
    }

    /// <summary>A MicroShift of one node, with a pod that is ready.</summary>
    internal static ScriptedCluster Script()
    {
        var script = new ScriptedCluster();
        foreach (string path in script.Objects.Keys.Where(path => path.Contains("openshift.io", StringComparison.Ordinal)).ToArray())
        {
            script.Objects.Remove(path);
        }

        script.Objects["/api/v1/namespaces/kube-public/configmaps/microshift-version"] = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "microshift-version", ["namespace"] = "kube-public" },
            ["data"] = new JsonObject { ["version"] = "4.20.3" },
        };
        JsonObject status = ScriptedCluster.Conditions(("Ready", "True"));
        status["phase"] = "Running";
        script.Objects["/api/v1/pods"] = new JsonObject { ["items"] = new JsonArray(ScriptedCluster.Item("dns", status, "openshift-dns")) };
        JsonArray nodes = script.Items("/api/v1/nodes");
        nodes.Remove(nodes.Single(node => (string?)node!["metadata"]!["name"] == "worker-0"));
        return script;
    }
}
