using System.Text.Json;

namespace Hotstack.OpenStack.Orchestration;

/// <summary>A resource of a stack, as Heat shows it.</summary>
/// <param name="Name">Its name in the template: <c>master0</c>.</param>
/// <param name="Type"><c>OS::Nova::Server</c> …</param>
/// <param name="PhysicalId">The id of what it stands for; empty until that is made.</param>
/// <param name="Status"><c>CREATE_COMPLETE</c>, <c>CREATE_FAILED</c> …</param>
/// <param name="StatusReason">Why it is in that status.</param>
/// <param name="Parent">The resource of the stack above that it belongs to; null at the top.</param>
public sealed record StackResource(string Name, string Type, string PhysicalId, string Status, string? StatusReason, string? Parent)
{
    /// <summary>What Heat did with it last went wrong.</summary>
    public bool IsFailed => Status.EndsWith("_FAILED", StringComparison.Ordinal);

    /// <summary>Heat is done with it.</summary>
    public bool IsComplete => Status.EndsWith("_COMPLETE", StringComparison.Ordinal) && !Status.StartsWith("INIT", StringComparison.Ordinal);

    /// <summary>Heat works on it.</summary>
    public bool IsInProgress => Status.EndsWith("_IN_PROGRESS", StringComparison.Ordinal);

    internal static StackResource From(JsonElement resource) => new(
        resource.Text("resource_name") ?? "", resource.Text("resource_type") ?? "", resource.Text("physical_resource_id") ?? "",
        resource.Text("resource_status") ?? "UNKNOWN", resource.ToldOnOneLine("resource_status_reason"), resource.Text("parent_resource"));
}
