using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Assess;

/// <summary>Whether the API server answers, and the APIs behind it.</summary>
internal static class ApiChecks
{
    public static ClusterCheck CheckReadiness(CheckInput input) => input.State.Readiness.Problem is null
        ? new(CheckName.Readiness, ClusterCheckResult.Passed, "the API server says that it is ready")
        : ClusterCheck.FailedOrUnknown(CheckName.Readiness, input.State.Readiness);

    public static IEnumerable<ClusterCheck> CheckServices(CheckInput input)
    {
        if (input.State.ApiServices.Value is not { } services)
        {
            return [ClusterCheck.Unknown(CheckName.ApiServices, input.State.ApiServices)];
        }

        ClusterCheck[] down =
        [
            .. services.Where(service => !service.IsAvailable).Select(service => new ClusterCheck(
                CheckName.ApiServices, ClusterCheckResult.Failed,
                $"API {service.Name}{(service.ServiceName is { } behind ? $" of service {behind}" : "")} is not available: "
                + service.Conditions.Find("Available").Why())
            {
                Target = service.Name,
            }.ExcusedBy(input.Exemptions.ApiServices.Why(service.Name))),
        ];
        return down.Length > 0 ? down
            : [new(CheckName.ApiServices, ClusterCheckResult.Passed, $"all {services.Count} API services are available")];
    }

    public static IEnumerable<ClusterCheck> CheckDiscovery(CheckInput input)
    {
        ClusterState state = input.State;
        if (state.Groups.Problem is not null)
        {
            return [ClusterCheck.Unknown(CheckName.Discovery, state.Groups)];
        }

        ClusterCheck[] down =
        [
            .. state.Discovery.Where(group => group.Value is not { Problem: null, Value: true })
                .Select(group => CheckGroup(group.Key, group.Value).ExcusedBy(input.Exemptions.ApiServices.Why(ServiceOf(group.Key)))),
        ];
        return down.Length > 0 ? down
            : [new(CheckName.Discovery, ClusterCheckResult.Passed, $"OpenShift's {state.Discovery.Count} aggregated API groups answer")];
    }

    public static IEnumerable<ClusterCheck> CheckGroups(CheckInput input)
    {
        if (input.Record is not { } record)
        {
            return [CheckInput.NotCompared(CheckName.ApiGroups, "API groups")];
        }

        if (input.State.Groups.Value is not { } groups)
        {
            return [ClusterCheck.Unknown(CheckName.ApiGroups, input.State.Groups)];
        }

        ClusterCheck[] missing =
        [
            .. record.ApiGroups.Except(groups).Order(StringComparer.Ordinal).Select(group => new ClusterCheck(
                CheckName.ApiGroups, ClusterCheckResult.Failed, $"API group {group} was there before the shutdown, and is not now")
            {
                Target = group,
            }.ExcusedBy(input.Exemptions.ApiServices.Why(ServiceOf(group)))),
        ];
        return missing.Length > 0 ? missing
            : [new(CheckName.ApiGroups, ClusterCheckResult.Passed, "all API groups from before the shutdown are there")];
    }

    public static ClusterCheck CheckRoutes(CheckInput input)
    {
        Reading<string>? routes = input.State.ConsoleRoutes;
        ClusterCheck check = routes switch
        {
            null when input.State.Groups.Problem is not null => ClusterCheck.Unknown(CheckName.Routes, input.State.Groups),
            null => new(CheckName.Routes, ClusterCheckResult.Skipped, "the cluster has no routes"),
            { Problem: null } => new(CheckName.Routes, ClusterCheckResult.Passed, "the console's routes can be read"),
            _ => ClusterCheck.FailedOrUnknown(CheckName.Routes, routes),
        };
        return check.ExcusedBy(input.Exemptions.ApiServices.Why(ServiceOf(ConsoleRoutes.Group)));
    }

    private static ClusterCheck CheckGroup(string group, Reading<bool> discovery) => (discovery.Problem is null
        ? new ClusterCheck(
            CheckName.Discovery, ClusterCheckResult.Failed, $"API group {group} is registered, but its version v1 is not served")
        : ClusterCheck.FailedOrUnknown(CheckName.Discovery, discovery)) with { Target = group };

    /// <summary>The APIService of one of OpenShift's own groups: all have the version v1.</summary>
    private static string ServiceOf(string group) => $"v1.{group}";
}
