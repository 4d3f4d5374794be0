using Hotstack.Http;
using Xunit;

namespace Hotstack.OpenShift.Login;

/// <summary>When a login is made, and when anew.</summary>
public sealed class LoginSessionTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly FakeLogin _login = new();
    private readonly List<(LoginCertificate Certificate, ScriptedHandler Wire)> _connected = [];
    private Func<Sent, HttpResponseMessage> _answer = _ => ScriptedHandler.Answer(200, "{}");
    private LoginSession? _session;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _session?.Dispose();

    [Fact]
    public async Task Once_for_all_calls_that_come_at_the_same_time()
    {
        _login.Opened = new TaskCompletionSource();
        Task<ApiResponse>[] calls = [.. Enumerable.Range(0, 16).Select(_ => SendAsync())];
        await _login.Started.Task.WaitAsync(Stop);
        _login.Opened.SetResult();

        await Task.WhenAll(calls);

        Assert.Equal(1, _login.Runs);
        Assert.All(Sent, sent => Assert.True(sent.Has("Authorization: Bearer t1")));
    }

    /// <summary>Seconds that a credential lives, seconds that pass, and how often a login was made for both calls.</summary>
    [Theory]
    [InlineData(null, 1_000_000, 1)]
    [InlineData(3600, 3569, 1)]
    [InlineData(3600, 3570, 2)]
    [InlineData(3600, 9999, 2)]
    [InlineData(20, 9, 1)] // lives too short for the rule: at most once in ten seconds
    [InlineData(20, 10, 2)]
    [InlineData(-3600, 9, 1)] // a clock that is wrong
    [InlineData(-3600, 10, 2)]
    public async Task Anew_thirty_seconds_before_it_expires(int? life, int passing, int runs)
    {
        _login.Life = life is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        await SendAsync();
        _clock.Advance(TimeSpan.FromSeconds(passing));

        await SendAsync();

        Assert.Equal(runs, _login.Runs);
        Assert.True(Sent[^1].Has($"Authorization: Bearer t{runs}"));
    }

    [Fact]
    public async Task A_refusal_leads_to_one_more_login_and_one_more_try()
    {
        _answer = sent => ScriptedHandler.Answer(sent.Has("Bearer t1") ? 401 : 200, "{}");

        ApiResponse answer = await SendAsync();

        Assert.Equal((200, 2, 2), (answer.Status, _login.Runs, Sent.Count));
    }

    [Fact]
    public async Task Refusals_at_the_same_time_lead_to_one()
    {
        await SendAsync();
        _answer = sent => ScriptedHandler.Answer(sent.Has("Bearer t1") ? 401 : 200, "{}");

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => SendAsync()));

        Assert.Equal(2, _login.Runs);
    }

    /// <summary>An API server that is coming up refuses for minutes: nobody is asked to log in each time.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_stays_refused_logs_in_once_a_minute(bool isAnotherToken)
    {
        _login.IsAlwaysTheSame = !isAnotherToken;
        _answer = _ => ScriptedHandler.Answer(401, """{"message":"no"}""");
        for (int call = 0; call < 6; call++)
        {
            ServiceException refusal = await Assert.ThrowsAsync<ServiceException>(() => SendAsync());
            Assert.Equal((401, "log in elsewhere"), (refusal.Status, refusal.Hint));
            _clock.Advance(TimeSpan.FromSeconds(10));
        }

        // The same token is not tried twice in a row.
        Assert.Equal((2, isAnotherToken ? 7 : 6), (_login.Runs, Sent.Count));
        _clock.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<ServiceException>(() => SendAsync());
        Assert.Equal(3, _login.Runs);
    }

    [Fact]
    public async Task A_login_that_does_not_replace_what_is_refused_is_left_alone()
    {
        _login.ReplacesRefused = false;
        _answer = _ => ScriptedHandler.Answer(401, "{}");

        await Assert.ThrowsAsync<ServiceException>(() => SendAsync());

        Assert.Equal((1, 1), (_login.Runs, Sent.Count));
    }

    [Fact]
    public async Task A_refusal_that_the_caller_expects_is_given_to_it()
    {
        _login.IsAlwaysTheSame = true;
        _answer = _ => ScriptedHandler.Answer(401, "{}");

        Assert.Equal(401, (await SendAsync(request => request with { AlsoExpected = [401] })).Status);
    }

    [Theory]
    [InlineData(true, "kubernetes: GET https://api.test:6443/x: it failed")]
    [InlineData(false, "it failed")]
    public async Task A_failure_that_may_pass_is_one_of_the_call_and_holds_for_ten_seconds(bool mayPass, string message)
    {
        _login.Failure = new LoginException(ErrorCause.AuthenticationFailed, "ExecPluginFailed", "it failed") { Hint = "mend it",
            IsTransient = mayPass };
        foreach (int wait in (int[])[0, 9])
        {
            _clock.Advance(TimeSpan.FromSeconds(wait));
            HotstackException failure = await Assert.ThrowsAnyAsync<HotstackException>(() => SendAsync());
            Assert.Equal((message, "ExecPluginFailed", "mend it", mayPass),
                (failure.Message, failure.Id, failure.Hint, failure is ServiceException));
        }

        Assert.Equal(1, _login.Runs);
        _login.Failure = null;
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await SendAsync()).Status);
    }

    [Fact]
    public async Task To_log_in_beforehand_bears_what_may_pass_and_nothing_else()
    {
        _login.Failure = new LoginException(ErrorCause.AuthenticationFailed, "A", "a") { IsTransient = true };
        await Session.LogInAsync(Stop);
        _clock.Advance(TimeSpan.FromMinutes(1));
        _login.Failure = new LoginException(ErrorCause.AuthenticationFailed, "B", "b");
        Assert.Equal("B", (await Assert.ThrowsAsync<LoginException>(() => Session.LogInAsync(Stop))).Id);
        _clock.Advance(TimeSpan.FromMinutes(1));
        _login.Failure = null;
        await Session.LogInAsync(Stop);
        await SendAsync();
        Assert.Equal(3, _login.Runs);
    }

    [Fact]
    public async Task Who_goes_leaves_the_login_to_those_who_stay()
    {
        _login.Opened = new TaskCompletionSource();
        using var first = new CancellationTokenSource();
        Task<ApiResponse> going = Session.SendAsync(Request, Base, Prepare, first.Token);
        Task<ApiResponse> staying = SendAsync();
        await _login.Started.Task.WaitAsync(Stop);

        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => going);
        _login.Opened.SetResult();

        Assert.Equal((200, 1, false), ((await staying).Status, _login.Runs, _login.WasCancelled));
    }

    [Fact]
    public async Task When_the_last_goes_the_login_ends_first()
    {
        _login.Opened = new TaskCompletionSource();
        using var both = new CancellationTokenSource();
        Task<ApiResponse>[] calls = [.. Enumerable.Range(0, 2).Select(_ => Session.SendAsync(Request, Base, Prepare, both.Token))];
        await _login.Started.Task.WaitAsync(Stop);

        await both.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(calls));

        Assert.True(_login.WasCancelled);
        _login.Opened.SetResult();
        Assert.Equal(200, (await SendAsync()).Status);
    }

    [Fact]
    public async Task Each_certificate_has_connections_of_its_own_and_the_old_ones_are_closed()
    {
        _login.HasCertificate = true;
        _login.Life = TimeSpan.FromHours(1);
        await SendAsync();
        await SendAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        await SendAsync();

        Assert.Equal([("c1", 2, true), ("c2", 1, false)],
            _connected.Select(c => (c.Certificate.Certificate, c.Wire.Requests.Count, c.Wire.IsDisposed)));
        Assert.Empty(_base.Requests);
        Session.Dispose();
        Assert.True(_connected[1].Wire.IsDisposed);
    }

    [Fact]
    public async Task A_call_that_is_under_way_keeps_its_connection()
    {
        _login.HasCertificate = true;
        _login.Life = TimeSpan.FromHours(1);
        var opened = new TaskCompletionSource();
        _opened = opened.Task;
        Task<ApiResponse> slow = SendAsync();
        while (_connected.Count == 0 || _connected[0].Wire.Requests.Count == 0)
        {
            await Task.Delay(5, Stop);
        }

        _opened = Task.CompletedTask;
        _clock.Advance(TimeSpan.FromHours(1));
        await SendAsync();
        Assert.False(_connected[0].Wire.IsDisposed);
        opened.SetResult();
        Assert.Equal(200, (await slow).Status);
        Assert.True(_connected[0].Wire.IsDisposed);
    }

    private readonly ScriptedHandler _base;
    private Task _opened = Task.CompletedTask;

    public LoginSessionTests() => _base = new ScriptedHandler(sent => _answer(sent));

    private Api Base => field ??= _base.Api();

    private static ApiRequest Request =>
        new("kubernetes", HttpMethod.Get, new Uri("https://api.test:6443/x")) { Hints = ConnectionHints.Kubeconfig };

    private IReadOnlyList<Sent> Sent => _base.Requests;

    private LoginSession Session => _session ??= new LoginSession(_login.By(_clock), Connect, _clock);

    private Task<ApiResponse> SendAsync(Func<ApiRequest, ApiRequest>? change = null) =>
        Session.SendAsync((change ?? (r => r))(Request), Base, Prepare, Stop);

    private static ApiRequest Prepare(ApiRequest request, LoginCredential credential) =>
        credential.Token is { } token ? request with { Headers = [new("Authorization", "Bearer " + token)] } : request;

    private Api Connect(LoginCertificate certificate)
    {
        var wire = new ScriptedHandler(sent => _answer(sent)) { Opened = _opened };
        _connected.Add((certificate, wire));
        return wire.Api();
    }

    /// <summary>What an issuer answers, and how a call to the API server fails by it: by none of the API server's statuses.</summary>
    [Theory]
    [InlineData(404, ErrorCause.AuthenticationFailed)]
    [InlineData(403, ErrorCause.AuthenticationFailed)]
    [InlineData(401, ErrorCause.AuthenticationFailed)]
    [InlineData(500, ErrorCause.ServiceUnavailable)]
    [InlineData(503, ErrorCause.ServiceUnavailable)]
    public async Task A_refusal_by_the_issuer_is_no_answer_of_the_API_server(int status, ErrorCause cause)
    {
        using var issuer = new ScriptedHandler(_ => ScriptedHandler.Answer(status, "{}"));
        var request = new ApiRequest("oidc", HttpMethod.Post, new Uri("https://issuer.test/token"));
        _login.Failure = await Assert.ThrowsAsync<ServiceException>(() => issuer.Api().SendAsync(request, Stop));

        var e = await Assert.ThrowsAsync<ServiceException>(() => SendAsync());

        Assert.Equal((cause, (int?)null), (e.Cause, e.Status));
        Golden.Message(e);
        Assert.Empty(Sent);
        await Assert.ThrowsAsync<ServiceException>(() => SendAsync().OrNullAsync());
    }

    private sealed class FakeLogin : ILogin
    {
        private TimeProvider _time = TimeProvider.System;
        private int _runs;

        public int Runs => _runs;

        public TimeSpan? Life { get; set; }

        public bool IsAlwaysTheSame { get; set; }

        public bool HasCertificate { get; set; }

        public HotstackException? Failure { get; set; }

        public TaskCompletionSource Started { get; } = new();

        public TaskCompletionSource? Opened { get; set; }

        public bool WasCancelled { get; private set; }

        public TimeSpan LeastLife => TimeSpan.FromSeconds(30);

        public bool ReplacesRefused { get; set; } = true;

        public string RefusedHint => "log in elsewhere";

        public FakeLogin By(TimeProvider time)
        {
            _time = time;
            return this;
        }

        public async Task<LoginCredential> RunAsync(CancellationToken stop)
        {
            int run = Interlocked.Increment(ref _runs);
            Started.TrySetResult();
            try
            {
                await (Opened?.Task ?? Task.CompletedTask).WaitAsync(stop);
            }
            catch (OperationCanceledException)
            {
                WasCancelled = true;
                throw;
            }

            if (Failure is { } failure)
            {
                throw failure;
            }

            string name = IsAlwaysTheSame ? "1" : $"{run}";
            return new LoginCredential(HasCertificate ? null : "t" + name, HasCertificate ? new("c" + name, "k") : null, _time.GetUtcNow()
                + Life);
        }

        public void Dispose()
        {
        }
    }
}
