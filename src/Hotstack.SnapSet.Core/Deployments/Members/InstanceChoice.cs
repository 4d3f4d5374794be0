namespace Hotstack.Deployments.Members;

/// <summary>The user's choice among the instances of a deployment, and the user's roles for them.</summary>
public sealed record InstanceChoice
{
    /// <summary>All instances, as they are listed.</summary>
    public static InstanceChoice All { get; } = new();

    /// <summary>The names to keep, with wildcards; empty for all.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The names to leave out, with wildcards.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];

    /// <summary>The roles to keep, with wildcards; empty for all.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>The roles of instances, by their names with wildcards.</summary>
    public IReadOnlyList<(string Name, string Role)> RolesByName { get; init; } = [];

    /// <summary>It changes nothing.</summary>
    internal bool IsAll => Names.Count + Excluded.Count + Roles.Count + RolesByName.Count == 0;

    /// <summary>The chosen instances, with all reasons why the choice or one of them cannot be used.</summary>
    internal (IReadOnlyList<Instance> Instances, IReadOnlyList<string> Violations) Among(MemberList listed)
    {
        List<string> violations = [.. listed.Violations];
        if (listed.Instances.Count == 0)
        {
            return ([], violations);
        }

        Instance[] all = [.. listed.Instances.Select(instance => RoleFor(instance.Name, violations) is { } role
            ? instance with { Role = role }
            : instance)];
        Instance[] chosen = [.. all.Where(i => IsAmong(i.Name, Names) && IsAmong(i.Role, Roles) && !Excluded.Any(e => Wildcard.Matches(i.Name, e)))];
        string names = string.Join(", ", all.Select(i => i.Name).Distinct());
        violations.AddRange(RolesByName.Where(rule => !all.Any(i => Wildcard.Matches(i.Name, rule.Name)))
            .Select(rule => $"-Role gives '{rule.Name}' the role '{rule.Role}', but no instance has that name; the instances are {names}"));
        violations.AddRange(Names.Where(name => !all.Any(i => Wildcard.Matches(i.Name, name)))
            .Select(name => $"-Name '{name}' matches no instance; the instances are {names}"));
        // A wildcard may leave nothing out: the same call then suits deployments of all kinds.
        violations.AddRange(Excluded.Where(name => !Wildcard.IsPattern(name) && !all.Any(i => Wildcard.Matches(i.Name, name)))
            .Select(name => $"-Exclude '{name}' matches no instance; the instances are {names}"));
        violations.AddRange(Roles.Where(role => !all.Any(i => Wildcard.Matches(i.Role, role)))
            .Select(role => $"-Role '{role}' matches no instance; their roles are {string.Join(", ", all.Select(i => i.Role).Distinct())}"));
        if (chosen.Length == 0 && violations.Count == 0)
        {
            violations.Add($"-Name, -Exclude and -Role leave no instance of {names}");
        }

        violations.AddRange(chosen.Where(i => listed.Unusable.ContainsKey(i.Name)).Select(i => $"instance {i.Name}: {listed.Unusable[i.Name]}"));
        return ([.. chosen.Where(i => !listed.Unusable.ContainsKey(i.Name))], violations);
    }

    /// <summary>The role that the user gives an instance; null for none. A name goes before wildcards.</summary>
    /// <param name="name">The instance.</param>
    /// <param name="violations">Gets a sentence if several wildcards give it different roles.</param>
    internal string? RoleFor(string name, ICollection<string> violations)
    {
        (string Name, string Role)[] rules = [.. RolesByName.Where(rule => Wildcard.Matches(name, rule.Name))];
        if (rules.Any(rule => !Wildcard.IsPattern(rule.Name)))
        {
            rules = [.. rules.Where(rule => !Wildcard.IsPattern(rule.Name))];
        }

        if (rules.Select(rule => rule.Role).Distinct(StringComparer.Ordinal).Count() > 1)
        {
            violations.Add($"-Role gives {name} several roles: {string.Join(", ", rules.Select(rule => $"{rule.Role} (by '{rule.Name}')"))}");
        }

        return rules.Length == 0 ? null : rules[0].Role;
    }

    private static bool IsAmong(string text, IReadOnlyList<string> patterns) =>
        patterns.Count == 0 || patterns.Any(pattern => Wildcard.Matches(text, pattern));
}
