using Hotstack.OpenStack;
using Hotstack.Templates.Documents;

namespace Hotstack.Templates;

/// <summary>Finds the servers of a template, and follows them to their ports and volumes.</summary>
internal sealed class TemplateResources
{
    public const string ServerType = "OS::Nova::Server";
    public const string VolumeType = "OS::Cinder::Volume";
    private const string AttachmentType = "OS::Cinder::VolumeAttachment";
    private const string PortType = "OS::Neutron::Port";
    private const string TrunkType = "OS::Neutron::Trunk";
    private static readonly string[] GroupTypes =
        ["OS::Heat::ResourceGroup", "OS::Heat::AutoScalingGroup", "OS::Heat::InstanceGroup", "OS::Heat::ResourceChain", "OS::Heat::Stack"];

    private readonly DocMap _root;
    private readonly Dictionary<string, DocMap> _resources;

    /// <param name="root">The template.</param>
    /// <param name="absent">The names of resources that Heat does not make; null for none.</param>
    public TemplateResources(DocMap root, IReadOnlySet<string>? absent = null)
    {
        _root = root;
        _resources = (root.Map("resources")?.Entries ?? [])
            .Where(entry => entry.Value is DocMap && absent?.Contains(entry.Key.Value) != true)
            .ToDictionary(entry => entry.Key.Value, entry => (DocMap)entry.Value, StringComparer.Ordinal);
        ILookup<string?, (DocMap Attachment, int Order)> attachments = OfType(AttachmentType)
            .Select((entry, order) => (entry.Resource, order))
            .ToLookup(entry => Resource(entry.Resource.Map("properties")?["instance_uuid"], ServerType), entry => entry);
        Servers = [.. OfType(ServerType).Select(entry => Server(entry.Name, entry.Resource, attachments[entry.Name]))];
        var used = Servers.SelectMany(server => server.Ports).Select(port => port.Port.ResourceName).ToHashSet();
        var attached = Servers.SelectMany(server => server.Volumes).Select(volume => volume.ResourceName).ToHashSet();
        Unattached =
        [
            .. OfType(VolumeType).Where(entry => !attached.Contains(entry.Name)).Select(entry => new VolumePart
            {
                Label = entry.Name, ResourceName = entry.Name, Properties = entry.Resource.Map("properties"),
            }),
        ];
        OtherPorts = [.. OfType(PortType).Where(entry => !used.Contains(entry.Name)).Select(entry => PortOf(entry.Name).Port)];
    }

    public IReadOnlyList<ServerPart> Servers { get; }

    /// <summary>Ports that no server has: trunks' sub-ports, addresses kept free.</summary>
    public IReadOnlyList<TemplatePort> OtherPorts { get; }

    /// <summary>Volumes that the template attaches to no server.</summary>
    public IReadOnlyList<VolumePart> Unattached { get; }

    /// <summary>Resources that can hold further servers, as <c>name (type)</c>.</summary>
    public IEnumerable<string> Nested =>
        from entry in _resources
        let type = entry.Value.Text("type") ?? ""
        where IsNested(type)
        select $"{entry.Key} ({type})";

    /// <summary>Whether resources of a type hold resources of their own.</summary>
    public static bool IsNested(string? type) => type is not null
        && (GroupTypes.Contains(type) || type.EndsWith(".yaml", StringComparison.Ordinal) || type.EndsWith(".template", StringComparison.Ordinal));

    /// <summary>Takes a resource out of the template, unless something in it could refer to it.</summary>
    /// <returns>Whether it is out.</returns>
    public bool TakeOut(string name) => !IsNamedIn(_root, name) && _root.Map("resources")?.Remove(name) == true;

    /// <summary>Whether a value is the name: that of get_resource, get_attr or depends_on, or a bare one.</summary>
    public static bool IsNamedIn(DocNode node, string name) => node switch
    {
        DocMap map => map.Entries.Any(entry => IsNamedIn(entry.Value, name)),
        DocList list => list.Items.Exists(item => IsNamedIn(item, name)),
        DocScalar scalar => scalar.Value == name,
        _ => false,
    };

    private IEnumerable<(string Name, DocMap Resource)> OfType(string type) =>
        _resources.Where(entry => entry.Value.Text("type") == type).Select(entry => (entry.Key, entry.Value));

    private DocMap? Typed(string? name, string type) =>
        name is not null && _resources.GetValueOrDefault(name) is { } found && found.Text("type") == type ? found : null;

    /// <summary>The resource that a value refers to: by <c>get_resource</c>, or by its bare name.</summary>
    private string? Resource(DocNode? value, string type)
    {
        string? name = value switch
        {
            DocMap { Count: 1 } function => function.Text("get_resource"),
            DocScalar { Type: YamlType.Text } bare => bare.Value,
            _ => null,
        };
        return Typed(name, type) is null ? null : name;
    }

    private ServerPart Server(string name, DocMap resource, IEnumerable<(DocMap Attachment, int Order)> attachments)
    {
        DocMap properties = resource.Map("properties") ?? new DocMap(resource.Mark);
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
        string? mac = Mac(network.Map("port_extra_properties")?["mac_address"]);
        return net is null
            ? new PortPart(label, new TemplatePort(null, mac, null), null)
            : new PortPart(
                label,
                new TemplatePort(null, mac, Resource(net, "OS::Neutron::Net")) { CanTakeMac = true, NetworkKey = DocWriter.Write(net) },
                () => network.MapFor("port_extra_properties"));
    }

    private string? PortName(DocNode value)
    {
        if (Resource(value, PortType) is { } name)
        {
            return name;
        }

        // A trunk's parent port, by get_attr: [trunk, port_id].
        return value is DocMap { Count: 1 } function && function["get_attr"] is DocList { Items: [DocScalar trunk, DocScalar { Value: "port_id" }] }
            && Typed(trunk.Value, TrunkType)?.Map("properties")?["port"] is { } parent
            ? Resource(parent, PortType)
            : null;
    }

    private PortPart PortOf(string name)
    {
        DocMap resource = _resources[name];
        DocMap? properties = resource.Map("properties");
        DocNode? net = properties?["network"] ?? properties?["network_id"];
        return new PortPart(
            name,
            new TemplatePort(name, Mac(properties?["mac_address"]), Resource(net, "OS::Neutron::Net") ?? Resource(net, "OS::Neutron::ProviderNet"))
            {
                CanTakeMac = true,
                NetworkKey = net is null ? null : DocWriter.Write(net),
            },
            () => resource.MapFor("properties"));
    }

    private static string? Mac(DocNode? value) =>
        value is DocScalar { Type: YamlType.Text } literal && MacAddress.TryParse(literal.Value, out string mac) ? mac : null;

    private IEnumerable<VolumePart> Volumes(DocMap server, IEnumerable<(DocMap Attachment, int Order)> attachments)
    {
        var mapping = BlockDeviceMapping.Of(server);
        IEnumerable<VolumePart> mapped = mapping.Entries
            .Select((entry, index) => MappedVolume(entry, $"{mapping.Key}[{index}]", entry == mapping.Root))
            .Where(volume => !(volume.Entry!.Has("swap_size") || volume.Entry.Has("ephemeral_size")));
        IEnumerable<VolumePart> attached = attachments
            .Select(entry => (Properties: entry.Attachment.Map("properties"), entry.Order))
            .OrderBy(entry => entry.Properties?.Text("mountpoint") ?? "~", StringComparer.Ordinal).ThenBy(entry => entry.Order)
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
            Device = entry.Text("device_name"),
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
            Device = attachment.Text("mountpoint"),
        };
    }
}
