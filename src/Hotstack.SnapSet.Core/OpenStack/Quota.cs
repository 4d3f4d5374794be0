using System.Text.Json;

namespace Hotstack.OpenStack;

/// <summary>How much of something a project may have, and has.</summary>
/// <param name="Resource">In the service's word: <c>instances</c>, <c>cores</c>, <c>ram</c> (MiB), <c>volumes</c>, <c>gigabytes</c>,
/// <c>port</c>, <c>network</c> …</param>
/// <param name="Limit">The most; null for no limit, or one that is not told.</param>
/// <param name="Used">What it has now.</param>
public sealed record Quota(string Resource, long? Limit, long Used)
{
    /// <summary>Whether so much more fits.</summary>
    public bool Fits(long more) => Limit is not { } limit || more <= limit - Math.Max(Used, 0);

    internal static Quota From(JsonElement limits, string resource, string limit, string used) =>
        // -1 stands for no limit.
        new(resource, limits.Field(limit) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long most) && most >= 0
            ? most : null, limits.Number(used));
}
