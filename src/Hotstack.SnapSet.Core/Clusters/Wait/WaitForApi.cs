using Hotstack.Http;
using Hotstack.OpenShift;

namespace Hotstack.Clusters.Wait;

/// <summary>Waits until the API answers, and goes on answering.</summary>
internal sealed class WaitForApi(Cluster cluster, IActivity activity)
{
    /// <summary>One success may be that of an API server which is about to restart.</summary>
    private const int SuccessesInARow = 3;

    private readonly Cluster _polled = cluster.ForPolling();

    /// <exception cref="HotstackException"><c>ApiNotReady</c>; or the API refuses us, for longer than a restart explains.</exception>
    public async Task RunAsync(TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        var wait = new PatientWait(cluster, $"Waiting for the API of cluster {cluster.Context}", activity);
        int successes = 0;
        bool isReady = await wait.UntilAsync(
            async token =>
            {
                int before = successes;
                successes = 0;
                await LookAsync(token);
                successes = before + 1;
                return successes < SuccessesInARow ? $"ready, {successes} of {SuccessesInARow} times in a row" : null;
            },
            interval, timeout, stop);
        if (!isReady)
        {
            throw NotReady(timeout, wait.LastFailure);
        }
    }

    /// <summary>Healthy by its own word, and able to read what we need first.</summary>
    private async Task LookAsync(CancellationToken stop)
    {
        await _polled.Api.GetTextAsync("readyz", stop);
        await _polled.ListNodesAsync(stop);
    }

    private HotstackException NotReady(TimeSpan timeout, ServiceException? failure) =>
        new(ErrorCause.TimedOut, "ApiNotReady",
            $"The API of cluster '{cluster.Context}' at {cluster.Configuration.Server} was not ready within {TimeText.Of(timeout)}: "
            + (failure?.Reason ?? "it answered, but not three times in a row") + ".", failure)
        {
            Target = cluster.Context,
            Hint = failure?.Cause == ErrorCause.Forbidden
                ? "The context's account has to have the right to list nodes: name another context with -Context."
                : "The controller serves its name and its load balancer, and a majority of the masters has to be up: look at their consoles.",
        };
}
