using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Control;
using Hotstack.Sandbox.Cluster.Kubelets;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Cluster.Requests;

namespace Hotstack.Sandbox.Cluster.Kinds;

/// <summary>Namespaces: their service account, and their end with everything in them.</summary>
internal sealed class NamespaceKind(ObjectStore store, ClusterClock clock, ControlPlane control, PodRuns pods)
    : Kind(ResourceTypes.Namespaces, store)
{
    public override void Create(KubeRequest request, JsonObject o, string name)
    {
        o.Metadata().Child("labels")["kubernetes.io/metadata.name"] = name;
        o.Child("spec")["finalizers"] = new JsonArray("kubernetes");
        o["status"] = new JsonObject { ["phase"] = "Active" };
    }

    public override void Written(JsonObject? before, JsonObject after)
    {
        if (before is null)
        {
            AddAccountLater(after.Name());
        }
    }

    public override bool Delete(JsonObject o, long? grace)
    {
        var name = o.Name();
        Store.Change(Type, "", name, ns =>
        {
            ns.Metadata()["deletionTimestamp"] ??= clock.Now.Kube();
            ns.Child("status")["phase"] = "Terminating";
        });
        foreach (var pod in Store.List(ResourceTypes.Pods, name).ToList())
        {
            pods.Delete(pod, null);
        }

        EndLater(name);
        return false;
    }

    /// <summary>Continues, when the API is ready again, to end the namespaces that are being deleted.</summary>
    public void CatchUp()
    {
        foreach (var ns in Store.List(Type).Where(n => n.Find("metadata", "deletionTimestamp") is not null).ToList())
        {
            EndLater(ns.Name());
        }
    }

    /// <summary>Adds the default service account, without which a namespace takes no pods; its controller needs the API for that.</summary>
    private void AddAccountLater(string name) => clock.After(clock.Durations.ServiceAccount, () =>
    {
        if (!control.IsReady)
        {
            AddAccountLater(name);
        }
        else if (Store.Get(Type, "", name) is { } ns && ns.Find("metadata", "deletionTimestamp") is null
            && Store.Get(ResourceTypes.ServiceAccounts, name, "default") is null)
        {
            Store.Add(ResourceTypes.ServiceAccounts, new JsonObject
            {
                ["apiVersion"] = "v1", ["kind"] = "ServiceAccount",
                ["metadata"] = new JsonObject { ["name"] = "default", ["namespace"] = name },
            });
        }
    });

    private void EndLater(string name) => clock.After(clock.Durations.PodStop * 2, () =>
    {
        if (!control.IsReady || Store.Get(Type, "", name) is not { } ns || ns.Find("metadata", "deletionTimestamp") is null)
        {
            return;
        }

        if (Store.List(ResourceTypes.Pods, name).Any())
        {
            // A pod on a node that is off keeps its namespace.
            EndLater(name);
            return;
        }

        foreach (var type in ResourceTypes.All.Where(t => t.Namespaced))
        {
            foreach (var o in Store.List(type, name).ToList())
            {
                Store.Remove(type, o);
            }
        }

        Store.Remove(Type, ns);
    });
}
