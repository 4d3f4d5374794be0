using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Objects;

namespace Hotstack.Sandbox.Cluster.Requests;

/// <summary>The user of a request.</summary>
internal sealed record KubeUser(string Name, params string[] Groups)
{
    public static readonly KubeUser Anonymous = new("system:anonymous", "system:unauthenticated");

    /// <summary>Has all permissions, even before the rules are loaded.</summary>
    public bool IsMaster => Groups.Contains("system:masters");

    public bool IsAuthenticated => this != Anonymous;

    /// <summary>Whether the user has a permission.</summary>
    public bool May(string verb, string group, string resource)
    {
        if (IsMaster || Name == KubeAccess.Operator)
        {
            return true;
        }

        if (Name == KubeAccess.Restricted)
        {
            return group == ResourceTypes.Config && resource == "clusterversions" && verb is "get" or "list" or "watch";
        }

        // Nodes and bootstrappers, by impersonation, request certificates.
        return IsAuthenticated && group == "certificates.k8s.io" && resource == "certificatesigningrequests"
            && verb is "create" or "get" or "list" or "watch";
    }

    public KubeException Forbidden(string verb, string group, string resource, string ns, string name)
    {
        var scope = ns.Length > 0 ? $"in the namespace \"{ns}\"" : "at the cluster scope";
        var what = group.Length > 0 ? $"{resource.Split('/')[0]}.{group}" : resource.Split('/')[0];
        var quoted = name.Length > 0 ? $" \"{name}\"" : "";
        var details = new JsonObject();
        if (name.Length > 0)
        {
            details["name"] = name;
        }

        if (group.Length > 0)
        {
            details["group"] = group;
        }

        details["kind"] = resource.Split('/')[0];
        return new KubeException(
            403, "Forbidden",
            $"{what}{quoted} is forbidden: User \"{Name}\" cannot {verb} resource \"{resource}\" in API group \"{group}\" {scope}")
        {
            Details = details,
        };
    }
}
