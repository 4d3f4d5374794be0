using Hotstack.Http;
using Hotstack.OpenShift;

namespace Hotstack.Clusters.Assess;

/// <summary>Tells OpenShift from other clusters.</summary>
internal static class OpenShiftApi
{
    private const string Group = "config.openshift.io";

    /// <summary>The same within a time limit.</summary>
    /// <exception cref="HotstackException">This is not OpenShift (<c>NotOpenShift</c>), or the API server failed, or did not answer in
    /// time.</exception>
    public static async Task RequireAsync(Cluster cluster, BoundedReads reads)
    {
        try
        {
            await RequireAsync(cluster, reads.Token);
        }
        catch (OperationCanceledException e) when (reads.AreOver)
        {
            ApiRequest request = cluster.Api.Request(HttpMethod.Get, KubernetesApi.GroupPath(Group, "v1")) with { Timeout = reads.Limit };
            throw TransportException.OfTimeout(request, e).AfterLastAttempt(request);
        }
    }

    /// <exception cref="HotstackException">This is not OpenShift (<c>NotOpenShift</c>), or the API server failed.</exception>
    public static async Task RequireAsync(Cluster cluster, CancellationToken stop)
    {
        if (!await cluster.Api.IsServedAsync(Group, "v1", stop))
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "NotOpenShift", $"The cluster of context '{cluster.Context}' is not OpenShift: it has no API group {Group}.")
            {
                Target = cluster.Context,
                Hint = "Choose another context of the kubeconfig.",
            };
        }
    }
}
