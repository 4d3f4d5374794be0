using System.Text.Json.Nodes;

namespace Hotstack.OpenShift;

/// <summary>A change of an object, in one of the three languages that the API server reads.</summary>
/// <param name="ContentType">The language.</param>
/// <param name="Body">The change.</param>
internal sealed record Patch(string ContentType, JsonNode Body)
{
    /// <summary>RFC 7386: what is named is replaced, null deletes, lists are replaced whole.</summary>
    public static Patch Merge(JsonObject body) => new("application/merge-patch+json", body);

    /// <summary>Kubernetes' own: lists of the built-in kinds are merged by their key. Not for custom resources.</summary>
    public static Patch Strategic(JsonObject body) => new("application/strategic-merge-patch+json", body);

    /// <summary>RFC 6902: operations in order; a <c>test</c> that fails stops all.</summary>
    public static Patch Json(JsonArray operations) => new("application/json-patch+json", operations);
}
