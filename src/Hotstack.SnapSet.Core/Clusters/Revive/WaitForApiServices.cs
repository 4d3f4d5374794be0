using Hotstack.Clusters.Assess;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Revive;

/// <summary>
/// Waits until the cluster's APIs serve. Discovery lists groups that are down, and an operator's old status may look healthy,
/// so each group's version is requested, and a real object is read.
/// </summary>
internal sealed class WaitForApiServices(Cluster cluster, ClusterExemptions exemptions, IActivity activity)
{
    private readonly Cluster _polled = cluster.ForPolling();
    private IReadOnlyList<V1APIService> _missing = [];

    /// <summary>The APIs that do not serve and do not count, with the reasons, as of the last poll.</summary>
    public IReadOnlyList<string> LeftOut { get; private set; } = [];

    /// <exception cref="HotstackException"><c>ApiServicesNotAvailable</c>, with their names and the services behind them.</exception>
    public async Task RunAsync(TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        var wait = new PatientWait(cluster, "Waiting for the cluster's APIs", activity);
        bool areThere = await wait.UntilAsync(
            async token =>
            {
                _missing = await PollAsync(wait, token);
                return _missing.Count > 0 ? string.Join(", ", _missing.Select(Describe)) : null;
            },
            interval, timeout, stop);
        if (!areThere)
        {
            throw NotThere(timeout, wait);
        }
    }

    private static string Describe(V1APIService service) =>
        service.ServiceName is { } behind ? $"{service.Name} (service {behind})" : service.Name;

    private async Task<IReadOnlyList<V1APIService>> PollAsync(PatientWait wait, CancellationToken stop)
    {
        IReadOnlyList<V1APIService> services = (await _polled.ListApiServicesAsync(stop)).Items;
        exemptions.WarnOfUnmatchedApiServices(services, activity);
        ILookup<bool, V1APIService> down = services.Where(s => !s.IsAvailable).ToLookup(s => exemptions.ApiServices.Why(s.Name) is null);
        LeftOut = [.. down[false].Select(s => $"{s.Name} ({exemptions.ApiServices.Why(s.Name)})")];
        List<V1APIService> missing = [.. down[true]];
        V1APIService[] counted = [.. services.Where(s => exemptions.ApiServices.Why(s.Name) is null)];
        wait.Count = new(counted.Length - missing.Count, counted.Length, "APIs serve");
        if (missing.Count > 0)
        {
            return missing;
        }

        // Shortly after its registration, the path of a service answers 404.
        (V1APIService Service, bool IsServed)[] asked = await Fanout.SelectAsync(
            counted.Where(s => s.IsAggregated),
            async (service, token) => (service, await _polled.Api.IsServedAsync(service.Group, service.Version, token)), stop);
        missing.AddRange(asked.Where(a => !a.IsServed).Select(a => a.Service));
        wait.Count = new(counted.Length - missing.Count, counted.Length, "APIs serve");

        if (missing.Count == 0 && counted.Any(s => s.Group == ConsoleRoutes.Group))
        {
            await ConsoleRoutes.ReadAsync(_polled, stop);
        }

        return missing;
    }

    private HotstackException NotThere(TimeSpan timeout, PatientWait wait) =>
        new(ErrorCause.TimedOut, "ApiServicesNotAvailable",
            $"After {TimeText.Of(timeout)} cluster '{cluster.Name}' does not serve all its APIs: "
            + $"{wait.LastFailure?.Message ?? wait.Missing}.", wait.LastFailure)
        {
            Target = cluster.Name,
            Hint = _missing.Count == 0
                ? "Run 'oc get apiservices' to see the reasons; the pods behind most of them are in openshift-apiserver and "
                    + "openshift-oauth-apiserver."
                : $"Look at {Commands(_missing)}, and at the pods behind {Behind(_missing)}. If nobody needs such an API, "
                    + $"ignore it with -IgnoreApiService {string.Join(", ", _missing.Select(s => CommandArgument.Of(s.Name)))}.",
        };

    private static string Commands(IReadOnlyList<V1APIService> services) =>
        $"'oc describe apiservices {string.Join(' ', services.Select(s => CommandArgument.Of(s.Name)))}'";

    private static string Behind(IReadOnlyList<V1APIService> services)
    {
        string[] names = [.. services.Select(s => s.ServiceName).OfType<string>().Distinct()];
        return names.Length switch { 0 => "it", 1 => $"the service {names[0]}", _ => $"the services {string.Join(", ", names)}" };
    }
}
