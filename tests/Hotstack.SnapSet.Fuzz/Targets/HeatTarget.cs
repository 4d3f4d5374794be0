using System.Text.Json;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.Fuzz.Targets;

/// <summary>Stacks, their resources, and previews.</summary>
internal sealed class HeatTarget() : BodyTarget("heat", "stack", "stacks", "resources", "preview", "changes")
{
    protected override void Read(JsonElement answer)
    {
        One(answer, "stack", json =>
        {
            var stack = Stack.From(json);
            return $"{stack.Action}{stack.IsFailed}{stack.IsInProgress}{PreviewedResource.AllOf(json).Select(r => r.Property("flavor")).Count()}";
        });
        All(answer, "resources", StackResource.From);
        All(answer, "stacks", stack => stack.Text("stack_name"));
        _ = Heat.Changes(answer)["added"].FirstOrDefault();
    }
}
