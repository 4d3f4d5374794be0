using Hotstack.SnapSets;
using System.Text.Json.Nodes;

namespace Hotstack.Templates;

/// <summary>Which parameter of upstream's templates gives a role's image and flavor.</summary>
public static class RoleParameters
{
    private const string OverlayHint = "Restore with a template, so that each server gets its own image.";

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

    /// <summary>A set as parameters of the stack, as upstream's own lookup gives them.</summary>
    /// <returns><c>{controller_params: {image: id}, …}</c>.</returns>
    /// <exception cref="HotstackException">
    /// A role has several members (<c>RoleAmbiguous</c>), or no parameter (<c>RoleUnknown</c>).
    /// </exception>
    internal static JsonObject ImagesOf(SnapSet set)
    {
        var parameters = new JsonObject();
        var owners = new Dictionary<string, SnapSetMember>();
        foreach (SnapSetMember member in set.Members)
        {
            string parameter = RoleParameters.Of(member.Role)
                ?? throw new HotstackException(
                    ErrorCause.InputInvalid, "RoleUnknown", $"No stack parameter is known for the role {member.Role} of {member.Name}.")
                {
                    Hint = OverlayHint,
                    Target = member.Name,
                };
            if (!owners.TryAdd(parameter, member))
            {
                throw new HotstackException(
                    ErrorCause.InputInvalid,
                    "RoleAmbiguous",
                    $"{owners[parameter].Name} and {member.Name} are both {member.Role}, but {parameter} takes one image for all of them.")
                {
                    Hint = OverlayHint,
                    Target = set.Id,
                };
            }

            parameters[parameter] = new JsonObject { ["image"] = member.ImageId };
        }

        return parameters;
    }
}
