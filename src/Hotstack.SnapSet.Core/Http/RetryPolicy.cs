using System.Globalization;
using System.Net.Http.Headers;
using Polly;
using Polly.Retry;

namespace Hotstack.Http;

/// <summary>
/// Which calls are repeated, when, and how often. The only file that uses Polly.
/// </summary>
/// <remarks>
/// A call that is safe to repeat is repeated after lost connections and transient errors; any other call only if the service
/// certainly did nothing: it refused the connection, or asked for a later retry.
/// </remarks>
public sealed class RetryPolicy
{
    /// <summary>Retries of a call, unless configured otherwise.</summary>
    public const int DefaultRetries = 5;

    /// <summary>If the service asks for a longer pause, the call fails and reports it.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestOptionalRetryAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly ResiliencePropertyKey<ApiRequest> RequestKey = new("request");

    private readonly ResiliencePipeline<ApiResponse> _pipeline;
    private readonly TimeProvider _time;
    private readonly IActivity _activity;

    /// <param name="time">The clock of the pauses.</param>
    /// <param name="activity">Gets a report of each retry.</param>
    public RetryPolicy(TimeProvider time, IActivity activity)
    {
        _time = time;
        _activity = activity;
        _pipeline = new ResiliencePipelineBuilder<ApiResponse> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<ApiResponse>
            {
                // Each request has its own limit, see ShouldRepeat.
                MaxRetryAttempts = int.MaxValue,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = LongestPause,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => ValueTask.FromResult(ShouldRepeat(arguments)),
                DelayGenerator = arguments => ValueTask.FromResult(RetryAfter(arguments.Outcome.Result)),
                OnRetry = Tell,
            })
            .Build();
    }

    /// <summary>Runs <paramref name="attempt"/> until its answer is final.</summary>
    internal async Task<ApiResponse> ExecuteAsync(
        ApiRequest request, Func<CancellationToken, Task<ApiResponse>> attempt, CancellationToken stop)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(stop);
        context.Properties.Set(RequestKey, request);
        try
        {
            return await _pipeline.ExecuteAsync(
                async c => await attempt(c.CancellationToken), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private bool ShouldRepeat(RetryPredicateArguments<ApiResponse> arguments)
    {
        ApiRequest request = arguments.Context.Properties.GetValue(RequestKey, null!);
        return arguments.AttemptNumber < Limit(arguments.Outcome, request) && arguments.Outcome switch
        {
            { Exception: TransportException failure } =>
                failure.IsTransient && (failure.NothingWasSent || request.IsRepeatSafe)
                    && !(request.IsOptional && failure.Id == TransportException.Slow),
            { Exception: ServiceException { Cause: ErrorCause.ResponseInvalid } } => request.IsRepeatSafe,
            { Result: { } response } => IsTransient(response, request),
            _ => false,
        };
    }

    private static int Limit(Outcome<ApiResponse> outcome, ApiRequest request) =>
        outcome.Exception is TransportException ? request.ConnectionRetries : request.StatusRetries;

    private bool IsTransient(ApiResponse response, ApiRequest request)
    {
        TimeSpan? asked = RetryAfter(response);
        if (asked > (request.IsOptional ? LongestOptionalRetryAfter : LongestRetryAfter))
        {
            return false;
        }

        return response.Status switch
        {
            429 => true,
            // Cinder reports an exceeded quota like a rate limit, with a Retry-After of 0.
            413 => asked is not null && !ServiceErrors.IsAboutQuota(response),
            503 => request.IsRepeatSafe || asked is not null,
            408 or 502 or 504 => request.IsRepeatSafe,
            // Glance and Nova answer 500 for refusals too (tag collisions, metadata): only a read is worth a retry.
            500 => request.Method == HttpMethod.Get,
            _ => false,
        };
    }

    /// <summary>The pause that the service asks for, as seconds or date (RFC 9110, 10.2.3); null for ours.</summary>
    internal TimeSpan? RetryAfter(ApiResponse? response)
    {
        if (!RetryConditionHeaderValue.TryParse(response?.Header("Retry-After"), out RetryConditionHeaderValue? value))
        {
            return null;
        }

        TimeSpan? pause = value.Delta ?? value.Date - _time.GetUtcNow();
        // 0, or a time that has passed, would mean no pause at all.
        return pause > TimeSpan.Zero ? pause : null;
    }

    private ValueTask Tell(OnRetryArguments<ApiResponse> arguments)
    {
        ApiRequest request = arguments.Context.Properties.GetValue(RequestKey, null!);
        string why = arguments.Outcome.Exception?.Message
            ?? $"{ServiceException.Describe(request)} answered {arguments.Outcome.Result?.Status}";
        _activity.Verbose(
            $"{why}; trying again in {arguments.RetryDelay.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s "
            + $"({arguments.AttemptNumber + 1} of {Limit(arguments.Outcome, request)})");
        return ValueTask.CompletedTask;
    }
}
