using Hotstack.Http;
using Hotstack.OpenShift;

namespace Hotstack.Clusters;

/// <summary>Looks at a cluster that may be coming up until what is waited for is there, and tells how far it is.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="work">What is waited for, as the title of the progress.</param>
/// <param name="activity">Told how far it is.</param>
internal sealed class PatientWait(Cluster cluster, string work, IActivity activity)
{
    private readonly ApiPatience _patience = new(cluster.Time);

    /// <summary>What was missing at the last look that succeeded; null if nothing was, or none did.</summary>
    public string? Missing { get; private set; }

    /// <summary>Why the last look failed; null if it did not.</summary>
    public ServiceException? LastFailure => _patience.LastFailure;

    /// <param name="look">Gives what is still missing, or null when all is there.</param>
    /// <param name="interval">The pause between two looks.</param>
    /// <param name="timeout">For the whole.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>False if the time was over before all was there.</returns>
    /// <exception cref="ServiceException">The API refuses us, for longer than a restart explains.</exception>
    public async Task<bool> UntilAsync(Func<CancellationToken, Task<string?>> look, TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        try
        {
            return await Poll.UntilAsync(
                async token =>
                {
                    (bool isRead, string? missing) = await _patience.TryAsync(() => look(token));
                    Missing = isRead ? missing : Missing;
                    activity.Progress(new(work, LastFailure?.Reason ?? missing ?? "all is there"));
                    return isRead && missing is null;
                },
                interval, timeout, cluster.Time, stop);
        }
        finally
        {
            activity.Progress(new(work, "") { Completed = true });
        }
    }
}
