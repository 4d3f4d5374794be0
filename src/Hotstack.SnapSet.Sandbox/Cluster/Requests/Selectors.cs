using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Sandbox.Cluster.Objects;

namespace Hotstack.Sandbox.Cluster.Requests;

/// <summary>Label and field selectors.</summary>
internal static partial class Selectors
{
    private static readonly Dictionary<ResourceType, string[]> Fields = new()
    {
        [ResourceTypes.Pods] =
            ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase", "status.podIP"],
        [ResourceTypes.Nodes] = ["spec.unschedulable"],
        [ResourceTypes.Namespaces] = ["status.phase"],
        [ResourceTypes.Secrets] = ["type"],
        [ResourceTypes.Csrs] = ["spec.signerName"],
        [ResourceTypes.Events] =
        [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
            "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "source", "type",
        ],
    };

    /// <summary>Whether an object matches; an empty or missing selector matches all.</summary>
    public static Func<JsonObject, bool> Read(ResourceType type, string? labels, string? fields)
    {
        var tests = ReadLabels(labels ?? "").Concat(ReadFields(type, fields ?? "")).ToArray();
        return o => Array.TrueForAll(tests, test => test(o));
    }

    private static List<Func<JsonObject, bool>> ReadLabels(string text)
    {
        var tests = new List<Func<JsonObject, bool>>();
        foreach (var part in Commas().Split(text).Select(p => p.Trim()).Where(p => p.Length > 0))
        {
            if (Label().Match(part) is not { Success: true } match)
            {
                throw KubeException.BadRequest($"unable to parse requirement: found '{part}', expected: in, notin, =, ==, !=");
            }

            var key = match.Groups["key"].Value;
            var set = match.Groups["set"].Value.Split(',', StringSplitOptions.TrimEntries);
            var value = match.Groups["value"].Value;
            tests.Add((match.Groups["not"].Success, match.Groups["op"].Value) switch
            {
                (true, _) => o => LabelOf(o, key) is null,
                (_, "in") => o => LabelOf(o, key) is { } v && set.Contains(v),
                (_, "notin") => o => LabelOf(o, key) is not { } v || !set.Contains(v),
                (_, "=" or "==") => o => LabelOf(o, key) == value,
                (_, "!=") => o => LabelOf(o, key) != value,
                _ => o => LabelOf(o, key) is not null,
            });
        }

        return tests;
    }

    private static IEnumerable<Func<JsonObject, bool>> ReadFields(ResourceType type, string text)
    {
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Field().Match(part) is not { Success: true } match)
            {
                throw KubeException.BadRequest($"invalid selector: '{part}'; can't understand '{part}'");
            }

            var (key, value, not) = (match.Groups["key"].Value, match.Groups["value"].Value, match.Groups["op"].Value == "!=");
            if (key is not ("metadata.name" or "metadata.namespace") && Fields.GetValueOrDefault(type)?.Contains(key) != true)
            {
                throw KubeException.BadRequest($"field label not supported: {key}");
            }

            var path = key.Split('.');
            var otherwise = key == "spec.unschedulable" ? "false" : "";
            yield return o => ((o.Text(path) ?? otherwise) == value) != not;
        }
    }

    private static string? LabelOf(JsonObject o, string key) => o.Text("metadata", "labels", key);

    // Commas between requirements, not those in brackets.
    [GeneratedRegex(@",(?![^(]*\))")]
    private static partial Regex Commas();

    [GeneratedRegex(@"^(?<not>!)?\s*(?<key>[\w./-]+)\s*(?:(?<op>==|=|!=)\s*(?<value>[\w.-]*)|\s(?<op>in|notin)\s*\((?<set>[^)]*)\))?$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Label();

    [GeneratedRegex("^(?<key>[^=!]+)(?<op>==|!=|=)(?<value>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Field();
}
