using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Hotstack.Deployments;
using Hotstack.Templates;

namespace Hotstack.SnapSets.Blueprints;

/// <summary>
/// The template that a stack had before a restore put a set into it: images, MAC addresses, volume snapshots. The restore sends it as a
/// file of the stack, which Heat keeps, so that a set of the restored stack has the blueprint of the original, without parts of an older set.
/// </summary>
internal static class RestoredTemplate
{
    /// <summary>The name of the file. No template gets it.</summary>
    public const string FileName = "hotstack-snapset-original.yaml";

    private const string SnapshotKey = "snapshot_id";

    /// <summary>Heat takes a request of 1 MiB, and the parameters and the environment are in it too.</summary>
    private const int MaxBytes = 700 * 1024;

    /// <summary>The files of a restored stack.</summary>
    /// <param name="original">The template.</param>
    /// <param name="text">What becomes of it for the set.</param>
    /// <returns>With the original template, unless Heat would refuse them for their size.</returns>
    public static IReadOnlyDictionary<string, string> Keep(TemplateBundle original, string text)
    {
        string kept = DocWriter.Write(original.Document);
        long bytes = original.Files.Append(new(FileName, kept)).Append(new("", text)).Sum(file => (long)JsonSerializer.SerializeToUtf8Bytes(file.Value).Length);
        return bytes > MaxBytes || Encoding.UTF8.GetByteCount(kept) > TemplateFiles.MaxTemplateBytes ? original.Files
            : new Dictionary<string, string>(original.Files, StringComparer.Ordinal) { [FileName] = kept };
    }

    /// <summary>The template as it was before a restore, in JSON.</summary>
    /// <param name="current">The stack's template.</param>
    /// <param name="files">Its files.</param>
    /// <returns>Null if no restore kept it, or if it was changed since in other places than a restore's.</returns>
    public static string? Original(JsonElement current, IReadOnlyDictionary<string, string> files)
    {
        if (files.GetValueOrDefault(FileName) is not { } kept)
        {
            return null;
        }

        try
        {
            JsonNode? original = DocJson.Of(HeatTemplate.Document(TemplateErrors.Mark(FileName, TemplateErrors.Template), kept));
            return JsonNode.DeepEquals(Rest(original), Rest(JsonText.ToNode(current))) ? original!.ToJsonString() : null;
        }
        catch (HotstackException)
        {
            return null;
        }
    }

    /// <summary>The literal snapshots in a template's volumes, by the volumes' names.</summary>
    public static IReadOnlyDictionary<string, string> SnapshotsIn(JsonElement template) =>
        (template.Field("resources") is { ValueKind: JsonValueKind.Object } resources ? resources.EnumerateObject() : [])
            .Where(resource => resource.Value.Text("type") == TemplateResources.VolumeType)
            .Select(resource => (resource.Name, Id: resource.Value.Field("properties")?.Text(SnapshotKey)))
            .Where(volume => volume.Id is not null).ToDictionary(volume => volume.Name, volume => volume.Id!, StringComparer.Ordinal);

    /// <summary>A template, in JSON, whose volumes of these names are made of no snapshot.</summary>
    public static string WithoutSnapshots(JsonElement template, IEnumerable<string> volumes)
    {
        JsonNode changed = JsonText.ToNode(template)!;
        foreach (string volume in volumes)
        {
            RemoveEmptied(changed["resources"]![volume], "properties", SnapshotKey);
        }

        return changed.ToJsonString();
    }

    /// <summary>What a restore leaves as it is.</summary>
    private static JsonNode? Rest(JsonNode? template)
    {
        JsonNode? rest = template?.DeepClone();
        RemoveEmptied(rest, "outputs", SnapSetData.Key);
        if (rest?["resources"] is not JsonObject resources)
        {
            return rest;
        }

        foreach ((string name, JsonNode? resource) in resources.ToArray())
        {
            string type = resource?["type"]?.ToString() ?? "";
            if (type == TemplateResources.VolumeType)
            {
                // It may be left out, as nothing else uses it.
                resources.Remove(name);
            }

            RemoveEmptied(resource, "properties", WrittenTo(type));
        }

        return rest;
    }

    /// <summary>The properties that a restore writes to resources of a type.</summary>
    private static string[] WrittenTo(string type) => type switch
    {
        TemplateResources.ServerType => ["image", BlockDeviceMapping.Present, BlockDeviceMapping.Older, "networks"],
        TemplateResources.PortType => ["mac_address"],
        _ => [],
    };

    private static void RemoveEmptied(JsonNode? holder, string section, params string[] keys)
    {
        if (holder is not JsonObject map || map[section] is not JsonObject inner)
        {
            return;
        }

        foreach (string key in keys)
        {
            inner.Remove(key);
        }

        if (inner.Count == 0)
        {
            map.Remove(section);
        }
    }
}
