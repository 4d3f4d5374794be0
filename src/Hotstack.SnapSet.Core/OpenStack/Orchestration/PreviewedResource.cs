using System.Text.Json;

namespace Hotstack.OpenStack.Orchestration;

/// <summary>A resource that a stack would have.</summary>
/// <param name="Name">Its name in the template.</param>
/// <param name="Type"><c>OS::Nova::Server</c> …</param>
/// <param name="Properties">Its properties as far as Heat can tell them before anything is made; null if it tells none.</param>
public sealed record PreviewedResource(string Name, string Type, JsonElement? Properties)
{
    /// <summary>A text property; null if it is missing, or something else, or not known yet.</summary>
    public string? Property(string name) => Properties?.Text(name);

    /// <summary>Heat lists those of nested stacks as lists in the list.</summary>
    internal static IEnumerable<PreviewedResource> AllOf(JsonElement stack) => stack.Items("resources").SelectMany(From);

    private static IEnumerable<PreviewedResource> From(JsonElement resource) => resource.ValueKind == JsonValueKind.Array
        ? resource.EnumerateArray().SelectMany(From)
        : [new(resource.Text("resource_name") ?? "", resource.Text("resource_type") ?? "", resource.Field("properties"))];
}
