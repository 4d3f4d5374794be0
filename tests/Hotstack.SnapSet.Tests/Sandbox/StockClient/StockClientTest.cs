using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Xunit;

namespace Hotstack.Sandbox.StockClient;

/// <summary>
/// A sandbox with a manual clock, and the official .NET client of Kubernetes (the package KubernetesClient), made as its users make it: from
/// the kubeconfig's file, with its own reader, TLS and credentials. So the sandbox's API is read by a program that nobody here wrote.
/// </summary>
public abstract class StockClientTest : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-stock-").FullName;
    private readonly List<Kubernetes> _clients = [];
    private SandboxServer? _server;

    protected ManualClock Clock { get; } = new();

    protected SandboxServer Server => _server ?? throw new InvalidOperationException("not started");

    /// <summary>The client as the cluster's administrator.</summary>
    protected Kubernetes Client => field ??= Connect(null);

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await SandboxServer.StartAsync(new SandboxOptions { Clock = Clock }, Stop);

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        Directory.Delete(_folder, recursive: true);
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>A client by one of the contexts of the sandbox's kubeconfig.</summary>
    protected Kubernetes Connect(string? context)
    {
        string path = Path.Combine(_folder, "kubeconfig");
        File.WriteAllText(path, Server.Kubeconfig);
        var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(path, context));
        _clients.Add(client);
        return client;
    }

    /// <summary>Lets time pass, and the cloud with it.</summary>
    protected void Pass(double seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>That a call is refused.</summary>
    /// <returns>The body of the answer.</returns>
    protected static async Task<V1Status> RefusedAsync(HttpStatusCode code, Func<Task> call)
    {
        var e = await Assert.ThrowsAsync<HttpOperationException>(call);
        Assert.Equal(code, e.Response.StatusCode);
        V1Status status = KubernetesJson.Deserialize<V1Status>(e.Response.Content);
        Assert.Equal(("Status", "v1", "Failure", (int)code), (status.Kind, status.ApiVersion, status.Status, status.Code));
        return status;
    }
}
