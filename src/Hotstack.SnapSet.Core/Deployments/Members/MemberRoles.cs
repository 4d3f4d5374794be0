namespace Hotstack.Deployments.Members;

/// <summary>The roles of servers whose template does not tell them.</summary>
internal static class MemberRoles
{
    /// <summary>The names of upstream's servers begin so. Its spines and leaves are switches.</summary>
    private static readonly (string Beginning, string Role)[] Beginnings =
    [
        ("controller", Roles.Controller), ("master", Roles.Master), ("worker", Roles.Worker), ("bmh", "bmh"), ("ironic", "ironic"),
        ("compute", "compute"), ("networker", "networker"), ("nat64", "nat64_appliance"), ("devstack", "devstack"), ("switch", "switch"),
        ("spine", "switch"), ("leaf", "switch"),
    ];

    /// <summary>The role by the beginning of a name, otherwise a role of its own: the name without its number.</summary>
    public static string ByName(string name)
    {
        string? known = Beginnings.FirstOrDefault(row => name.StartsWith(row.Beginning, StringComparison.OrdinalIgnoreCase)).Role;
        return known ?? (name.TrimEnd("0123456789-_.".ToCharArray()) is { Length: > 0 } stem ? stem : name);
    }

    /// <summary>The place of a role in lists: the controller, the cluster's nodes, upstream's others, further ones.</summary>
    public static int Place(string role) => RoleParameters.Roles.TakeWhile(known => known != role).Count();
}
