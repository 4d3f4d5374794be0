using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Cluster.Requests;

/// <summary>A parsed request for objects.</summary>
internal sealed record KubeRequest(
    ApiCall Call, KubeUser User, ResourceType Type, string Namespace, string Name, string Subresource, string[] Rest)
{
    public bool IsWatch => Call.Method == "GET" && Call.Value("watch") is "true" or "1";

    public string Verb => Call.Method switch
    {
        "GET" or "HEAD" => IsWatch ? "watch" : Name.Length > 0 ? "get" : "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => Name.Length > 0 ? "delete" : "deletecollection",
        _ => Call.Method.ToLowerInvariant(),
    };

    public bool IsDryRun => Call.Value("dryRun") == "All";
}
