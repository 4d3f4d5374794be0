using Hotstack.SnapSets;
using Hotstack.SnapSets.Restore.Overlay;
using Xunit;

namespace Hotstack.Templates;

/// <summary>Which port of a template gets which MAC address.</summary>
public sealed class PortMatchingTests
{
    /// <summary>Networks a to f; a and c have the same range, d and e no subnet, f two families.</summary>
    private const string Networks = """
          a: {type: OS::Neutron::Net}
          b: {type: OS::Neutron::Net, properties: {name: own-name}}
          c: {type: OS::Neutron::Net}
          d: {type: OS::Neutron::Net}
          e: {type: OS::Neutron::Net}
          f: {type: OS::Neutron::Net}
          sa: {type: OS::Neutron::Subnet, properties: {network: {get_resource: a}, cidr: 10.0.1.0/24}}
          sb: {type: OS::Neutron::Subnet, properties: {network_id: {get_resource: b}, cidr: 10.0.2.0/24}}
          sc: {type: OS::Neutron::Subnet, properties: {network: {get_resource: c}, cidr: 10.0.1.0/24}}
          sf4: {type: OS::Neutron::Subnet, properties: {network: {get_resource: f}, cidr: 10.0.6.0/24}}
          sf6: {type: OS::Neutron::Subnet, properties: {network: {get_resource: f}, ip_version: 6, cidr: 'fd00:6::/64'}}

        """;

    /// <summary>The ports of the template (<c>network:address=MAC</c>); the recorded ones (<c>MAC network address</c>), the main one first;
    /// the MAC addresses of the template's ports afterwards; and those that are guessed.</summary>
    [Theory]
    // By the network's name, which Heat makes of stack, resource and twelve characters, or the template gives.
    [InlineData("a b", "01 b 10.0.2.9/24; 02 a 10.0.1.9/24", "02 01", "")]
    [InlineData("a b", "01 own-name 10.0.2.9/24; 02 a 10.0.1.9/24", "02 01", "")]
    [InlineData("d e", "01 e; 02 d", "02 01", "")]
    [InlineData("a c", "01 c 10.0.1.9/24; 02 a 10.0.1.8/24", "02 01", "")]
    // By the address.
    [InlineData("a:10.0.1.5 a:10.0.1.6", "01 a 10.0.1.6/24; 02 a 10.0.1.5/24", "02 01", "")]
    [InlineData("a:10.0.1.5 a", "01 a 10.0.1.9/24; 02 a 10.0.1.5/24", "02 01", "")]
    // By the range, in a scenario with other names.
    [InlineData("a b", "01 x 10.0.2.9/24; 02 y 10.0.1.9/24", "02 01", "")]
    [InlineData("a f", "01 x 10.0.6.9/24+fd00:6::9/64; 02 y 10.0.1.9/24", "02 01", "")]
    // A template with more ports, or with fewer.
    [InlineData("d a b", "01 b 10.0.2.9/24; 02 a 10.0.1.9/24", "- 02 01", "")]
    // The template's own addresses stay.
    [InlineData("a=01 b", "01 b 10.0.2.9/24; 02 a 10.0.1.9/24", "01 02", "")]
    [InlineData("a=07 b=08", "01 b 10.0.2.9/24; 02 a 10.0.1.9/24", "02 01", "")]
    // What nothing decides is a guess, and only that.
    [InlineData("a b", "01; 02", "01 02", "01 02")]
    [InlineData("a b", "01", "01 -", "01")]
    [InlineData("a", "01", "01", "")]
    [InlineData("a a b", "01 a 10.0.1.8/24; 02 a 10.0.1.9/24; 03 b 10.0.2.9/24", "01 02 03", "01 02")]
    [InlineData("a b d", "01; 02; 03 b 10.0.2.9/24", "01 03 02", "01 02")]
    [InlineData("b a", "01; 02 b 10.0.2.9/24", "02 01", "")]
    public void A_recorded_port_finds_its_place(string before, string recorded, string after, string guessed)
    {
        string[] ports = before.Split(' ');
        SnapSetPort[] known = [.. recorded.Split("; ").Select(Recorded)];
        TemplateBundle bundle = Texts.Bundle(
            Networks + string.Concat(ports.Select(Port))
            + $"  s: {{type: OS::Nova::Server, properties: {{networks: [{string.Join(", ", ports.Select((_, i) => $"{{port: {{get_resource: p{i}}}}}"))}]}}}}");
        SnapSetMember member = Texts.Member("s", macs: [.. known.Select(port => port.MacAddress)]) with
        {
            Ports = [.. known.Where(port => port.Network is not null)],
        };

        OverlayResult result = TemplateOverlay.Apply(bundle, Texts.Set(member));

        Assert.Equal(after, string.Join(' ', Texts.Whole(result.Text).Template.Servers[0].Ports.Select(port => port.MacAddress?[^2..] ?? "-")));
        Assert.Equal(
            guessed.Length == 0 ? [] : [$"s: {string.Join(", ", guessed.Split(' ').Select(Full))} "],
            result.Warnings.Where(warning => warning.Contains("by the order", StringComparison.Ordinal))
                .Select(warning => warning[..(warning.IndexOf("assigned", StringComparison.Ordinal) - (guessed.Length > 2 ? 4 : 3))]));
        Assert.Empty(result.Problems);
    }

    private static string Port(string text, int index)
    {
        string network = text.Split(':', '=')[0];
        string address = text.Contains(':', StringComparison.Ordinal) ? $", fixed_ips: [{{ip_address: {text.Split(':', '=')[1]}}}]" : "";
        string mac = text.Contains('=', StringComparison.Ordinal) ? $", mac_address: '{Full(text.Split('=')[1])}'" : "";
        return $"  p{index}: {{type: OS::Neutron::Port, properties: {{network: {{get_resource: {network}}}{address}{mac}}}}}\n";
    }

    private static SnapSetPort Recorded(string text)
    {
        string[] parts = text.Split(' ');
        return new SnapSetPort
        {
            MacAddress = Full(parts[0]),
            Network = parts.Length < 2 ? null : parts[1].Length > 1 ? parts[1] : $"hs-other-{parts[1]}-4s7363raa6c3",
            FixedIps = [.. parts.Skip(2).SelectMany(ips => ips.Split('+'))],
        };
    }

    private static string Full(string end) => $"fa:16:3e:00:00:{end}";
}
