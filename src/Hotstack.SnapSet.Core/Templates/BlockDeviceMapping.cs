using Hotstack.Templates.Documents;

namespace Hotstack.Templates;

/// <summary>
/// The property of a server that says which disks it has, in either of Nova's two forms. Heat takes one of them, and calls the
/// entry <c>vda</c> of the first form the one to boot from (heat: resources/openstack/nova/server.py, _validate_block_device_mapping);
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

    /// <summary>It is of the older form, whose entries know neither <c>boot_index</c> nor <c>device_type</c>.</summary>
    public bool IsOlder => Key == Older;

    /// <param name="server">The server's properties.</param>
    public static BlockDeviceMapping Of(DocMap server)
    {
        string key = server[Older] is null or DocList { Items.Count: 0 } ? Present : Older;
        DocMap[] entries = server[key] is DocList list ? [.. list.Items.OfType<DocMap>()] : [];
        return new BlockDeviceMapping(key, entries, key == Older ? RootByName(server, entries) : RootByIndex(server, entries));
    }

    /// <summary>A device's name as it is without <c>/dev/</c>; null for none.</summary>
    public static string? Short(string? device) =>
        device?.StartsWith("/dev/", StringComparison.Ordinal) == true ? device["/dev/".Length..] : device;

    /// <summary>Heat gives boot_index 0 to what could be booted and has none.</summary>
    private static DocMap? RootByIndex(DocMap server, DocMap[] entries) =>
        entries.FirstOrDefault(entry => entry["boot_index"] is DocScalar { Value: "0" })
        ?? (server["image"] is null
            ? entries.FirstOrDefault(entry => entry["boot_index"] is null && BootableSources.Any(source => entry[source] is not null))
            : null);

    private static DocMap? RootByName(DocMap server, DocMap[] entries) =>
        entries.FirstOrDefault(entry => Short(entry.Text("device_name")) == RootDevice)
        ?? (server["image"] is null ? entries.FirstOrDefault() : null);
}
