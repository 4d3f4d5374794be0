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
    private readonly Api _api;
    private readonly TokenSource _tokens;

    private Cloud(CloudConfiguration configuration, Api api, TokenSource tokens, TimeProvider time)
    {
        _api = api;
        _tokens = tokens;
        Time = time;
        Name = configuration.Name;
        Region = configuration.Region;
        Compute = new Nova(Client("compute", (address, _) =>
            ServiceClient.NamesVersion(address) ? address : ServiceClient.WithVersion(address, "v2.1")));
        Images = new Glance(Client("image", (address, _) => ServiceClient.WithVersion(address, "v2")));
        Network = new Neutron(Client("network", (address, _) => ServiceClient.WithVersion(address, "v2.0")));
        Stacks = new Heat(Client("orchestration", (address, token) => WithProject(address, "v1", token)));
        Volumes = new Cinder(Client("block-storage", (address, token) => WithProject(address, "v3", token)));

        ServiceClient Client(string service, Func<Uri, Token, Uri> versioned) =>
            new(configuration, tokens, api, service, versioned);
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

    /// <summary>Prepares a connection; the first call opens it.</summary>
    /// <param name="configuration">Which cloud, and as whom.</param>
    /// <param name="activity">Told of every call.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="HotstackException">A certificate or key file cannot be read.</exception>
    public static Cloud Connect(CloudConfiguration configuration, IActivity activity, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        var api = new Api(HttpTransport.Create(configuration.Tls), new RetryPolicy(time, activity), activity);
        return new Cloud(configuration, api, new TokenSource(configuration, api, time), time);
    }

    /// <summary>The id of the project that we work in; null if the token does not tell.</summary>
    public async Task<string?> GetProjectIdAsync(CancellationToken stop) =>
        (await _tokens.GetAsync(stop).ConfigureAwait(false)).ProjectId;

    /// <summary>Renews the token if it would run out within <paramref name="duration"/>.</summary>
    public Task PrepareForAsync(TimeSpan duration, CancellationToken stop) => _tokens.GetAsync(duration, stop);

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _tokens.Dispose();
        _api.Dispose();
    }

    /// <summary>Heat and Cinder want the project in the path; a catalogue has it there, an override may not.</summary>
    private static Uri WithProject(Uri address, string version, Token token)
    {
        if (ServiceClient.NamesVersion(address) && (token.ProjectId is null || address.AbsolutePath.Contains(token.ProjectId, StringComparison.Ordinal)))
        {
            return address;
        }

        Uri versioned = ServiceClient.WithVersion(address, version);
        return token.ProjectId is null ? versioned : new Uri($"{versioned.AbsoluteUri}/{token.ProjectId}");
    }
}
