using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Objects;

namespace Hotstack.Sandbox.Cluster.Api;

/// <summary>Objects as rows of a table, as <c>kubectl get</c> asks for them.</summary>
internal static class Tables
{
    private static readonly Column NameColumn = new("Name", (o, _) => o.Name());
    private static readonly Column AgeColumn = new("Age", (o, now) => Age(o.Time("metadata", "creationTimestamp"), now));

    private static readonly Dictionary<ResourceType, Column[]> Columns = new()
    {
        [ResourceTypes.Nodes] =
        [
            NameColumn,
            new("Status", (o, _) => (o.Condition("Ready").Text("status") == "True" ? "Ready" : "NotReady")
                + (o.IsTrue("spec", "unschedulable") ? ",SchedulingDisabled" : "")),
            new("Roles", (o, _) => string.Join(',', ((o.Find("metadata", "labels") as JsonObject) ?? [])
                .Where(l => l.Key.StartsWith("node-role.kubernetes.io/", StringComparison.Ordinal)).Select(l => l.Key.Split('/')[1])
                    .Order(StringComparer.Ordinal))),
            AgeColumn,
            new("Version", (o, _) => o.Text("status", "nodeInfo", "kubeletVersion")),
            new("Internal-IP", (o, _) => o.Each("status", "addresses").FirstOrDefault(a => a.Text("type") == "InternalIP").Text("address"),
                1),
            new("External-IP", (_, _) => "<none>", 1),
            new("OS-Image", (o, _) => o.Text("status", "nodeInfo", "osImage"), 1),
            new("Kernel-Version", (o, _) => o.Text("status", "nodeInfo", "kernelVersion"), 1),
            new("Container-Runtime", (o, _) => o.Text("status", "nodeInfo", "containerRuntimeVersion"), 1),
        ],
        [ResourceTypes.ClusterOperators] =
        [
            NameColumn, new("Version", (o, _) => o.Each("status", "versions").FirstOrDefault().Text("version")),
            Condition("Available"), Condition("Progressing"), Condition("Degraded"),
            new("Since", (o, now) => Age(o.Condition("Available").Time("lastTransitionTime"), now)),
            new("Message", (o, _) => o.Each("status", "conditions").FirstOrDefault(c => c.Text("reason") != "AsExpected").Text("message")
                ?? "", 1),
        ],
        [ResourceTypes.Csrs] =
        [
            NameColumn, AgeColumn, new("SignerName", (o, _) => o.Text("spec", "signerName")),
                new("Requestor", (o, _) => o.Text("spec", "username")),
            new("Condition", (o, _) => string.Join(',', o.Each("status", "conditions").Select(c => c.Text("type"))
                .DefaultIfEmpty("Pending"))
                + (o.Find("status", "certificate") is null ? "" : ",Issued")),
        ],
        [ResourceTypes.Pods] =
        [
            NameColumn,
            new("Ready", (o, _) => $"{o.Each("status", "containerStatuses").Count(c => c.IsTrue("ready"))}/{o.Each("spec", "containers").Count()}"),
            new("Status", (o, _) => PodStatus(o)), new("Restarts", (_, _) => "0"), AgeColumn,
            new("IP", (o, _) => o.Text("status", "podIP") ?? "<none>", 1), new("Node", (o, _) => o.Text("spec", "nodeName") ?? "<none>", 1),
            new("Nominated Node", (_, _) => "<none>", 1), new("Readiness Gates", (_, _) => "<none>", 1),
        ],
        [ResourceTypes.Namespaces] = [NameColumn, new("Status", (o, _) => o.Text("status", "phase")), AgeColumn],
        [ResourceTypes.Pools] =
        [
            NameColumn, Condition("Updated"), Condition("Updating"), Condition("Degraded"),
            new("MachineCount", (o, _) => o.Text("status", "machineCount")),
                new("ReadyMachineCount", (o, _) => o.Text("status", "readyMachineCount")),
        ],
        [ResourceTypes.ClusterVersions] =
        [
            NameColumn, new("Version", (o, _) => o.Each("status", "history").FirstOrDefault().Text("version")), Condition("Available"),
                Condition("Progressing"),
            new("Status", (o, _) => o.Condition("Progressing").Text("message")),
        ],
        [ResourceTypes.Leases] = [NameColumn, new("Holder", (o, _) => o.Text("spec", "holderIdentity")), AgeColumn],
        [ResourceTypes.Secrets] =
        [
            NameColumn, new("Type", (o, _) => o.Text("type")),
            new("Data", (o, _) => ((o["data"] as JsonObject)?.Count ?? 0).ToString(System.Globalization.CultureInfo.InvariantCulture)),
                AgeColumn,
        ],
    };

    public static JsonObject Of(ResourceType type, IReadOnlyList<JsonObject> objects, JsonObject metadata, DateTimeOffset now)
    {
        var columns = Columns.GetValueOrDefault(type, [NameColumn, AgeColumn]);
        return new JsonObject
        {
            ["kind"] = "Table", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = metadata,
            ["columnDefinitions"] = new JsonArray([.. columns.Select(c => new JsonObject
            {
                ["name"] = c.Name, ["type"] = "string", ["format"] = c == NameColumn ? "name" : "", ["description"] = "",
                    ["priority"] = c.Priority,
            })]),
            ["rows"] = new JsonArray([.. objects.Select(o => new JsonObject
            {
                ["cells"] = new JsonArray([.. columns.Select(c => (JsonNode)(c.Cell(o, now) ?? ""))]), ["object"] = ObjectForms.Metadata(o),
            })]),
        };
    }

    private static Column Condition(string type) => new(type, (o, _) => o.Condition(type).Text("status"));

    private static string PodStatus(JsonObject pod)
    {
        var state = pod.Each("status", "containerStatuses").FirstOrDefault()?["state"];
        return pod.Find("metadata", "deletionTimestamp") is not null ? "Terminating"
            : state.Text("waiting", "reason") ?? state.Text("terminated", "reason") ?? pod.Text("status", "phase") ?? "";
    }

    private static string Age(DateTimeOffset? since, DateTimeOffset now)
    {
        if (since is null)
        {
            return "<unknown>";
        }

        var age = now - since.Value;
        return FormattableString.Invariant(age < TimeSpan.FromMinutes(2) ? $"{(int)age.TotalSeconds}s"
            : age < TimeSpan.FromHours(3) ? $"{(int)age.TotalMinutes}m"
            : age < TimeSpan.FromDays(2) ? $"{(int)age.TotalHours}h"
            : (FormattableString)$"{(int)age.TotalDays}d");
    }

    private sealed record Column(string Name, Func<JsonObject, DateTimeOffset, string?> Cell, int Priority = 0);
}
