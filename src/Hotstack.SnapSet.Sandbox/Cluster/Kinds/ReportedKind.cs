using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Control;
using Hotstack.Sandbox.Cluster.Objects;

namespace Hotstack.Sandbox.Cluster.Kinds;

/// <summary>A kind whose status an operator reports: it is updated after each write.</summary>
internal sealed class ReportedKind(ResourceType type, ObjectStore store, Operators operators) : Kind(type, store)
{
    public override void Written(JsonObject? before, JsonObject after) => operators.Evaluate();
}
