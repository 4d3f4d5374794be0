using System.Text.Json.Nodes;
using Hotstack.Deployments;

namespace Hotstack.SnapSets.Restore.Overlay;

/// <summary>A set as parameters of the stack, as upstream's own lookup gives them.</summary>
internal static class ParameterOverrides
{
    private const string OverlayHint = "Restore with a template, so that each server gets its own image.";

    /// <returns><c>{controller_params: {image: id}, …}</c>.</returns>
    /// <exception cref="HotstackException">
    /// A role has several members (<c>RoleAmbiguous</c>), or no parameter (<c>RoleUnknown</c>).
    /// </exception>
    public static JsonObject Of(SnapSet set)
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
