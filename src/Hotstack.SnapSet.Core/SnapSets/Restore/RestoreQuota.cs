using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.SnapSets.Restore;

/// <summary>What stacks take of the project's quotas, and whether that fits.</summary>
internal sealed class RestoreQuota(Cloud cloud)
{
    private static readonly (string Type, string Resource)[] NetworkQuotas =
    [
        ("OS::Neutron::Port", "port"), ("OS::Neutron::Net", "network"), ("OS::Neutron::Subnet", "subnet"),
            ("OS::Neutron::Router", "router"),
        ("OS::Neutron::FloatingIP", "floatingip"), ("OS::Neutron::Trunk", "trunk"), ("OS::Neutron::SecurityGroup", "security_group"),
    ];

    /// <summary>What a stack takes, by the names of the quotas; what it does not take is left out.</summary>
    /// <param name="resources">Its planned resources.</param>
    /// <param name="flavors">The flavors of its servers, as far as they are known.</param>
    public static IReadOnlyDictionary<string, long> NeedsOf(IReadOnlyList<PreviewedResource> resources, IReadOnlyList<Flavor> flavors)
    {
        PreviewedResource[] volumes = [.. resources.Where(r => r.Type == "OS::Cinder::Volume")];
        var needed = new Dictionary<string, long>
        {
            ["instances"] = resources.Count(r => r.Type == "OS::Nova::Server"),
            ["cores"] = flavors.Total(f => f.Cores),
            ["ram"] = flavors.Total(f => f.Ram),
            ["volumes"] = volumes.Length,
            ["gigabytes"] = volumes.Total(v => v.Properties?.Number("size") ?? 0),
        };
        foreach ((string type, string resource) in NetworkQuotas)
        {
            needed[resource] = resources.Count(r => r.Type == type);
        }

        return needed.Where(need => need.Value > 0).ToDictionary();
    }

    /// <summary>What several stacks take at most if only so many of them exist at a time.</summary>
    public static IReadOnlyDictionary<string, long> Together(IReadOnlyCollection<IReadOnlyDictionary<string, long>> stacks, int atOnce) =>
        stacks.SelectMany(stack => stack.Keys).Distinct().ToDictionary(
            resource => resource,
            resource => stacks.Select(stack => stack.GetValueOrDefault(resource)).OrderDescending().Take(atOnce).Sum());

    /// <summary>The quotas of what is needed. Those that a service does not tell are left out.</summary>
    public async Task<IReadOnlyList<Quota>> ReadAsync(IReadOnlyDictionary<string, long> needed, IActivity activity, CancellationToken stop)
    {
        string? project = await cloud.GetProjectIdAsync(stop);
        IReadOnlyList<Quota>?[] quotas = await Task.WhenAll(
            Ask(() => cloud.Compute.GetQuotasAsync(stop), "servers, cores and memory"),
            needed.ContainsKey("volumes") ? Ask(() => cloud.Volumes.GetQuotasAsync(stop), "volumes") : None(),
            project is not null ? Ask(() => cloud.Network.GetQuotasAsync(project, stop), "networks and ports", isMissingUsual: true)
                : None());
        return [.. quotas.SelectMany(q => q ?? [])];

        static Task<IReadOnlyList<Quota>?> None() => Task.FromResult<IReadOnlyList<Quota>?>(null);

        Task<IReadOnlyList<Quota>?> Ask(Func<Task<IReadOnlyList<Quota>>> call, string what, bool isMissingUsual = false) =>
            OptionalAnswer.AskAsync(call, $"The quotas of {what} are not checked beforehand", activity, isMissingUsual: isMissingUsual);
    }

    /// <summary>Where it does not fit, one sentence each.</summary>
    /// <param name="quotas">The quotas.</param>
    /// <param name="needed">What is needed.</param>
    /// <param name="who">Who needs it: <c>the stack needs</c>.</param>
    public static IEnumerable<string> Violations(IEnumerable<Quota> quotas, IReadOnlyDictionary<string, long> needed, string who) => quotas
        .Where(quota => needed.GetValueOrDefault(quota.Resource) is > 0 and long more && !quota.Fits(more))
        .Select(quota => $"the quota of {quota.Resource} is {quota.Limit}, {quota.Used} are used, and {who} {needed[quota.Resource]} more");

    /// <summary>In words: <c>6 instances, 64 cores, 262144 ram</c>.</summary>
    public static string Describe(IReadOnlyDictionary<string, long> needed) =>
        needed.Count == 0 ? "unknown" : string.Join(", ", needed.Select(need => $"{need.Value} {need.Key}"));
}
