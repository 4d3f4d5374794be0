using System.Globalization;

namespace Hotstack.Sandbox.Http;

/// <summary>The ways OpenStack writes times.</summary>
internal static class Times
{
    /// <summary>Nova's, Glance's, Heat's and Neutron's.</summary>
    public static string Z(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Keystone's.</summary>
    public static string MicroZ(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'.000000Z'", CultureInfo.InvariantCulture);

    /// <summary>Cinder's, and Nova's for launches and instance actions.</summary>
    public static string Micro(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'.000000'", CultureInfo.InvariantCulture);
}
