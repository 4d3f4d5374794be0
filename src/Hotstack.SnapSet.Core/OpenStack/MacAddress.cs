using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Hotstack.OpenStack;

/// <summary>MAC addresses in canonical form, for comparisons.</summary>
public static class MacAddress
{
    /// <summary>
    /// Six parts of two lower-case hex digits, joined by colons. Parts may have one digit, as in upstream's
    /// documentation (<c>fa:16:9e:81:f6:5</c>), and joined by hyphens.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out string canonical)
    {
        canonical = "";
        string[] parts = text?.Trim().Split(':', '-') ?? [];
        if (parts.Length != 6)
        {
            return false;
        }

        var bytes = new byte[6];
        for (int i = 0; i < 6; i++)
        {
            if (parts[i].Length is < 1 or > 2
                || !byte.TryParse(parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[i]))
            {
                return false;
            }
        }

        canonical = string.Join(':', bytes.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
        return true;
    }
}
