using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Cluster.Requests;

namespace Hotstack.Sandbox.Cluster.Kinds;

/// <summary>Disruption budgets: one that is created allows no eviction, unless its status says otherwise.</summary>
internal sealed class BudgetKind(ObjectStore store) : Kind(ResourceTypes.Budgets, store)
{
    public override void Create(KubeRequest request, JsonObject o, string name)
    {
        foreach (var count in new[] { "disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods" })
        {
            o.Child("status")[count] ??= 0;
        }
    }
}
