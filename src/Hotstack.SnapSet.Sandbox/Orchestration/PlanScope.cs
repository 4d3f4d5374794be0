using System.Text.Json.Nodes;
using Hotstack.Sandbox.Orchestration.Hot;

namespace Hotstack.Sandbox.Orchestration;

/// <summary>A stack none of whose resources is there yet, or is looked at.</summary>
internal sealed class PlanScope(StackScope stack) : IHotScope
{
    public IReadOnlyDictionary<string, string> Files => stack.Files;

    public HotTemplate Template => stack.Template;

    public JsonNode? Parameter(string name) => stack.Parameter(name);

    public JsonNode? Reference(string resource) => throw new NotYetKnownException();

    public JsonNode? Attribute(string resource, string? name) => throw new NotYetKnownException();
}
