using System.Runtime.ExceptionServices;
using Hotstack.Http;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.OpenStack.Identity;

/// <summary>Keeps one token for a connection: all calls share it, and one of them renews it for all.</summary>
public sealed class TokenSource(CloudConfiguration configuration, Api api, TimeProvider time) : IDisposable
{
    /// <summary>A token is renewed when less is left, as keystoneauth does it.</summary>
    private static readonly TimeSpan LeastLife = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _renewing = new(1);
    private readonly Authenticator _authenticator = new(configuration, api);
    private volatile Token? _token;
    private HotstackException? _failure;
    private int _failures;

    /// <summary>A token that lives long enough for any single call.</summary>
    /// <exception cref="HotstackException">Keystone refuses us, gives a token for no project, or cannot be reached.</exception>
    public Task<Token> GetAsync(CancellationToken stop) => GetAsync(LeastLife, stop);

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
                // It was refused to another while we waited. To ask again, 16 times over, could lock the account.
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
