using System.Runtime.ExceptionServices;
using System.Text.Json;
using Hotstack.Http;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.OpenStack.Identity;

/// <summary>A token from Keystone with its project and service catalogue.</summary>
public sealed record Token
{
    /// <summary>The secret; null if the cloud needs none (<c>auth_type: none</c>).</summary>
    internal string? Value { get; init; }

    /// <summary>When it expires, in UTC.</summary>
    public DateTimeOffset ExpiresAt { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Its project; null if it has none, or unknown.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The project's name.</summary>
    public string? ProjectName { get; init; }

    /// <summary>The services and their addresses; null for a fixed token.</summary>
    public ServiceCatalog? Catalog { get; init; }

    /// <summary>Never the secret.</summary>
    public override string ToString() => $"token for project {ProjectName ?? ProjectId ?? "(none)"} until {ExpiresAt:u}";

    /// <summary>Reads the answer of <c>POST /v3/auth/tokens</c>.</summary>
    internal static Token From(ApiResponse response)
    {
        JsonElement? body = response.Json().Field("token");
        if (body is not { } token || response.Header("X-Subject-Token") is not { Length: > 0 } value)
        {
            throw ServiceException.OfInvalidResponse(response, "it holds no token");
        }

        JsonElement? project = token.Field("project");
        return new Token
        {
            Value = value,
            ExpiresAt = token.Time("expires_at") ?? DateTimeOffset.MaxValue,
            ProjectId = project?.Text("id"),
            ProjectName = project?.Text("name"),
            Catalog = ServiceCatalog.From(token.Items("catalog")),
        };
    }
}

/// <summary>Keeps one token for a connection: all calls share it, and one of them renews it.</summary>
public sealed class TokenSource(CloudConfiguration configuration, Api api, TimeProvider time) : IDisposable
{
    /// <summary>A token with less time left is renewed, as by keystoneauth.</summary>
    private static readonly TimeSpan LeastLife = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _renewing = new(1);
    private readonly Authenticator _authenticator = new(configuration, api);
    private volatile Token? _token;
    private HotstackException? _failure;
    private int _failures;

    /// <summary>A token that is valid long enough for any single call.</summary>
    /// <exception cref="HotstackException">Keystone rejects the credentials, gives a token without a project, or cannot be
    /// reached.</exception>
    public Task<Token> GetAsync(CancellationToken stop) => GetAsync(LeastLife, stop);

    /// <summary>A token that is valid for <paramref name="leastLife"/>, if Keystone gives such a token.</summary>
    /// <remarks>Nova uploads a snapshot with its caller's token, which must outlast the upload.</remarks>
    public Task<Token> GetAsync(TimeSpan leastLife, CancellationToken stop) =>
        GetAsync(token => token.ExpiresAt - time.GetUtcNow() >= leastLife, stop);

    /// <summary>A token other than the refused one.</summary>
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

        int failures = Volatile.Read(ref _failures);
        await _renewing.WaitAsync(stop);
        try
        {
            if (_token is not null && isGoodEnough(_token))
            {
                return _token;
            }

            if (_failure is not null && failures != _failures)
            {
                // Keystone refused another call while we waited. Asking 16 more times could lock the account.
                ExceptionDispatchInfo.Throw(_failure);
            }

            return _token = await _authenticator.AuthenticateAsync(stop);
        }
        catch (HotstackException e) when (!ReferenceEquals(e, _failure))
        {
            _failure = e;
            Interlocked.Increment(ref _failures);
            throw;
        }
        finally
        {
            _renewing.Release();
        }
    }
}
