using System.Text.Json.Nodes;
using Hotstack.Sandbox.Orchestration.Hot;

namespace Hotstack.Sandbox.Orchestration.Types;

/// <summary>What a server takes, and what Heat itself finds wrong with it before Nova sees it.</summary>
internal static class ServerProperties
{
    public static readonly IReadOnlyDictionary<string, PropertySchema> All = new Dictionary<string, PropertySchema>
    {
        ["name"] = PropertySchema.Text, ["image"] = PropertySchema.Text with { Constraint = "glance.image" },
        ["flavor"] = PropertySchema.Text with { Required = true, Constraint = "nova.flavor" },
        ["networks"] = PropertySchema.ListOf(new()
        {
            ["uuid"] = PropertySchema.Text, ["network"] = PropertySchema.Text with { Constraint = "neutron.network" },
            ["allocate_network"] = PropertySchema.Text,
            ["fixed_ip"] = PropertySchema.Text with { Constraint = "ip_addr" },
                ["port"] = PropertySchema.Text with { Constraint = "neutron.port" },
            ["port_extra_properties"] = PropertySchema.Map, ["subnet"] = PropertySchema.Text, ["floating_ip"] = PropertySchema.Text,
            ["tag"] = PropertySchema.Text,
        }),
        ["block_device_mapping"] = PropertySchema.ListOf(new()
        {
            ["device_name"] = PropertySchema.Text with { Required = true },
                ["volume_id"] = PropertySchema.Text with { Constraint = "cinder.volume" },
            ["snapshot_id"] = PropertySchema.Text with { Constraint = "cinder.snapshot" }, ["volume_size"] = PropertySchema.Integer,
            ["delete_on_termination"] = PropertySchema.Boolean,
        }),
        ["block_device_mapping_v2"] = PropertySchema.ListOf(new()
        {
            ["device_name"] = PropertySchema.Text, ["volume_id"] = PropertySchema.Text with { Constraint = "cinder.volume" },
            ["image"] = PropertySchema.Text with { Constraint = "glance.image" },
            ["image_id"] = PropertySchema.Text with { Constraint = "glance.image" },
            ["snapshot_id"] = PropertySchema.Text with { Constraint = "cinder.snapshot" }, ["swap_size"] = PropertySchema.Integer,
            ["ephemeral_size"] = PropertySchema.Integer, ["ephemeral_format"] = PropertySchema.Text,
            ["device_type"] = PropertySchema.Text with { Allowed = ["cdrom", "disk"] },
            ["disk_bus"] = PropertySchema.Text with { Allowed = ["ide", "lame_bus", "scsi", "sata", "usb", "virtio"] },
            ["boot_index"] = PropertySchema.Integer, ["volume_size"] = PropertySchema.Integer,
                ["delete_on_termination"] = PropertySchema.Boolean,
        }),
        ["user_data"] = PropertySchema.Text,
        ["user_data_format"] = PropertySchema.Text with { Allowed = ["HEAT_CFNTOOLS", "RAW", "SOFTWARE_CONFIG"] },
        ["user_data_update_policy"] = PropertySchema.Text, ["metadata"] = PropertySchema.Map,
        ["key_name"] = PropertySchema.Text with { Constraint = "nova.keypair" },
        ["config_drive"] = PropertySchema.Boolean, ["diskConfig"] = PropertySchema.Text with { Allowed = ["AUTO", "MANUAL"] },
        ["availability_zone"] = PropertySchema.Text, ["security_groups"] = PropertySchema.List, ["scheduler_hints"] = PropertySchema.Map,
        ["image_update_policy"] = PropertySchema.Text with { Allowed = ["REBUILD", "REPLACE", "REBUILD_PRESERVE_EPHEMERAL"] },
        ["flavor_update_policy"] = PropertySchema.Text with { Allowed = ["RESIZE", "REPLACE"] }, ["admin_pass"] = PropertySchema.Text,
        ["admin_user"] = PropertySchema.Text, ["personality"] = PropertySchema.Map, ["reservation_id"] = PropertySchema.Text,
        ["software_config_transport"] = PropertySchema.Text, ["deployment_swift_data"] = PropertySchema.Map, ["tags"] = PropertySchema.List,
    };

