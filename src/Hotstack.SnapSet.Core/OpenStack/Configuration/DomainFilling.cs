namespace Hotstack.OpenStack.Configuration;

/// <summary>
/// Fills in the domains of user and project, so that a name is never sent without its domain. In order: their own; the
/// <c>domain_*</c> beside a project; <c>default_domain_*</c>; the domain with the id <c>default</c>, as the openstack
/// command does. An id or a name given for one of them is never joined by the other from elsewhere.
/// </summary>
internal static class DomainFilling
{
    private static readonly string[] Owners = ["user", "project"];

    public static void Apply(Dictionary<string, string> auth, string authType, CloudEntry cloud, IActivity? activity)
    {
        var project = auth.ContainsKey("project_id") || auth.ContainsKey("project_name");

        // Without a project, and where a scope is possible, domain_* is the scope itself.
        if (project || authType == AuthTypes.ApplicationCredential)
        {
            Fill(auth, auth.GetValueOrDefault("domain_id"), auth.GetValueOrDefault("domain_name"));
            auth.Remove("domain_id");
            auth.Remove("domain_name");
        }

        Fill(
            auth,
            auth.GetValueOrDefault("default_domain_id") ?? auth.GetValueOrDefault("default_domain"),
            auth.GetValueOrDefault("default_domain_name"));
        foreach (var owner in Owners.Where(owner => NeedsDomain(auth, owner)))
        {
            auth[$"{owner}_domain_id"] = "default";
            activity?.Verbose($"The {cloud.Title} names no {owner}_domain_name or {owner}_domain_id: using the domain 'default'.");
        }
    }

    private static void Fill(Dictionary<string, string> auth, string? id, string? name)
    {
        foreach (var owner in Owners.Where(owner => !HasDomain(auth, owner)))
        {
            if (id is not null)
            {
                auth[$"{owner}_domain_id"] = id;
            }
            else if (name is not null)
            {
                auth[$"{owner}_domain_name"] = name;
            }
        }
    }

    private static bool NeedsDomain(Dictionary<string, string> auth, string owner) =>
        auth.ContainsKey(owner == "user" ? "username" : "project_name")
        && !auth.ContainsKey($"{owner}_id")
        && !HasDomain(auth, owner);

    private static bool HasDomain(Dictionary<string, string> auth, string owner) =>
        auth.ContainsKey($"{owner}_domain_id") || auth.ContainsKey($"{owner}_domain_name");
}
