namespace Hotstack;

/// <summary>Keeps secrets out of what is told.</summary>
internal static class Secrets
{
    /// <summary>Shorter secrets are also ordinary words, and no secrets.</summary>
    private const int Shortest = 4;

    /// <summary>The text with stars in place of the secrets.</summary>
    public static string Hide(string text, IEnumerable<string> secrets) =>
        secrets.Where(secret => secret.Length >= Shortest).OrderByDescending(secret => secret.Length)
            .Aggregate(text, (hidden, secret) => hidden.Replace(secret, "***", StringComparison.Ordinal));
}
