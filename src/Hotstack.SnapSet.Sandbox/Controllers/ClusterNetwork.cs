using System.Net;
using System.Net.Sockets;

namespace Hotstack.Sandbox.Controllers;

/// <summary>The network behind the controller, whose names only the controller knows.</summary>
/// <param name="Name">The name of the cluster's API.</param>
/// <param name="Api">Where it listens in truth.</param>
/// <param name="Port">The port that the kubeconfig names.</param>
internal sealed record ClusterNetwork(string Name, Uri Api, int Port)
{
    /// <summary>Where the connection goes that asks for a name and a port.</summary>
    /// <exception cref="SocketException">The name is not known, or nothing listens there.</exception>
    public (string Host, int Port) Resolve(string host, int port) =>
        host == Name ? port == Port || port == Api.Port ? (Api.Host, Api.Port)
            : throw new SocketException((int)SocketError.ConnectionRefused)
        : host == "localhost" || IPAddress.TryParse(host, out _) ? (host, port)
        : throw new SocketException((int)SocketError.HostNotFound);
}
