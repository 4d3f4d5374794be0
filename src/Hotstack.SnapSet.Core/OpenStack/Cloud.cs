using Hotstack.Http;
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
    /// <summary>The major versions that we speak.</summary>
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
        var plain = new PlainEndpoints(configuration, activity);
        Time = time;
        NewObjects = new NewObjects(time);
        Name = configuration.Name;
        Region = configuration.Region;
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

    /// <summary>The clock by which we wait for this cloud.</summary>
    public TimeProvider Time { get; }

    /// <summary>What was made in it just now, by us or for us.</summary>
    internal NewObjects NewObjects { get; }

    /// <summary>The time by the cloud's own clock; by ours until its first answer has come (<see cref="IsTimeKnown"/>).</summary>
    internal DateTimeOffset Now => _clock.Now;

    /// <summary>The cloud has told its time. Practically each answer does (RFC 9110, 6.6.1: Date).</summary>
    internal bool IsTimeKnown => _clock.Skew is not null;

    /// <summary>Prepares a connection; the first call opens it.</summary>
    /// <param name="configuration">Which cloud, and as whom.</param>
    /// <param name="activity">Told of every call.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="HotstackException">A certificate or key file cannot be read.</exception>
    public static Cloud Connect(CloudConfiguration configuration, IActivity activity, TimeProvider? time = null) =>
        Connect(configuration, activity, time, null);

    /// <summary>The same with something in between.</summary>
    internal static Cloud Connect(CloudConfiguration configuration, IActivity activity, TimeProvider? time, Wire? wire)
    {
        time ??= TimeProvider.System;
        foreach ((string service, int version) in Spoken)
        {
            if (configuration.ApiVersion(service) is { } asked && !(asked + ".").StartsWith($"{version}.", StringComparison.Ordinal))
            {
                activity.Warning(
                    $"Cloud '{configuration.Name}' is configured for version {asked} of {service}; this speaks version {version} only.");
            }
        }

        var retries = new RetryPolicy(time, activity);
        var api = new Api(HttpTransport.Create(configuration.Tls, ProxyRule.OfCloud, false, wire, activity), retries, activity) { Wire = wire };
        var dataApi = new Api(HttpTransport.Create(configuration.Tls, ProxyRule.OfCloud, true, wire, null), retries, activity) { Wire = wire };
        return new Cloud(configuration, api, dataApi, new TokenSource(configuration, api, time), activity, time);
    }

    /// <summary>The id of the project that we work in; null for a fixed token, which does not tell.</summary>
    /// <exception cref="HotstackException">Keystone refuses us, or gives a token for no project (<c>ProjectMissing</c>).</exception>
    public async Task<string?> GetProjectIdAsync(CancellationToken stop) =>
        (await _tokens.GetAsync(stop)).ProjectId;

    /// <summary>Renews the token if it would run out within <paramref name="duration"/>.</summary>
    public Task PrepareForAsync(TimeSpan duration, CancellationToken stop) => _tokens.GetAsync(duration, stop);

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _tokens.Dispose();
        _api.Dispose();
        _dataApi.Dispose();
    }
}
