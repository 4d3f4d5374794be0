using Hotstack.SnapSets;

namespace Hotstack.Templates;

/// <summary>How a set gets into a stack.</summary>
public enum RestoreMode
{
    /// <summary>By the images in the parameters of the roles, as upstream does it.</summary>
    Parameter,

    /// <summary>By a template that is changed for the set.</summary>
    Overlay,
}

/// <summary>The choice between parameters and overlay.</summary>
/// <param name="Mode">The mode to use.</param>
/// <param name="Reasons">Why, a sentence each; at least one.</param>
internal sealed record RestoreModeChoice(RestoreMode Mode, IReadOnlyList<string> Reasons)
{
    /// <summary>Chooses parameters if they suffice, as they do not change the template.</summary>
    public static RestoreModeChoice Of(HeatTemplate template, SnapSet set)
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
                .Select(pair => $"{pair.Member.Name}: {pair.Server.ResourceName} boots from a volume in the template, and the set has its image."),
            .. matching.Pairs.SelectMany(pair => Macs(pair.Server, pair.Member, macs)),
            .. macs.Problems,
        ];
        return reasons.Length > 0
            ? new RestoreModeChoice(RestoreMode.Overlay, reasons)
            : new RestoreModeChoice(
                RestoreMode.Parameter,
                ["Every role has one server, whose image its parameter gives, and the template writes the MAC addresses of the set."]);
    }

    private static IEnumerable<string> Crowds(SnapSet set) =>
        set.Members.GroupBy(member => member.Role)
            .Where(role => role.Count() > 1)
            .Select(role => $"{role.Count()} servers have the role {role.Key}, and its parameter gives one image.");

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
            ? $"{member.Name}: {parameter} gives the image of {string.Join(", ", others)} too, which the set does not hold."
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
            ? $"{member.Name}: the template writes {written} for {name}, the set {given.Value}."
            : $"{member.Name}: the template writes no MAC address for {name}, which had {given.Value}.";
}

/// <summary>Which server of a template each member of a set becomes.</summary>
internal sealed record MemberMatching(
    IReadOnlyList<(TemplateServer Server, SnapSetMember Member)> Pairs, IReadOnlyList<string> Problems, IReadOnlyList<string> Uncovered)
{
    public static MemberMatching Of(HeatTemplate template, SnapSet set)
    {
        var pairs = new Dictionary<string, (TemplateServer Server, SnapSetMember Member)>();
        var problems = new List<string>();
        foreach (SnapSetMember member in set.Members)
        {
            TemplateServer? server = template.FindServer(member.Name);
            if (server is null)
            {
                problems.Add(NoServer(template, member));
            }
            else if (!pairs.TryAdd(server.ResourceName, (server, member)))
            {
                problems.Add($"{member.Name} and {pairs[server.ResourceName].Member.Name} would both be the server {server.ResourceName}.");
            }
        }

        return new MemberMatching(
            [.. pairs.Values],
            problems,
            [.. template.Servers.Select(server => server.ResourceName).Where(name => !pairs.ContainsKey(name))]);
    }

    /// <summary>Says that the template declares a member's server and Heat does not make it; null if that is not so.</summary>
    public static string? Absence(HeatTemplate template, SnapSetMember member) =>
        template.FindServer(member.Name) is null
        && template.AbsentServers.FirstOrDefault(server => server.ResourceName == member.Name || server.Name == member.Name) is { } absent
            ? $"{member.Name}: Heat does not make the server {absent.ResourceName} of the template, since its condition is false with these parameters."
            : null;

    private static string NoServer(HeatTemplate template, SnapSetMember member) =>
        Absence(template, member)
        ?? (template.NestedResources.Count == 0
            ? $"{member.Name}: the template has no server resource of that name."
            : $"{member.Name}: the template itself has no server resource of that name. If {string.Join(" or ", template.NestedResources)} "
                + $"makes it, write it into the template as a resource {member.Name} of its own: what is nested cannot be changed for one server.");
}
