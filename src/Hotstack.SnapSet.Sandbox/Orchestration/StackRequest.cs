using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Orchestration.Hot;

namespace Hotstack.Sandbox.Orchestration;

/// <summary>The body of a request that makes, changes, previews or validates a stack.</summary>
internal sealed partial class StackRequest
{
    private readonly JsonObject _body;

    public StackRequest(ApiCall call)
    {
        _body = call.ParseBody() as JsonObject
            ?? throw HeatErrors.BadRequest(call.Body.Length == 0
                ? "The request body is empty"
                : "The server could not comply with the request since it is either malformed or otherwise incorrect.");
        Environment = Merge();
    }

    public string Name
    {
        get
        {
            var name = _body.ContainsKey("stack_name") ? PythonText.Of(_body["stack_name"])
                : throw HeatErrors.BadRequest("No stack name specified");
            return NameRule().IsMatch(name)
                ? name
                : throw HeatErrors.Validation(
                    $"Invalid stack name {name} must contain only alphanumeric or \"_-.\" characters, must start with alpha and must be 255 characters or less.");
        }
    }

    public bool HasTemplate => _body["template"] is not null || _body["template_url"] is not null;

    public HotTemplate Template => HotTemplate.Read(_body["template"]);

    public IReadOnlyDictionary<string, string> Files => (_body["files"] as JsonObject ?? [])
        .ToDictionary(p => p.Key, p => p.Value is JsonObject o ? PythonText.Json(o) : PythonText.Of(p.Value));

    /// <summary>The environment's parameters, and over them those of the request.</summary>
    public JsonObject Parameters
    {
        get
        {
            var all = Section(Environment, "parameters");
            foreach (var (name, value) in _body["parameters"] as JsonObject ?? [])
            {
                all[name] = value?.DeepClone();
            }

            return all;
        }
    }

    public JsonObject Defaults => Section(Environment, "parameter_defaults");

    public JsonObject Registry => Section(Environment, "resource_registry");

    public IReadOnlyList<string> ClearedParameters => [.. (_body["clear_parameters"] as JsonArray ?? []).Select(PythonText.Of)];

    public bool? DisableRollback => _body["disable_rollback"] is not { } given ? null : PythonText.Of(given).ToLowerInvariant() switch
    {
        "true" => true,
        "false" => false,
        var other => throw HeatErrors.BadRequest(
            $"Unrecognized value \"{other}\" for \"disable_rollback\", acceptable values are: true, false"),
    };

    public int? TimeoutMinutes => _body["timeout_mins"] is not { } given ? null
        : int.TryParse(PythonText.Of(given), CultureInfo.InvariantCulture, out var minutes) && minutes > 0 ? minutes
        : throw HeatErrors.BadRequest($"Invalid timeout value {PythonText.Of(given)}");

    public IReadOnlyList<string>? Tags => _body["tags"] switch
    {
        null => null,
        JsonArray list => [.. list.Select(PythonText.Of)],
        var text => [.. PythonText.Of(text).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
    };

    private JsonObject Environment { get; }

    private static JsonObject Section(JsonObject environment, string name) =>
        (JsonObject)(environment[name] as JsonObject ?? []).DeepClone();

    private static JsonObject Parse(JsonNode? given)
    {
        if (given is JsonObject o)
        {
            return o;
        }

        try
        {
            return HotYaml.Parse(PythonText.Of(given)) switch
            {
                JsonObject parsed => parsed,
                null => [],
                _ => throw new FormatException("The environment is not a valid YAML mapping data type."),
            };
        }
        catch (FormatException e)
        {
            throw HeatErrors.BadRequest("Environment not in valid format: " + e.Message);
        }
    }

    /// <summary>The environment as given; if files are named, what they say in their order instead.</summary>
    private JsonObject Merge()
    {
        if (_body["environment_files"] is not JsonArray { Count: > 0 } names)
        {
            return Parse(_body["environment"]);
        }

        var merged = new JsonObject();
        foreach (var name in names.Select(PythonText.Of))
        {
            var file = (_body["files"] as JsonObject)?[name] ?? throw HeatErrors.BadRequest($"No environment file {name} in files.");
            foreach (var (section, content) in Parse(file))
            {
                var target = merged[section] as JsonObject ?? [];
                foreach (var (key, value) in content as JsonObject ?? [])
                {
                    target[key] = value?.DeepClone();
                }

                merged[section] = target;
            }
        }

        return merged;
    }

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9_.-]{0,254}$")]
    private static partial Regex NameRule();
}
