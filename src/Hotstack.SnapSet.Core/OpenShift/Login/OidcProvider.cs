using Hotstack.Http;

namespace Hotstack.OpenShift.Login;

/// <summary>The <c>auth-provider</c> <c>oidc</c> of a user. Holds secrets.</summary>
internal sealed record OidcProvider
{
    /// <summary>Its owner, for messages: <c>user anna (/home/anna/.kube/config)</c>.</summary>
    public required string Title { get; init; }

    /// <summary>The issuer: https, without a final slash.</summary>
    public required Uri Issuer { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Null for a public client.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>The id token in the file; null for none.</summary>
    public string? IdToken { get; init; }

    /// <summary>The refresh token in the file; null for none.</summary>
    public string? RefreshToken { get; init; }

    /// <summary>Trust in the issuer.</summary>
    public required TlsConfiguration Tls { get; init; }

    /// <summary>Its secrets.</summary>
    public IEnumerable<string> Secrets => new[] { ClientSecret, IdToken, RefreshToken }.OfType<string>();

    /// <inheritdoc/>
    public override string ToString() => Issuer.GetLeftPart(UriPartial.Path);
}
