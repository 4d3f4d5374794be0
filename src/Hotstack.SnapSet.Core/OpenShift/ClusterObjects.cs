using System.Text;
using System.Text.Json;
using Hotstack.Http;
using Hotstack.OpenShift.Objects;
using k8s;
using k8s.Models;

namespace Hotstack.OpenShift;

/// <summary>Single objects of a cluster that may not be there, and parts of objects that are text.</summary>
internal static class ClusterObjects
{
    /// <summary>Of a kind for which KubernetesClient has no model.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="ServiceException">The API server refused the call, failed, or was not reached.</exception>
    public static async Task<T?> FindAsync<T>(this Cluster cluster, CustomKind<T> kind, string name, CancellationToken stop)
        where T : class
    {
        try
        {
            JsonElement item = await cluster.Client.CustomObjects
                .GetClusterCustomObjectAsync<JsonElement>(kind.Group, kind.Version, kind.Plural, Segment(name), stop).ConfigureAwait(false);
            return kind.Read(item);
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.NotFound)
        {
            return null;
        }
    }

    /// <summary>The public half of a secret of type kubernetes.io/tls.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="ServiceException">The API server refused the call, failed, or was not reached.</exception>
    public static async Task<TlsSecret?> FindTlsSecretAsync(this Cluster cluster, string @namespace, string name, CancellationToken stop) =>
        await cluster.Client.CoreV1.ReadNamespacedSecretAsync(Segment(name), Segment(@namespace), cancellationToken: stop).OrNullAsync().ConfigureAwait(false) is { } secret
            ? TlsSecret.From(secret)
            : null;

    /// <summary>Deletes a namespace with all that is in it, or has that begin. One that is not there is deleted.</summary>
    /// <exception cref="ServiceException">The API server refused the call, failed, or was not reached.</exception>
    public static Task DeleteNamespaceAsync(this Cluster cluster, string name, CancellationToken stop) =>
        cluster.Client.CoreV1.DeleteNamespaceAsync(Segment(name), new V1DeleteOptions(), cancellationToken: stop).OrNullAsync();

    /// <summary>The log of a pod that has one container.</summary>
    /// <exception cref="ServiceException">The API server refused the call, failed, or was not reached.</exception>
    public static async Task<string> ReadPodLogAsync(this Cluster cluster, string @namespace, string name, CancellationToken stop) =>
        await TextAsync(cluster.Client.CoreV1.ReadNamespacedPodLogAsync(Segment(name), Segment(@namespace), cancellationToken: stop), stop).ConfigureAwait(false);

    /// <summary>The metrics of a node's kubelet, by which it tells of its certificates.</summary>
    /// <exception cref="ServiceException">The API server refused the call, failed, or was not reached.</exception>
    public static async Task<string> ReadKubeletMetricsAsync(this Cluster cluster, string node, CancellationToken stop) =>
        await TextAsync(cluster.Client.CoreV1.ConnectGetNodeProxyWithPathAsync(Segment(node), "metrics", cancellationToken: stop), stop).ConfigureAwait(false);

    /// <summary>These names may come from anywhere: from a specification, or a record.</summary>
    private static string Segment(string name) => ApiPath.Segment(KubernetesApi.Service, name);

    private static async Task<string> TextAsync(Task<Stream> call, CancellationToken stop)
    {
        using Stream stream = await call.ConfigureAwait(false);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(stop).ConfigureAwait(false);
    }
}
