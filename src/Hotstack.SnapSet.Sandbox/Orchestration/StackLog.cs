namespace Hotstack.Sandbox.Orchestration;

/// <summary>Sets states, and writes them into the stack's history.</summary>
internal sealed class StackLog(SandboxCloud cloud, Stack stack)
{
    public void Set(string action, string status, string reason)
    {
        stack.Status = $"{action}_{status}";
        stack.StatusReason = reason;
        Add(stack.Name, stack.Id, stack.Status, reason, "OS::Heat::Stack");
    }

    public void Set(StackResource resource, string action, string status, string reason)
    {
        resource.Status = $"{action}_{status}";
        resource.Reason = reason;
        Add(resource.Name, resource.PhysicalId, resource.Status, reason, resource.Kind.Type);
    }

    private void Add(string name, string id, string status, string reason, string type) =>
        stack.Events.Add(new StackEvent(cloud.NewId(), cloud.Now, name, id, status, reason, type));
}
