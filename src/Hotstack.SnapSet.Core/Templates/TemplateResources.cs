using Hotstack.Configuration;
using Hotstack.OpenStack;

namespace Hotstack.Templates;

/// <summary>Finds the servers of a template, and follows them to their ports and volumes.</summary>
internal sealed class TemplateResources
{
    public const string ServerType = "OS::Nova::Server";
    public const string VolumeType = "OS::Cinder::Volume";
    public const string PortType = "OS::Neutron::Port";
    private const string AttachmentType = "OS::Cinder::VolumeAttachment";
    private const string NetworkType = "OS::Neutron::Net";
    private const string ProviderNetworkType = "OS::Neutron::ProviderNet";
    private const string TrunkType = "OS::Neutron::Trunk";
    private static readonly string[] GroupTypes =
        ["OS::Heat::ResourceGroup", "OS::Heat::AutoScalingGroup", "OS::Heat::InstanceGroup", "OS::Heat::ResourceChain", "OS::Heat::Stack"];

    private readonly DocMap _root;
    private readonly Dictionary<string, DocMap> _resources;
    private readonly TemplateNetworks _networks;

    /// <param name="root">The template.</param>
    /// <param name="absent">The names of resources that Heat does not create; null for none.</param>
    /// <param name="values">The values of parameters; null if only what is written out counts.</param>
    public TemplateResources(DocMap root, IReadOnlySet<string>? absent = null, TemplateConditions? values = null)
    {
        _root = root;
        _resources = (root.MapOrNull("resources")?.Entries ?? [])
            .Where(entry => entry.Value is DocMap && absent?.Contains(entry.Key.Value) != true)
            .ToDictionary(entry => entry.Key.Value, entry => (DocMap)entry.Value, StringComparer.Ordinal);
        _networks = new TemplateNetworks(
            OfType(TemplateNetworks.SubnetType).Select(entry => entry.Resource.MapOrNull("properties")).OfType<DocMap>()
                .Select(properties => (Network(properties["network"] ?? properties["network_id"]), properties)),
            values);
        ILookup<string?, (DocMap Attachment, int Order)> attachments = OfType(AttachmentType)
            .Select((entry, order) => (entry.Resource, order))
            .ToLookup(entry => Resource(entry.Resource.MapOrNull("properties")?["instance_uuid"], ServerType), entry => entry);
        Servers = [.. OfType(ServerType).Select(entry => Server(entry.Name, entry.Resource, attachments[entry.Name]))];
        var used = Servers.SelectMany(server => server.Ports).Select(port => port.Port.ResourceName).ToHashSet();
        var attached = Servers.SelectMany(server => server.Volumes).Select(volume => volume.ResourceName).ToHashSet();
        Unattached =
        [
            .. OfType(VolumeType).Where(entry => !attached.Contains(entry.Name)).Select(entry => new VolumePart
            {
                Label = entry.Name, ResourceName = entry.Name, Properties = entry.Resource.MapOrNull("properties"),
            }),
        ];
        OtherPorts = [.. OfType(PortType).Where(entry => !used.Contains(entry.Name)).Select(entry => PortOf(entry.Name).Port)];
    }

    public IReadOnlyList<ServerPart> Servers { get; }

    /// <summary>Ports that no server has: trunks' sub-ports, addresses kept free.</summary>
    public IReadOnlyList<TemplatePort> OtherPorts { get; }

    /// <summary>The networks' own names by resource; null where Heat generates one.</summary>
    public IReadOnlyDictionary<string, string?> NetworkNames =>
        OfType(NetworkType).Concat(OfType(ProviderNetworkType))
            .ToDictionary(entry => entry.Name, entry => entry.Resource.MapOrNull("properties")?.TextOrNull("name"), StringComparer.Ordinal);

    /// <summary>Volumes that the template attaches to no server.</summary>
    public IReadOnlyList<VolumePart> Unattached { get; }

    /// <summary>Resources that can hold further servers, as <c>name (type)</c>.</summary>
    public IEnumerable<string> Nested =>
        from entry in _resources
        let type = entry.Value.TextOrNull("type") ?? ""
        where IsNested(type)
        select $"{entry.Key} ({type})";

    /// <summary>Whether resources of a type hold resources of their own.</summary>
    public static bool IsNested(string? type) => type is not null
        && (GroupTypes.Contains(type) || type.EndsWith(".yaml", StringComparison.Ordinal)
            || type.EndsWith(".template", StringComparison.Ordinal));

    /// <summary>Removes a resource from the template, unless something in it may refer to it.</summary>
    /// <returns>Whether it is removed.</returns>
    public bool Remove(string name) => !IsNamedIn(_root, name) && _root.MapOrNull("resources")?.Remove(name) == true;

    /// <summary>Whether a value is the name: that of get_resource, get_attr or depends_on, or a bare one.</summary>
    public static bool IsNamedIn(DocNode node, string name) => node switch
    {
        DocMap map => map.Entries.Any(entry => IsNamedIn(entry.Value, name)),
        DocList list => list.Items.Exists(item => IsNamedIn(item, name)),
        DocScalar scalar => scalar.Value == name,
        _ => false,
    };

