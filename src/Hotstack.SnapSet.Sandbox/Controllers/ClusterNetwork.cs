using System.Net;
using System.Net.Sockets;
using Hotstack.Sandbox.Cluster.Api;

namespace Hotstack.Sandbox.Controllers;

/// <summary>The networks behind the controllers, in each of which the same name is another cluster's.</summary>
/// <param name="Name">The name of the cluster's API.</param>
/// <param name="Api">Where it listens in truth.</param>
/// <param name="Port">The port that the kubeconfig names.</param>
/// <param name="Ways">How a connection says which cluster it is for.</param>
internal sealed record ClusterNetwork(string Name, Uri Api, int Port, ClusterWays Ways)
{
    /// <summary>Connects from a controller to a name and a port.</summary>
    /// <exception cref="SocketException">The name is not known, or nothing listens there.</exception>
    public async Task<TcpClient> ConnectAsync(string host, int port, ClusterWay way, CancellationToken stop)
    {
        if (host == Name || (port == Api.Port && (host == "localhost" || host == Api.Host)))
        {
            return port == Port || port == Api.Port ? await Ways.ConnectAsync(Api, way, stop)
                : throw new SocketException((int)SocketError.ConnectionRefused);
        }

        if (host != "localhost" && !IPAddress.TryParse(host, out _))
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(host, port, stop);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
