using Hotstack.OpenShift;

namespace Hotstack.Clusters;

/// <summary>Waits until the controller of a cluster lets us in and shows its kubeconfig.</summary>
internal sealed class WaitForController(Cluster cluster, IActivity activity)
{
    /// <summary>sshd of a booting machine answers before cloud-init has written the keys of its users.</summary>
    private static readonly TimeSpan LoginGrace = TimeSpan.FromMinutes(2);

    private DateTimeOffset? _refusedSince;

    /// <exception cref="HotstackException">The last failure: the controller did not answer in time, or refuses us for good.</exception>
    public async Task RunAsync(TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        string work = $"Waiting for the controller of {cluster.Name}";
        HotstackException? failure = null;
        IActivity shown = activity.AtMost(timeout, cluster.Time);
        try
        {
            bool isOpen = await Poll.UntilAsync(
                async token =>
                {
                    failure = await TryAsync(token);
                    shown.Progress(new(work, failure?.Message ?? "it answers"));
                    return failure is null;
                },
                interval, timeout, cluster.Time, stop);
            if (!isOpen)
            {
                throw failure!;
            }
        }
        finally
        {
            activity.Progress(new(work, "") { Completed = true });
        }
    }

    /// <returns>Null if the cluster is open; otherwise why it is not open yet.</returns>
    private async Task<HotstackException?> TryAsync(CancellationToken stop)
    {
        try
        {
            await cluster.OpenAsync(stop);
            return null;
        }
        catch (HotstackException e) when (IsTransient(e))
        {
            return e;
        }
    }

    private bool IsTransient(HotstackException failure)
    {
        bool isRefusal = failure.Cause == ErrorCause.AuthenticationFailed;
        _refusedSince = isRefusal ? _refusedSince ?? cluster.Time.GetUtcNow() : null;
        return isRefusal ? cluster.Time.GetUtcNow() - _refusedSince < LoginGrace : failure.Cause.IsTransient;
    }
}
