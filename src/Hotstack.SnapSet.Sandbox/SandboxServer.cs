using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Hotstack.Sandbox.Admin;
using Hotstack.Sandbox.Cluster;
using Hotstack.Sandbox.Cluster.Api;
using Hotstack.Sandbox.Cluster.Trust;
using Hotstack.Sandbox.Compute;
using Hotstack.Sandbox.Controllers;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Identity;
using Hotstack.Sandbox.Imaging;
using Hotstack.Sandbox.Networking;
using Hotstack.Sandbox.Orchestration;
using Hotstack.Sandbox.Volumes;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Hotstack.Sandbox;

/// <summary>A cloud that listens on loopback until it is disposed of.</summary>
public sealed class SandboxServer : IAsyncDisposable
{
    /// <summary>The largest image anybody uploads to a sandbox.</summary>
    private const long MaxBody = 64L << 20;

    /// <summary>Apache's LimitRequestLine, which is about that of nginx and eventlet; a longer one is answered by a 414. Kestrel counts
    /// the end of the line too.</summary>
    private const int MaxRequestLine = 8190 + 2;

    private readonly WebApplication _app;
    private readonly Lazy<string> _kubeconfig;
    private readonly ConcurrentDictionary<string, Lazy<ApiDoor>> _doors = [];

    private SandboxServer(WebApplication app, SandboxCloud cloud, CallLog calls, ClusterWays ways)
    {
        (_app, Ways) = (app, ways);
        Cloud = cloud;
        Calls = calls;
        Address = new Uri(app.Urls.First(u => u.StartsWith("http:", StringComparison.Ordinal)));
        CloudsYaml = Sandbox.CloudsYaml.Write(Address);
        var api = new Uri(app.Urls.First(u => u.StartsWith("https:", StringComparison.Ordinal)));
        Cluster = new SandboxCluster(cloud, api, () => cloud.OpenShift);
        _kubeconfig = cloud.OpenShift is { } openShift
            ? new Lazy<string>(() => Sandbox.Cluster.Api.Kubeconfig.Write(Cluster.Address, openShift.Name, openShift.Born))
            : new Lazy<string>("");
    }

    /// <summary>Where it listens; the services are below it.</summary>
    public Uri Address { get; }

    public SandboxCloud Cloud { get; }

    public CallLog Calls { get; }

    public FaultPlan Faults => Cloud.Faults;

    /// <summary>Holds calls up, for tests that need a certain moment.</summary>
    public Gate Gate => Cloud.Gate;

    /// <summary>A clouds.yaml with <c>sandbox</c>, <c>sandbox-appcred</c>, <c>sandbox-admin</c> and <c>sandbox-other</c>.</summary>
    public string CloudsYaml { get; }

    /// <summary>
    /// A kubeconfig that leads to the cluster of the deployment: its administrator as the stack's name, a token
    /// with all rights as <c>operator</c>, one with next to none as <c>restricted</c>. Empty if nothing is deployed.
    /// </summary>
    public string Kubeconfig => _kubeconfig.Value;

    /// <summary>What is behind the API that listens without a controller: that of the first cluster (<see cref="ClusterCopies"/>).</summary>
    public SandboxCluster Cluster { get; }

    internal ClusterWays Ways { get; }

    /// <summary>What is behind the API of the cluster whose nodes are servers of a stack, with an address of its own: also before the stack
    /// is there.</summary>
    public SandboxCluster ClusterOf(string stackName)
    {
        var door = _doors.GetOrAdd(stackName, _ => new Lazy<ApiDoor>(() =>
            new ApiDoor(new IPEndPoint(IPAddress.Loopback, 0), Cluster.Address, Ways, new ClusterWay(Find)))).Value;
        return new SandboxCluster(Cloud, new Uri($"https://{door.At}"), Find);

        OpenShiftCluster? Find() => Cloud.Clusters.OfStack(stackName);
    }

    /// <summary>The controllers before its cluster; null if it stands in the open.</summary>
    public SandboxController? Controller { get; internal set; }

    /// <summary>Starts a cloud.</summary>
    public static async Task<SandboxServer> StartAsync(SandboxOptions? options = null, CancellationToken stop = default)
    {
        options ??= new SandboxOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Speed);

        // The slim builder reads no environment and no appsettings, so nothing but the options counts.
        var ways = new ClusterWays();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { Args = [] });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBody;
            kestrel.Limits.MaxRequestLineSize = MaxRequestLine;
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.Listen(IPAddress.Loopback, options.KubePort, listen => ListenForKubernetes(listen, ways));
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        var app = builder.Build();

        var calls = new CallLog();
        var cloud = new SandboxCloud(options, new FaultPlan());
        var pipeline = new Pipeline(cloud, calls, cloud.Faults);
        var kubernetes = new KubernetesApi(cloud);
        app.Use((http, next) => http.Request.IsHttps ? pipeline.RunAsync(http, kubernetes, kubernetes.Handle, open: true) : next(http));
        var routes = new RouteTable();
        Service[] services =
        [
            new KeystoneApi(cloud), new NovaApi(cloud), new GlanceApi(cloud), new HeatApi(cloud), new NeutronApi(cloud),
                new CinderApi(cloud),
        ];
        foreach (var service in services)
        {
            service.Map(new Routes(routes, pipeline, service));
        }

        SandboxServer? server = null;
        new AdminApi(cloud, calls, () => server!).Map(routes);
        app.Run(routes.RunAsync);
        try
        {
            await app.StartAsync(stop);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return server = new SandboxServer(app, cloud, calls, ways);
    }

    private static void ListenForKubernetes(ListenOptions listen, ClusterWays ways)
    {
        listen.Use(next => connection =>
        {
            ways.Note(connection);
            return next(connection);
        });

        // Without HTTP/2, so that a connection that is cut is no other call's.
        listen.Protocols = HttpProtocols.Http1;
        listen.UseHttps(Pki.Server, https =>
        {
            // Whose certificate it is and whether it still counts is for the API to say, not for TLS.
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = (_, _, _) => true;
            // Before that the platform builds a chain, for which it would load all of the system's certificates.
            https.OnAuthenticate = static (_, tls) => tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true,
            };
        });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var door in _doors.Values)
        {
            await door.Value.DisposeAsync();
        }

        // Nobody waits for an answer any more: calls still under way are cut.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
