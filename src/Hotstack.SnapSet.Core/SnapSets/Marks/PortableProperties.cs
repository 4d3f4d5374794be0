using System.Collections.Frozen;
using Hotstack.OpenStack.Imaging;

namespace Hotstack.SnapSets.Marks;

/// <summary>The image properties that move to another cloud: those that describe the virtual machine or its operating system. All others
/// may name objects missing there (a kernel, a volume type, a key), exclude every host (a trait), or be forbidden to a project (a site's
/// own names).</summary>
/// <remarks>https://docs.openstack.org/glance/latest/admin/useful-image-properties.html; nova: nova/objects/image_meta.py.</remarks>
internal static class PortableProperties
{
    /// <summary>The property that names an image's import by the fingerprint of the export.</summary>
    public const string ImportKey = "hotstack_import";

    private const string HardwarePrefix = "hw_";

    /// <summary>Glance's own limit.</summary>
    private const int LongestName = 255;
    private const int LongestValue = 65_535;

    private static readonly FrozenSet<string> Known = new[]
    {
        "architecture", "hypervisor_type", "vm_mode",
        "os_type", "os_distro", "os_version", "os_admin_user", "os_require_quiesce", "os_secure_boot", "os_shutdown_timeout",
        "os_skip_agent_inject_files_at_boot", "os_skip_agent_inject_ssh",
        "img_config_drive", "img_hide_hypervisor_id", "img_hv_type", "img_hv_requested_version", "img_use_agent", "img_version",
        "img_linked_clone", "img_compression_level", "img_cache_in_nova",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Properties that Nova writes on each snapshot about its old cloud. They stay behind without a warning.</summary>
    private static readonly FrozenSet<string> OfEachSnapshot = new[]
    {
        "instance_uuid", "user_id", "base_image_ref", "image_location", "image_state", "image_type", "boot_roles",
        "block_device_mapping", "bdm_v2", "root_device_name", "location", "deleted", "deleted_at", "clean_attempts",
        "owner_id", "owner_user_name", "owner_project_name", "cinder_encryption_key_id", "cinder_encryption_key_deletion_policy",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The properties that move; one whose name marks a secret does not. The user's labels all do: they are there to be read.</summary>
    public static Dictionary<string, string> Of(IReadOnlyDictionary<string, string> properties) => properties
        .Where(property => Moves(property.Key) && PlainText.IsPlain(property.Value, LongestValue, mayBeEmpty: true))
        .ToDictionary(property => property.Key, property => property.Value, StringComparer.Ordinal);

    /// <summary>The names of properties that stay behind and that a user may miss.</summary>
    public static IEnumerable<string> LeftBehind(IReadOnlyDictionary<string, string> properties)
    {
        Dictionary<string, string> moved = Of(properties);
        return properties.Keys.Where(name =>
            !moved.ContainsKey(name) && !OfEachSnapshot.Contains(name) && !Image.OwnFields.Contains(name)
            && !name.StartsWith("os_glance", StringComparison.Ordinal) && !name.StartsWith("hotstack_", StringComparison.Ordinal));
    }

    private static bool Moves(string name) =>
        name.Length <= LongestName && name != ImportKey && (LabelProperties.IsKey(name) || (!LikelySecrets.IsNameOfOne(name) && IsMeant(name)));

    private static bool IsMeant(string name) => Known.Contains(name) || SnapSetProperties.PortableKeys.Contains(name) || PortProperties.IsKey(name)
        || (name.StartsWith(HardwarePrefix, StringComparison.Ordinal) && name.Skip(HardwarePrefix.Length).All(IsOfHardwareName));

    /// <summary>Allows names such as <c>hw_numa_cpus.0</c>.</summary>
    private static bool IsOfHardwareName(char sign) => char.IsAsciiLetterOrDigit(sign) || sign is '_' or '.';
}

/// <summary>Texts of an export that are displayed and stored: without control or invisible characters
/// (<see cref="DisplayText"/>).</summary>
internal static class PlainText
{
    private const int MaxNames = 20;

    private const int MaxCharacters = 80;

    /// <summary>Whether a text is present, not too long, and free of such characters.</summary>
    public static bool IsPlain(string? text, int longest, bool mayBeEmpty = false) =>
        text is not null && (mayBeEmpty || !string.IsNullOrWhiteSpace(text)) && text.Length <= longest && CommandArgument.IsVisible(text);

    /// <summary>Names in one phrase: sorted, distinct, escaped, and limited in number.</summary>
    public static string List(IEnumerable<string> names)
    {
        string[] all = [.. names.Select(Shown).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return string.Join(", ", all.Take(MaxNames)) + (all.Length > MaxNames ? $" and {all.Length - MaxNames} more" : "");
    }

    private static string Shown(string name) => DisplayText.Of(name.Length > MaxCharacters ? name[..MaxCharacters] + "…" : name);
}
