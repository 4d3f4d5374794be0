using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Cluster.Requests;
using Hotstack.Sandbox.Cluster.Trust;

namespace Hotstack.Sandbox.Cluster.Kinds;

/// <summary>Certificate signing requests: what the API accepts, and decisions. Signing is the controller's part (<see cref="Csrs"/>).</summary>
internal sealed class CsrKind(ObjectStore store, ClusterClock clock, Csrs csrs) : Kind(ResourceTypes.Csrs, store)
{
    public override void Create(KubeRequest request, JsonObject o, string name)
    {
        var spec = o.Child("spec");
        spec["username"] = request.User.Name;
        spec["groups"] = ObjectJson.Array(request.User.Groups);
        o["status"] = new JsonObject();
        Validate(o, name);
    }

    public override bool IsPart(string subresource) => subresource == "approval" || base.IsPart(subresource);

    public override JsonObject Update(JsonObject old, JsonObject given, string part)
    {
        if (part == "approval")
        {
            return Decide(old, given);
        }

        var next = base.Update(old, given, part);
        if (part.Length == 0)
        {
            // The request itself cannot be changed.
            next["spec"] = old["spec"]!.DeepClone();
        }

        return next;
    }

    public override void Written(JsonObject? before, JsonObject after) => csrs.Written(before, after);

    /// <exception cref="KubeException">The request is refused.</exception>
    private void Validate(JsonObject csr, string name)
    {
        if (Csrs.Parse(csr) is null)
        {
            throw KubeException.Invalid(
                Type, name, "spec.request", "Invalid value: PEM block type must be CERTIFICATE REQUEST");
        }

        if (csr.Text("spec", "signerName") is not { Length: > 0 } signer || !signer.Contains('/', StringComparison.Ordinal))
        {
            throw KubeException.Invalid(Type, name, "spec.signerName", "Required value");
        }

        if (csr.Find("spec", "usages") is not JsonArray { Count: > 0 })
        {
            throw KubeException.Invalid(Type, name, "spec.usages", "Required value");
        }
    }

    /// <summary>Adds conditions: a decision is final, and approval and denial exclude each other.</summary>
    private JsonObject Decide(JsonObject old, JsonObject given)
    {
        var next = old.Copy();
        var conditions = next.Child("status").Items("conditions");
        foreach (var condition in given.Each("status", "conditions").Where(c => old.Condition(c.Text("type") ?? "") is null))
        {
            CheckCondition(old.Name(), condition);
            var added = (JsonObject)condition.DeepClone();
            added["lastUpdateTime"] ??= clock.Now.Kube();
            added["lastTransitionTime"] ??= clock.Now.Kube();
            conditions.Add(added);
        }

        foreach (var type in new[] { "Approved", "Denied" })
        {
            if (old.Condition(type) is not null && given.Condition(type) is null)
            {
                throw KubeException.Invalid(
                    Type, old.Name(), "status.conditions", $"Forbidden: updates may not remove a condition of type \"{type}\"");
            }
        }

        return next.Condition("Approved") is not null && next.Condition("Denied") is not null
            ? throw KubeException.Invalid(
                Type, old.Name(), "status.conditions", "Invalid value: \"Denied\": Approved and Denied conditions are mutually exclusive")
            : next;
    }

    private void CheckCondition(string name, JsonObject condition)
    {
        var type = condition.Text("type") ?? "";
        if (type is not ("Approved" or "Denied" or "Failed"))
        {
            throw KubeException.Invalid(Type, name, "status.conditions", $"Unsupported value: \"{type}\"");
        }

        if (condition.Text("status") is not { } status || status.Length == 0)
        {
            throw KubeException.Invalid(Type, name, "status.conditions[0].status", "Required value");
        }

        if (status != "True")
        {
            throw KubeException.Invalid(
                Type, name, "status.conditions[0].status", $"Unsupported value: \"{status}\": supported values: \"True\"");
        }
    }
}
