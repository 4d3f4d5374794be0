using Hotstack.Http;
using Hotstack.OpenShift;

namespace Hotstack.Clusters.Revive;

/// <summary>The cluster of a stack that does not exist yet, as this machine reaches it.</summary>
internal sealed class ClusterToCome(Cluster cluster)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Fails if it answers. A copy has the names, addresses and certificates of its original, so what a kubeconfig leads to before
    /// the stack exists is the original, or another copy.</summary>
    /// <param name="stack">The name of the stack to come.</param>
    /// <param name="stop">Cancels it.</param>
    /// <exception cref="HotstackException"><c>ClusterOfAnotherStack</c>.</exception>
    public async Task RequireSilentAsync(string stack, CancellationToken stop)
    {
        // The way through a controller begins with the stack.
        if (!cluster.IsOpen || !await AnswersAsync(stop))
        {
            return;
        }

        throw new HotstackException(
            ErrorCause.Conflict, "ClusterOfAnotherStack",
            $"The kubeconfig leads to cluster '{cluster.Name}', which runs before stack '{stack}' exists: it is the cluster of another stack, "
            + "and the revival would change it. Nothing was made.")
        {
            Target = cluster.Name,
            Hint = "Unset KUBECONFIG and omit -Kubeconfig: then the controller of the new stack leads to its cluster. To restore without a "
                + "revival, omit -Revive.",
        };
    }

    /// <summary>By the version, which an API server tells before it is ready, too.</summary>
    private async Task<bool> AnswersAsync(CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            // A person may take longer than the timeout.
            await cluster.LogInAsync(stop);
            patience.CancelAfter(Timeout);
            await cluster.ForPolling().Api.GetTextAsync("version", patience.Token);
            return true;
        }
        catch (HotstackException e)
        {
            // A proxy answers too, with another status; a login that fails has none.
            return e is ServiceException { Status: 401 or 403 };
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
