using Hotstack.Configuration;

namespace Hotstack.Templates;

/// <summary>Reads what a template says (https://docs.openstack.org/heat/latest/template_guide/hot_spec.html).</summary>
internal static class HeatTemplateReader
{
    /// <summary>The document of a HOT template.</summary>
    /// <exception cref="HotstackException">By the id of <paramref name="file"/>: it is broken, or no HOT template.</exception>
    public static DocMap Document(SourceMark file, string text)
    {
        if (DocReader.Read(file, text) is not DocMap root)
        {
            throw file.Error("it is not a HOT template: it holds no mapping.");
        }

        if (root["heat_template_version"] is not DocScalar)
        {
            throw file.Error("it is not a HOT template: it has no heat_template_version.", "Name the scenario's heat_template.yaml.");
        }

        Section(root, "parameters");
        Section(root, "outputs");
        Section(root, "conditions");
        if (Section(root, "resources") is not { Count: > 0 } resources)
        {
            throw file.Error("the template has no resources.");
        }

        foreach ((DocScalar name, DocNode resource) in resources.Entries)
        {
            if (resource is not DocMap map || map["type"] is not DocScalar)
            {
                throw resource.Mark.Error($"the resource {name.Value} has to be a mapping with a type.");
            }

            if (map["properties"] is { } properties and not DocMap)
            {
                throw properties.Mark.Error($"the properties of {name.Value} have to be a mapping, not {properties.Kind}.");
            }
        }

        return root;
    }

    /// <summary>What a template says of the resources and outputs that Heat makes.</summary>
    public static HeatTemplate Read(DocMap root, TemplatePresence? presence = null)
    {
        presence ??= TemplatePresence.Whole;
        var resources = new TemplateResources(root, presence.Absent);
        return new HeatTemplate
        {
            Parameters = (root.MapOrNull("parameters")?.Entries ?? []).ToDictionary(
                entry => entry.Key.Value, entry => Parameter(entry.Key.Value, entry.Value)),
            Servers = [.. resources.Servers.Select(Server)],
            AbsentServers = presence.Absent.Count == 0
                ? []
                : [.. new TemplateResources(root).Servers.Where(server => presence.Absent.Contains(server.Name)).Select(Server)],
            OtherPorts = resources.OtherPorts,
            Outputs = [.. (root.MapOrNull("outputs")?.Entries ?? []).Select(entry => entry.Key.Value).Where(name => !presence.AbsentOutputs.Contains(name))],
            NestedResources = [.. resources.Nested],
        };
    }

    private static DocMap? Section(DocMap root, string name) => root[name] switch
    {
        null => null,
        DocMap map => map,
        var other => throw other.Mark.Error($"{name} has to be a mapping, not {other.Kind}."),
    };

    private static TemplateParameter Parameter(string name, DocNode declared)
    {
        if (declared is not DocMap map)
        {
            throw declared.Mark.Error($"the parameter {name} has to be a mapping with a type.");
        }

        return new TemplateParameter(name, map.TextOrNull("type") ?? "string")
        {
            HasDefault = map.Has("default"),
            Default = DocJson.Of(map["default"]),
            Description = map.TextOrNull("description")?.Trim(),
            IsHidden = map["hidden"] is DocScalar { Type: YamlType.Bool or YamlType.Text } hidden
                && hidden.Value.ToUpperInvariant() is "TRUE" or "YES" or "ON" or "1",
        };
    }

    private static TemplateServer Server(ServerPart part)
    {
        (string? imageParameter, string? imageKey) = ByParameter(part.Properties["image"]);
        (string? flavorParameter, string? flavorKey) = ByParameter(part.Properties["flavor"]);
        return new TemplateServer(part.Name)
        {
            Name = part.Properties.TextOrNull("name"),
            Image = part.Properties.TextOrNull("image"),
            ImageParameter = imageParameter,
            ImageKey = imageKey,
            Flavor = part.Properties.TextOrNull("flavor"),
            FlavorParameter = flavorParameter,
            FlavorKey = flavorKey,
            Ports = [.. part.Ports.Select(port => port.Port)],
            VolumeResources = [.. part.Volumes.Select(volume => volume.ResourceName).OfType<string>()],
            IsVolumeBacked = part.RootVolume is not null,
        };
    }

    /// <summary><c>{get_param: name}</c> or <c>{get_param: [name, key]}</c>.</summary>
    private static (string? Parameter, string? Key) ByParameter(DocNode? value) =>
        (value as DocMap) is { Count: 1 } function
            ? function["get_param"] switch
            {
                DocScalar { Type: YamlType.Text } name => (name.Value, null),
                DocList { Items: [DocScalar { Type: YamlType.Text } name] } => (name.Value, null),
                DocList { Items: [DocScalar { Type: YamlType.Text } name, DocScalar key] } => (name.Value, key.Value),
                _ => (null, null),
            }
            : (null, null);
}
