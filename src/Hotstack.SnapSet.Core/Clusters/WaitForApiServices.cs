using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters;

/// <summary>
/// Waits until OpenShift's own APIs serve. Discovery lists a group that is down, and operators can look well by an old
/// status, so each group's version is asked itself, and a real object is read.
/// </summary>
internal sealed class WaitForApiServices(Cluster cluster, IActivity activity)
{
    private readonly Cluster _polled = cluster.ForPolling();

    /// <exception cref="HotstackException"><c>ApiServicesNotAvailable</c>, naming them.</exception>
    public async Task RunAsync(TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        var wait = new PatientWait(cluster, "Waiting for OpenShift's APIs", activity);
        bool areThere = await wait.UntilAsync(
            async token => await LookAsync(token).ConfigureAwait(false) is { Count: > 0 } missing ? string.Join(", ", missing) : null,
            interval, timeout, stop).ConfigureAwait(false);
        if (!areThere)
        {
            throw NotThere(timeout, wait);
        }
    }

    private async Task<IReadOnlyList<string>> LookAsync(CancellationToken stop)
    {
        IReadOnlyList<ApiService> services = await _polled.ApiServices.ListAsync(stop).ConfigureAwait(false);
        List<string> missing = [.. services.Where(s => s.Conditions.Find("Available")?.IsTrue != true).Select(s => s.Name)];
        if (missing.Count > 0)
        {
            return missing;
        }

        foreach (ApiService service in services.Where(s => s.IsAggregated))
        {
            // Just after it was registered, its path answers 404.
            if (!await _polled.Api.IsServedAsync(service.Group, service.Version, stop).ConfigureAwait(false))
            {
                missing.Add(service.Name);
            }
        }

        if (missing.Count == 0 && services.Any(s => s.Group == ConsoleRoutes.Group))
        {
            await ConsoleRoutes.ReadAsync(_polled, stop).ConfigureAwait(false);
        }

        return missing;
    }

    private HotstackException NotThere(TimeSpan timeout, PatientWait wait) =>
        new(ErrorCause.TimedOut, "ApiServicesNotAvailable",
            $"After {TimeText.Of(timeout)} cluster '{cluster.Context}' does not serve all its APIs: "
            + $"{wait.LastFailure?.Message ?? wait.Missing}.", wait.LastFailure)
        {
            Target = cluster.Context,
            Hint = "'oc get apiservices' shows the reasons; the pods behind most of them are in openshift-apiserver and openshift-oauth-apiserver.",
        };
}
