using System.Text.Json;

namespace Hotstack.OpenShift.Login;

/// <summary>When an id token expires. Nothing else of it is read, and nothing verified: the API server does that.</summary>
internal static class IdToken
{
    /// <summary>A later time is the last that there is.</summary>
    private static readonly double LatestSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>The claim <c>exp</c>; the beginning of all times where it is missing, as by client-go.</summary>
    /// <param name="token">The token.</param>
    /// <param name="expires">When it expires.</param>
    /// <returns>False if it is no JWT.</returns>
    public static bool TryReadExpiry(string token, out DateTimeOffset expires)
    {
        expires = DateTimeOffset.MinValue;
        string[] parts = token.Split('.');
        if (parts.Length != 3)
        {
            return false;
        }

        try
        {
            using JsonDocument claims = JsonText.Parse(Decoded(parts[1]));
            if (claims.RootElement.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            if (claims.RootElement.Field("exp") is { } exp)
            {
                expires = exp.ValueKind == JsonValueKind.Number ? Time(exp.GetDouble()) : expires;
                return exp.ValueKind == JsonValueKind.Number;
            }

            return true;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return false;
        }
    }

    private static byte[] Decoded(string part)
    {
        string text = part.Replace('-', '+').Replace('_', '/');
        return Convert.FromBase64String(text + new string('=', (4 - (text.Length % 4)) % 4));
    }

    private static DateTimeOffset Time(double seconds) =>
        seconds > LatestSecond ? DateTimeOffset.MaxValue : seconds > 0 ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : DateTimeOffset.MinValue;
}
