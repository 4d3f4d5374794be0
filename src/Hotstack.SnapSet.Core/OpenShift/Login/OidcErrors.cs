namespace Hotstack.OpenShift.Login;

/// <summary>The failures of OpenID Connect. None shows a token.</summary>
internal static class OidcErrors
{
    private const string Anew = "Log in to the issuer again with the tool that wrote this kubeconfig.";

    public static LoginException Expired(OidcProvider provider, string? token, TimeProvider time)
    {
        string when = token is not null && IdToken.TryReadExpiry(token, out DateTimeOffset expires) && expires > DateTimeOffset.MinValue
            ? $"has an id-token that expired at {TimeText.Of(expires)} (it is {TimeText.Of(time.GetUtcNow())})"
            : "has no id-token that is valid";
        return new LoginException(ErrorCause.AuthenticationFailed, "OidcTokenExpired", $"The {provider.Title} {when}, and no refresh-token to renew it.")
        {
            Hint = Anew,
            Target = provider.ToString(),
        };
    }

    /// <param name="provider">The user's entry.</param>
    /// <param name="reason">The issuer's own words, without secrets.</param>
    public static LoginException Refused(OidcProvider provider, string reason) =>
        new(ErrorCause.AuthenticationFailed, "OidcRenewalRefused", DisplayText.OfProse($"The issuer {provider} does not renew the id token of the {provider.Title}: {reason}"))
        {
            Hint = $"The refresh-token may have expired, been revoked, or been used up by another program. {Anew}",
            Target = provider.ToString(),
            MayPass = true,
        };

    public static LoginException AnswerInvalid(OidcProvider provider, string problem) =>
        new(ErrorCause.ResponseInvalid, "OidcAnswerInvalid", $"The issuer {provider} of the {provider.Title} {problem}.")
        {
            Hint = "Check 'idp-issuer-url'. If the issuer renews id tokens only for a login with the scope openid, or not at all, use an exec plugin.",
            Target = provider.ToString(),
        };
}
