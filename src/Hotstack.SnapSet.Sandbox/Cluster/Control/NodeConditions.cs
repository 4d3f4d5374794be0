using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Objects;

namespace Hotstack.Sandbox.Cluster.Control;

/// <summary>The conditions in a node's status.</summary>
internal static class NodeConditions
{
    private const string Unreachable = "node.kubernetes.io/unreachable";

    public static readonly string[] Types = ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"];

    /// <summary>The conditions of a node whose kubelet reports that all is well.</summary>
    public static JsonArray Good(DateTimeOffset beatAt, DateTimeOffset since) => new([.. Types.Select(type => new JsonObject
    {
        ["type"] = type, ["status"] = type == "Ready" ? "True" : "False", ["lastHeartbeatTime"] = beatAt.Kube(),
        ["lastTransitionTime"] = since.Kube(), ["reason"] = Reason(type), ["message"] = Message(type),
    })]);

    /// <summary>The node's kubelet reports again.</summary>
    public static void SetReady(JsonObject node, DateTimeOffset now)
    {
        Set(node, now, type => (type == "Ready" ? "True" : "False", Reason(type), Message(type)));
        node.Child("spec").Items("taints").RemoveAll(t => t.Text("key") == Unreachable);
        DropEmptyTaints(node);
    }

    /// <summary>What the node lifecycle controller sets when a kubelet is silent.</summary>
    public static void SetUnknown(JsonObject node, DateTimeOffset now)
    {
        Set(node, now, _ => ("Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status."));
        var taints = node.Child("spec").Items("taints");
        if (!taints.Any(t => t.Text("key") == Unreachable))
        {
            taints.Add(new JsonObject { ["key"] = Unreachable, ["effect"] = "NoSchedule", ["timeAdded"] = now.Kube() });
            taints.Add(new JsonObject { ["key"] = Unreachable, ["effect"] = "NoExecute", ["timeAdded"] = now.Kube() });
        }
    }

    public static void DropEmptyTaints(JsonObject node)
    {
        if (node.Child("spec").Items("taints").Count == 0)
        {
            node.Child("spec").Remove("taints");
        }
    }

    private static void Set(JsonObject node, DateTimeOffset now, Func<string, (string Status, string Reason, string Message)> state)
    {
        foreach (var type in Types)
        {
            if (node.Condition(type) is not { } condition)
            {
                continue;
            }

            var (status, reason, message) = state(type);
            if (condition.Text("status") != status)
            {
                condition["lastTransitionTime"] = now.Kube();
            }

            (condition["status"], condition["reason"], condition["message"]) = (status, reason, message);
        }
    }

    private static string Reason(string type) => type switch
    {
        "Ready" => "KubeletReady",
        "MemoryPressure" => "KubeletHasSufficientMemory",
        "DiskPressure" => "KubeletHasNoDiskPressure",
        _ => "KubeletHasSufficientPID",
    };

    private static string Message(string type) => type switch
    {
        "Ready" => "kubelet is posting ready status",
        "MemoryPressure" => "kubelet has sufficient memory available",
        "DiskPressure" => "kubelet has no disk pressure",
        _ => "kubelet has sufficient PID available",
    };
}
