using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Hotstack.Sandbox.Cluster.Api;

/// <summary>
/// The networks of the clusters, which all have the same names and addresses: a connection from one of them says so by the port it comes
/// from. All others lead to the first cluster.
/// </summary>
internal sealed class ClusterWays
{
    private readonly ConcurrentDictionary<int, ClusterWay> _expected = [];

    /// <summary>Connects to the API as from inside a network.</summary>
    /// <exception cref="SocketException">Nothing listens there.</exception>
    public async Task<TcpClient> ConnectAsync(Uri api, ClusterWay way, CancellationToken stop)
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Loopback, 0)) { NoDelay = true };
        var port = ((IPEndPoint)client.Client.LocalEndPoint!).Port;
        _expected[port] = way;
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, api.Port, stop);
            return client;
        }
        catch
        {
            _expected.TryRemove(port, out _);
            client.Dispose();
            throw;
        }
    }

    /// <summary>Notes on a connection that has come where it leads.</summary>
    public void Note(ConnectionContext connection)
    {
        if (connection.RemoteEndPoint is IPEndPoint from && _expected.TryRemove(from.Port, out var way))
        {
            connection.Features.Set(way);
        }
    }
}

/// <summary>Where a connection leads.</summary>
/// <param name="Find">The cluster, as it is when a call comes; null if there is none.</param>
internal sealed record ClusterWay(Func<OpenShiftCluster?> Find);
