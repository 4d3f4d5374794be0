using Xunit;

namespace Hotstack.OpenStack;

/// <summary>Addresses as Neutron and templates write them.</summary>
public sealed class SubnetAddressTests
{
    [Theory]
    [InlineData("192.168.32.10/24", "192.168.32.10/24", "192.168.32.0/24")]
    [InlineData("192.168.47.10/20", "192.168.47.10/20", "192.168.32.0/20")]
    [InlineData(" 192.168.32.10 ", "192.168.32.10", null)]
    [InlineData("10.0.0.1/0", "10.0.0.1/0", "0.0.0.0/0")]
    [InlineData("10.0.0.1/32", "10.0.0.1/32", "10.0.0.1/32")]
    [InlineData("2620:00CF:cf:cf02::10/64", "2620:cf:cf:cf02::10/64", "2620:cf:cf:cf02::/64")]
    [InlineData("2620:cf:cf:cf02:0::fff0", "2620:cf:cf:cf02::fff0", null)]
    [InlineData("10", null, null)]
    [InlineData("10.0.0.1/33", null, null)]
    [InlineData("10.0.0.1/-1", null, null)]
    [InlineData("10.0.0.1/24/24", null, null)]
    [InlineData("fe80::1%3", null, null)]
    [InlineData("host", null, null)]
    [InlineData("", null, null)]
    [InlineData(null, null, null)]
    public void Text_is_read_in_canonical_form(string? text, string? canonical, string? range)
    {
        var address = SubnetAddress.Parse(text);

        Assert.Equal((canonical, range), (address?.ToString(), address?.Range));
    }

    [Theory]
    [InlineData("192.168.32.10", "192.168.32.0/24", "192.168.32.10/24")]
    [InlineData("192.168.33.10", "192.168.32.0/24", "192.168.33.10")]
    [InlineData("fd00::1", "192.168.32.0/24", "fd00::1")]
    [InlineData("fd00::1", "fd00::/64", "fd00::1/64")]
    [InlineData("192.168.32.10", null, "192.168.32.10")]
    public void An_address_takes_the_prefix_of_its_subnet_only(string address, string? range, string text) =>
        Assert.Equal(text, SubnetAddress.In(address, range)?.ToString());
}
