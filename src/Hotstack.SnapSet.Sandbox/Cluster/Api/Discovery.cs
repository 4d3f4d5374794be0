using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Objects;

namespace Hotstack.Sandbox.Cluster.Api;

/// <summary>The discovery documents: version, groups and resources.</summary>
internal static class Discovery
{
    private static readonly string[] Verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    public static JsonObject Version() => new()
    {
        ["major"] = "1", ["minor"] = "31", ["gitVersion"] = "v1.31.7", ["gitCommit"] = new string('0', 40), ["gitTreeState"] = "clean",
        ["buildDate"] = "2025-04-08T00:00:00Z", ["goVersion"] = "go1.22.12", ["compiler"] = "gc", ["platform"] = "linux/amd64",
    };

    public static JsonObject Core() => new()
    {
        ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(
            new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = "127.0.0.1:6443" }),
    };

    public static JsonObject Groups() => new()
    {
        ["kind"] = "APIGroupList", ["apiVersion"] = "v1",
            ["groups"] = new JsonArray([.. ResourceTypes.Groups.Select(g => Group(g, inList: true))]),
    };

    public static JsonObject Group(string name, bool inList = false)
    {
        var version = new JsonObject { ["groupVersion"] = $"{name}/{ResourceTypes.VersionOf(name)}",
            ["version"] = ResourceTypes.VersionOf(name) };
        var group = new JsonObject
        {
            ["name"] = name, ["versions"] = new JsonArray(version.DeepClone()), ["preferredVersion"] = version,
        };
        if (!inList)
        {
            (group["kind"], group["apiVersion"]) = ("APIGroup", "v1");
        }

        return group;
    }

    public static JsonObject Resources(string group)
    {
        var resources = new JsonArray();
        foreach (var type in ResourceTypes.All.Where(t => t.Group == group))
        {
            resources.Add(Resource(type.Plural, type.Kind, type, Verbs));
            if (type.HasStatus)
            {
                resources.Add(Resource(type.Plural + "/status", type.Kind, type, ["get", "patch", "update"]));
            }

            foreach (var (name, kind) in type.Subresources)
            {
                resources.Add(Resource($"{type.Plural}/{name}", kind, type, name == "eviction" ? ["create"] : ["get", "patch", "update"]));
            }
        }

        if (group == "authorization.k8s.io")
        {
            resources.Add(new JsonObject
            {
                ["name"] = "selfsubjectaccessreviews", ["singularName"] = "", ["namespaced"] = false, ["kind"] = "SelfSubjectAccessReview",
                ["verbs"] = new JsonArray("create"),
            });
        }

        return new JsonObject
        {
            ["kind"] = "APIResourceList", ["apiVersion"] = "v1", ["groupVersion"] = group.Length == 0 ? "v1"
                : $"{group}/{ResourceTypes.VersionOf(group)}", ["resources"] = resources,
        };
    }

    private static JsonObject Resource(string name, string kind, ResourceType type, string[] verbs)
    {
        var resource = new JsonObject
        {
            ["name"] = name, ["singularName"] = name == type.Plural ? type.Kind.ToLowerInvariant() : "", ["namespaced"] = type.Namespaced,
            ["kind"] = kind, ["verbs"] = ObjectJson.Array(verbs),
        };
        if (name == type.Plural && type.ShortNames.Length > 0)
        {
            resource["shortNames"] = ObjectJson.Array(type.ShortNames);
        }

        if (kind == "Eviction")
        {
            (resource["group"], resource["version"]) = ("policy", "v1");
        }

        return resource;
    }
}
