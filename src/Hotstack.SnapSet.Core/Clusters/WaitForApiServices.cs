using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters;

/// <summary>
/// Waits until OpenShift's own APIs serve. Discovery lists a group that is down, and operators can look well by an old
/// status, so each group's version is asked itself, and a real object is read.
/// </summary>
internal sealed class WaitForApiServices(Cluster cluster, IActivity activity)
{
    private const string RoutePath = "apis/route.openshift.io/v1/namespaces/openshift-console/routes";

    private readonly Cluster _polled = cluster.ForPolling();

    /// <exception cref="HotstackException"><c>ApiServicesNotAvailable</c>, naming them.</exception>
    public async Task RunAsync(TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        const string Work = "Waiting for OpenShift's APIs";
        var patience = new ApiPatience(cluster.Time);
        IReadOnlyList<string> missing = [];
        try
        {
            bool areThere = await Poll.UntilAsync(
                async token =>
                {
                    (bool isThere, IReadOnlyList<string>? found) = await patience.TryAsync(() => LookAsync(token)).ConfigureAwait(false);
                    missing = found ?? missing;
                    activity.Progress(new(Work, patience.LastFailure?.Reason
                        ?? (missing.Count == 0 ? "all serve" : $"not there yet: {string.Join(", ", missing)}")));
                    return isThere && missing.Count == 0;
                },
                interval, timeout, cluster.Time, stop).ConfigureAwait(false);
            if (!areThere)
            {
                throw NotThere(timeout, missing, patience.LastFailure);
            }
        }
        finally
        {
            activity.Progress(new(Work, "") { Completed = true });
        }
    }

    private async Task<IReadOnlyList<string>> LookAsync(CancellationToken stop)
    {
        IReadOnlyList<ApiService> services = await _polled.ApiServices.ListAsync(stop).ConfigureAwait(false);
        string[] unavailable = [.. services.Where(s => s.Conditions.Find("Available")?.IsTrue != true).Select(s => s.Name)];
        if (unavailable.Length > 0)
        {
            return unavailable;
        }

        foreach (ApiService service in services.Where(s => s.IsAggregated))
        {
            await _polled.Api.IsServedAsync(service.Group, service.Version, stop).ConfigureAwait(false);
        }

        await _polled.Api.GetTextAsync(RoutePath, stop, [new("limit", "1")]).ConfigureAwait(false);
        return [];
    }

    private HotstackException NotThere(TimeSpan timeout, IReadOnlyList<string> missing, ServiceException? failure) =>
        new(ErrorCause.TimedOut, "ApiServicesNotAvailable",
            $"After {timeout.TotalMinutes:0.#} min cluster '{cluster.Context}' does not serve all its APIs: "
            + $"{failure?.Message ?? string.Join(", ", missing)}.", failure)
        {
            Target = cluster.Context,
            Hint = "'oc get apiservices' shows the reasons; the pods behind most of them are in openshift-apiserver and openshift-oauth-apiserver.",
        };
}
