using Hotstack.Http;
using Hotstack.OpenShift;

namespace Hotstack.Clusters;

/// <summary>Polls a cluster that may be starting until a state is reached, with progress.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="work">The title of the progress.</param>
/// <param name="activity">Receives the progress.</param>
internal sealed class PatientWait(Cluster cluster, string work, IActivity activity)
{
    private readonly ApiPatience _patience = new(cluster.Time);

    /// <summary>What was missing at the last successful poll; null if nothing was, or no poll succeeded.</summary>
    public string? Missing { get; private set; }

    /// <summary>How much is there, if a poll can count it.</summary>
    public Tally? Count { get; set; }

    /// <summary>Why the last poll failed; null if it succeeded.</summary>
    public ServiceException? LastFailure => _patience.LastFailure;

    /// <param name="poll">Gives what is still missing, or null if nothing is.</param>
    /// <param name="interval">The pause between two polls.</param>
    /// <param name="timeout">For the whole wait.</param>
    /// <param name="stop">Stops the wait.</param>
    /// <returns>False on timeout.</returns>
    /// <exception cref="ServiceException">The API refuses requests for longer than a restart takes.</exception>
    public async Task<bool> UntilAsync(
        Func<CancellationToken, Task<string?>> poll, TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        IActivity shown = activity.AtMost(timeout, cluster.Time);
        try
        {
            return await Poll.UntilAsync(
                async token =>
                {
                    (bool isRead, string? missing) = await _patience.TryAsync(() => poll(token));
                    Missing = isRead ? missing : Missing;
                    shown.Progress(Report(LastFailure?.Reason ?? missing));
                    return isRead && missing is null;
                },
                interval, timeout, cluster.Time, stop);
        }
        finally
        {
            activity.Progress(new(work, "") { Completed = true });
        }
    }

    /// <summary>A count from before a failure says nothing of now.</summary>
    private ProgressReport Report(string? missing) => LastFailure is null && Count is { } count
        ? count.Of(work, missing ?? "")
        : new(work, missing ?? "nothing is missing");
}
