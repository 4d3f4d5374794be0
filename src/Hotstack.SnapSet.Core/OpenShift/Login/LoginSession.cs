using System.Runtime.ExceptionServices;
using Hotstack.Http;

namespace Hotstack.OpenShift.Login;

/// <summary>
/// One login for all calls of a connection: it is made at the first call, kept until shortly before it expires, and repeated at most
/// once after a refusal (401). Calls at the same time share one. Safe to use from several threads.
/// </summary>
/// <param name="login">Logs in.</param>
/// <param name="connect">Makes connections that show a certificate.</param>
/// <param name="time">The clock by which credentials expire.</param>
internal sealed class LoginSession(ILogin login, Func<LoginCertificate, Api> connect, TimeProvider time) : IDisposable
{
    private const int Unauthorized = 401;

    /// <summary>Credentials that expire at once, and failures, are kept this long, so that calls in a row do not each start a program.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(10);

    /// <summary>The shortest time between logins because of refusals: an API server that is coming up may refuse for a while.</summary>
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMinutes(1);

    private readonly SharedRun<LoginCredential> _runs = new();
    private readonly Connections _connections = new(connect);
    private volatile Outcome? _last;

    /// <inheritdoc cref="Cluster.LogInAsync"/>
    public async Task LogInAsync(CancellationToken stop)
    {
        try
        {
            _ = Known(null) ?? await _runs.JoinAsync(end => RunAsync(null, end), stop);
        }
        catch (HotstackException e) when (IsTransient(e))
        {
            // The first call reports it, and a wait for a cluster tolerates it for a while.
        }
    }

    /// <summary>Sends a request with the credentials of the login, and once more with newer ones if they are refused.</summary>
    /// <param name="request">The request, without credentials.</param>
    /// <param name="api">The connections to use where the login gives no certificate.</param>
    /// <param name="prepare">Adds credentials to the request.</param>
    /// <param name="stop">Ends it, and the login if nobody else waits for that.</param>
    /// <exception cref="ServiceException">The server, or the login for now, refused or failed it.</exception>
    /// <exception cref="LoginException">The login cannot succeed.</exception>
    public async Task<ApiResponse> SendAsync(
        ApiRequest request, Api api, Func<ApiRequest, LoginCredential, ApiRequest> prepare, CancellationToken stop)
    {
        request = request with { Hints = request.Hints with { Credentials = login.RefusedHint } };
        LoginCredential credential = await GetAsync(request, null, stop);
        ServiceException? refusal = null;
        ApiResponse? answer = null;
        try
        {
            answer = await SendOnceAsync(request, api, prepare, credential, stop);
            if (answer.Status != Unauthorized)
            {
                return answer;
            }
        }
        catch (ServiceException e) when (e.Status == Unauthorized)
        {
            refusal = e;
        }

        if (await InsteadOfAsync(request, credential, stop) is { } newer)
        {
            return await SendOnceAsync(request, api, prepare, newer, stop);
        }

        return answer ?? throw refusal!;
    }

    /// <summary>Closes the connections that it made.</summary>
    public void Dispose()
    {
        _connections.Dispose();
        login.Dispose();
    }

    private async Task<ApiResponse> SendOnceAsync(
        ApiRequest request, Api api, Func<ApiRequest, LoginCredential, ApiRequest> prepare, LoginCredential credential, CancellationToken stop)
    {
        using Connections.Lease? lease = LeaseOf(credential);
        return await (lease?.Api ?? api).SendAsync(prepare(request, credential), stop);
    }

    private Connections.Lease? LeaseOf(LoginCredential credential) =>
        credential.Certificate is { } certificate ? _connections.Take(certificate) : null;

    /// <returns>Null if there is nothing newer to show.</returns>
    private async Task<LoginCredential?> InsteadOfAsync(ApiRequest request, LoginCredential refused, CancellationToken stop)
    {
        if (!login.ReplacesRefused || (_last is { IsAfterRefusal: true } last && last.Credential == refused && Age(last) < PauseAfterRefusal))
        {
            return null;
        }

        LoginCredential newer = await GetAsync(request, refused, stop);
        return newer.ShowsTheSameAs(refused) ? null : newer;
    }

    private async Task<LoginCredential> GetAsync(ApiRequest request, LoginCredential? refused, CancellationToken stop)
    {
        try
        {
            return Known(refused) ?? await _runs.JoinAsync(end => RunAsync(refused, end), stop);
        }
        catch (HotstackException e) when (IsTransient(e))
        {
            throw AsFailureOf(request, e);
        }
    }

    /// <summary>A login may succeed later: a plugin or an issuer failed it for now.</summary>
    private static bool IsTransient(HotstackException failure) => failure is ServiceException or LoginException { IsTransient: true };

    /// <summary>A failure of the call, since a wait for a cluster tolerates those for a while. It has no status: what an issuer answers, such
    /// as 404, says nothing about the object that the call asks for.</summary>
    private static ServiceException AsFailureOf(ApiRequest request, HotstackException failure) => new(
        failure.Cause.IsTransient ? ErrorCause.ServiceUnavailable : ErrorCause.AuthenticationFailed,
        failure.Id, request, failure.Message, failure)
    {
        Hint = failure.Hint,
    };

