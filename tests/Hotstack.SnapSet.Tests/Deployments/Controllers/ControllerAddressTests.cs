using System.Text.Json;
using Xunit;

namespace Hotstack.Deployments.Controllers;

public class ControllerAddressTests
{
    [Theory]
    [InlineData("ctl", "ctl", null, null)]
    [InlineData(" ctl ", "ctl", null, null)]
    [InlineData("203.0.113.17", "203.0.113.17", null, null)]
    [InlineData("zuul@203.0.113.17", "203.0.113.17", "zuul", null)]
    [InlineData("zuul@203.0.113.17:2222", "203.0.113.17", "zuul", 2222)]
    [InlineData("my_host.example:65535", "my_host.example", null, 65535)]
    [InlineData("2001:db8::1", "2001:db8::1", null, null)]
    [InlineData("zuul@2001:db8::1", "2001:db8::1", "zuul", null)]
    [InlineData("[2001:db8::1]", "2001:db8::1", null, null)]
    [InlineData("zuul@[2001:db8::1]:22", "2001:db8::1", "zuul", 22)]
    [InlineData("fe80::1%eth0", "fe80::1%eth0", null, null)]
    [InlineData("ssh://zuul@ctl:22/", "ctl", "zuul", 22)]
    [InlineData("ssh://[::1]:22", "::1", null, 22)]
    [InlineData("b\u00fccher.example", "b\u00fccher.example", null, null)]
    [InlineData("first.last+tag@ctl", "ctl", "first.last+tag", null)]
    [InlineData(@"DOMAIN\user@ctl", "ctl", @"DOMAIN\user", null)]
    public void Addresses(string text, string host, string? user, int? port) =>
        Assert.Equal(new ControllerAddress(host, user, port), ControllerAddress.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("@ctl")]
    [InlineData("zuul@")]
    [InlineData("ctl:")]
    [InlineData("ctl:0")]
    [InlineData("ctl:65536")]
    [InlineData("ctl:-1")]
    [InlineData("ctl:22x")]
    [InlineData("ctl:+22")]
    [InlineData("ctl:22:22")]
    [InlineData("[::1]x")]
    [InlineData("[::1")]
    [InlineData("[ctl]:22:1")]
    [InlineData("a@b@ctl")]
    [InlineData("-oProxyCommand=id")]
    [InlineData("zuul@-v")]
    [InlineData("-l@ctl")]
    [InlineData("ssh://-oProxyCommand=id")]
    [InlineData("ctl;id")]
    [InlineData("$(id)")]
    [InlineData("`id`@ctl")]
    [InlineData("ctl|id")]
    [InlineData("a b")]
    [InlineData("%h")]
    [InlineData("%r@ctl")]
    [InlineData("ctl\nx")]
    [InlineData("zu\nul@ctl")]
    [InlineData("ctl\0")]
    [InlineData("ctl\u202e")]
    [InlineData("'ctl'")]
    [InlineData("\"ctl\"")]
    [InlineData("*")]
    [InlineData("ctl/etc")]
    [InlineData("http://ctl")]
    [InlineData("fe80::1%$(id)")]
    [InlineData("fe80::1%a b")]
    public void What_is_no_address_or_what_a_shell_obeys(string text)
    {
        var e = Assert.Throws<HotstackException>(() => ControllerAddress.Parse(text));

        Assert.Equal(("ControllerInvalid", ErrorCause.InputInvalid), (e.Id, e.Cause));
        Assert.NotNull(e.Hint);
    }

    [Theory]
    [InlineData("ctl")]
    [InlineData("zuul@ctl:2222")]
    [InlineData("zuul@[2001:db8::1]:2222")]
    [InlineData("2001:db8::1")]
    public void An_address_is_written_as_it_is_read(string text) => Assert.Equal(text, ControllerAddress.Parse(text).ToString());

    [Theory]
    [InlineData("203.0.113.17", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("fe80::1%eth0", true)]
    [InlineData("ctl", false)]
    [InlineData("7", false)]
    [InlineData("10.1", false)]
    public void Only_whole_addresses_are_looked_up_in_the_cloud(string host, bool isAddress) =>
        Assert.Equal(isAddress, new ControllerAddress(host).IsIPAddress);

    [Theory]
    [InlineData("""{"name":"controller-0","ansible_ssh_user":"zuul","ansible_host":"203.0.113.17","ansible_ssh_common_args":"-o X"}""",
        "zuul@203.0.113.17")]
    [InlineData("""{"ansible_host":"ctl","ansible_user":"me","ansible_port":2222}""", "me@ctl:2222")]
    [InlineData("""{"ansible_host":"ctl","ansible_port":"2222"}""", "ctl:2222")]
    [InlineData("""{"ansible_ssh_host":"ctl","ansible_ssh_port":22}""", "ctl:22")]
    [InlineData("""{"ansible_host":"ctl","ansible_ssh_user":"","ansible_user":"me","ansible_port":null}""", "me@ctl")]
    public void Mappings_as_upstreams_output_has_them(string json, string address) =>
        Assert.Equal(address, Read(json).ToString());

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"ansible_host":""}""")]
    [InlineData("""{"ansible_host":null}""")]
    [InlineData("""{"ansible_host":["ctl"]}""")]
    [InlineData("""{"ansible_host":"-oProxyCommand=id"}""")]
    [InlineData("""{"ansible_host":"{{ lookup('pipe','id') }}"}""")]
    [InlineData("""{"ansible_host":"ctl","ansible_user":"a b"}""")]
    [InlineData("""{"ansible_host":"ctl","ansible_user":{}}""")]
    [InlineData("""{"ansible_host":"ctl","ansible_port":22.5}""")]
    [InlineData("""{"ansible_host":"ctl","ansible_port":1e3}""")]
    [InlineData("""{"ansible_host":"ctl","ansible_port":-22}""")]
    [InlineData("""{"ansible_host":"ctl","ansible_port":true}""")]
    [InlineData("""[]""")]
    [InlineData("\"ctl\"")]
    [InlineData("7")]
    public void Mappings_of_another_shape(string json)
    {
        var e = Assert.Throws<HotstackException>(() => Read(json));

        Assert.Equal(("ControllerInvalid", "output x"), (e.Id, e.Target));
    }

    private static ControllerAddress Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ControllerAddress.Of("output x", document.RootElement);
    }
}
