using Xunit;

namespace Hotstack.SnapSets.Marks;

/// <summary>What an image tells of its server's ports.</summary>
public sealed class PortPropertiesTests
{
    private const string Mac = "fa:16:9e:81:f6:10";

    private static readonly SnapSetPort Full = Port("hs-machine-net-4s7363raa6c3", "192.168.32.10/24", "2620:cf:cf:cf02::10/64");

    [Fact]
    public void The_form_is_fixed() => Assert.Equal(
        new Dictionary<string, string>
        {
            ["hotstack_ports"] = "1",
            ["hotstack_port_0"] = $"mac={Mac},ip=192.168.32.10/24,ip=2620:cf:cf:cf02::10/64,network=hs-machine-net-4s7363raa6c3",
        },
        Write(Full));

    public static TheoryData<string?, string[]> Ports => new()
    {
        { "net", ["192.168.32.10/24"] },
        { "net", ["192.168.32.10"] },
        { "net", [] },
        { null, ["10.0.0.1/8"] },
        { "odd, with=signs,ip=10.0.0.9,network=x", ["10.0.0.1/8"] },
    };

    [Theory, MemberData(nameof(Ports))]
    public void Written_ports_are_read_back(string? network, string[] ips) =>
        Assert.Equal([Text(Full), Text(Port(network, ips))], PortProperties.From(Write(Full, Port(network, ips))).Select(Text));

    [Fact]
    public void What_exceeds_the_limit_is_left_out()
    {
        string[] many = [.. Enumerable.Range(10, 40).Select(i => $"2620:cf:cf:cf02:1111:2222:3333:44{i}/64")];
        Dictionary<string, string> properties = Write(Port(new string('x', 240), "10.0.0.1/8"), Port("net", many));

        Assert.All(properties.Values, value => Assert.InRange(value.Length, 1, 255));
        IReadOnlyList<SnapSetPort> read = PortProperties.From(properties);
        Assert.Equal(Text(Port(null, "10.0.0.1/8")), Text(read[0]));
        Assert.Equal(many.Take(read[1].FixedIps.Count), read[1].FixedIps);
    }

    [Fact]
    public void The_number_is_always_written_and_decides_how_many_count()
    {
        Dictionary<string, string> inherited = Write(Full, Full);
        foreach ((string key, string value) in PortProperties.Of([]))
        {
            inherited[key] = value;
        }

        Assert.Equal("0", inherited["hotstack_ports"]);
        Assert.Empty(PortProperties.From(inherited));
        Assert.Empty(PortProperties.From(new Dictionary<string, string>()));
    }

    [Theory]
    [InlineData("99999999", "mac=fa:16:9e:81:f6:10")]
    [InlineData("1", "mac=fa:16:9e:81:f6:10,ip=host,ip=1.2.3.4/99,ip=,x=1")]
    public void Corrupt_parts_are_not_known(string count, string port)
    {
        SnapSetPort read = Assert.Single(
            PortProperties.From(new Dictionary<string, string> { ["hotstack_ports"] = count, ["hotstack_port_0"] = port }));

        Assert.Equal(Text(Port(null)), Text(read));
    }

    [Theory]
    [InlineData("1", "ip=10.0.0.1/8")]
    [InlineData("1", "")]
    [InlineData("-1", "mac=fa:16:9e:81:f6:10")]
    [InlineData("x", "mac=fa:16:9e:81:f6:10")]
    public void A_corrupt_port_is_not_known(string count, string port) => Assert.Empty(
        PortProperties.From(new Dictionary<string, string> { ["hotstack_ports"] = count, ["hotstack_port_0"] = port }));

    [Theory]
    [InlineData("hotstack_ports", true)]
    [InlineData("hotstack_port_0", true)]
    [InlineData("hotstack_port_13", true)]
    [InlineData("hotstack_port_x", false)]
    [InlineData("hotstack_port_00000000", false)]
    [InlineData("hotstack_volume_0", false)]
    public void Their_properties_move_to_another_cloud(string name, bool moves) =>
        Assert.Equal(moves, PortableProperties.Of(new Dictionary<string, string> { [name] = "1" }).ContainsKey(name));

    private static SnapSetPort Port(string? network, params string[] ips) => new() { MacAddress = Mac, Network = network, FixedIps = [.. ips] };

    private static string Text(SnapSetPort port) => $"{port} on {port.Network}";

    private static Dictionary<string, string> Write(params SnapSetPort[] ports) => PortProperties.Of(ports).ToDictionary();
}
