using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Cluster.Requests;

/// <summary>A failure, which the API server reports as a <c>Status</c>.</summary>
internal sealed class KubeException(int status, string reason, string message) : ApiException(status, message)
{
    public string Reason { get; } = reason;

    public JsonObject? Details { get; init; }

    /// <summary>The answer is plain text instead of a Status.</summary>
    public bool IsText { get; init; }

    public static KubeException NotFound(ResourceType type, string name) =>
        new(404, "NotFound", $"{type.Label} \"{name}\" not found") { Details = Of(type, name) };

    /// <summary>The API server has no such path below a group that it knows.</summary>
    public static KubeException NoSuchPath() => new(404, "NotFound", "the server could not find the requested resource") { Details = [] };

    /// <summary>There is no such path at all; the API server's web server answers with text.</summary>
    public static KubeException NoSuchPage() => new(404, "NotFound", "404 page not found") { IsText = true };

    public static KubeException Exists(ResourceType type, string name) =>
        new(409, "AlreadyExists", $"{type.Label} \"{name}\" already exists") { Details = Of(type, name) };

    public static KubeException Conflict(ResourceType type, string name, string why =
        "the object has been modified; please apply your changes to the latest version and try again") =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {type.Label} \"{name}\": {why}") { Details = Of(type, name) };

    public static KubeException Invalid(ResourceType type, string name, string field, string why) =>
        new(422, "Invalid", $"{type.Kind}{(type.Group.Length > 0 ? "." + type.Group : "")} \"{name}\" is invalid: {field}: {why}")
        {
            Details = Of(type.Group, type.Kind, name,
                new JsonArray(new JsonObject { ["reason"] = CauseOf(why), ["message"] = why, ["field"] = field })),
        };

    public static KubeException BadRequest(string message) => new(400, "BadRequest", message);

    public static KubeException Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static KubeException Unavailable(string message = "the server is currently unable to handle the request") =>
        new(503, "ServiceUnavailable", message);

    public static KubeException Internal(string message) =>
        new(500, "InternalError", "Internal error occurred: " + message);

    /// <summary>The details of a Status about an object.</summary>
    public static JsonObject Of(ResourceType type, string name) => Of(type.Group, type.Plural, name);

    private static JsonObject Of(string group, string kind, string name, JsonArray? causes = null)
    {
        // Go omits empty fields.
        var details = new JsonObject();
        foreach (var (key, value) in new[] { ("name", name), ("group", group), ("kind", kind) })
        {
            if (value.Length > 0)
            {
                details[key] = value;
            }
        }

        if (causes is not null)
        {
            details["causes"] = causes;
        }

        return details;
    }

    /// <summary>The reason of a field's error, from the begin of its message (<c>pkg/util/validation/field/errors.go</c> of
    /// kubernetes/apimachinery).</summary>
    private static string CauseOf(string why) => why.Split(':')[0] switch
    {
        "Required value" => "FieldValueRequired",
        "Unsupported value" => "FieldValueNotSupported",
        "Forbidden" => "FieldValueForbidden",
        "Duplicate value" => "FieldValueDuplicate",
        _ => "FieldValueInvalid",
    };

    public static JsonObject StatusOf(ApiException error)
    {
        var kube = error as KubeException;
        var status = new JsonObject
        {
            ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Failure",
            ["message"] = error.Message, ["reason"] = kube?.Reason ?? ReasonOf(error.Status),
        };
        if (kube?.Details is { } details)
        {
            status["details"] = details.DeepClone();
        }

        status["code"] = error.Status;
        return status;
    }

    private static string ReasonOf(int status) => status switch
    {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        409 => "Conflict",
        410 => "Expired",
        422 => "Invalid",
        429 => "TooManyRequests",
        500 => "InternalError",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "Unknown",
    };
}
