using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Cluster;

/// <summary>Reads and writes of objects.</summary>
internal sealed partial class KubeRequests(OpenShift cluster)
{
    private readonly ObjectForms _forms = new(cluster);

    private ObjectStore Store => cluster.Store;

    public Reply Answer(KubeRequest request)
    {
        if (request.Subresource.Length > 0)
        {
            return Subresource(request);
        }

        return request.Verb switch
        {
            "get" => One(request, 200, Existing(request)),
            "list" => List(request),
            "watch" => Watch(request),
            "create" when request.Name.Length == 0 => Create(request),
            "update" => Update(request, status: false),
            "patch" => Patch(request, status: false),
            "delete" => Delete(request),
            "deletecollection" => DeleteAll(request),
            _ => throw new KubeException(405, "MethodNotAllowed", "the server does not allow this method on the requested resource"),
        };
    }

    private Reply Subresource(KubeRequest request)
    {
        switch (request.Type.Plural, request.Subresource, request.Verb)
        {
            case (_, "status", "get") when request.Type.HasStatus:
                return One(request, 200, Existing(request));
            case (_, "status", "update") when request.Type.HasStatus:
                return Update(request, status: true);
            case (_, "status", "patch") when request.Type.HasStatus:
                return Patch(request, status: true);
            case ("certificatesigningrequests", "approval", "get"):
                return One(request, 200, Existing(request));
            case ("certificatesigningrequests", "approval", "update" or "patch" or "create"):
                return Approve(request);
            case ("pods", "log", "get"):
                return Log(request);
            case ("pods", "eviction", "create"):
                return Evict(request);
            case ("nodes", "proxy", "get"):
                return Proxy(request);
            default:
                throw KubeException.NoSuchPath();
        }
    }

    private JsonObject Existing(KubeRequest request) =>
        Store.Get(request.Type, request.Namespace, request.Name) ?? throw KubeException.NotFound(request.Type, request.Name);

    private Reply One(KubeRequest request, int status, JsonObject stored) =>
        Reply.Json(status, _forms.One(ObjectForms.Asked(request.Call.Header("Accept")), request.Type, stored));

    private static Func<JsonObject, bool> Selected(KubeRequest request)
    {
        var selected = Selectors.Read(request.Type, request.Call.Value("labelSelector"), request.Call.Value("fieldSelector"));
        return request.Name.Length == 0 ? selected : o => o.Name() == request.Name && selected(o);
    }

