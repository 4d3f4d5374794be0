using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Cluster.Requests;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Cluster.Api;

/// <summary>The clusters' API: authentication, permissions, health and discovery; objects are read and written elsewhere.</summary>
internal sealed class KubernetesApi(SandboxCloud cloud) : Service(cloud, "kubernetes", "")
{
    private static readonly string[] Checks = ["ping", "log", "etcd", "informer-sync", "poststarthook/start-apiextensions-informers",
        "poststarthook/rbac/bootstrap-roles"];

    public override void Map(Routes routes) => throw new NotSupportedException("The cluster's API has its own port.");

    public override Reply Error(ApiException error, ApiCall call)
    {
        if (error is KubeException { IsText: true })
        {
            return Reply.Text(error.Status, error.Message + "\n", "text/plain; charset=utf-8");
        }

        var reply = Reply.Json(error.Status, KubeException.StatusOf(error));
        return error.Status == 429 ? reply.With("Retry-After", "10") : reply;
    }

    public override void Finish(ApiCall call, Reply reply)
    {
        reply.With("Audit-Id", call.RequestId["req-".Length..]).With("Cache-Control", "no-cache, private");
        if (ClusterOf(call) is { } cluster)
        {
            reply.With("Date", cluster.Clock.SkewedNow.ToString("R", System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    public Reply Handle(ApiCall call)
    {
        if (ClusterOf(call) is not { Control.IsReachable: true } cluster)
        {
            throw new ConnectionCutException();
        }

        var user = KubeAccess.Authenticate(call, cluster.Clock.Now);
        string[] path = [.. call.Path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
        if (path is ["readyz" or "livez" or "healthz", ..] or ["version"])
        {
            return path[0] == "version" ? Reply.Ok(Discovery.Version()) : Health(cluster, path[0], call);
        }

        if (!cluster.Control.IsReady)
        {
            throw user.IsMaster
                ? KubeException.Unavailable()
                : new KubeException(403, "Forbidden",
                    $"forbidden: User \"{user.Name}\" cannot {call.Method.ToLowerInvariant()} path \"{call.Path}\"");
        }

        switch (path)
        {
            case ["api", "v1", _, ..]:
                return Resources(cluster, call, user, "", "v1", path[2..]);
            case ["apis", var group, var version, _, ..]:
                RequireAggregated(cluster, group);
                return Resources(cluster, call, user, group, version, path[3..]);
            default:
                return user.IsAuthenticated
                    ? Discover(cluster, path)
                    : throw new KubeException(
                        403, "Forbidden", $"forbidden: User \"{user.Name}\" cannot {call.Method.ToLowerInvariant()} path \"{call.Path}\"");
        }
    }

    private OpenShiftCluster? ClusterOf(ApiCall call) => call.Way is { } way ? way.Find() : Cloud.OpenShift;

    private static Reply Health(OpenShiftCluster cluster, string name, ApiCall call)
    {
        var good = cluster.Control.IsReady || name == "livez";
        var verbose = call.Value("verbose") is not null;
        if (good && !verbose)
        {
            return Reply.Text(200, "ok", "text/plain; charset=utf-8");
        }

        var lines = Checks.Select(c => good || !c.StartsWith("poststarthook", StringComparison.Ordinal) ? $"[+]{c} ok"
            : $"[-]{c} failed: reason withheld");
        var end = good ? $"{name} check passed" : $"{name} check failed";
        return Reply.Text(good ? 200 : 500, string.Join('\n', lines.Append(end)) + "\n", "text/plain; charset=utf-8");
    }

    private static void RequireAggregated(OpenShiftCluster cluster, string group)
    {
        if (ResourceTypes.Aggregated.Contains(group) && !cluster.Operators.HasAggregatedApis)
        {
            throw KubeException.Unavailable();
        }
    }

    private static Reply Discover(OpenShiftCluster cluster, string[] path)
    {
        switch (path)
        {
            case []:
                return Index(200);
            case ["api"]:
                return Reply.Ok(Discovery.Core());
            case ["api", "v1"]:
                return Reply.Ok(Discovery.Resources(""));
            case ["apis"]:
                return Reply.Ok(Discovery.Groups());
            case ["apis", var group] when ResourceTypes.Groups.Contains(group):
                return Reply.Ok(Discovery.Group(group));
            case ["apis", var group, var version] when ResourceTypes.Groups.Contains(group) && version == ResourceTypes.VersionOf(group):
                RequireAggregated(cluster, group);
                return Reply.Ok(Discovery.Resources(group));
            case ["api" or "apis", ..]:
                throw Missing(path is ["apis", var other, ..] ? other : "");
            default:
                return Index(404);
        }
    }

    /// <summary>The paths that there are; also the answer to one that there is not (kube-apiserver 1.33 in the lab).</summary>
    private static Reply Index(int status) => Reply.Json(status, new JsonObject
    {
        ["paths"] = ObjectJson.Array(["/api", "/api/v1", "/apis", "/healthz", "/livez", "/readyz", "/version"]),
    });

    /// <param name="group">The group of the path; empty for the core's.</param>
    private static KubeException Missing(string group) => ResourceTypes.IsBuiltIn(group) ? KubeException.NoSuchPath()
        : KubeException.NoSuchPage();

    private Reply Resources(OpenShiftCluster cluster, ApiCall call, KubeUser user, string group, string version, string[] path)
    {
        if (group == "authorization.k8s.io" && path is ["selfsubjectaccessreviews"] && call.Method == "POST")
        {
            return Review(call, user);
        }

        var ns = "";
        if (path is ["namespaces", var name, var next, ..] && !(group.Length == 0 && next is "status" or "finalize"))
        {
            (ns, path) = (name, path[2..]);
        }

        var type = ResourceTypes.Find(group, version, path[0]) ?? throw Missing(group);
        var request = new KubeRequest(call, user, type, ns, path.ElementAtOrDefault(1) ?? "", path.ElementAtOrDefault(2) ?? "",
            path.Length > 3 ? path[3..] : []);
        var resource = request.Subresource.Length > 0 ? $"{type.Plural}/{request.Subresource}" : type.Plural;
        return user.May(request.Verb, group, resource)
            ? Answer(cluster, request)
            : throw user.Forbidden(request.Verb, group, resource, ns, request.Name);
    }

    private Reply Answer(OpenShiftCluster cluster, KubeRequest request)
    {
        var reader = new ObjectReader(Cloud, cluster);
        var writer = new ObjectWriter(cluster, reader);
        if (request.Subresource.Length > 0)
        {
            return Subresource(cluster, request, reader, writer);
        }

        return request.Verb switch
        {
            "get" => reader.Get(request),
            "list" => reader.List(request),
            "watch" => reader.Watch(request),
            "create" when request.Name.Length == 0 => writer.Create(request),
            "update" => writer.Update(request),
            "patch" => writer.Patch(request),
            "delete" => writer.Delete(request),
            "deletecollection" => writer.DeleteAll(request),
            _ => throw new KubeException(405, "MethodNotAllowed", "the server does not allow this method on the requested resource"),
        };
    }

    private static Reply Subresource(OpenShiftCluster cluster, KubeRequest request, ObjectReader reader, ObjectWriter writer)
    {
        var kind = cluster.KindOf(request.Type);
        if (kind.IsPart(request.Subresource))
        {
            return request.Verb switch
            {
                "get" => reader.Get(request),
                "update" => writer.Update(request),
                "patch" => writer.Patch(request),
                _ => throw KubeException.NoSuchPath(),
            };
        }

        return Array.Exists(request.Type.Subresources, s => s.Name == request.Subresource)
            ? kind.Call(request, reader.Existing(request))
            : throw KubeException.NoSuchPath();
    }

    private static Reply Review(ApiCall call, KubeUser user)
    {
        var review = call.ParseBody() as JsonObject ?? throw KubeException.BadRequest("the body is no JSON");
        var asked = review.Find("spec", "resourceAttributes");
        var resource = asked.Text("resource") ?? "";
        var part = asked.Text("subresource");
        var allowed = user.May(asked.Text("verb") ?? "", asked.Text("group") ?? "", part is { Length: > 0 } ? $"{resource}/{part}"
            : resource);
        var answer = review.Copy();
        (answer["kind"], answer["apiVersion"]) = ("SelfSubjectAccessReview", "authorization.k8s.io/v1");
        answer["status"] = new JsonObject { ["allowed"] = allowed };
        return Reply.Json(201, answer);
    }
}
