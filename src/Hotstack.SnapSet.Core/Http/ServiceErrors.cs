using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hotstack.Http;

/// <summary>Turns an answer that is an error into the exception by its cause.</summary>
internal static partial class ServiceErrors
{
    private const string RateHint = "Wait, and try again with fewer calls at once.";
    private const string QuotaHint = "Delete what is no longer needed, or ask for a larger quota.";

    public static ServiceException From(ApiResponse response)
    {
        string reason = ErrorText.Of(response) is { Length: > 0 } text ? text : "the service gave no reason";
        (ErrorCause cause, string id, string? hint) = Classify(response);
        string pause = response.Header("Retry-After") is { } wait && wait != "0" ? $"; it asks to wait: {wait}" : "";
        string request = response.RequestId is { } requestId ? $" (request {requestId})" : "";
        return new ServiceException(cause, id, response.Request, $"{Status(response.Status)}: {reason}{pause}{request}")
        {
            Status = response.Status,
            RequestId = response.RequestId is { } logged ? Secrets.Hide(logged, response.Request.Secrets) : null,
            Hint = hint,
            IsOutcomeUnknown = response.Status >= 500 && !response.Request.IsRepeatSafe,
        };
    }

    /// <summary>Whether the answer says that a quota is used up. Its status alone does not tell.</summary>
    public static bool IsAboutQuota(ApiResponse response)
    {
        string reason = ErrorText.Of(response);
        // A policy on quotas, and quotas on policies, are about rights.
        return QuotaWords().IsMatch(reason) && !reason.Contains("policy", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a 413 asks to come back later, as Nova's did before it was a 429. A pause of 0 asks for nothing.</summary>
    private static bool IsAboutRate(ApiResponse response) =>
        response.Header("Retry-After") is { } pause && pause.Trim() != "0" || RateWords().IsMatch(ErrorText.Of(response));

    /// <summary>Kubernetes answers the same status to a name that is taken and to a version that is not the newest; the reason
    /// tells them apart.</summary>
    private static bool IsAboutExisting(ApiResponse response)
    {
        try
        {
            using JsonDocument document = JsonText.Parse(response.Body);
            return document.RootElement.Text("reason") == "AlreadyExists";
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static (ErrorCause Cause, string Id, string? Hint) Classify(ApiResponse response) =>
        response.Status switch
        {
            401 => (ErrorCause.AuthenticationFailed, "AuthenticationFailed", response.Request.Hints.Credentials),
            403 or 409 or 413 or 500 when IsAboutQuota(response) => (ErrorCause.QuotaExceeded, "QuotaExceeded", QuotaHint),
            413 or 507 when response.Status == 507 || StoreWords().IsMatch(ErrorText.Of(response)) => (ErrorCause.QuotaExceeded, "StoreFull",
                "Ask the operator for more room: the store behind the service is full, not the project's quota."),
            413 when SizeCapWords().IsMatch(ErrorText.Of(response)) => (ErrorCause.RequestRejected, "ImageTooLarge",
                "Ask the operator to raise the image service's limit (image_size_cap). Deleting other images does not help."),
            413 when IsAboutRate(response) => (ErrorCause.RateLimited, "RateLimited", RateHint),
            413 => (ErrorCause.RequestRejected, "RequestTooLarge",
                "Ask the operator to raise the body limit of the service, or of a proxy in front of it (nginx: client_max_body_size)."),
            403 => (ErrorCause.Forbidden, "Forbidden", response.Request.Hints.Role),
            404 => (ErrorCause.NotFound, "NotFound", null),
            409 when IsAboutExisting(response) => (ErrorCause.AlreadyExists, "AlreadyExists", null),
            409 => (ErrorCause.Conflict, "Conflict", null),
            429 => (ErrorCause.RateLimited, "RateLimited", RateHint),
            501 => (ErrorCause.ServiceUnavailable, "ServiceUnavailable", "The service, or a proxy in front of it, does not know this call."),
            >= 500 or 408 => (ErrorCause.ServiceUnavailable, "ServiceUnavailable", response.RequestId is null
                ? "The service, or a proxy in front of it, failed: try again later, or ask its operator."
                : "The service itself failed; its operator finds the reason under the request id."),
            < 400 => (ErrorCause.ResponseInvalid, "ResponseInvalid",
                $"It points elsewhere ({Destination(response)}): check {response.Request.Hints.Place}."),
            _ => (ErrorCause.RequestRejected, "RequestRejected", null),
        };

    /// <summary>Where a redirect leads; a login page is often given a secret in the query.</summary>
    private static string Destination(ApiResponse response) =>
        Uri.TryCreate(response.Request.Uri, response.Header("Location"), out Uri? target)
            ? Secrets.Hide(ServiceException.Address(target), response.Request.Secrets)
            : "nowhere";

    private static string Status(int status) =>
        Enum.IsDefined((HttpStatusCode)status)
            ? $"{status} {WordStart().Replace($"{(HttpStatusCode)status}", " ")}"
            : $"{status}";

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex WordStart();

    /// <summary>The services' own words; not every "exceeded" is a quota: retries, deadlines and lock waits are exceeded too.</summary>
    [GeneratedRegex(
        @"quota.{0,40}(exceed|reached|used)|exceed.{0,60}quota|over.?quota|quota is \d"
        + @"|over.?limit|over a limit|is over the limit"
        + @"|(metadata|properties|tags|volumes|snapshots|backups|instances|images|ports|stacks)\b.{0,40}\bexceed"
        + @"|maximum number of (?!retr|attempt|redirect)[\w' -]{1,60}\bexceeded"
        + @"|limit has been exceeded on the number|reached the maximum (number of )?stacks",
        RegexOptions.IgnoreCase)]
    private static partial Regex QuotaWords();

    /// <summary>Of Glance, whose store is full (glance/api/v2/image_data.py).</summary>
    [GeneratedRegex("storage media is full|no space left|insufficient storage", RegexOptions.IgnoreCase)]
    private static partial Regex StoreWords();

    /// <summary>Of Glance's <c>image_size_cap</c>: when the size is known before, and while the data comes.</summary>
    [GeneratedRegex("denying attempt to upload image larger than|incoming image is too large", RegexOptions.IgnoreCase)]
    private static partial Regex SizeCapWords();

    [GeneratedRegex("rate.?limit|too many requests", RegexOptions.IgnoreCase)]
    private static partial Regex RateWords();
}