    private Reply List(KubeRequest request)
    {
        var all = Store.List(request.Type, request.Namespace).Where(Selected(request)).ToList();
        var metadata = new JsonObject { ["resourceVersion"] = Store.Revision.ToString(CultureInfo.InvariantCulture) };
        if (request.Call.Value("continue") is { Length: > 0 } token)
        {
            var (revision, last) = ReadContinue(token);
            if (revision < Store.Forgotten)
            {
                throw new KubeException(
                    410, "Expired",
                    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.");
            }

            metadata["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture);
            all.RemoveAll(o => string.CompareOrdinal(o.Key(), last) <= 0);
        }

        if (int.TryParse(request.Call.Value("limit"), CultureInfo.InvariantCulture, out var limit) && limit > 0 && all.Count > limit)
        {
            metadata["continue"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{metadata.Text("resourceVersion")} {all[limit - 1].Key()}"))
                .Replace('+', '-').Replace('/', '_').TrimEnd('=');
            if (request.Call.Value("labelSelector") is not { Length: > 0 } && request.Call.Value("fieldSelector") is not { Length: > 0 })
            {
                // Of a selection nobody has counted the rest.
                metadata["remainingItemCount"] = all.Count - limit;
            }

            all.RemoveRange(limit, all.Count - limit);
        }

        return new Reply(200, _forms.List(ObjectForms.Asked(request.Call.Header("Accept")), request.Type, all, metadata), "application/json");
    }

    private static (long Revision, string Last) ReadContinue(string token)
    {
        try
        {
            var padded = token.Replace('-', '+').Replace('_', '/').PadRight((token.Length + 3) / 4 * 4, '=');
            var parts = Encoding.UTF8.GetString(Convert.FromBase64String(padded)).Split(' ');
            return (long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
        }
        catch (Exception error) when (error is FormatException or IndexOutOfRangeException)
        {
            throw KubeException.BadRequest("continue key is not valid: " + error.Message);
        }
    }

    private WatchReply Watch(KubeRequest request)
    {
        var from = request.Call.Value("resourceVersion");
        var since = string.IsNullOrEmpty(from) || from == "0" ? (long?)null
            : long.TryParse(from, CultureInfo.InvariantCulture, out var revision) ? revision
            : throw KubeException.BadRequest($"Invalid value: \"{from}\": resourceVersion");
        return new WatchReply(
            cluster, request.Type, request.Namespace, Selected(request), ObjectForms.Asked(request.Call.Header("Accept")), since)
        {
            Timeout = double.TryParse(request.Call.Value("timeoutSeconds"), CultureInfo.InvariantCulture, out var seconds) && seconds > 0
                ? TimeSpan.FromSeconds(seconds)
                : TimeSpan.FromMinutes(45),
            WantsBookmarks = request.Call.Value("allowWatchBookmarks") is "true" or "1",
        };
    }

    private static JsonObject Body(KubeRequest request) =>
        request.Call.ParseBody() as JsonObject ?? throw KubeException.BadRequest("the object provided is unrecognized: the body is no JSON object");

    private Reply Create(KubeRequest request)
    {
        var (type, o) = (request.Type, Body(request));
        if (o.Text("kind") is { } kind && kind != type.Kind)
        {
            throw KubeException.BadRequest($"{kind} in version \"{o.Text("apiVersion")}\" cannot be handled as a {type.Kind}");
        }

        var metadata = o.Metadata();
        if (type.Namespaced)
        {
            if (metadata.Text("namespace") is { Length: > 0 } given && given != request.Namespace)
            {
                throw KubeException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
            }

            metadata["namespace"] = request.Namespace;
            var ns = Store.Get(ResourceTypes.Namespaces, "", request.Namespace) ?? throw KubeException.NotFound(ResourceTypes.Namespaces, request.Namespace);
            if (ns.Find("metadata", "deletionTimestamp") is not null)
            {
                throw new KubeException(
                    403, "Forbidden",
                    $"{type.Label} \"{metadata.Text("name")}\" is forbidden: unable to create new content in namespace {request.Namespace} because it is being terminated");
            }
        }
        else
        {
            metadata.Remove("namespace");
        }

        if (metadata.Text("name") is not { Length: > 0 } name)
        {
            name = metadata.Text("generateName") is { Length: > 0 } start
                ? cluster.NewName(type, request.Namespace, start)
                : throw KubeException.Invalid(type, "", "metadata.name", "Required value: name or generateName is required");
            metadata["name"] = name;
        }

        if (!Names().IsMatch(name))
        {
            throw KubeException.Invalid(
                type, name, "metadata.name", $"Invalid value: \"{name}\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'");
        }

        if (metadata.ContainsKey("resourceVersion") && metadata.Text("resourceVersion") is { Length: > 0 })
        {
            throw KubeException.BadRequest("resourceVersion should not be set on objects to be created");
        }

        if (Store.Get(type, request.Namespace, name) is not null)
        {
            throw KubeException.Exists(type, name);
        }

        Default(request, o, name);
        OpenShift.Admit(type, o);
        if (request.IsDryRun)
        {
            return Reply.Json(201, Store.Completed(type, o));
        }

        var stored = Store.Add(type, o);
        cluster.Written(type, null, stored);
        return One(request, 201, Store.Get(type, request.Namespace, name) ?? stored);
    }

    /// <summary>What the API fills in.</summary>
    private void Default(KubeRequest request, JsonObject o, string name)
    {
        if (request.Type == ResourceTypes.Namespaces)
        {
            o.Metadata().Child("labels")["kubernetes.io/metadata.name"] = name;
            o.Child("spec")["finalizers"] = new JsonArray("kubernetes");
            o["status"] = new JsonObject { ["phase"] = "Active" };
        }
        else if (request.Type == ResourceTypes.Pods)
        {
            var spec = o.Child("spec");
            if (!spec.Each("containers").Any())
            {
                throw KubeException.Invalid(request.Type, name, "spec.containers", "Required value");
            }

            var account = spec.Text("serviceAccountName") ?? "default";
            if (Store.Get(ResourceTypes.ServiceAccounts, request.Namespace, account) is null)
            {
                throw new KubeException(
                    403, "Forbidden",
                    $"pods \"{name}\" is forbidden: error looking up service account {request.Namespace}/{account}: serviceaccount \"{account}\" not found");
            }

            PodDefaults.Fill(spec);
            o["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = "BestEffort" };
        }
        else if (request.Type == ResourceTypes.Csrs)
        {
            var spec = o.Child("spec");
            spec["username"] = request.User.Name;
            spec["groups"] = ObjectJson.Array(request.User.Groups);
            o["status"] = new JsonObject();
            Csrs.Validate(o, name);
        }
        else if (request.Type == ResourceTypes.Budgets)
        {
            foreach (var count in new[] { "disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods" })
            {
                o.Child("status")[count] ??= 0;
            }
        }
        else if (request.Type.HasStatus && !request.Type.IsCustom && request.Type != ResourceTypes.Nodes)
        {
            o["status"] = new JsonObject();
        }

        ApiDefaults.Fill(request.Type, o);
    }

    private Reply Update(KubeRequest request, bool status) => Write(request, Existing(request), Body(request), status, isPatch: false);

    private Reply Patch(KubeRequest request, bool status)
    {
        if (request.Call.ContentType == "application/apply-patch+yaml" && Store.Get(request.Type, request.Namespace, request.Name) is null)
        {
            return Create(request with { Name = "" });
        }

        var old = Existing(request);
        return Write(request, old, Patches.Apply(request.Type, Store.View(request.Type, old), request.Call), status, isPatch: true);
    }

    private Reply Write(KubeRequest request, JsonObject old, JsonObject given, bool status, bool isPatch)
    {
        var type = request.Type;
        if (given.Text("metadata", "name") is { } name && name != request.Name)
        {
            throw KubeException.BadRequest($"the name of the object ({name}) does not match the name on the URL ({request.Name})");
        }

        CheckVersion(request, old, given, isPatch);
        if (given.Text("metadata", "uid") is { Length: > 0 } uid && uid != old.Text("metadata", "uid"))
        {
            throw KubeException.Conflict(
                type, request.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {old.Text("metadata", "uid")}");
        }

        var next = old.Copy();
        if (status)
        {
            next["status"] = given["status"]?.DeepClone();
        }
        else
        {
            foreach (var (key, value) in given.Where(p => p.Key is not ("metadata" or "kind" or "apiVersion") && !(p.Key == "status" && type.HasStatus)))
            {
                next[key] = value?.DeepClone();
            }

            foreach (var key in next.Select(p => p.Key).Where(k => !given.ContainsKey(k) && k is not ("metadata" or "kind" or "apiVersion" or "status")).ToList())
            {
                next.Remove(key);
            }

            if (type == ResourceTypes.Csrs)
            {
                // What was asked for stays.
                next["spec"] = old["spec"]!.DeepClone();
            }

            foreach (var key in new[] { "labels", "annotations", "ownerReferences", "finalizers" })
            {
                next.Metadata().Remove(key);
                if (given.Find("metadata", key) is { } value)
                {
                    next.Metadata()[key] = value.DeepClone();
                }
            }
        }

        ApiDefaults.Fill(type, next);
        OpenShift.Admit(type, next);
        if (request.IsDryRun)
        {
            return Reply.Ok(next);
        }

        var stored = Store.Replace(type, old, next);
        if (stored.Find("metadata", "deletionTimestamp") is not null && type != ResourceTypes.Namespaces && type != ResourceTypes.Pods
            && stored.Find("metadata", "finalizers") is not JsonArray { Count: > 0 })
        {
            Store.Remove(type, stored);
            return One(request, 200, stored);
        }

        cluster.Written(type, old, stored);
        return One(request, 200, Store.Get(type, request.Namespace, request.Name) ?? stored);
    }

    private static void CheckVersion(KubeRequest request, JsonObject old, JsonObject given, bool isPatch)
    {
        var version = given.Text("metadata", "resourceVersion");
        if (string.IsNullOrEmpty(version))
        {
            if (request.Type.IsCustom && !isPatch)
            {
                throw KubeException.Invalid(request.Type, request.Name, "metadata.resourceVersion", "Invalid value: 0x0: must be specified for an update");
            }
        }
        else if (version != old.Text("metadata", "resourceVersion"))
        {
            throw KubeException.Conflict(request.Type, request.Name);
        }
    }

    private Reply Delete(KubeRequest request)
    {
        var o = Existing(request);
        var options = request.Call.ParseBody() as JsonObject;
        foreach (var key in new[] { "uid", "resourceVersion" })
        {
            if (options.Text("preconditions", key) is { } wanted && wanted != o.Text("metadata", key))
            {
                throw KubeException.Conflict(
                    request.Type, request.Name,
                    $"Precondition failed: {(key == "uid" ? "UID" : "ResourceVersion")} in precondition: {wanted}, in object meta: {o.Text("metadata", key)}");
            }
        }

        if (request.IsDryRun || (options?["dryRun"] as JsonArray)?.Count > 0)
        {
            return One(request, 200, o);
        }

        var grace = long.TryParse(request.Call.Value("gracePeriodSeconds"), CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : options.Number("gracePeriodSeconds");
        return Remove(request.Type, o, grace) && !request.Type.ReturnsDeleted
            ? Reply.Ok(Gone(request.Type, o))
            : One(request, 200, Store.Get(request.Type, request.Namespace, request.Name) ?? o);
    }

    private static JsonObject Gone(ResourceType type, JsonObject o)
    {
        var details = KubeException.Of(type, o.Name());
        details["uid"] = o.Text("metadata", "uid");
        return new JsonObject
        {
            ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["details"] = details,
        };
    }

    private Reply DeleteAll(KubeRequest request)
    {
        var all = Store.List(request.Type, request.Namespace).Where(Selected(request)).ToList();
        foreach (var o in all)
        {
            Remove(request.Type, o, null);
        }

        var metadata = new JsonObject { ["resourceVersion"] = Store.Revision.ToString(CultureInfo.InvariantCulture) };
        return new Reply(200, _forms.List(ObjectForm.Whole, request.Type, all, metadata), "application/json");
    }

    /// <summary>Takes an object away.</summary>
    /// <returns>Whether it is gone at once.</returns>
    private bool Remove(ResourceType type, JsonObject o, long? grace)
    {
        if (o.Find("metadata", "finalizers") is JsonArray { Count: > 0 })
        {
            Store.Change(type, o.Namespace(), o.Name(), x => x.Metadata()["deletionTimestamp"] ??= cluster.Now.Kube());
            return false;
        }

        if (type == ResourceTypes.Pods)
        {
            return cluster.Pods.Delete(o, grace);
        }

        if (type == ResourceTypes.Namespaces)
        {
            cluster.Pods.DeleteNamespace(o.Name());
            return false;
        }

        Store.Remove(type, o);
        if (type == ResourceTypes.Secrets)
        {
            cluster.Certificates.Deleted(o);
        }

        return true;
    }

    private Reply Approve(KubeRequest request)
    {
        var old = Existing(request);
        var given = request.Verb == "patch" ? Patches.Apply(request.Type, old, request.Call) : Body(request);
        CheckVersion(request, old, given, isPatch: true);
        var next = cluster.Csrs.Decide(old, given);
        if (request.IsDryRun)
        {
            return Reply.Ok(next);
        }

        var stored = Store.Replace(request.Type, old, next);
        cluster.Written(request.Type, old, stored);
        return One(request, 200, stored);
    }

    private Reply Log(KubeRequest request)
    {
        var text = cluster.Pods.Log(Existing(request), request.Call.Value("container"));
        if (int.TryParse(request.Call.Value("tailLines"), CultureInfo.InvariantCulture, out var tail))
        {
            text = string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(tail).Select(l => l + "\n"));
        }

        return Reply.Text(200, text, "text/plain; charset=utf-8");
    }

    private Reply Evict(KubeRequest request)
    {
        var pod = Existing(request);
        foreach (var budget in Store.List(ResourceTypes.Budgets, request.Namespace))
        {
            var labels = budget.Find("spec", "selector", "matchLabels") as JsonObject ?? [];
            if (labels.All(l => pod.Text("metadata", "labels", l.Key) == l.Value.Text()) && (budget.Number("status", "disruptionsAllowed") ?? 0) == 0
                && pod.Text("status", "phase") is not ("Succeeded" or "Failed"))
            {
                throw new KubeException(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.")
                {
                    Details = new JsonObject
                    {
                        ["causes"] = new JsonArray(new JsonObject
                        {
                            ["reason"] = "DisruptionBudget",
                            ["message"] = $"The disruption budget {budget.Name()} needs 1 healthy pods and has 1 currently",
                        }),
                    },
                };
            }
        }

        if (!request.IsDryRun)
        {
            cluster.Pods.Delete(pod, (request.Call.ParseBody() as JsonObject).Number("deleteOptions", "gracePeriodSeconds"));
        }

        return Reply.Json(201, new JsonObject
        {
            ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201,
        });
    }

    private Reply Proxy(KubeRequest request)
    {
        Existing(request);
        var path = string.Join('/', request.Rest);
        var node = cluster.Node(request.Name) ?? throw KubeException.NotFound(request.Type, request.Name);
        if (cluster.Pods.KubeletError(node, path) is { } error)
        {
            // What the proxy could not reach is told without the request it made.
            throw KubeException.Unavailable("error trying to reach service: " + error[(error.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
        }

        return path switch
        {
            "healthz" => Reply.Text(200, "ok", "text/plain; charset=utf-8"),
            "metrics" => Reply.Text(200, KubeletMetrics.Of(node, cluster.Now), "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"),
            _ => Reply.Text(404, "404 page not found\n", "text/plain; charset=utf-8"),
        };
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9.:]*[a-z0-9])?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Names();
}
