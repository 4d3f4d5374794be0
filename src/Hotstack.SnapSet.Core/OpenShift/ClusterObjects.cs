using System.Text;
using System.Text.Json;
using Hotstack.Http;
using Hotstack.OpenShift.Objects;
using k8s;
using k8s.Models;

namespace Hotstack.OpenShift;

/// <summary>Single objects of a cluster that may not exist, and text parts of objects.</summary>
internal static class ClusterObjects
{
    /// <summary>An object of a kind without a model in KubernetesClient.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="ServiceException">The API server refused the call, failed, or was not reached.</exception>
    public static async Task<T?> FindAsync<T>(this Cluster cluster, CustomKind<T> kind, string name, CancellationToken stop)
        where T : class =>
        await ReadAsync(cluster, kind, name, stop).OrNullAsync();

    /// <summary>The public half of a secret of type kubernetes.io/tls.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="ServiceException">The API server refused the call, failed, or was not reached.</exception>
    public static async Task<TlsSecret?> FindTlsSecretAsync(this Cluster cluster, string @namespace, string name, CancellationToken stop) =>
        await cluster.Client.CoreV1.ReadNamespacedSecretAsync(Segment(name), Segment(@namespace), cancellationToken: stop)
            .OrNullAsync() is { } secret
            ? TlsSecret.From(secret)
            : null;

    /// <summary>The texts of a config map by their keys.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="ServiceException">The API server refused the call, failed, or was not reached.</exception>
    public static async Task<IReadOnlyDictionary<string, string>?> FindConfigMapAsync(
        this Cluster cluster, string @namespace, string name, CancellationToken stop) =>
        await cluster.Client.CoreV1.ReadNamespacedConfigMapAsync(Segment(name), Segment(@namespace), cancellationToken: stop)
            .OrNullAsync() is { } found
            ? new Dictionary<string, string>(found.Data ?? new Dictionary<string, string>())
            : null;

    /// <summary>Evicts a pod from its node.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="version">The cluster's version of the API group <c>policy</c>.</param>
    /// <param name="stop">Cancels the call.</param>
    /// <exception cref="ServiceException">A disruption budget does not allow it now (429); or the call failed.</exception>
    public static Task EvictPodAsync(this Cluster cluster, V1Pod pod, string version, CancellationToken stop)
    {
        (string name, string @namespace) = (Segment(pod.Name), Segment(pod.Namespace ?? ""));
        var eviction = new V1Eviction
        {
            ApiVersion = $"{V1Eviction.KubeGroup}/{version}",
            Kind = V1Eviction.KubeKind,
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = @namespace },
        };
        return cluster.Client.CoreV1.CreateNamespacedPodEvictionAsync(eviction, name, @namespace, cancellationToken: stop);
    }

    /// <summary>Deletes a pod, or begins to. A missing one is no error.</summary>
    /// <exception cref="ServiceException">The API server refused the call, failed, or was not reached.</exception>
    public static Task DeletePodAsync(this Cluster cluster, V1Pod pod, CancellationToken stop) => cluster.Client.CoreV1
        .DeleteNamespacedPodAsync(Segment(pod.Name), Segment(pod.Namespace ?? ""), new V1DeleteOptions(), cancellationToken: stop)
            .OrNullAsync();

    /// <summary>Deletes a namespace with its objects, or begins to. A missing one is no error.</summary>
    /// <exception cref="ServiceException">The API server refused the call, failed, or was not reached.</exception>
    public static Task DeleteNamespaceAsync(this Cluster cluster, string name, CancellationToken stop) =>
        cluster.Client.CoreV1.DeleteNamespaceAsync(Segment(name), new V1DeleteOptions(), cancellationToken: stop).OrNullAsync();

    /// <summary>The log of a pod with one container.</summary>
    /// <exception cref="ServiceException">The API server refused the call, failed, or was not reached.</exception>
    public static async Task<string> ReadPodLogAsync(this Cluster cluster, string @namespace, string name, CancellationToken stop) =>
        await TextAsync(cluster.Client.CoreV1.ReadNamespacedPodLogAsync(Segment(name), Segment(@namespace), cancellationToken: stop), stop);

    /// <summary>The metrics of a node's kubelet, with the expiry of its certificates.</summary>
    /// <exception cref="ServiceException">The API server refused the call, failed, or was not reached.</exception>
    public static async Task<string> ReadKubeletMetricsAsync(this Cluster cluster, string node, CancellationToken stop) =>
        await TextAsync(cluster.Client.CoreV1.ConnectGetNodeProxyWithPathAsync(Segment(node), "metrics", cancellationToken: stop), stop);

    /// <summary>Names may come from outside: from a specification or a record.</summary>
    private static string Segment(string name) => ApiPath.Segment(KubernetesApi.Service, name);

    private static async Task<T> ReadAsync<T>(Cluster cluster, CustomKind<T> kind, string name, CancellationToken stop) =>
        kind.Read(await cluster.Client.CustomObjects
            .GetClusterCustomObjectAsync<JsonElement>(kind.Group, kind.Version, kind.Plural, Segment(name), stop));

    private static async Task<string> TextAsync(Task<Stream> call, CancellationToken stop)
    {
        using Stream stream = await call;
        using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
        return await reader.ReadToEndAsync(stop);
    }
}