    private async Task<LoginCredential> RunAsync(LoginCredential? refused, CancellationToken stop)
    {
        // Another run may have ended just before this one.
        if (Known(refused) is { } known)
        {
            return known;
        }

        try
        {
            LoginCredential credential = await login.RunAsync(stop);
            _last = new Outcome(credential, null, time.GetTimestamp(), refused is not null);
            return credential;
        }
        catch (HotstackException e)
        {
            _last = new Outcome(null, e, time.GetTimestamp(), refused is not null);
            throw;
        }
    }

    /// <exception cref="HotstackException">The login failed just now.</exception>
    private LoginCredential? Known(LoginCredential? refused)
    {
        if (_last is not { } last)
        {
            return null;
        }

        if (last.Failure is { } failure && Age(last) < LeastPause)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return last.Credential is { } credential && !ReferenceEquals(credential, refused) && Lives(last, credential) ? credential : null;
    }

    private bool Lives(Outcome outcome, LoginCredential credential) =>
        credential.ExpiresAt is not { } end || end - time.GetUtcNow() > login.LeastLife || Age(outcome) < LeastPause;

    /// <summary>Not by the clock that somebody may set.</summary>
    private TimeSpan Age(Outcome outcome) => time.GetElapsedTime(outcome.At);

    private sealed record Outcome(LoginCredential? Credential, HotstackException? Failure, long At, bool IsAfterRefusal);

    /// <summary>
    /// Connections that show the client certificate of a login. A certificate belongs to a connection, so a new one needs new connections;
    /// those of the one before are closed when the last call over them has ended, as by client-go.
    /// </summary>
    /// <param name="connect">Makes connections that show a certificate.</param>
    private sealed class Connections(Func<LoginCertificate, Api> connect) : IDisposable
    {
        private readonly object _gate = new();
        private Pool? _current;

        /// <summary>Connections for one call; the caller disposes of the lease.</summary>
        public Lease Take(LoginCertificate certificate)
        {
            lock (_gate)
            {
                if (_current?.Certificate != certificate)
                {
                    // First, as it may fail.
                    var next = new Pool(certificate, connect(certificate));
                    Retire(_current);
                    _current = next;
                }

                _current.Calls++;
                return new Lease(this, _current);
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _current?.Api.Dispose();
                _current = null;
            }
        }

        private static void Retire(Pool? pool)
        {
            if (pool is { IsRetired: false })
            {
                pool.IsRetired = true;
                if (pool.Calls == 0)
                {
                    pool.Api.Dispose();
                }
            }
        }

        private void Return(Pool pool)
        {
            lock (_gate)
            {
                if (--pool.Calls == 0 && pool.IsRetired)
                {
                    pool.Api.Dispose();
                }
            }
        }

        /// <summary>Connections that stay open until it is disposed of.</summary>
        internal sealed class Lease(Connections owner, Pool pool) : IDisposable
        {
            public Api Api => pool.Api;

            public void Dispose() => owner.Return(pool);
        }

        internal sealed class Pool(LoginCertificate certificate, Api api)
        {
            public LoginCertificate Certificate { get; } = certificate;

            public Api Api { get; } = api;

            public int Calls { get; set; }

            public bool IsRetired { get; set; }
        }
    }

    /// <summary>
    /// One run of something for all who wait for it at the same time. It is cancelled when the last of them goes, who then waits until it
    /// has ended: no program of ours outlives the call that started it.
    /// </summary>
    private sealed class SharedRun<T>
    {
        /// <summary>A run that does not obey is left behind.</summary>
        private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

        private readonly object _gate = new();
        private Run? _current;

        /// <summary>Joins the run that is going on, or starts one.</summary>
        /// <param name="start">Starts it; its token is cancelled when nobody waits any more.</param>
        /// <param name="stop">Ends the waiting.</param>
        public async Task<T> JoinAsync(Func<CancellationToken, Task<T>> start, CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            Run run = Enter(start);
            try
            {
                return await run.Task.WaitAsync(stop);
            }
            finally
            {
                await LeaveAsync(run);
            }
        }

        private Run Enter(Func<CancellationToken, Task<T>> start)
        {
            lock (_gate)
            {
                if (_current is null || _current.Task.IsCompleted || _current.Cancel.IsCancellationRequested)
                {
                    var cancel = new CancellationTokenSource();
                    // On another thread, since starting a program takes its time.
                    _current = new Run(cancel, Task.Run(() => start(cancel.Token), CancellationToken.None));
                }

                _current.Waiting++;
                return _current;
            }
        }

        private async Task LeaveAsync(Run run)
        {
            lock (_gate)
            {
                if (--run.Waiting > 0)
                {
                    return;
                }

                if (!run.Task.IsCompleted)
                {
                    run.Cancel.Cancel();
                }
            }

            await Poll.EndOfAsync(run.Task, LongestEnd);
        }

        private sealed record Run(CancellationTokenSource Cancel, Task<T> Task)
        {
            public int Waiting { get; set; }
        }
    }
}
