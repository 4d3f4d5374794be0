namespace Hotstack;

/// <summary>Why something failed, so that a caller can act without reading the message.</summary>
public enum ErrorCause
{
    /// <summary>A file, variable or parameter that configures the connection is missing, broken or contradictory.</summary>
    ConfigurationInvalid,

    /// <summary>The user's input is not valid.</summary>
    InputInvalid,

    /// <summary>The service did not accept our credentials (401).</summary>
    AuthenticationFailed,

    /// <summary>We have no permission (403).</summary>
    Forbidden,

    /// <summary>The thing does not exist, or we may not see it (404).</summary>
    NotFound,

    /// <summary>The thing is busy, or in a state that forbids this now (409).</summary>
    Conflict,

    /// <summary>A thing of that name exists already (409).</summary>
    AlreadyExists,

    /// <summary>A quota or size limit is exceeded (413, or 403 by a quota).</summary>
    QuotaExceeded,

    /// <summary>Too many requests, even after the pause that the service asked for (429).</summary>
    RateLimited,

    /// <summary>The service refused the request as malformed (400, 406, 415 …): a defect of ours or an odd cloud.</summary>
    RequestRejected,

    /// <summary>The service could not be reached, or failed (5xx, connection, TLS), even after the retries.</summary>
    ServiceUnavailable,

    /// <summary>The service gave an invalid answer.</summary>
    ResponseInvalid,

    /// <summary>Something was not complete before the timeout.</summary>
    TimedOut,

    /// <summary>The cloud accepted an order and failed it: a snapshot vanished, a server is in ERROR.</summary>
    OperationFailed,
}

/// <summary>What follows from a cause.</summary>
internal static class ErrorCauses
{
    extension(ErrorCause cause)
    {
        /// <summary>The same call may succeed later: the service failed, did not answer in time, or limited our rate.</summary>
        public bool IsTransient => cause is ErrorCause.ServiceUnavailable or ErrorCause.TimedOut or ErrorCause.RateLimited;
    }
}

/// <summary>
/// The one exception for failures outside this library. Any other exception is a defect of ours.
/// </summary>
/// <param name="cause">The kind of failure.</param>
/// <param name="id">A short name of the exact case, stable across releases: <c>CloudNotFound</c>.</param>
/// <param name="message">Names the thing and the reason, in a sentence; never a secret.</param>
/// <param name="inner">The failure behind it.</param>
/// <remarks>Message, hint and target are safe to show (<see cref="DisplayText"/>).</remarks>
public class HotstackException(ErrorCause cause, string id, DisplayText message, Exception? inner = null)
    : Exception(message, inner)
{
    private readonly DisplayText? _hint;
    private readonly object? _target;

    /// <summary>The failure of a whole, from that of a part; see <see cref="With"/>.</summary>
    protected HotstackException(HotstackException failure, string aftermath, string? outcome, object? target)
        : this(
            failure.Cause, failure.Id,
            DisplayText.OfProse($"{(outcome is null ? "" : $"{outcome}: ")}{failure.Message} {aftermath}"), failure)
    {
        Hint = failure.Hint;
        Target = target ?? failure.Target;
    }

    /// <summary>The message, which may have several lines.</summary>
    public DisplayText Text { get; } = message;

    /// <summary>The kind of failure.</summary>
    public ErrorCause Cause { get; } = cause;

    /// <summary>A short name of the exact case, stable across releases: <c>CloudNotFound</c>.</summary>
    public string Id { get; } = id;

    /// <summary>What the user can do, as an imperative; null for nothing.</summary>
    public string? Hint { get => _hint?.ToString(); init => _hint = value is null ? default(DisplayText?) : DisplayText.Of(value); }

    /// <summary>The thing that failed, as the user knows it: a name, an id, a path.</summary>
    public object? Target { get => _target; init => _target = value is string text ? DisplayText.Of(text).ToString() : value; }

    /// <summary>This failure with what happened afterwards. Cause, id and hint stay.</summary>
    /// <param name="aftermath">What was done after the failure, and what remains; in sentences.</param>
    /// <param name="outcome">What failed as a whole: <c>SnapSet k3v9x2m1 was not imported</c>; null to begin with this message.</param>
    /// <param name="target">What the whole is about; null for this failure's target.</param>
    public HotstackException With(string aftermath, string? outcome = null, object? target = null) =>
        outcome is null ? EndingWith(aftermath, target) : new(this, aftermath, outcome, target);

    /// <summary>The same message with the aftermath behind it.</summary>
    private protected virtual HotstackException EndingWith(string aftermath, object? target) => new(this, aftermath, null, target);
}

/// <summary>Something breaks rules. All violations are reported at once.</summary>
public sealed class ViolationsException : HotstackException
{
    private readonly string _what;
    private readonly string _ending;

    /// <param name="id">The exact case: <c>SnapSetDataInvalid</c>.</param>
    /// <param name="what">What was checked: <c>/tmp/hs-outputs.yaml</c>.</param>
    /// <param name="violations">A sentence for each violation.</param>
    /// <param name="cause">The kind of failure.</param>
    /// <param name="ending">What follows the list, in sentences; empty for nothing.</param>
    /// <param name="inner">The failure behind it.</param>
    public ViolationsException(
        string id, string what, IReadOnlyList<string> violations, ErrorCause cause = ErrorCause.InputInvalid, string ending = "",
        Exception? inner = null)
        : base(cause, id, Describe(what, violations, ending), inner)
    {
        _what = what;
        _ending = ending;
        Violations = violations;
        Target = what;
    }

    /// <summary>A sentence for each violation.</summary>
    public IReadOnlyList<string> Violations { get; }

    /// <summary>The list stays a list, and the aftermath follows it.</summary>
    private protected override ViolationsException EndingWith(string aftermath, object? target) =>
        new(Id, _what, Violations, Cause, $"{_ending} {aftermath}".Trim(), this) { Target = target ?? Target, Hint = Hint };

    /// <summary>Numbered: PowerShell runs the lines together on the screen.</summary>
    private static DisplayText Describe(string what, IReadOnlyList<string> violations, string ending) => violations.Count == 1
        ? $"{what}: {(ending.Length > 0 ? $"{violations[0].TrimEnd('.')}. {ending}" : violations[0])}"
        : DisplayText.Lines(
        [
            $"{what}: {violations.Count} problems:", .. violations.Select((v, i) => $"  {i + 1}. {v}"),
            .. ending.Length > 0 ? [ending] : Array.Empty<string>(),
        ]);
}
