
namespace Hotstack.Deployments;

/// <summary>Roles with a meaning here; upstream's templates use others too.</summary>
internal static class Roles
{
    /// <summary>The virtual machine that installs and serves the others.</summary>
    public const string Controller = "controller";

    /// <summary>A node of the cluster's control plane.</summary>
    public const string Master = "ocp_master";

    /// <summary>Another node of the cluster.</summary>
    public const string Worker = "ocp_worker";

    /// <summary>Whether a role is that of a cluster's node.</summary>
    public static bool IsNode(string role) => role is Master or Worker;

    /// <summary>Whether a deployment may run while a server of this role is off: Ironic and the bare-metal operator power their stand-ins
    /// off and on by themselves.</summary>
    public static bool MayBeOff(string role) => role != Controller && !IsNode(role);

    /// <summary>The servers that are off in a deployment that runs.</summary>
    public static IEnumerable<Instance> OffAmong(IEnumerable<Instance> instances) =>
        instances.Where(i => i.Status == ServerRules.ShutOff && MayBeOff(i.Role));

    /// <summary>The servers that are nodes, by their roles: the cluster itself may be down.</summary>
    public static IReadOnlyList<Instance> NodesAmong(IEnumerable<Instance> instances) => [.. instances.Where(i => IsNode(i.Role))];
}

/// <summary>The parameters of upstream's templates for a role's image and flavor.</summary>
public static class RoleParameters
{
    /// <summary>The roles that upstream's templates know.</summary>
    public static IReadOnlyList<string> Roles { get; } =
    [
        "controller", "ocp_master", "ocp_worker", "compute", "networker", "bmh", "ironic", "nat64_appliance", "devstack", "switch",
    ];

    /// <summary>The parameter of a role: <c>ocp_master_params</c> of <c>ocp_master</c>; null for a role without one.</summary>
    public static string? Of(string role)
    {
        ArgumentNullException.ThrowIfNull(role);
        string name = role.Replace('-', '_');
        return Roles.Contains(name) ? $"{name}_params" : null;
    }
}
