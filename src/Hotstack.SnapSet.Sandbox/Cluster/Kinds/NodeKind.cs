using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Control;
using Hotstack.Sandbox.Cluster.Kubelets;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Cluster.Requests;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Cluster.Kinds;

/// <summary>Nodes: heartbeats, the taint of a cordon, and the proxy to the kubelet.</summary>
internal sealed class NodeKind(
    ObjectStore store, ClusterClock clock, IReadOnlyList<ClusterNode> nodes, NodeKubelets kubelets, Operators operators)
    : Kind(ResourceTypes.Nodes, store)
{
    private const string Unschedulable = "node.kubernetes.io/unschedulable";

    public override JsonObject View(JsonObject stored)
    {
        if (nodes.FirstOrDefault(n => n.Name == stored.Name()) is not { } node)
        {
            return stored;
        }

        var view = stored.Copy();
        foreach (var condition in view.Each("status", "conditions"))
        {
            condition["lastHeartbeatTime"] = (kubelets.LastBeat(node) + clock.Skew).Kube();
        }

        return view;
    }

    /// <summary>Keeps the status that a kubelet reports when it registers its node.</summary>
    public override void Create(KubeRequest request, JsonObject o, string name)
    {
    }

    /// <summary>Makes the taint follow the cordon.</summary>
    public override void Admit(JsonObject next)
    {
        var isCordoned = next.IsTrue("spec", "unschedulable");
        var taints = next.Child("spec").Items("taints");
        if (!isCordoned)
        {
            next.Child("spec").Remove("unschedulable");
            taints.RemoveAll(t => t.Text("key") == Unschedulable);
        }
        else if (!taints.Any(t => t.Text("key") == Unschedulable))
        {
            taints.Add(new JsonObject { ["key"] = Unschedulable, ["effect"] = "NoSchedule" });
        }

        NodeConditions.DropEmptyTaints(next);
    }

    public override void Written(JsonObject? before, JsonObject after) => operators.Evaluate();

    public override Reply Call(KubeRequest request, JsonObject o) => (request.Subresource, request.Verb) == ("proxy", "get")
        ? Proxy(request)
        : base.Call(request, o);

    private Reply Proxy(KubeRequest request)
    {
        var path = string.Join('/', request.Rest);
        var node = nodes.FirstOrDefault(n => n.Name == request.Name) ?? throw KubeException.NotFound(Type, request.Name);
        if (kubelets.WhyUnreachable(node, path) is { } error)
        {
            // The proxy reports the failure without its own request.
            throw KubeException.Unavailable("error trying to reach service: "
                + error[(error.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
        }

        return path switch
        {
            "healthz" => Reply.Text(200, "ok", "text/plain; charset=utf-8"),
            "metrics" => Reply.Text(200, KubeletMetrics.Of(node, clock.Now),
                "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"),
            _ => Reply.Text(404, "404 page not found\n", "text/plain; charset=utf-8"),
        };
    }
}
