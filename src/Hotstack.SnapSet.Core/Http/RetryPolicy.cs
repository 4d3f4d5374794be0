using System.Globalization;
using Polly;
using Polly.Retry;

namespace Hotstack.Http;

/// <summary>
/// Which calls are sent again, when, and how often. The only file that names Polly.
/// </summary>
/// <remarks>
/// A call that is safe to repeat is repeated after lost connections and passing errors. One that is not is repeated
/// only where the service certainly did nothing: the connection was refused, or it asked to come back later.
/// </remarks>
public sealed class RetryPolicy
{
    private const int Retries = 5;
    private static readonly TimeSpan s_longestRetryAfter = TimeSpan.FromSeconds(60);
    private static readonly ResiliencePropertyKey<ApiRequest> s_requestKey = new("request");

    private readonly ResiliencePipeline<ApiResponse> _pipeline;
    private readonly TimeProvider _time;
    private readonly IActivity _activity;

    /// <param name="time">The clock of the pauses.</param>
    /// <param name="activity">Told of each repeat.</param>
    public RetryPolicy(TimeProvider time, IActivity activity)
    {
        _time = time;
        _activity = activity;
        _pipeline = new ResiliencePipelineBuilder<ApiResponse> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<ApiResponse>
            {
                MaxRetryAttempts = Retries,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(30),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => ValueTask.FromResult(ShouldRepeat(arguments)),
                DelayGenerator = arguments => ValueTask.FromResult(RetryAfter(arguments.Outcome.Result)),
                OnRetry = Tell,
            })
            .Build();
    }

    /// <summary>Runs <paramref name="attempt"/> until it gives an answer that is final.</summary>
    internal async Task<ApiResponse> ExecuteAsync(
        ApiRequest request, Func<CancellationToken, Task<ApiResponse>> attempt, CancellationToken stop)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(stop);
        context.Properties.Set(s_requestKey, request);
        try
        {
            return await _pipeline.ExecuteAsync(
                async c => await attempt(c.CancellationToken).ConfigureAwait(false), context).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static bool ShouldRepeat(RetryPredicateArguments<ApiResponse> arguments)
    {
        ApiRequest request = arguments.Context.Properties.GetValue(s_requestKey, null!);
        return arguments.Outcome switch
        {
            { Exception: TransportException failure } =>
                failure.IsPassing && (failure.NothingWasSent || request.IsRepeatSafe),
            { Exception: ServiceException { Cause: ErrorCause.ResponseInvalid } } => request.IsRepeatSafe,
            { Result: { } response } => IsPassing(response, request),
            _ => false,
        };
    }

    private static bool IsPassing(ApiResponse response, ApiRequest request)
    {
        bool asksToComeBack = response.Header("Retry-After") is not null;
        return response.Status switch
        {
            429 => true,
            413 => asksToComeBack,
            503 => request.IsRepeatSafe || asksToComeBack,
            408 or 502 or 504 => request.IsRepeatSafe,
            // Glance and Nova answer 500 for refusals too (tag collisions, metadata): only a read is worth another try.
            500 => request.Method == HttpMethod.Get,
            _ => false,
        };
    }

    /// <summary>The pause that the service asks for, seconds or date (RFC 9110 §10.2.3); null for our own.</summary>
    private TimeSpan? RetryAfter(ApiResponse? response)
    {
        if (response?.Header("Retry-After") is not { } text)
        {
            return null;
        }

        TimeSpan pause;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds))
        {
            pause = TimeSpan.FromSeconds(Math.Min(seconds, s_longestRetryAfter.TotalSeconds));
        }
        else if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date))
        {
            pause = date - _time.GetUtcNow();
        }
        else
        {
            return null;
        }

        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause > s_longestRetryAfter ? s_longestRetryAfter : pause;
    }

    private ValueTask Tell(OnRetryArguments<ApiResponse> arguments)
    {
        ApiRequest request = arguments.Context.Properties.GetValue(s_requestKey, null!);
        string why = arguments.Outcome.Exception?.Message
            ?? $"{ServiceException.Describe(request)} answered {arguments.Outcome.Result?.Status}";
        _activity.Verbose(
            $"{why}; trying again in {arguments.RetryDelay.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s "
            + $"({arguments.AttemptNumber + 1} of {Retries})");
        return ValueTask.CompletedTask;
    }
}
