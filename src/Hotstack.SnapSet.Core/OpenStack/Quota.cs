using System.Text.Json;

namespace Hotstack.OpenStack;

/// <summary>Limit and usage of a resource in a project.</summary>
/// <param name="Resource">By the service's name: <c>instances</c>, <c>cores</c>, <c>ram</c> (MiB), <c>volumes</c>, <c>gigabytes</c>,
/// <c>port</c>, <c>network</c> …</param>
/// <param name="Limit">The limit; null if there is none or it is unknown.</param>
/// <param name="Used">The current usage.</param>
public sealed record Quota(string Resource, long? Limit, long Used)
{
    /// <summary>Whether more fits.</summary>
    public bool Fits(long more) => Limit is not { } limit || more <= limit - Math.Max(Used, 0);

    internal static Quota From(JsonElement limits, string resource, string limit, string used) =>
        // -1 means no limit.
        new(resource, limits.Field(limit) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long most) && most >= 0
            ? most : null, limits.Number(used));
}