    private IEnumerable<(string Name, DocMap Resource)> OfType(string type) =>
        _resources.Where(entry => entry.Value.TextOrNull("type") == type).Select(entry => (entry.Key, entry.Value));

    private DocMap? Typed(string? name, string type) =>
        name is not null && _resources.GetValueOrDefault(name) is { } found && found.TextOrNull("type") == type ? found : null;

    /// <summary>The resource that a value refers to: by <c>get_resource</c>, or by its bare name.</summary>
    private string? Resource(DocNode? value, string type)
    {
        string? name = value switch
        {
            DocMap { Count: 1 } function => function.TextOrNull("get_resource"),
            DocScalar { Type: YamlType.Text } bare => bare.Value,
            _ => null,
        };
        return Typed(name, type) is null ? null : name;
    }

    private ServerPart Server(string name, DocMap resource, IEnumerable<(DocMap Attachment, int Order)> attachments)
    {
        DocMap properties = resource.MapOrNull("properties") ?? new DocMap(resource.Mark);
        IEnumerable<PortPart> ports = properties["networks"] is DocList networks
            ? networks.Items.OfType<DocMap>().Select(Port)
            : [];
        return new ServerPart(name, resource, properties, [.. ports], [.. Volumes(properties, attachments)]);
    }

    private PortPart Port(DocMap network, int index)
    {
        string label = $"networks[{index}]";
        if (network["port"] is { } port)
        {
            return PortName(port) is { } name
                ? PortOf(name)
                : new PortPart(label, new TemplatePort(null, null, null), null);
        }

        DocNode? net = network["network"] ?? network["uuid"] ?? network["subnet"];
        string? mac = Mac(network.MapOrNull("port_extra_properties")?["mac_address"]);
        return net is null
            ? new PortPart(label, new TemplatePort(null, mac, null), null)
            : new PortPart(
                label,
                new TemplatePort(null, mac, Network(net))
                {
                    CanTakeMac = true,
                    NetworkKey = DocWriter.Write(net),
                    Addresses = _networks.Of(OnlyAddress(network["fixed_ip"]), Network(net), network["subnet"] is null ? net : null),
                },
                () => network.MapFor("port_extra_properties"));
    }

    private string? PortName(DocNode value)
    {
        if (Resource(value, PortType) is { } name)
        {
            return name;
        }

        // A trunk's parent port, by get_attr: [trunk, port_id].
        return value is DocMap { Count: 1 } function
            && function["get_attr"] is DocList { Items: [DocScalar trunk, DocScalar { Value: "port_id" }] }
            && Typed(trunk.Value, TrunkType)?.MapOrNull("properties")?["port"] is { } parent
            ? Resource(parent, PortType)
            : null;
    }

    private PortPart PortOf(string name)
    {
        DocMap resource = _resources[name];
        DocMap? properties = resource.MapOrNull("properties");
        DocNode? net = properties?["network"] ?? properties?["network_id"];
        return new PortPart(
            name,
            new TemplatePort(name, Mac(properties?["mac_address"]), Network(net))
            {
                CanTakeMac = true,
                NetworkKey = net is null ? null : DocWriter.Write(net),
                Addresses = _networks.Of(properties?["fixed_ips"], Network(net), net),
            },
            () => resource.MapFor("properties"));
    }

    /// <summary>The resource of a network.</summary>
    private string? Network(DocNode? value) => Resource(value, NetworkType) ?? Resource(value, ProviderNetworkType);

    /// <summary>A server's <c>fixed_ip</c> in the form of a port's <c>fixed_ips</c>.</summary>
    private static DocList? OnlyAddress(DocNode? address) =>
        address is null ? null : new DocList(address.Mark, [new DocMap(address.Mark).Set("ip_address", address)]);

    private static string? Mac(DocNode? value) =>
        value is DocScalar { Type: YamlType.Text } literal && MacAddress.TryParse(literal.Value, out string mac) ? mac : null;

    private IEnumerable<VolumePart> Volumes(DocMap server, IEnumerable<(DocMap Attachment, int Order)> attachments)
    {
        var mapping = BlockDeviceMapping.Of(server);
        IEnumerable<VolumePart> mapped = mapping.Entries
            .Select((entry, index) => MappedVolume(entry, $"{mapping.Key}[{index}]", entry == mapping.Root))
            .Where(volume => !(volume.Entry!.Has("swap_size") || volume.Entry.Has("ephemeral_size")));
        IEnumerable<VolumePart> attached = attachments
            .Select(entry => (Properties: entry.Attachment.MapOrNull("properties"), entry.Order))
            .OrderBy(entry => entry.Properties?.TextOrNull("mountpoint") ?? "~", StringComparer.Ordinal).ThenBy(entry => entry.Order)
            .Select(entry => AttachedVolume(entry.Properties!));
        return mapped.Concat(attached);
    }

