namespace Hotstack.Deployments;

/// <summary>Which parameter of upstream's templates gives a role's image and flavor.</summary>
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
