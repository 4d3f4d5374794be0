using System.Collections.Frozen;
using Hotstack.OpenStack.Imaging;

namespace Hotstack.Moving;

/// <summary>Which properties of an image mean something in another cloud too.</summary>
internal static class PortableProperties
{
    /// <summary>Says of which import an image is: the fingerprint of its manifest.</summary>
    public const string ImportKey = "hotstack_import";

    /// <summary>Of what is only in the old cloud: ids, users, projects, places, keys. With a signature that names a key there,
    /// an upload would be refused.</summary>
    private static readonly FrozenSet<string> Local = new[]
    {
        "instance_uuid", "user_id", "base_image_ref", "image_location", "image_state", "boot_roles", "block_device_mapping", "bdm_v2", "root_device_name", "cinder_encryption_key_id", "cinder_encryption_key_deletion_policy",
        "location", "deleted", "deleted_at", ImportKey,
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly string[] LocalPrefixes = ["owner_", "os_glance", "img_signature", "hotstack_volume"];

    /// <summary>Those that are portable; one that is a secret by its name does not leave its cloud.</summary>
    public static Dictionary<string, string> Of(IReadOnlyDictionary<string, string> properties) => properties
        .Where(property => !Local.Contains(property.Key) && !LikelySecrets.IsNameOfOne(property.Key) && !Image.OwnFields.Contains(property.Key)
            && !LocalPrefixes.Any(prefix => property.Key.StartsWith(prefix, StringComparison.Ordinal)))
        .ToDictionary(property => property.Key, property => property.Value, StringComparer.Ordinal);
}
