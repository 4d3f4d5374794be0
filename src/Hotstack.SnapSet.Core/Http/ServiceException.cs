namespace Hotstack.Http;

/// <summary>A service refused or failed a call, or could not be reached.</summary>
public sealed class ServiceException : HotstackException
{
    internal ServiceException(
        ErrorCause cause, string id, ApiRequest request, string reason, Exception? inner = null)
        : base(cause, id, $"{Describe(request)}: {Secrets.Hide(reason, request.Secrets)}", inner)
    {
        // Not the request: it holds the token.
        Service = request.Service;
        Reason = Secrets.Hide(reason, request.Secrets);
        Target = Origin(request.Uri);
    }

    /// <summary>The reason alone, mostly the service's own words.</summary>
    public string Reason { get; }

    /// <summary>The service type: <c>compute</c>.</summary>
    public string Service { get; }

    /// <summary>The HTTP status; null if no answer came.</summary>
    public int? Status { get; init; }

    /// <summary>The id under which the service logged the call; null if none came.</summary>
    public string? RequestId { get; init; }

    /// <summary>
    /// The service may have done what was asked although we have no answer: an attempt that was not safe to repeat
    /// broke off after it had been sent.
    /// </summary>
    public bool IsOutcomeUnknown { get; init; }

    /// <summary>The service, or something in its place, took the request.</summary>
    internal bool WasReached { get => field || Status is not null; init; }

    internal static ServiceException OfInvalidResponse(ApiResponse response, string reason) =>
        new(ErrorCause.ResponseInvalid, "ResponseInvalid", response.Request, $"answered {response.Status}, but {reason}")
        {
            Status = response.Status,
            RequestId = response.RequestId,
            IsOutcomeUnknown = !response.Request.IsRepeatSafe,
            Hint = "Something between here and the service may have answered in its place: a proxy, or a login page.",
        };

    internal static string Describe(ApiRequest request) =>
        $"{request.Service}: {request.Method} {Address(request.Uri)}";

    /// <summary>The address without what may be secret in it: user information and query.</summary>
    internal static string Address(Uri uri) => Origin(uri) + uri.AbsolutePath;

    private static string Origin(Uri uri) => $"{uri.Scheme}://{uri.Authority}";
}
