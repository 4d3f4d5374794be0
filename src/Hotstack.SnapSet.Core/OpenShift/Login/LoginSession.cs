using System.Runtime.ExceptionServices;
using Hotstack.Http;

namespace Hotstack.OpenShift.Login;

/// <summary>
/// One login for all calls of a connection. The first call logs in; the credential is renewed shortly before it expires, and at most
/// once after a refusal (401). Simultaneous calls share a login. Safe to use from several threads.
/// </summary>
/// <param name="login">Logs in.</param>
/// <param name="connect">Makes connections with a client certificate.</param>
/// <param name="time">The clock by which credentials expire.</param>
internal sealed class LoginSession(ILogin login, Func<LoginCertificate, Api> connect, TimeProvider time) : IDisposable
{
    private const int Unauthorized = 401;

    /// <summary>Failures, and credentials that expire at once, are kept this long: not each call may start a program.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(10);

    /// <summary>The shortest time between logins after refusals: a starting API server may refuse for a while.</summary>
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

    /// <summary>Sends a request with the credential of the login, and again with a renewed one after a refusal.</summary>
    /// <param name="request">The request, without credentials.</param>
    /// <param name="api">The connections for a login without a certificate.</param>
    /// <param name="prepare">Adds the credential to the request.</param>
    /// <param name="stop">Cancels it, and the login if no other call waits for it.</param>
    /// <exception cref="ServiceException">The server refused or failed it, or the login failed temporarily.</exception>
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

    /// <summary>Closes its connections.</summary>
    public void Dispose()
    {
        _connections.Dispose();
        login.Dispose();
    }

    private async Task<ApiResponse> SendOnceAsync(
        ApiRequest request, Api api, Func<ApiRequest, LoginCredential, ApiRequest> prepare, LoginCredential credential,
            CancellationToken stop)
    {
        using Connections.Lease? lease = LeaseOf(credential);
        return await (lease?.Api ?? api).SendAsync(prepare(request, credential), stop);
    }

    private Connections.Lease? LeaseOf(LoginCredential credential) =>
        credential.Certificate is { } certificate ? _connections.Take(certificate) : null;

    /// <returns>Null if there is no newer one.</returns>
    private async Task<LoginCredential?> InsteadOfAsync(ApiRequest request, LoginCredential refused, CancellationToken stop)
    {
        if (!login.ReplacesRefused
            || (_last is { IsAfterRefusal: true } last && last.Credential == refused && Age(last) < PauseAfterRefusal))
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

    /// <summary>A plugin or an issuer failed temporarily.</summary>
    private static bool IsTransient(HotstackException failure) => failure is ServiceException or LoginException { IsTransient: true };

    /// <summary>A failure of the call, which a wait for a cluster tolerates for a while. It has no status: an issuer's 404 says nothing
    /// about the object of the call. A rate limit of the issuer is a refusal: it does not show that the cluster is off.</summary>
    private static ServiceException AsFailureOf(ApiRequest request, HotstackException failure) => new(
        failure.Cause is ErrorCause.ServiceUnavailable or ErrorCause.TimedOut ? ErrorCause.ServiceUnavailable : ErrorCause.AuthenticationFailed,
        failure.Id, request, failure.Message, failure)
    {
        Hint = failure.Hint,
    };

    private async Task<LoginCredential> RunAsync(LoginCredential? refused, CancellationToken stop)
    {
        // Another run may have just ended.
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

    /// <summary>By a clock that nobody sets.</summary>
    private TimeSpan Age(Outcome outcome) => time.GetElapsedTime(outcome.At);

    private sealed record Outcome(LoginCredential? Credential, HotstackException? Failure, long At, bool IsAfterRefusal);

    /// <summary>
    /// Connections with the client certificate of a login. A renewed certificate needs new connections; the old ones are closed when
    /// their last call has ended, as by client-go.
    /// </summary>
    /// <param name="connect">Makes connections with a client certificate.</param>
    private sealed class Connections(Func<LoginCertificate, Api> connect) : IDisposable
    {
        private readonly object _gate = new();
        private Pool? _current;

        /// <summary>Connections for one call; the caller disposes the lease.</summary>
        public Lease Take(LoginCertificate certificate)
        {
            lock (_gate)
            {
                if (_current?.Certificate != certificate)
                {
                    // First: it may fail.
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

        /// <summary>Keeps the connections open until it is disposed.</summary>
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
    /// One run for all simultaneous callers. When the last caller leaves, the run is cancelled and the caller waits for its end: no
    /// program outlives the call that started it.
    /// </summary>
    private sealed class SharedRun<T>
    {
        /// <summary>A run that ignores its cancellation is abandoned.</summary>
        private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

        private readonly object _gate = new();
        private Run? _current;

        /// <summary>Joins the current run, or starts one.</summary>
        /// <param name="start">Starts it; its token is cancelled when no caller waits any more.</param>
        /// <param name="stop">Cancels the wait.</param>
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
                    // On another thread: starting a program takes time.
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
