using System.Globalization;
using System.Net.Http.Headers;
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
    /// <summary>How often a call is repeated unless the configuration says otherwise.</summary>
    public const int DefaultRetries = 5;

    /// <summary>Who asks for a longer pause is not worth waiting for: the call fails, and says what was asked.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestOptionalRetryAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly ResiliencePropertyKey<ApiRequest> RequestKey = new("request");

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
                // Each request brings its own limit, see ShouldRepeat.
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

    /// <summary>Runs <paramref name="attempt"/> until it gives an answer that is final.</summary>
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
                failure.IsPassing && (failure.NothingWasSent || request.IsRepeatSafe) && !(request.IsOptional && failure.Id == TransportException.Slow),
            { Exception: ServiceException { Cause: ErrorCause.ResponseInvalid } } => request.IsRepeatSafe,
            { Result: { } response } => IsPassing(response, request),
            _ => false,
        };
    }

    private static int Limit(Outcome<ApiResponse> outcome, ApiRequest request) =>
        outcome.Exception is TransportException ? request.ConnectionRetries : request.StatusRetries;

    private bool IsPassing(ApiResponse response, ApiRequest request)
    {
        TimeSpan? asked = RetryAfter(response);
        if (asked > (request.IsOptional ? LongestOptionalRetryAfter : LongestRetryAfter))
        {
            return false;
        }

        return response.Status switch
        {
            429 => true,
            // Cinder words a used-up quota like a rate limit, with a Retry-After of 0.
            413 => asked is not null && !ServiceErrors.IsAboutQuota(response),
            503 => request.IsRepeatSafe || asked is not null,
            408 or 502 or 504 => request.IsRepeatSafe,
            // Glance and Nova answer 500 for refusals too (tag collisions, metadata): only a read is worth another try.
            500 => request.Method == HttpMethod.Get,
            _ => false,
        };
    }

    /// <summary>The pause that the service asks for, seconds or date (RFC 9110 §10.2.3); null for our own.</summary>
    internal TimeSpan? RetryAfter(ApiResponse? response)
    {
        if (!RetryConditionHeaderValue.TryParse(response?.Header("Retry-After"), out RetryConditionHeaderValue? value))
        {
            return null;
        }

        TimeSpan? pause = value.Delta ?? value.Date - _time.GetUtcNow();
        // 0, or a time that is over, would have us knock without a pause.
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
