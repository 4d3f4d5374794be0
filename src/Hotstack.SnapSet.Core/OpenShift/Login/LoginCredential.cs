namespace Hotstack.OpenShift.Login;

/// <summary>What a login gives to show to the API server. At least one of token and certificate is there. Holds secrets.</summary>
/// <param name="Token">The bearer token, fit for a header field; null for none.</param>
/// <param name="Certificate">The client certificate; null for none.</param>
/// <param name="ExpiresAt">When the first of them expires; null where that is not told.</param>
internal sealed record LoginCredential(string? Token, LoginCertificate? Certificate, DateTimeOffset? ExpiresAt)
{
    /// <summary>Whether the server cannot tell the two apart.</summary>
    public bool ShowsTheSameAs(LoginCredential other) => Token == other.Token && Certificate == other.Certificate;

    /// <summary>Which of both are there; never a secret.</summary>
    public override string ToString() => $"{(Token is null ? "no token" : "a token")}, {(Certificate is null ? "no certificate" : "a certificate")}";
}

/// <summary>A client certificate that a login gave, checked.</summary>
/// <param name="Certificate">PEM text: the certificate, then those above it.</param>
/// <param name="Key">PEM text of its private key. A secret.</param>
internal sealed record LoginCertificate(string Certificate, string Key)
{
    /// <inheritdoc/>
    public override string ToString() => "a certificate and its key";
}
