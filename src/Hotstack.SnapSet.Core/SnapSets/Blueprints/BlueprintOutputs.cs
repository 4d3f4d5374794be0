using System.Text.Json;

namespace Hotstack.SnapSets.Blueprints;

/// <summary>Decides which outputs of a stack a blueprint may hold: an output can show what Heat hides as a parameter, or a secret that a resource
/// makes. Only what is known to be harmless is kept.</summary>
/// <param name="template">The template, as Heat keeps it.</param>
/// <param name="hidden">The names of the hidden parameters.</param>
internal sealed class BlueprintOutputs(JsonElement template, IReadOnlySet<string> hidden)
{
    /// <summary>The services whose resources have ids that are no secrets. The id of others may be a signed address.</summary>
    private static readonly string[] Services = ["OS::Nova::", "OS::Neutron::", "OS::Cinder::", "OS::Glance::"];

    /// <summary>The attributes of these services' resources that show names, ids and addresses. A server's console has a token in its
    /// address, and <c>show</c> has everything.</summary>
    private static readonly string[] Attributes =
    [
        "accessIPv4", "accessIPv6", "addresses", "availability_zone", "cidr", "device_owner", "dns_assignment", "dns_name", "dns_nameservers",
        "enable_dhcp", "external_gateway_info", "first_address", "fixed_ip_address", "fixed_ips", "flavor", "floating_ip_address",
        "floating_network_id", "gateway_ip", "host_routes", "id", "instance_name", "ip_address", "ip_version", "l2_adjacency", "mac_address", "mtu",
        "name", "network", "network_id", "networks", "port", "port_id", "router_id", "segmentation_id", "segments", "size", "status", "subnet",
        "subnet_id", "subnets", "tenant_id", "project_id", "volume_type",
    ];

    private readonly HashSet<string> _followed = new(StringComparer.Ordinal);

    /// <summary>Whether an output neither has the name of a secret nor is made of anything but texts of the template, parameters that are not hidden,
    /// and names, ids and addresses of resources.</summary>
    public bool MayKeep(string name) => !LikelySecrets.IsNameOfOne(name)
        && template.Field("outputs")?.Field(name) is { } output && IsHarmless(output);

    private bool IsHarmless(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().All(entry => IsHarmless(entry.Name, entry.Value)),
        JsonValueKind.Array => value.EnumerateArray().All(IsHarmless),
        JsonValueKind.String => value.GetString() is not { } text
            || (!hidden.Any(name => text.Contains($"{{{name}}}", StringComparison.Ordinal)) && !LikelySecrets.Shows(text)),
        _ => true,
    };

    private bool IsHarmless(string key, JsonElement value) => key switch
    {
        "get_param" => First(value) is { } name && !hidden.Contains(name) && IsHarmless(value),
        "get_resource" => First(value) is { } name && TypeOf(name) is { } type && IsOfService(type),
        "get_attr" => First(value) is { } name && TypeOf(name) is { } type && IsHarmless(value)
            && (IsOfService(type) ? Second(value) is { } attribute && Attributes.Contains(attribute) && Follow(name, attribute)
                : type == "OS::Heat::Value" && Follow(name, "value")),
        // What a file or another template has is not known here. A name beside it has another meaning in older templates.
        "get_file" or "resource_facade" or "Fn::ResourceFacade" or "Ref" or "Fn::GetAtt" => false,
        _ => IsHarmless(value),
    };

    private static bool IsOfService(string type) =>
        type != "OS::Nova::KeyPair" && Services.Any(service => type.StartsWith(service, StringComparison.Ordinal));

    private string? TypeOf(string resource) => template.Field("resources")?.Field(resource)?.Text("type");

    /// <summary>Whether a property of a resource is harmless. A circle is; Heat refuses it anyway.</summary>
    private bool Follow(string resource, string property)
    {
        string path = $"{resource}.{property}";
        if (!_followed.Add(path))
        {
            return true;
        }

        bool isHarmless = template.Field("resources")?.Field(resource)?.Field("properties")?.Field(property) is not { } value || IsHarmless(value);
        _followed.Remove(path);
        return isHarmless;
    }

    private static string? First(JsonElement argument) => argument.ValueKind switch
    {
        JsonValueKind.String => argument.GetString(),
        JsonValueKind.Array => TextAt(argument, 0),
        _ => null,
    };

    private static string? Second(JsonElement argument) => argument.ValueKind == JsonValueKind.Array ? TextAt(argument, 1) : null;

    private static string? TextAt(JsonElement list, int at) =>
        list.GetArrayLength() > at && list[at].ValueKind == JsonValueKind.String ? list[at].GetString() : null;
}
