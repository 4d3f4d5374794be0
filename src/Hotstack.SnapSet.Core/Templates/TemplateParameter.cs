using System.Text.Json.Nodes;

namespace Hotstack.Templates;

/// <summary>A parameter that a template declares.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Heat's type: <c>string</c>, <c>number</c>, <c>json</c>, <c>comma_delimited_list</c>, <c>boolean</c>.</param>
public sealed record TemplateParameter(string Name, string Type)
{
    /// <summary>It need not be given.</summary>
    public bool HasDefault { get; init; }

    /// <summary>Its default, typed as Heat reads YAML; null also if that is none.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>What it is for; null if the template does not say.</summary>
    public string? Description { get; init; }

    /// <summary>Heat never shows its value.</summary>
    public bool IsHidden { get; init; }
}