    private VolumePart MappedVolume(DocMap entry, string label, bool isRoot)
    {
        string? name = Resource(entry["volume_id"], VolumeType);
        return new VolumePart
        {
            Label = name ?? label,
            ResourceName = name,
            Properties = name is null ? null : _resources[name].MapFor("properties"),
            Entry = entry,
            Device = entry.TextOrNull("device_name"),
            IsRoot = isRoot,
        };
    }

    private VolumePart AttachedVolume(DocMap attachment)
    {
        string? name = Resource(attachment["volume_id"], VolumeType);
        return new VolumePart
        {
            Label = name ?? "an attached volume from outside the template",
            ResourceName = name,
            Properties = name is null ? null : _resources[name].MapFor("properties"),
            Device = attachment.TextOrNull("mountpoint"),
        };
    }
}

/// <summary>The nodes of one server in a template, and of its ports and volumes.</summary>
internal sealed record ServerPart(string Name, DocMap Resource, DocMap Properties, IReadOnlyList<PortPart> Ports,
    IReadOnlyList<VolumePart> Volumes)
{
    /// <summary>The root volume; null if the server boots from an image.</summary>
    public VolumePart? RootVolume => Volumes.FirstOrDefault(volume => volume.IsRoot);
}

/// <param name="Label">For messages: the resource's name, or <c>networks[0]</c> of its server.</param>
/// <param name="Port">The port.</param>
/// <param name="Holder">The mapping that has, or can take, its <c>mac_address</c>; null if there is none.</param>
internal sealed record PortPart(string Label, TemplatePort Port, Func<DocMap>? Holder);

/// <summary>A volume of a server: a resource, or made by an entry of the server's block device mapping.</summary>
internal sealed record VolumePart
{
    /// <summary>For messages: the resource's name, or <c>block_device_mapping_v2[0]</c>.</summary>
    public required string Label { get; init; }

    /// <summary>The name of its resource; null if the server makes it, or it exists outside the template.</summary>
    public string? ResourceName { get; init; }

    /// <summary>The properties of its resource; null if there is none.</summary>
    public DocMap? Properties { get; init; }

    /// <summary>Its entry in the server's block device mapping; null if it is attached by a resource.</summary>
    public DocMap? Entry { get; init; }

    /// <summary>The device, if the template names one.</summary>
    public string? Device { get; init; }

    /// <summary>The server boots from it.</summary>
    public bool IsRoot { get; init; }
}

/// <summary>
/// The property of a server with its disks, in either of Nova's two forms. Heat takes one of them, and boots from the
/// entry <c>vda</c> of the older form (heat: resources/openstack/nova/server.py, _validate_block_device_mapping);
/// without an image Nova boots from the first entry (nova: block_device.py, from_legacy_mapping).
/// </summary>
/// <param name="Key">The property's name.</param>
/// <param name="Entries">Its entries; none if a function gives them.</param>
/// <param name="Root">The entry that the server boots from; null for none.</param>
internal sealed record BlockDeviceMapping(string Key, IReadOnlyList<DocMap> Entries, DocMap? Root)
{
    /// <summary>The present form, in which entries have a <c>boot_index</c>.</summary>
    public const string Present = "block_device_mapping_v2";

    /// <summary>The older form, in which each entry needs a <c>device_name</c>.</summary>
    public const string Older = "block_device_mapping";

    /// <summary>The name of the first disk.</summary>
    public const string RootDevice = "vda";

    private static readonly string[] BootableSources = ["volume_id", "snapshot_id", "image", "image_id"];

    /// <summary>It has the older form, whose entries have neither <c>boot_index</c> nor <c>device_type</c>.</summary>
    public bool IsOlder => Key == Older;

    /// <param name="server">The server's properties.</param>
    public static BlockDeviceMapping Of(DocMap server)
    {
        string key = server[Older] is null or DocList { Items.Count: 0 } ? Present : Older;
        DocMap[] entries = server[key] is DocList list ? [.. list.Items.OfType<DocMap>()] : [];
        return new BlockDeviceMapping(key, entries, key == Older ? RootByName(server, entries) : RootByIndex(server, entries));
    }

    /// <summary>A device's name without <c>/dev/</c>; null for none.</summary>
    public static string? Short(string? device) =>
        device?.StartsWith("/dev/", StringComparison.Ordinal) == true ? device["/dev/".Length..] : device;

    /// <summary>Heat gives boot_index 0 to a bootable entry without one.</summary>
    private static DocMap? RootByIndex(DocMap server, DocMap[] entries) =>
        entries.FirstOrDefault(entry => entry["boot_index"] is DocScalar { Value: "0" })
        ?? (server["image"] is null
            ? entries.FirstOrDefault(entry => entry["boot_index"] is null && BootableSources.Any(source => entry[source] is not null))
            : null);

    private static DocMap? RootByName(DocMap server, DocMap[] entries) =>
        entries.FirstOrDefault(entry => Short(entry.TextOrNull("device_name")) == RootDevice)
        ?? (server["image"] is null ? entries.FirstOrDefault() : null);
}
