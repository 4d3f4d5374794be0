using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Orchestration.Hot;

/// <summary>A template, with its sections checked.</summary>
internal sealed class HotTemplate
{
    private static readonly string[] Sections =
        ["heat_template_version", "description", "parameter_groups", "parameters", "resources", "outputs", "conditions"];

    private static readonly string[] Versions =
    [
        "2013-05-23", "2014-10-16", "2015-04-30", "2015-10-15", "2016-04-08", "2016-10-14", "newton", "2017-02-24", "ocata", "2017-09-01",
            "pike",
        "2018-03-02", "queens", "2018-08-31", "rocky", "2021-04-16", "wallaby",
    ];

    private static readonly string[] ResourceKeys =
        ["type", "properties", "metadata", "depends_on", "deletion_policy", "update_policy", "description", "external_id", "condition"];

    private HotTemplate(JsonObject body)
    {
        Body = body;
        Parameters = Section("parameters").Select(p => new TemplateParameter(p.Key, p.Value)).ToDictionary(p => p.Name);
        Resources = Section("resources").Select(p => new TemplateResource(p.Key, (JsonObject)p.Value!)).ToDictionary(r => r.Name);
        Outputs = Section("outputs");
        Conditions = Section("conditions");
    }

    /// <summary>As it was given, parsed.</summary>
    public JsonObject Body { get; }

    public string Description => PythonText.Of(Body["description"]) is { Length: > 0 } text ? text : "No description";

    public IReadOnlyDictionary<string, TemplateParameter> Parameters { get; }

    public IReadOnlyDictionary<string, TemplateResource> Resources { get; }

    public JsonObject Outputs { get; }

    public JsonObject Conditions { get; }

    public static HotTemplate Empty() => new(new JsonObject { ["heat_template_version"] = "2021-04-16" });

    /// <summary>Reads a template that a request holds: an object, or a text in JSON or YAML.</summary>
    public static HotTemplate Read(JsonNode? given)
    {
        JsonObject body;
        if (given is JsonObject o)
        {
            body = (JsonObject)o.DeepClone();
        }
        else if (PythonText.IsText(given, out var text))
        {
            body = ReadText(text);
        }
        else
        {
            throw HeatErrors.BadRequest("No template specified");
        }

        return Check(body);
    }

    private static JsonObject ReadText(string text)
    {
        const int Most = 524288;
        if (text.Length > Most)
        {
            throw new ApiException(
                400, $"Request limit exceeded: Template size ({text.Length} bytes) exceeds maximum allowed size ({Most} bytes).",
                "RequestLimitExceeded");
        }

        try
        {
            var body = HotYaml.Parse(text) as JsonObject ?? throw new FormatException("The template is not a JSON object or YAML mapping.");
            return body.ContainsKey("heat_template_version") || body.ContainsKey("HeatTemplateFormatVersion")
                || body.ContainsKey("AWSTemplateFormatVersion")
                ? body
                : throw new FormatException("Template format version not found.");
        }
        catch (FormatException e)
        {
            throw HeatErrors.BadRequest($"Template not in valid format: {e.Message}");
        }
    }

    private static HotTemplate Check(JsonObject body)
    {
        if (!PythonText.IsText(body["heat_template_version"], out var version))
        {
            throw new ApiException(400, "The template version is invalid: Template version was not provided", "InvalidTemplateVersion");
        }

        if (!Versions.Contains(version))
        {
            throw new ApiException(
                400, $"The template version is invalid: \"heat_template_version: {version}\". \"heat_template_version\" should be one of:"
                + $" {string.Join(", ", Versions)}",
                "InvalidTemplateVersion");
        }

        if (body.Select(p => p.Key).FirstOrDefault(k => !Sections.Contains(k)) is { } strange)
        {
            throw new ApiException(400, $"The template section is invalid: {strange}", "InvalidTemplateSection");
        }

        foreach (var (section, needed) in new[] { ("resources", "type"), ("outputs", "value"), ("parameters", "type") })
        {
            foreach (var (_, entry) in body[section] as JsonObject ?? [])
            {
                if (entry is null or JsonObject { Count: 0 })
                {
                    throw HeatErrors.Validation($"Each {section[..^1]} must contain a {needed} key.");
                }

                if (entry is not JsonObject o)
                {
                    throw HeatErrors.Validation(
                        $"\"{section}\" must contain a map of {section[..^1]} maps. Found a [{TypeName(entry)}] instead");
                }

                if (section == "resources" && o.Select(p => p.Key).FirstOrDefault(k => !ResourceKeys.Contains(k)) is { } key)
                {
                    throw HeatErrors.Validation($"\"{key}\" is not a valid keyword inside a resource definition");
                }

                if (!o.ContainsKey(needed))
                {
                    throw HeatErrors.Validation($"Each {section[..^1]} must contain a {needed} key.");
                }
            }
        }

        return new HotTemplate(body);
    }

    private static string TypeName(JsonNode node) => node switch
    {
        JsonArray => "<class 'list'>",
        JsonValue v when v.TryGetValue(out string? _) => "<class 'str'>",
        JsonValue v when v.TryGetValue(out bool _) => "<class 'bool'>",
        _ => "<class 'int'>",
    };

    private JsonObject Section(string name) => Body[name] as JsonObject ?? [];
}

/// <summary>A resource as the template has it.</summary>
internal sealed class TemplateResource(string name, JsonObject body)
{
    public string Name { get; } = name;

    public JsonNode? TypeNode => body["type"];

    public string Type => PythonText.Of(body["type"]);

    public JsonNode? Properties => body["properties"];

    public string Description => PythonText.Of(body["description"]);

    public JsonNode? Condition => body["condition"];

    public bool HasCondition => body.ContainsKey("condition");

    public bool IsRetained => PythonText.Of(body["deletion_policy"]).Equals("retain", StringComparison.OrdinalIgnoreCase);

    public IEnumerable<string> DependsOn => body["depends_on"] switch
    {
        JsonArray several => several.Select(PythonText.Of),
        null => [],
        var one => [PythonText.Of(one)],
    };
}
