namespace Hotstack.Deployments;

/// <summary>Roles with a meaning of their own here; upstream's templates use others too.</summary>
internal static class Roles
{
    /// <summary>The virtual machine that serves and installs the others.</summary>
    public const string Controller = "controller";

    /// <summary>A node of the cluster's control plane.</summary>
    public const string Master = "ocp_master";

    /// <summary>Another node of the cluster.</summary>
    public const string Worker = "ocp_worker";

    /// <summary>Is a node of the cluster.</summary>
    public static bool IsNode(string role) => role is Master or Worker;

    /// <summary>The servers that are nodes, by their roles: the cluster itself may be gone.</summary>
    public static IReadOnlyList<Instance> NodesAmong(IEnumerable<Instance> instances) => [.. instances.Where(i => IsNode(i.Role))];
}
