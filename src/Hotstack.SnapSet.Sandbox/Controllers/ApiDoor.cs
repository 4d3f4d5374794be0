using System.Net;
using System.Net.Sockets;
using Hotstack.Sandbox.Cluster.Api;

namespace Hotstack.Sandbox.Controllers;

/// <summary>An address of loopback where the API of one cluster listens.</summary>
internal sealed class ApiDoor : TcpDoor
{
    private readonly Uri _api;
    private readonly ClusterWays _ways;
    private readonly ClusterWay _way;

    /// <param name="at">The address, and the port or 0 for any.</param>
    /// <param name="api">Where all clusters listen in truth.</param>
    /// <param name="ways">How a connection says which cluster it is for.</param>
    /// <param name="way">Which one it is.</param>
    /// <exception cref="SocketException">The address is in use.</exception>
    public ApiDoor(IPEndPoint at, Uri api, ClusterWays ways, ClusterWay way)
        : base(at)
    {
        (_api, _ways, _way) = (api, ways, way);
        Open();
    }

    protected override async Task ServeAsync(TcpClient client)
    {
        using var api = await _ways.ConnectAsync(_api, _way, End);
        await Relay.RunAsync(RelayEnd.Of(client.GetStream()), RelayEnd.Of(api.GetStream()), End);
    }
}
