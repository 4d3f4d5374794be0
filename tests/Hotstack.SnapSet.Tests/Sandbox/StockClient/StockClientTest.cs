using k8s;
using k8s.Autorest;
using k8s.Models;
using Xunit;

namespace Hotstack.Sandbox.StockClient;

/// <summary>
/// The sandbox's cluster and the official .NET client, used as people use it: a kubeconfig file, generated operations, watches. It reads
/// our API by the models of the real one, and nobody here wrote it. Nothing of the product is in between.
/// </summary>
public abstract class StockClientTest : ClusterTest
{
    private readonly List<Kubernetes> _clients = [];
    private Kubernetes? _client;

    /// <summary>The administrator's client.</summary>
    protected Kubernetes Stock => _client ??= ClientOf(null);

    /// <summary>A client by a context of the sandbox's kubeconfig.</summary>
    protected Kubernetes ClientOf(string? context)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Server.Kubeconfig);
            var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(file, context));
            _clients.Add(client);
            return client;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The <c>Status</c> with which an operation is refused.</summary>
    protected static async Task<V1Status> RefusalAsync(Func<Task> operation)
    {
        var refusal = await Assert.ThrowsAsync<HttpOperationException>(operation);
        var status = KubernetesJson.Deserialize<V1Status>(refusal.Response.Content);
        Assert.Equal(("Status", "v1", "Failure"), (status.Kind, status.ApiVersion, status.Status));
        Assert.Equal((int)refusal.Response.StatusCode, status.Code);
        Assert.NotNull(status.Metadata);
        return status;
    }

    protected override void DisposeClients() => _clients.ForEach(client => client.Dispose());
}
