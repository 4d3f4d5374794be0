using Hotstack.Sandbox.Admin;
using Hotstack.Sandbox.Compute;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Identity;
using Hotstack.Sandbox.Imaging;
using Hotstack.Sandbox.Networking;
using Hotstack.Sandbox.Orchestration;
using Hotstack.Sandbox.Volumes;

namespace Hotstack.Sandbox;

/// <summary>A cloud that listens on loopback until it is disposed of.</summary>
public sealed class SandboxServer : IAsyncDisposable
{
    /// <summary>The largest image anybody uploads to a sandbox.</summary>
    private const long MostBody = 64L << 20;

    private readonly WebApplication _app;

    private SandboxServer(WebApplication app, SandboxCloud cloud, CallLog calls)
    {
        _app = app;
        Cloud = cloud;
        Calls = calls;
        Address = new Uri(app.Urls.First());
        CloudsYaml = Sandbox.CloudsYaml.Write(Address);
    }

    /// <summary>Where it listens; the services are below it.</summary>
    public Uri Address { get; }

    public SandboxCloud Cloud { get; }

    public CallLog Calls { get; }

    public FaultPlan Faults => Cloud.Faults;

    /// <summary>A clouds.yaml with <c>sandbox</c>, <c>sandbox-appcred</c>, <c>sandbox-admin</c> and <c>sandbox-other</c>.</summary>
    public string CloudsYaml { get; }

    /// <summary>Starts a cloud.</summary>
    public static async Task<SandboxServer> StartAsync(SandboxOptions? options = null, CancellationToken stop = default)
    {
        options ??= new SandboxOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Speed);

        // The slim builder reads no environment and no appsettings, so nothing but the options counts.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { Args = [] });
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBody;
            kestrel.Listen(System.Net.IPAddress.Loopback, options.Port);
        });
        var app = builder.Build();
        app.UseRouting();

        var calls = new CallLog();
        var cloud = new SandboxCloud(options, new FaultPlan());
        var pipeline = new Pipeline(cloud, calls, cloud.Faults);
        Service[] services =
        [
            new KeystoneApi(cloud), new NovaApi(cloud), new GlanceApi(cloud), new HeatApi(cloud), new NeutronApi(cloud), new CinderApi(cloud),
        ];
        foreach (var service in services)
        {
            service.Map(new Routes(app, pipeline, service));
        }

        new AdminApi(cloud, calls).Map(app);
        try
        {
            await app.StartAsync(stop);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new SandboxServer(app, cloud, calls);
    }

    public async ValueTask DisposeAsync()
    {
        // Nobody waits for an answer any more: calls still under way are cut.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
