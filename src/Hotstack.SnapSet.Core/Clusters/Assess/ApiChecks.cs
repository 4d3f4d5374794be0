using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Assess;

/// <summary>Whether all APIs answer: the API server's own, and those that it passes on to others.</summary>
internal static class ApiChecks
{
    public static IEnumerable<ClusterCheck> Check(ClusterState state, AssessmentBaseline? baseline, Exempt exempt) =>
    [
        state.Readiness.Problem is null
            ? new("Readiness", ClusterCheckResult.Passed, "the API server says that it is ready")
            : state.Readiness.FailedOrUnknown("Readiness"),
        .. CheckServices(state, exempt),
        .. CheckGroups(state, exempt),
        .. CheckRegistered(state, baseline, exempt),
        CheckRoutes(state).ExcusedBy(exempt.Why(ServiceOf(ConsoleRoutes.Group))),
    ];

    private static ClusterCheck[] CheckServices(ClusterState state, Exempt exempt)
    {
        const string check = "ApiServices";
        if (state.ApiServices.Value is not { } services)
        {
            return [state.ApiServices.Unknown(check)];
        }

        ClusterCheck[] down =
        [
            .. services.Where(service => !service.IsAvailable).Select(service => new ClusterCheck(check, ClusterCheckResult.Failed,
                $"API {service.Name}{(service.ServiceName is { } behind ? $" of service {behind}" : "")} is not available: "
                + ConditionText.Why(service.Conditions.Find("Available"))) { Target = service.Name }.ExcusedBy(exempt.Why(service.Name))),
        ];
        return down.Length > 0 ? down : [new(check, ClusterCheckResult.Passed, $"all {services.Count} API services are available")];
    }

    private static ClusterCheck[] CheckGroups(ClusterState state, Exempt exempt)
    {
        const string check = "Discovery";
        if (state.Groups.Problem is not null)
        {
            return [state.Groups.Unknown(check)];
        }

        ClusterCheck[] down =
        [
            .. state.Discovery.Where(group => group.Value is not { Problem: null, Value: true }).Select(group =>
                (group.Value.Problem is null
                    ? new ClusterCheck(check, ClusterCheckResult.Failed, $"API group {group.Key} is registered, but its version v1 is not served")
                    : group.Value.FailedOrUnknown(check)) with { Target = group.Key }).Select(found => found.ExcusedBy(exempt.Why(ServiceOf(found.Target!)))),
        ];
        return down.Length > 0 ? down : [new(check, ClusterCheckResult.Passed, $"OpenShift's {state.Discovery.Count} aggregated API groups answer")];
    }

    private static ClusterCheck[] CheckRegistered(ClusterState state, AssessmentBaseline? baseline, Exempt exempt)
    {
        const string check = "ApiGroups";
        if (baseline is null)
        {
            return [Comparison.Skipped(check, "API groups")];
        }

        if (state.Groups.Value is not { } groups)
        {
            return [state.Groups.Unknown(check)];
        }

        ClusterCheck[] missing =
        [
            .. baseline.ApiGroups.Except(groups).Order(StringComparer.Ordinal).Select(group => new ClusterCheck(check, ClusterCheckResult.Failed,
                $"API group {group} was there before the shutdown, and is not now") { Target = group }.ExcusedBy(exempt.Why(ServiceOf(group)))),
        ];
        return missing.Length > 0 ? missing : [new(check, ClusterCheckResult.Passed, "all API groups are there that were before the shutdown")];
    }

    /// <summary>The APIService of one of OpenShift's own groups: all have the version v1.</summary>
    private static string ServiceOf(string group) => $"v1.{group}";

    private static ClusterCheck CheckRoutes(ClusterState state)
    {
        const string check = "Routes";
        return state.ConsoleRoutes switch
        {
            null when state.Groups.Problem is not null => state.Groups.Unknown(check),
            null => new(check, ClusterCheckResult.Skipped, "the cluster has no routes"),
            { Problem: null } => new(check, ClusterCheckResult.Passed, "the console's routes can be read"),
            _ => state.ConsoleRoutes.FailedOrUnknown(check),
        };
    }
}
