using System.Text.Json.Nodes;
using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.Configuration;

namespace Hotstack.SnapSets.Restore;

/// <summary>A set as parameters for upstream's playbooks.</summary>
public sealed class StackParameters(Cloud cloud)
{
    /// <summary>YAML with <c>stack_parameter_overrides</c>, to be given to a playbook as a file of variables.</summary>
    /// <param name="snapSetId">The set; null for the newest usable one.</param>
    /// <param name="stop">Cancels the reading.</param>
    /// <remarks>With <c>hotstack_revive_snapshot: true</c> upstream looks up the newest set itself, and its images override these
    /// (hotstack: roles/heat_stack/tasks/main.yml).</remarks>
    /// <exception cref="HotstackException"><c>SnapSetNotFound</c>; <c>ProjectMismatch</c>; the set cannot be used (<c>SnapSetIncomplete</c>); a role has several
    /// members (<c>RoleAmbiguous</c>) or no parameter (<c>RoleUnknown</c>).</exception>
    public async Task<string> ToYamlAsync(SnapSetReference? snapSetId, CancellationToken stop)
    {
        SnapSet set = await new RestorableSet(cloud).FindAsync(snapSetId, stop);
        if (!set.IsUsable)
        {
            throw new HotstackException(
                ErrorCause.Conflict, "SnapSetIncomplete", $"SnapSet {set.Id} is {set.State}: {string.Join("; ", set.Problems)}.")
            {
                Target = set.Id,
                Hint = "Complete an interrupted set with New-HotstackSnapSet -Resume.",
            };
        }

        return Text(set);
    }

    /// <summary>The YAML of a usable set.</summary>
    internal static string Text(SnapSet set)
    {
        string origin = set.StackName is { } stack ? $" of stack {stack}" : "";
        return AnsibleYaml.Comment($"SnapSet {set.Id}{origin}, {TimeText.Of(set.CreatedAt)}")
            + AnsibleYaml.Write(new JsonObject { ["stack_parameter_overrides"] = ParameterOverrides.Of(set) });
    }
}

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