    public static void Validate(ResourceSite site, JsonObject given)
    {
        // What functions give is looked at as far as it is known; a reference to something yet to come is there all the same.
        var raw = given["block_device_mapping_v2"];
        var isPlain = Functions.NameOf(raw) is null && raw is JsonArray list && list.All(m => Functions.NameOf(m) is null);
        var mappings = (isPlain ? (JsonArray)raw! : site.List("block_device_mapping_v2")).OfType<JsonObject>().ToList();
        if (mappings.Count == 0 && raw is not null and not JsonArray { Count: 0 })
        {
            return;
        }

        var older = site.List("block_device_mapping").OfType<JsonObject>().ToList();
        if (older.Count > 0 && mappings.Count > 0)
        {
            throw HeatErrors.Validation(
                "Cannot define the following properties at the same time: block_device_mapping, block_device_mapping_v2.");
        }

        older = (given["block_device_mapping"] as JsonArray)?.OfType<JsonObject>().Where(m => Functions.NameOf(m) is null).ToList()
            ?? older;
        CheckOlder(older);
        foreach (var mapping in mappings)
        {
            switch (Sources(mapping).Count())
            {
                case 0:
                    throw HeatErrors.Validation(
                        "Either volume_id, snapshot_id, image_id, swap_size, ephemeral_size or ephemeral_format must be specified.");
                case > 1:
                    throw HeatErrors.Validation(
                        "Cannot define the following properties at the same time: volume_id, snapshot_id, image, swap_size, ephemeral_size, ephemeral_format.");
                default:
                    break;
            }
        }

        var roots = mappings.Count(m => Sources(m).Any(s => s is "volume_id" or "snapshot_id" or "image")
            && (m["boot_index"] is null || PythonText.Of(m["boot_index"]) == "0"));
        var bootable = roots + (given["image"] is null ? 0 : 1);
        if (bootable == 0 && !older.Exists(m => PythonText.Of(m["device_name"]) == "vda"))
        {
            throw HeatErrors.Validation($"Neither image nor bootable volume is specified for instance {site.Resource.Name}");
        }

        if (bootable > 1)
        {
            throw HeatErrors.Validation($"Multiple bootable sources for instance {site.Resource.Name}.");
        }

        CheckSize(site);
    }

    private static void CheckOlder(List<JsonObject> mappings)
    {
        foreach (var mapping in mappings)
        {
            if (mapping["volume_id"] is not null && mapping["snapshot_id"] is not null)
            {
                throw HeatErrors.Validation("Cannot define the following properties at the same time: volume_id, snapshot_id.");
            }

            if (mapping["volume_id"] is null && mapping["snapshot_id"] is null)
            {
                throw HeatErrors.Validation(
                    $"Either volume_id or snapshot_id must be specified for device mapping {PythonText.Of(mapping["device_name"])}");
            }
        }
    }

    private static IEnumerable<string> Sources(JsonObject mapping) => new[]
    {
        mapping["volume_id"] is null ? null : "volume_id", mapping["snapshot_id"] is null ? null : "snapshot_id",
        (mapping["image"] ?? mapping["image_id"]) is null ? null : "image", mapping["swap_size"] is null ? null : "swap_size",
        (mapping["ephemeral_size"] ?? mapping["ephemeral_format"]) is null ? null : "ephemeral",
    }.OfType<string>();

    /// <summary>As far as they are known before: the image against the flavor.</summary>
    private static void CheckSize(ResourceSite site)
    {
        if (site.Text("image") is not { } name || site.Find.Images(name) is not [var image]
            || site.Text("flavor") is not { } wanted || site.Find.Flavor(wanted) is not { } flavor)
        {
            return;
        }

        var why = image.Status != "active" ? $"Image status is required to be active not {image.Status}."
            : flavor.Ram < image.MinRam ? $"Image {name} requires {image.MinRam} minimum ram. Flavor {wanted} has only {flavor.Ram}."
            : flavor.Disk < image.MinDisk
                ? $"Image {name} requires {image.MinDisk} GB minimum disk space. Flavor {wanted} has only {flavor.Disk} GB."
            : null;
        if (why is not null)
        {
            throw HeatErrors.Validation(why);
        }
    }
}
