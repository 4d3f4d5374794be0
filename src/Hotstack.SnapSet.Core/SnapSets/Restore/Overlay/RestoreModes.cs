using Hotstack.Deployments;
using Hotstack.Templates;

namespace Hotstack.SnapSets.Restore.Overlay;

/// <summary>How the images of a set get into a stack.</summary>
public enum RestoreMode
{
    /// <summary>By the images in the parameters of the roles, like upstream.</summary>
    Parameter,

    /// <summary>By a template changed for the set.</summary>
    Overlay,
}

/// <param name="Mode">The mode to use.</param>
/// <param name="Reasons">The reasons, one sentence each; at least one.</param>
internal sealed record RestoreModeChoice(RestoreMode Mode, IReadOnlyList<string> Reasons);

/// <summary>Chooses between parameters and overlay: parameters where they suffice, because they leave the template unchanged.</summary>
internal static class RestoreModes
{
    public static RestoreModeChoice Choose(HeatTemplate template, SnapSet set)
    {
        MemberMatching matching = MemberMatching.Of(template, set);
        MacPlan macs = MacPlan.Of(template, matching.Pairs);
        string[] reasons =
        [
            .. matching.Problems,
            .. Crowds(set),
            .. set.Members.Select(member => ByParameter(template, matching, member)).OfType<string>(),
            .. set.Members.Select(Volumes).OfType<string>(),
            .. matching.Pairs.Where(pair => pair.Server.IsVolumeBacked && !pair.Member.IsVolumeBacked)
                .Select(pair => $"{pair.Member.Name}: {pair.Server.ResourceName} boots from a volume in the template, "
                    + "but the set has its image."),
            .. matching.Pairs.SelectMany(pair => Macs(pair.Server, pair.Member, macs)),
            .. macs.Problems,
        ];
        return reasons.Length > 0
            ? new RestoreModeChoice(RestoreMode.Overlay, reasons)
            : new RestoreModeChoice(
                RestoreMode.Parameter,
                ["Every role has one server with the image of its parameter, and the template has the MAC addresses of the set."]);
    }

    private static IEnumerable<string> Crowds(SnapSet set) =>
        set.Members.GroupBy(member => member.Role)
            .Where(role => role.Count() > 1)
            .Select(role => $"{role.Count()} servers have the role {role.Key}, but its parameter gives one image.");

    private static string? ByParameter(HeatTemplate template, MemberMatching matching, SnapSetMember member)
    {
        if (RoleParameters.Of(member.Role) is not { } parameter)
        {
            return $"{member.Name}: no parameter is known for the role {member.Role}.";
        }

        if (!template.Parameters.ContainsKey(parameter))
        {
            return $"{member.Name}: the template has no parameter {parameter}.";
        }

        if (matching.Pairs.FirstOrDefault(pair => pair.Member == member).Server is { } server
            && (server.ImageParameter, server.ImageKey) != (parameter, "image"))
        {
            return $"{member.Name}: the image of {server.ResourceName} does not come from {parameter}.image.";
        }

        string[] others =
        [
            .. template.Servers
                .Where(other => other.ImageParameter == parameter && matching.Uncovered.Contains(other.ResourceName))
                .Select(other => other.ResourceName),
        ];
        return others.Length > 0
            ? $"{member.Name}: {parameter} also gives the image of {string.Join(", ", others)}, which the set does not have."
            : null;
    }

    private static string? Volumes(SnapSetMember member) =>
        member.IsVolumeBacked || member.Volumes.Any(volume => volume.IsRoot)
            ? $"{member.Name} boots from a volume's snapshot."
            : member.Volumes.Count > 0 ? $"{member.Name} has {member.Volumes.Count} data volume(s) in the set." : null;

    private static IEnumerable<string> Macs(TemplateServer server, SnapSetMember member, MacPlan macs) =>
        from given in macs.Given
        where given.Key.Server == server.ResourceName
        let port = server.Ports[given.Key.Port]
        let name = port.ResourceName ?? $"port {given.Key.Port + 1} of {server.ResourceName}"
        select port.MacAddress is { } written
            ? $"{member.Name}: the template has {written} for {name}, the set {given.Value}."
            : $"{member.Name}: the template has no MAC address for {name}, the set has {given.Value}.";
}
