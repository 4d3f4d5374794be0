using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Cluster;

/// <summary>Who asks the API.</summary>
internal sealed record KubeUser(string Name, params string[] Groups)
{
    public static readonly KubeUser Anonymous = new("system:anonymous", "system:unauthenticated");

    /// <summary>Beyond all rules, even before the rules are loaded.</summary>
    public bool IsMaster => Groups.Contains("system:masters");

    public bool IsKnown => this != Anonymous;

    /// <summary>Whether the rules let the user do this.</summary>
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

        // Nodes and bootstrappers, by impersonation: they ask for certificates.
        return IsKnown && group == "certificates.k8s.io" && resource == "certificatesigningrequests" && verb is "create" or "get" or "list" or "watch";
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
