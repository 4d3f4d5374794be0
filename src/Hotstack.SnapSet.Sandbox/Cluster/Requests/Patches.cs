using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Cluster.Requests;

/// <summary>Applies patches: JSON patch (RFC 6902), merge patch (RFC 7386) and Kubernetes' strategic merge patch.</summary>
internal static class Patches
{
    /// <summary>The keys by which a strategic merge matches the items of lists; other lists are replaced.</summary>
    private static readonly Dictionary<string, string> MergeKeys = new()
    {
        ["conditions"] = "type", ["containers"] = "name", ["initContainers"] = "name", ["addresses"] = "type",
        ["volumes"] = "name", ["env"] = "name", ["volumeMounts"] = "mountPath", ["ownerReferences"] = "uid", ["imagePullSecrets"] = "name",
    };

    /// <summary>The patched object.</summary>
    public static JsonObject Apply(ResourceType type, JsonObject old, ApiCall call)
    {
        var patch = call.ParseBody() ?? throw KubeException.BadRequest("error decoding patch: the body is no JSON");
        var next = old.Copy();
        switch (call.ContentType)
        {
            case "application/json-patch+json":
                return JsonPatch(type, next, patch as JsonArray ?? throw KubeException.BadRequest("error decoding patch: no array"));
            case "application/merge-patch+json":
                Merge(next, Object(patch));
                return next;
            case "application/strategic-merge-patch+json" when !type.IsCustom:
                StrategicMerge(next, Object(patch));
                return next;
            case "application/apply-patch+yaml":
                // JSON is valid YAML; field managers are not recorded.
                StrategicMerge(next, Object(patch));
                return next;
            default:
                throw new KubeException(
                    415, "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
                    + "application/merge-patch+json, application/apply-patch+yaml"
                        + (type.IsCustom ? "" : ", application/strategic-merge-patch+json"));
        }
    }

    private static JsonObject Object(JsonNode patch) =>
        patch as JsonObject ?? throw KubeException.BadRequest("error decoding patch: no object");

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (key, value) in patch)
        {
            if (value is null)
            {
                target.Remove(key);
            }
            else if (value is JsonObject inner)
            {
                Merge(target.Child(key), inner);
            }
            else
            {
                target[key] = value.DeepClone();
            }
        }
    }

    private static void StrategicMerge(JsonObject target, JsonObject patch)
    {
        if (patch.Text("$patch") == "replace")
        {
            target.Clear();
        }

        foreach (var (key, value) in patch)
        {
            if (key == "$patch" || key.StartsWith("$setElementOrder/", StringComparison.Ordinal) || key == "$retainKeys")
            {
                continue;
            }

            if (key.StartsWith("$deleteFromPrimitiveList/", StringComparison.Ordinal))
            {
                var gone = ((JsonArray)value!).Select(v => v?.ToJsonString()).ToHashSet();
                target.Items(key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..]).RemoveAll(v => gone.Contains(v?.ToJsonString()));
            }
            else if (value is null)
            {
                target.Remove(key);
            }
            else if (value is JsonObject inner)
            {
                StrategicMerge(target.Child(key), inner);
            }
            else if (value is JsonArray list && MergeKeys.TryGetValue(key, out var by) && list.All(i => i is JsonObject))
            {
                MergeList(target.Items(key), list, by);
            }
            else
            {
                target[key] = value.DeepClone();
            }
        }
    }

    private static void MergeList(JsonArray target, JsonArray patch, string by)
    {
        if (patch.OfType<JsonObject>().Any(i => i.Text("$patch") == "replace"))
        {
            target.Clear();
        }

        foreach (var item in patch.OfType<JsonObject>())
        {
            var found = target.OfType<JsonObject>().FirstOrDefault(i => i.Text(by) == item.Text(by));
            switch (item.Text("$patch"))
            {
                case "replace":
                    break;
                case "delete":
                    target.Remove(found);
                    break;
                default:
                    if (found is null)
                    {
                        target.Add(item.DeepClone());
                    }
                    else
                    {
                        StrategicMerge(found, item);
                    }

                    break;
            }
        }
    }

    private static JsonObject JsonPatch(ResourceType type, JsonObject next, JsonArray patch)
    {
        foreach (var step in patch.OfType<JsonObject>())
        {
            var path = (step.Text("path") ?? "").Split('/').Skip(1)
                .Select(p => p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToArray();
            var operation = step.Text("op");
            if (path.Length == 0 || !Operate(next, path, operation, step))
            {
                throw KubeException.Invalid(type, next.Name(), "patch", $"the operation {operation} at {step.Text("path")} does not apply");
            }
        }

        return next;
    }

    private static bool Operate(JsonObject root, string[] path, string? operation, JsonObject step)
    {
        JsonNode? parent = root;
        foreach (var key in path[..^1])
        {
            parent = Child(parent, key);
        }

        var last = path[^1];
        var value = step["value"];
        switch (operation)
        {
            case "test":
                return JsonNode.DeepEquals(Child(parent, last), value);
            case "remove" or "replace" when Child(parent, last) is null && (parent as JsonObject)?.ContainsKey(last) != true:
                return false;
            case "remove":
                return Remove(parent, last);
            case "replace" when parent is JsonArray list && int.TryParse(last, out var at):
                list[at] = value?.DeepClone();
                return true;
            case "add" or "replace" when parent is JsonObject o:
                o[last] = value?.DeepClone();
                return true;
            case "add" when parent is JsonArray list:
                if (last == "-")
                {
                    list.Add(value?.DeepClone());
                    return true;
                }

                if (!int.TryParse(last, out var where) || where > list.Count)
                {
                    return false;
                }

                list.Insert(where, value?.DeepClone());
                return true;
            default:
                return false;
        }
    }

    private static bool Remove(JsonNode? parent, string key)
    {
        if (parent is JsonArray list && int.TryParse(key, out var at))
        {
            list.RemoveAt(at);
            return true;
        }

        return (parent as JsonObject)?.Remove(key) == true;
    }

    private static JsonNode? Child(JsonNode? parent, string key) => parent switch
    {
        JsonObject o => o[key],
        JsonArray list when int.TryParse(key, out var at) && at < list.Count => list[at],
        _ => null,
    };
}
