using Hotstack.Http;
using Hotstack.OpenShift.Login;

namespace Hotstack.OpenShift;

/// <summary>What is needed to call a cluster. Where it stands behind a controller that does not run yet, it is opened later.</summary>
/// <param name="open">Opens it; null if <see cref="Open"/> is called.</param>
/// <param name="find">Checks that it can be opened once the controller runs; null for no check.</param>
internal sealed class ClusterLink(
    Func<CancellationToken, Task<ClusterConfiguration>>? open = null, Func<CancellationToken, Task>? find = null) : IDisposable
{
    private Parts? _parts;

    /// <summary>Whether calls are possible.</summary>
    public bool IsOpen => _parts is not null;

    public ClusterConfiguration Configuration => Opened.Configuration;

    public Api Connections => Opened.Connections;

    public Credentials Credentials => Opened.Credentials;

    /// <summary>The login; null if the kubeconfig needs none.</summary>
    public LoginSession? Login => Opened.Login;

    private Parts Opened => _parts ?? throw new InvalidOperationException("The connection to the cluster is not open.");

    public void Open(ClusterConfiguration configuration, Api connections, Credentials credentials, LoginSession? login) =>
        _parts = new Parts(configuration, connections, credentials, login);

    /// <summary>Reads the configuration if the link is not open.</summary>
    /// <returns>Null if it is open.</returns>
    public async Task<ClusterConfiguration?> ConfigureAsync(CancellationToken stop) => IsOpen ? null : await open!(stop);

    public Task FindAsync(CancellationToken stop) => IsOpen || find is null ? Task.CompletedTask : find(stop);

    public void Dispose()
    {
        _parts?.Connections.Dispose();
        _parts?.Login?.Dispose();
    }

    private sealed record Parts(ClusterConfiguration Configuration, Api Connections, Credentials Credentials, LoginSession? Login);
}
