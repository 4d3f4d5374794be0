using Hotstack.Templates;

namespace Hotstack.SnapSets.Restore.Overlay;

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
