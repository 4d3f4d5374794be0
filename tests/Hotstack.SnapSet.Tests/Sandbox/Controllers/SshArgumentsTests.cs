using Hotstack.Sandbox.Controllers.Client;
using Xunit;

namespace Hotstack.Sandbox.Controllers;

public class SshArgumentsTests
{
    [Fact]
    public void All_that_a_tunnel_needs_in_any_order()
    {
        var read = SshArguments.Read(["-T", "-D", "/tmp/d/s", "-o", "BatchMode=yes", "-oHostKeyAlias=uuid", "-o", "hostkeyalias=other",
            "-o", "UserKnownHostsFile=/a /b", "-i", "/key one", "-i", "/key two", "-p2222", "-l", "zuul", "--", "203.0.113.17", "-x 'a b'", "c"]);
        Assert.NotNull(read);
        Assert.Equal(("203.0.113.17", "zuul", 2222, "/tmp/d/s"), (read.Host, read.User, read.Port, read.Dynamic));
        Assert.Equal(("uuid", "/a /b"), (read["HostKeyAlias"], read["UserKnownHostsFile"]));
        Assert.Equal(["/key one", "/key two"], read.Identities);
        Assert.Equal("-x 'a b' c", read.Command);
    }

    [Theory]
    [InlineData("me@host", "me", 22)]
    [InlineData("-l you me@host", "you", 22)]
    [InlineData("-Tvo Port=23 host", null, 23)]
    [InlineData("host -p 24", null, 24)]
    public void Users_and_ports(string words, string? user, int port)
    {
        var read = SshArguments.Read(words.Split(' '));
        Assert.Equal(("host", user, port), (read?.Host, read?.User, read?.Port));
    }

    [Theory]
    [InlineData("-T")]
    [InlineData("host -p")]
    public void Without_a_host_or_a_value_it_is_no_command(string words) => Assert.Null(SshArguments.Read(words.Split(' ')));
}
