using Hotstack.Http;
using Hotstack.Http.Proxies;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Configuration;
using Hotstack.OpenStack.Identity;
using Hotstack.OpenStack.Imaging;
using Hotstack.OpenStack.Networking;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.OpenStack;

/// <summary>A connection to one cloud, in one region, as one user in one project. Safe to use from several threads.</summary>
public sealed class Cloud : IDisposable
{
    /// <summary>The supported major versions.</summary>
    private static readonly (string Service, int Version)[] Spoken =
        [("identity", 3), ("compute", 2), ("image", 2), ("network", 2), ("orchestration", 1), ("block-storage", 3)];

    private readonly Api _api;
    private readonly Api _dataApi;
    private readonly TokenSource _tokens;
    private readonly ServerClock _clock;

    private Cloud(
        CloudConfiguration configuration, Api api, Api dataApi, TokenSource tokens, IActivity activity, TimeProvider time)
    {
        _api = api;
        _dataApi = dataApi;
        _tokens = tokens;
        _clock = new ServerClock(time);
        var plain = new ServiceClient.PlainEndpoints(configuration, activity);
        Time = time;
        NewObjects = new NewObjects(time);
        Name = configuration.Name;
        Region = configuration.Region;
        FirstRegion = configuration.FirstRegion;
        SourceFile = configuration.SourceFile;
        Compute = new Nova(Client("compute"), configuration.DefaultMicroversion("compute"));
        Images = new Glance(Client("image"), new ServiceClient(configuration, tokens, dataApi, _clock, "image", plain, NewObjects));
        Network = new Neutron(Client("network"));
        Stacks = new Heat(Client("orchestration"));
        Volumes = new Cinder(Client("block-storage"));

        ServiceClient Client(string service) => new(configuration, tokens, api, _clock, service, plain, NewObjects);
    }

    /// <summary>The cloud's name in clouds.yaml, or <c>envvars</c>.</summary>
    public string Name { get; }

    /// <summary>The region; null for the only one.</summary>
    public string? Region { get; }

    /// <summary>The region of a program that gets the cloud's name alone; null for the only one.</summary>
    internal string? FirstRegion { get; }

    /// <summary>The file that defines the cloud; null for one made from variables.</summary>
    public string? SourceFile { get; }

    /// <summary>Servers.</summary>
    public Nova Compute { get; }

    /// <summary>Images.</summary>
    public Glance Images { get; }

    /// <summary>Ports.</summary>
    public Neutron Network { get; }

    /// <summary>Stacks.</summary>
    public Heat Stacks { get; }

    /// <summary>Volumes and their snapshots.</summary>
    public Cinder Volumes { get; }

    /// <summary>The clock for waits.</summary>
    public TimeProvider Time { get; }

    /// <summary>Objects that we, or the cloud for us, have just created.</summary>
    internal NewObjects NewObjects { get; }

    /// <summary>The time by the cloud's clock; by ours before its first answer (<see cref="IsTimeKnown"/>).</summary>
    public DateTimeOffset Now => _clock.Now;

    /// <summary>The cloud has sent its time, as nearly each answer does (RFC 9110, 6.6.1: Date).</summary>
    internal bool IsTimeKnown => _clock.Skew is not null;

    /// <summary>Prepares a connection; the first call opens it.</summary>
    /// <param name="configuration">The cloud and the credentials.</param>
    /// <param name="activity">Gets a report of each call.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="HotstackException">A certificate or key file cannot be read.</exception>
    public static Cloud Connect(CloudConfiguration configuration, IActivity activity, TimeProvider? time = null) =>
        Connect(configuration, activity, time, null);

    /// <summary>The same with a trial's interceptor.</summary>
    internal static Cloud Connect(CloudConfiguration configuration, IActivity activity, TimeProvider? time, Interceptor? interceptor)
    {
        time ??= TimeProvider.System;
        foreach ((string service, int version) in Spoken)
        {
            if (configuration.ApiVersion(service) is { } asked && !(asked + ".").StartsWith($"{version}.", StringComparison.Ordinal))
            {
                activity.Warning(
                    $"Cloud '{configuration.Name}' is configured for version {asked} of {service}; only version {version} is supported.");
            }
        }

        var retries = new RetryPolicy(time, activity);
        var api = new Api(HttpTransport.Create(configuration.Tls, ProxyRule.OfCloud, false, interceptor, activity), retries,
            activity) { Interceptor = interceptor };
        var dataApi = new Api(HttpTransport.Create(configuration.Tls, ProxyRule.OfCloud, true, interceptor, null), retries,
            activity) { Interceptor = interceptor };
        return new Cloud(configuration, api, dataApi, new TokenSource(configuration, api, time), activity, time);
    }

    /// <summary>The id of our project; null for a fixed token, which does not name it.</summary>
    /// <exception cref="HotstackException">Keystone rejects the credentials, or gives a token without a project
    /// (<c>ProjectMissing</c>).</exception>
    public async Task<string?> GetProjectIdAsync(CancellationToken stop) =>
        (await _tokens.GetAsync(stop)).ProjectId;

    /// <summary>Renews the token if it expires within <paramref name="duration"/>.</summary>
    public Task PrepareForAsync(TimeSpan duration, CancellationToken stop) => _tokens.GetAsync(duration, stop);

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _tokens.Dispose();
        _api.Dispose();
        _dataApi.Dispose();
    }
}
