namespace Hotstack;

/// <summary>Why something failed: what a caller can act on without reading the message.</summary>
public enum ErrorCause
{
    /// <summary>A file, variable or parameter that configures the connection is missing, broken or contradictory.</summary>
    ConfigurationInvalid,

    /// <summary>The user's input cannot be carried out as it stands.</summary>
    InputInvalid,

    /// <summary>Who we are was not accepted (401).</summary>
    AuthenticationFailed,

    /// <summary>Who we are may not do this (403).</summary>
    Forbidden,

    /// <summary>The thing does not exist, or not for us (404).</summary>
    NotFound,

    /// <summary>The thing is busy, or in a state that forbids this now (409).</summary>
    Conflict,

    /// <summary>A thing of that name exists already (409).</summary>
    AlreadyExists,

    /// <summary>A quota or size limit is used up (413, or 403 by a quota).</summary>
    QuotaExceeded,

    /// <summary>Too many requests, also after waiting as asked (429).</summary>
    RateLimited,

    /// <summary>The service refused the request as malformed (400, 406, 415 …): a defect of ours or an odd cloud.</summary>
    RequestRejected,

    /// <summary>The service could not be reached, or failed (5xx, connection, TLS), also after the retries.</summary>
    ServiceUnavailable,

    /// <summary>The service answered something that is not what it promises.</summary>
    ResponseInvalid,

    /// <summary>Something did not come about in the time allowed.</summary>
    TimedOut,

    /// <summary>The cloud gave up on what was asked of it: a snapshot that vanished, a server in ERROR.</summary>
    OperationFailed,
}

/// <summary>
/// The one exception of this library for what can go wrong outside it. A defect of ours shows as any other exception.
/// </summary>
/// <param name="cause">What a caller can act on.</param>
/// <param name="id">A short name of the exact case, stable across releases: <c>CloudNotFound</c>.</param>
/// <param name="message">Names the thing and the reason, in a sentence; never a secret.</param>
/// <param name="inner">What led here.</param>
/// <remarks>Its message, hint and target are shown: what they quote of others is written out (<see cref="DisplayText"/>).</remarks>
public class HotstackException(ErrorCause cause, string id, DisplayText message, Exception? inner = null)
    : Exception(message, inner)
{
    private readonly DisplayText? _hint;
    private readonly object? _target;

    /// <summary>The message, which may have several lines.</summary>
    public DisplayText Text { get; } = message;

    /// <summary>What a caller can act on.</summary>
    public ErrorCause Cause { get; } = cause;

    /// <summary>A short name of the exact case, stable across releases: <c>CloudNotFound</c>.</summary>
    public string Id { get; } = id;

    /// <summary>What the user can do about it; null where nothing useful is known.</summary>
    public string? Hint { get => _hint?.ToString(); init => _hint = value is null ? default(DisplayText?) : DisplayText.Of(value); }

    /// <summary>The thing that it is about, as the user knows it: a name, an id, a path.</summary>
    public object? Target { get => _target; init => _target = value is string text ? DisplayText.Of(text).ToString() : value; }
}
