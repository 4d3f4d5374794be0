namespace Hotstack.Clusters.Certificates;

/// <summary>Times of certificates, with room around them: one that never ends is written as the last second that there is.</summary>
internal static class CertificateTimes
{
    private static readonly DateTimeOffset First = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Last = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The time itself, or the first or last that is reckoned with.</summary>
    public static DateTimeOffset Within(DateTimeOffset time) => time < First ? First : time > Last ? Last : time;
}
