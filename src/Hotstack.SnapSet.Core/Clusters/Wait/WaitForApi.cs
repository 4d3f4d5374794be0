using Hotstack.Http;
using Hotstack.OpenShift;

namespace Hotstack.Clusters.Wait;

/// <summary>Waits until the API answers reliably.</summary>
internal sealed class WaitForApi(Cluster cluster, IActivity activity)
{
    /// <summary>A single success may be of an API server that is about to restart.</summary>
    private const int SuccessesInARow = 3;

    private readonly Cluster _polled = cluster.ForPolling();

    /// <exception cref="HotstackException"><c>ApiNotReady</c>; or the API refuses requests for longer than a restart takes.</exception>
    public async Task RunAsync(TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        var wait = new PatientWait(cluster, $"Waiting for the API of cluster {cluster.Name}", activity);
        int successes = 0;
        bool isReady = await wait.UntilAsync(
            async token =>
            {
                int before = successes;
                successes = 0;
                wait.Count = null;
                await PollAsync(token);
                successes = before + 1;
                wait.Count = new(successes, SuccessesInARow, "answers in a row");
                return successes < SuccessesInARow ? "" : null;
            },
            interval, timeout, stop);
        if (!isReady)
        {
            throw NotReady(timeout, wait.LastFailure);
        }
    }

    /// <summary>Reads its health, and the nodes, which are needed first.</summary>
    private async Task PollAsync(CancellationToken stop)
    {
        await _polled.Api.GetTextAsync("readyz", stop);
        await _polled.ListNodesAsync(stop);
    }

    private HotstackException NotReady(TimeSpan timeout, ServiceException? failure) =>
        new(ErrorCause.TimedOut, "ApiNotReady",
            $"The API of cluster '{cluster.Name}' at {cluster.Configuration.Server} was not ready within {TimeText.Of(timeout)}: "
            + (failure?.Reason ?? "it answered, but not three times in a row") + ".", failure)
        {
            Target = cluster.Name,
            Hint = failure?.Cause == ErrorCause.Forbidden
                ? "The context's account lacks the permission to list nodes. Choose another context with -Context."
                : "Look at the consoles of the controller, which serves its DNS and its load balancer, and of the masters, of which a "
                    + "majority has to be up.",
        };
}
