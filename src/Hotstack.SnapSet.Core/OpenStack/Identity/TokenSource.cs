using Hotstack.Http;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.OpenStack.Identity;

/// <summary>Keeps one token for a connection: all calls share it, and one of them renews it for all.</summary>
public sealed class TokenSource(CloudConfiguration configuration, Api api, TimeProvider time) : IDisposable
{
    /// <summary>A token is renewed when less is left, as keystoneauth does it.</summary>
    private static readonly TimeSpan s_leastLife = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _renewing = new(1);
    private volatile Token? _token;

    /// <summary>A token that lives long enough for any single call.</summary>
    /// <exception cref="HotstackException">Keystone refuses us, or cannot be reached.</exception>
    public Task<Token> GetAsync(CancellationToken stop) => GetAsync(s_leastLife, stop);

    /// <summary>A token that lives for <paramref name="leastLife"/>, if Keystone gives any that long.</summary>
    /// <remarks>Nova uploads a snapshot with its caller's token, so that must outlast the upload.</remarks>
    public Task<Token> GetAsync(TimeSpan leastLife, CancellationToken stop) =>
        GetAsync(token => token.ExpiresAt - time.GetUtcNow() >= leastLife, stop);

    /// <summary>A token other than one that a service has refused.</summary>
    public Task<Token> GetInsteadOfAsync(Token refused, CancellationToken stop) =>
        GetAsync(token => !ReferenceEquals(token, refused), stop);

    /// <inheritdoc/>
    public void Dispose() => _renewing.Dispose();

    private async Task<Token> GetAsync(Predicate<Token> isGoodEnough, CancellationToken stop)
    {
        if (_token is { } token && isGoodEnough(token))
        {
            return token;
        }

        await _renewing.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (_token is null || !isGoodEnough(_token))
            {
                _token = await AuthenticateAsync(stop).ConfigureAwait(false);
            }

            return _token;
        }
        finally
        {
            _renewing.Release();
        }
    }

    private async Task<Token> AuthenticateAsync(CancellationToken stop)
    {
        switch (configuration.AuthType)
        {
            case AuthTypes.None:
                return new Token();
            case AuthTypes.AdminToken:
                return new Token { Value = configuration.Auth["token"] };
        }

        TokenRequest body = TokenRequest.From(configuration);
        var request = new ApiRequest("identity", HttpMethod.Post, body.Url)
        {
            // A second token does no harm.
            IsRepeatSafe = true,
        };
        try
        {
            return Token.From(await api.SendAsync(request.WithJson(body.Body), stop).ConfigureAwait(false));
        }
        catch (ServiceException e) when (e.Status is 401 or 404 || e.Status is 400 or 403)
        {
            throw Refused(e);
        }
    }

    private HotstackException Refused(ServiceException answer)
    {
        // Keystone answers 404 for an application credential whose id it does not know.
        bool wrongAddress = answer.Status == 404 && configuration.AuthType != AuthTypes.ApplicationCredential;
        return new HotstackException(
            wrongAddress ? ErrorCause.ConfigurationInvalid : ErrorCause.AuthenticationFailed,
            wrongAddress ? "AuthUrlInvalid" : "AuthenticationFailed",
            $"Cloud '{configuration.Name}': {answer.Message}", answer)
        {
            Target = configuration.Name,
            Hint = wrongAddress
                ? $"Check auth_url ({configuration.Auth.GetValueOrDefault("auth_url")}): Keystone v3 does not answer there."
                : $"Check the credentials of cloud '{configuration.Name}' in {configuration.SourceFile ?? "the OS_* variables"}: "
                    + "user, project, their domains, and the secret; an application credential or a password may have expired.",
        };
    }
}
