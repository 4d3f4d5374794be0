using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Hotstack.Contract.Controllers;

/// <summary>Stands for the contract behind a real controller where there is none.</summary>
[Trait("Contract", "ControllerLab")]
public sealed class ControllerLabTests
{
    [Fact]
    public async Task These_tests_have_no_way_of_their_own_to_the_cluster()
    {
        Assert.SkipWhen(ControllerLabSettings.WhyNot is not null, ControllerLabSettings.WhyNot ?? "");
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);

        await Assert.ThrowsAnyAsync<SocketException>(
            () => Dns.GetHostAddressesAsync(ControllerLab.ApiName, TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<SocketException>(() => socket.ConnectAsync(
            IPAddress.Parse(ControllerLab.ApiAddress), ControllerLab.ApiPort, TestContext.Current.CancellationToken).AsTask());
    }
}

/// <summary>One after the other: there is one controller for all.</summary>
[CollectionDefinition(Name)]
#pragma warning disable CA1711 // xunit's word
public sealed class ControllerLabCollection : ICollectionFixture<ControllerLab>
#pragma warning restore CA1711
{
    public const string Name = "controller-lab";
}
