using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Hotstack.OpenShift.Login;

/// <summary>
/// The newest tokens of a user, for as long as this process lives: a provider may give a refresh token that is good for one use, and the
/// kubeconfig, which we do not write, has the one before. One renews them for all that use the same.
/// </summary>
internal sealed class OidcTokens
{
    private static readonly ConcurrentDictionary<string, OidcTokens> Known = new(StringComparer.Ordinal);

    private OidcTokens(OidcProvider provider) => (IdToken, RefreshToken) = (provider.IdToken, provider.RefreshToken);

    /// <summary>Held while the tokens are renewed.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    public string? IdToken { get; set; }

    public string? RefreshToken { get; set; }

    /// <summary>Those that began with what stands in the file now: after another login they are others.</summary>
    public static OidcTokens Of(OidcProvider provider)
    {
        string[] parts = [provider.Issuer.AbsoluteUri, provider.ClientId, provider.ClientSecret ?? "", provider.IdToken ?? "", provider.RefreshToken ?? ""];
        string key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));
        return Known.GetOrAdd(key, _ => new OidcTokens(provider));
    }
}
