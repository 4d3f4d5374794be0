using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Cluster.Requests;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Cluster.Api;

/// <summary>Answers writes of objects: what holds for every kind; the rest is the kind's.</summary>
internal sealed partial class ObjectWriter(OpenShiftCluster cluster, ObjectReader reader)
{
    private ObjectStore Store => cluster.Store;

    public Reply Create(KubeRequest request)
    {
        var (type, o) = (request.Type, Body(request));
        if (o.Text("kind") is { } given && given != type.Kind)
        {
            throw KubeException.BadRequest($"{given} in version \"{o.Text("apiVersion")}\" cannot be handled as a {type.Kind}");
        }

        Place(request, o);
        var name = Name(request, o);
        if (o.Text("metadata", "resourceVersion") is { Length: > 0 })
        {
            throw KubeException.BadRequest("resourceVersion should not be set on objects to be created");
        }

        if (Store.Get(type, request.Namespace, name) is not null)
        {
            throw KubeException.Exists(type, name);
        }

        var kind = cluster.KindOf(type);
        kind.Create(request, o, name);
        kind.Fill(o);
        kind.Admit(o);
        if (request.IsDryRun)
        {
            return Reply.Json(201, Store.Completed(type, o));
        }

        var stored = Store.Add(type, o);
        kind.Written(null, stored);
        return reader.Answer(request, 201, Store.Get(type, request.Namespace, name) ?? stored);
    }

    public Reply Update(KubeRequest request) => Write(request, reader.Existing(request), Body(request), isPatch: false);

    public Reply Patch(KubeRequest request)
    {
        if (request.Call.ContentType == "application/apply-patch+yaml" && Store.Get(request.Type, request.Namespace, request.Name) is null)
        {
            return Create(request with { Name = "" });
        }

        var old = reader.Existing(request);
        return Write(request, old, Patches.Apply(request.Type, Store.View(request.Type, old), request.Call), isPatch: true);
    }

    public Reply Delete(KubeRequest request)
    {
        var o = reader.Existing(request);
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
            return reader.Answer(request, 200, o);
        }

        var grace = long.TryParse(request.Call.Value("gracePeriodSeconds"), CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : options.Number("gracePeriodSeconds");
        return Remove(request.Type, o, grace) && !request.Type.ReturnsDeleted
            ? Reply.Ok(Gone(request.Type, o))
            : reader.Answer(request, 200, Store.Get(request.Type, request.Namespace, request.Name) ?? o);
    }

    public Reply DeleteAll(KubeRequest request)
    {
        var all = reader.Select(request);
        foreach (var o in all)
        {
            Remove(request.Type, o, null);
        }

        return reader.AnswerAll(request, all);
    }

    private static JsonObject Body(KubeRequest request) =>
        request.Call.ParseBody() as JsonObject
            ?? throw KubeException.BadRequest("the object provided is unrecognized: the body is no JSON object");

    /// <summary>Sets the namespace of a new object, which has to exist.</summary>
    private void Place(KubeRequest request, JsonObject o)
    {
        var type = request.Type;
        var metadata = o.Metadata();
        if (!type.Namespaced)
        {
            metadata.Remove("namespace");
            return;
        }

        if (metadata.Text("namespace") is { Length: > 0 } given && given != request.Namespace)
        {
            throw KubeException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }

        metadata["namespace"] = request.Namespace;
        var ns = Store.Get(ResourceTypes.Namespaces, "", request.Namespace)
            ?? throw KubeException.NotFound(ResourceTypes.Namespaces, request.Namespace);
        if (ns.Find("metadata", "deletionTimestamp") is not null)
        {
            throw new KubeException(
                403, "Forbidden",
                $"{type.Label} \"{metadata.Text("name")}\" is forbidden: unable to create new content in namespace {request.Namespace} because it is being terminated");
        }
    }

    /// <summary>The name of a new object, given or generated.</summary>
    private string Name(KubeRequest request, JsonObject o)
    {
        var (type, metadata) = (request.Type, o.Metadata());
        if (metadata.Text("name") is not { Length: > 0 } name)
        {
            name = metadata.Text("generateName") is { Length: > 0 } start
                ? Store.NewName(type, request.Namespace, start)
                : throw KubeException.Invalid(type, "", "metadata.name", "Required value: name or generateName is required");
            metadata["name"] = name;
        }

        if (!ValidName().IsMatch(name))
        {
            throw KubeException.Invalid(
                type, name, "metadata.name",
                    $"Invalid value: \"{name}\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'");
        }

        return name;
    }

    private Reply Write(KubeRequest request, JsonObject old, JsonObject given, bool isPatch)
    {
        CheckName(request, given);
        CheckVersion(request, old, given, isPatch);
        CheckUid(request, old, given);
        var (type, kind) = (request.Type, cluster.KindOf(request.Type));
        var next = kind.Update(old, given, request.Subresource);
        kind.Fill(next);
        kind.Admit(next);
        if (request.IsDryRun)
        {
            return Reply.Ok(next);
        }

        var stored = Store.Replace(type, old, next);
        if (stored.Find("metadata", "deletionTimestamp") is not null && type != ResourceTypes.Namespaces && type != ResourceTypes.Pods
            && stored.Find("metadata", "finalizers") is not JsonArray { Count: > 0 })
        {
            // The last finalizer is gone.
            Store.Remove(type, stored);
            return reader.Answer(request, 200, stored);
        }

        kind.Written(old, stored);
        return reader.Answer(request, 200, Store.Get(type, request.Namespace, request.Name) ?? stored);
    }

    private static void CheckName(KubeRequest request, JsonObject given)
    {
        if (given.Text("metadata", "name") is { } name && name != request.Name)
        {
            throw KubeException.BadRequest($"the name of the object ({name}) does not match the name on the URL ({request.Name})");
        }
    }

    private static void CheckUid(KubeRequest request, JsonObject old, JsonObject given)
    {
        if (given.Text("metadata", "uid") is { Length: > 0 } uid && uid != old.Text("metadata", "uid"))
        {
            throw KubeException.Conflict(
                request.Type, request.Name,
                    $"Precondition failed: UID in precondition: {uid}, UID in object meta: {old.Text("metadata", "uid")}");
        }
    }

    private static void CheckVersion(KubeRequest request, JsonObject old, JsonObject given, bool isPatch)
    {
        var version = given.Text("metadata", "resourceVersion");
        if (string.IsNullOrEmpty(version))
        {
            if (request.Type.IsCustom && !isPatch)
            {
                throw KubeException.Invalid(request.Type, request.Name, "metadata.resourceVersion",
                    "Invalid value: 0x0: must be specified for an update");
            }
        }
        else if (version != old.Text("metadata", "resourceVersion"))
        {
            throw KubeException.Conflict(request.Type, request.Name);
        }
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

    /// <summary>Deletes an object, or marks it as being deleted while it has finalizers.</summary>
    /// <returns>Whether it is gone at once.</returns>
    private bool Remove(ResourceType type, JsonObject o, long? grace)
    {
        if (o.Find("metadata", "finalizers") is not JsonArray { Count: > 0 })
        {
            return cluster.KindOf(type).Delete(o, grace);
        }

        Store.Change(type, o.Namespace(), o.Name(), x => x.Metadata()["deletionTimestamp"] ??= cluster.Clock.Now.Kube());
        return false;
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9.:]*[a-z0-9])?$", RegexOptions.ExplicitCapture)]
    private static partial Regex ValidName();
}
