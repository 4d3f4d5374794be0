using System.Net;

namespace Hotstack.Sandbox.Orchestration.Hot;

/// <summary>What a value must be the name or the id of.</summary>
internal static class CustomConstraints
{
    /// <summary>Looks the value up.</summary>
    /// <returns>Why it is wrong; null if it is not.</returns>
    public static string? Check(SandboxCloud cloud, string project, string constraint, string value)
    {
        if (value.Length == 0)
        {
            return null;
        }

        var find = new Finder(cloud, project);
        var why = constraint switch
        {
            "glance.image" => find.Images(value) switch
            {
                [] => $"No images matching {{'name': '{value}'}}.",
                [_] => null,
                _ => $"No images unique match found for {{'name': '{value}'}}.",
            },
            "nova.flavor" => find.Flavor(value) is null ? $"No Flavor matching {{'name': '{value}'}}." : null,
            "nova.keypair" => find.KeyPair(value) is null ? $"The Key ({value}) could not be found." : null,
            "neutron.network" => find.Networks(value).Count switch
            {
                0 => $"Unable to find network with name or id '{value}'",
                1 => null,
                _ => $"Multiple networks matches found for name '{value}', use an ID to be more specific.",
            },
            "neutron.subnet" => find.Subnet(value) is null ? $"Unable to find subnet with name or id '{value}'" : null,
            "neutron.port" => find.Port(value) is null ? $"Unable to find port with name or id '{value}'" : null,
            "neutron.router" => find.Router(value) is null ? $"Unable to find router with name or id '{value}'" : null,
            "cinder.volume" => find.Volume(value) is null ? $"The Volume ({value}) could not be found." : null,
            "cinder.snapshot" => find.Snapshot(value) is null ? $"The VolumeSnapshot ({value}) could not be found." : null,
            "cinder.vtype" => Volumes.VolumeType.Find(value) is null ? $"The VolumeType ({value}) could not be found." : null,
            "mac_addr" => IsMac(value) ? null : "",
            "ip_addr" => IPAddress.TryParse(value, out _) ? null : "Invalid IP address",
            "net_cidr" => Networking.AddressRange.Read(value) is null ? $"Invalid net cidr invalid IPNetwork {value}" : null,
            _ => null,
        };
        return constraint == "mac_addr" && why is not null ? $"\"{value}\" does not validate mac_addr"
            : why is null ? null
            : $"Error validating value '{value}': {why}";
    }

    private static bool IsMac(string value) =>
        value.Split(':', '-') is { Length: 6 } parts && parts.All(p => p.Length == 2 && p.All(char.IsAsciiHexDigit));
}
