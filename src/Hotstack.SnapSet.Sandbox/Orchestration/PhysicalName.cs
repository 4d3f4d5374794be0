using System.Globalization;

namespace Hotstack.Sandbox.Orchestration;

/// <summary>The names that Heat gives where a template gives none (heat/common/short_id.py; <c>physical_resource_name</c> and
/// <c>reduce_physical_resource_name</c> in heat/engine/resource.py).</summary>
internal static class PhysicalName
{
    /// <summary>Heat's limit of most types.</summary>
    public const int Most = 255;

    /// <summary>Heat's <c>max_server_name_length</c>.</summary>
    public const int MostOfServer = 53;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>Twelve characters of base32: the 60 random bits in the time field of a version 4 UUID.</summary>
    public static string ShortId(string uuid)
    {
        var digits = uuid.Replace("-", "", StringComparison.Ordinal);
        var time = ulong.Parse(digits[13..16] + digits[8..12] + digits[..8], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return string.Create(12, time, (text, bits) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = Alphabet[(int)((bits >> (55 - (5 * i))) & 31)];
            }
        });
    }

    /// <summary>Stack, resource and short id; a longer one keeps its first two characters and its end.</summary>
    public static string Of(string stack, string resource, string shortId, int limit)
    {
        var name = $"{stack}-{resource}-{shortId}";
        return name.Length <= limit ? name : $"{name[..2]}-{name[^(limit - 3)..]}";
    }
}
