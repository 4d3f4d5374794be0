using System.Text;
using System.Text.Json.Nodes;
using Hotstack.Sandbox.Orchestration.Hot;

namespace Hotstack.Sandbox.Orchestration.Types;

/// <summary>What is kept in Heat's own database, under an id.</summary>
internal abstract class ConfigKind(string type) : ResourceKind(type)
{
    public override IReadOnlyList<string> Attributes { get; } = ["config"];

    public override TimeSpan Begin(ResourceSite site)
    {
        site.Resource.PhysicalId = site.Cloud.NewId();
        site.Cloud.ConfigTexts[site.Resource.PhysicalId] = Text(site);
        return TimeSpan.Zero;
    }

    public override TimeSpan Delete(ResourceSite site)
    {
        site.Cloud.ConfigTexts.Remove(site.Resource.PhysicalId);
        return TimeSpan.Zero;
    }

    public override JsonNode? Attribute(ResourceSite site, string name) =>
        name == "config" ? site.Cloud.ConfigTexts.GetValueOrDefault(site.Resource.PhysicalId) : null;

    protected abstract string Text(ResourceSite site);
}

internal sealed class CloudConfigKind() : ConfigKind("OS::Heat::CloudConfig")
{
    public override IReadOnlyDictionary<string, PropertySchema> Properties { get; } = new Dictionary<string, PropertySchema> { ["cloud_config"] = PropertySchema.Map };

    // JSON is YAML.
    protected override string Text(ResourceSite site) => "#cloud-config\n" + PythonText.Json(site.Map("cloud_config")) + "\n";
}

internal sealed class MultipartMimeKind() : ConfigKind("OS::Heat::MultipartMime")
{
    public override IReadOnlyDictionary<string, PropertySchema> Properties { get; } = new Dictionary<string, PropertySchema>
    {
        ["parts"] = PropertySchema.ListOf(new()
        {
            ["config"] = PropertySchema.Text with { Required = true }, ["filename"] = PropertySchema.Text, ["type"] = PropertySchema.Text,
            ["subtype"] = PropertySchema.Text,
        }),
        ["group"] = PropertySchema.Text,
    };

    protected override string Text(ResourceSite site)
    {
        const string Boundary = "===============sandbox==";
        var text = new StringBuilder($"Content-Type: multipart/mixed; boundary=\"{Boundary}\"\nMIME-Version: 1.0\n");
        foreach (var part in site.List("parts").OfType<JsonObject>())
        {
            var config = PythonText.Of(part["config"]);
            var content = site.Cloud.ConfigTexts.GetValueOrDefault(config, config);
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"\n--{Boundary}\nContent-Type: text/{part["subtype"] ?? "cloud-config"}\n\n{content}");
        }

        return text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n--{Boundary}--\n").ToString();
    }
}

internal sealed class SoftwareConfigKind() : ConfigKind("OS::Heat::SoftwareConfig")
{
    public override IReadOnlyDictionary<string, PropertySchema> Properties { get; } = new Dictionary<string, PropertySchema>
    {
        ["group"] = PropertySchema.Text, ["config"] = PropertySchema.Text, ["options"] = PropertySchema.Map,
            ["inputs"] = PropertySchema.List,
        ["outputs"] = PropertySchema.List,
    };

    protected override string Text(ResourceSite site) => site.Text("config") ?? "";
}

internal sealed class ValueKind() : ResourceKind("OS::Heat::Value")
{
    public override IReadOnlyDictionary<string, PropertySchema> Properties { get; } = new Dictionary<string, PropertySchema>
    {
        ["type"] = PropertySchema.Text with { Allowed = ["string", "number", "comma_delimited_list", "json", "boolean"] },
        ["value"] = PropertySchema.Any with { Required = true },
    };

    public override IReadOnlyList<string> Attributes { get; } = ["value"];

    public override TimeSpan Begin(ResourceSite site)
    {
        site.Resource.PhysicalId = site.PhysicalName;
        return TimeSpan.Zero;
    }

    public override bool CanUpdate(IReadOnlyCollection<string> changed) => true;

    public override JsonNode? Attribute(ResourceSite site, string name) => name == "value" ? site.Properties["value"]?.DeepClone() : null;
}

internal sealed class RandomStringKind() : ResourceKind("OS::Heat::RandomString")
{
    public override IReadOnlyDictionary<string, PropertySchema> Properties { get; } = new Dictionary<string, PropertySchema>
    {
        ["length"] = PropertySchema.Integer, ["character_classes"] = PropertySchema.List, ["character_sequences"] = PropertySchema.List,
        ["salt"] = PropertySchema.Text,
    };

    public override IReadOnlyList<string> Attributes { get; } = ["value"];

    public override TimeSpan Begin(ResourceSite site)
    {
        var digits = new StringBuilder();
        while (digits.Length < (site.Number("length") ?? 32))
        {
            digits.Append(site.Cloud.NewId().Replace("-", "", StringComparison.Ordinal));
        }

        var value = digits.ToString(0, site.Number("length") ?? 32);
        site.Resource.PhysicalId = site.PhysicalName;
        site.Cloud.ConfigTexts[site.PhysicalName] = value;
        return TimeSpan.Zero;
    }

    public override JsonNode? Reference(ResourceSite site) => Attribute(site, "value");

    public override JsonNode? Attribute(ResourceSite site, string name) =>
        name == "value" ? site.Cloud.ConfigTexts.GetValueOrDefault(site.Resource.PhysicalId) : null;
}

internal sealed class NoneKind() : ResourceKind("OS::Heat::None")
{
    private static readonly AnyProperties Anything = new();

    public override IReadOnlyDictionary<string, PropertySchema> Properties => Anything;

    public override TimeSpan Begin(ResourceSite site)
    {
        site.Resource.PhysicalId = site.PhysicalName;
        return TimeSpan.Zero;
    }

    /// <summary>It takes any property and looks at none.</summary>
    private sealed class AnyProperties : Dictionary<string, PropertySchema>, IReadOnlyDictionary<string, PropertySchema>
    {
        bool IReadOnlyDictionary<string, PropertySchema>.ContainsKey(string key) => true;
    }
}
