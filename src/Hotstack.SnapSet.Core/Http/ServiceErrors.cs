using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hotstack.Http;

/// <summary>Turns an error answer into an exception: the cause by status and words, and the reason as one line.</summary>
internal static partial class ServiceErrors
{
    private const string RateHint = "Wait, and try again with fewer calls at once.";
    private const string QuotaHint = "Delete what is no longer needed, or ask for a larger quota.";

    public static ServiceException From(ApiResponse response)
    {
        string reason = ReasonOf(response) is { Length: > 0 } text ? text : "the service gave no reason";
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

    /// <summary>Whether the answer reports an exceeded quota. The status alone does not show it.</summary>
    public static bool IsAboutQuota(ApiResponse response)
    {
        string reason = ReasonOf(response);
        // A policy on quotas, or a quota on policies, is about permissions.
        return QuotaWords().IsMatch(reason) && !reason.Contains("policy", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a 413 is a rate limit, as Nova's was before 429. A pause of 0 is none.</summary>
    private static bool IsAboutRate(ApiResponse response) =>
        response.Header("Retry-After") is { } pause && pause.Trim() != "0" || RateWords().IsMatch(ReasonOf(response));

    /// <summary>Kubernetes answers 409 both for an existing name and for an outdated version; the reason distinguishes them.</summary>
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
            413 or 507 when response.Status == 507 || StoreWords().IsMatch(ReasonOf(response)) => (ErrorCause.QuotaExceeded, "StoreFull",
                "Ask the operator for more room: the store behind the service is full, not the project's quota."),
            413 when SizeCapWords().IsMatch(ReasonOf(response)) => (ErrorCause.RequestRejected, "ImageTooLarge",
                "Ask the operator to raise the image service's limit (image_size_cap). Deleting other images does not help."),
            413 when IsAboutRate(response) => (ErrorCause.RateLimited, "RateLimited", RateHint),
            413 => (ErrorCause.RequestRejected, "RequestTooLarge",
                "Ask the operator to raise the body limit of the service, or of a proxy in front of it (nginx: client_max_body_size)."),
            403 => (ErrorCause.Forbidden, "Forbidden", response.Request.Hints.Role),
            404 => (ErrorCause.NotFound, "NotFound", null),
            409 when IsAboutExisting(response) => (ErrorCause.AlreadyExists, "AlreadyExists", null),
            409 => (ErrorCause.Conflict, "Conflict", null),
            429 => (ErrorCause.RateLimited, "RateLimited", RateHint),
            501 => (ErrorCause.ServiceUnavailable, "ServiceUnavailable",
                "The service, or a proxy in front of it, does not support this call."),
            >= 500 or 408 => (ErrorCause.ServiceUnavailable, "ServiceUnavailable", response.RequestId is null
                ? "The service, or a proxy in front of it, failed: try again later, or ask its operator."
                : "The service itself failed; its operator finds the reason under the request id."),
            < 400 => (ErrorCause.ResponseInvalid, "ResponseInvalid",
                $"It points elsewhere ({Destination(response)}): check {response.Request.Hints.Place}."),
            _ => (ErrorCause.RequestRejected, "RequestRejected", null),
        };

    /// <summary>The target of a redirect, without its query: that of a login page often holds a secret.</summary>
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

    /// <summary>The services' own words. Not every "exceeded" is a quota: retries, deadlines and lock waits are exceeded too.</summary>
    [GeneratedRegex(
        @"quota.{0,40}(exceed|reached|used)|exceed.{0,60}quota|over.?quota|quota is \d"
        + @"|over.?limit|over a limit|is over the limit"
        + @"|(metadata|properties|tags|volumes|snapshots|backups|instances|images|ports|stacks)\b.{0,40}\bexceed"
        + @"|maximum number of (?!retr|attempt|redirect)[\w' -]{1,60}\bexceeded"
        + @"|limit has been exceeded on the number|reached the maximum (number of )?stacks",
        RegexOptions.IgnoreCase)]
    private static partial Regex QuotaWords();

    /// <summary>Glance, whose store is full (glance/api/v2/image_data.py).</summary>
    [GeneratedRegex("storage media is full|no space left|insufficient storage", RegexOptions.IgnoreCase)]
    private static partial Regex StoreWords();

    /// <summary>Glance's <c>image_size_cap</c>: for a size known before, and during the upload.</summary>
    [GeneratedRegex("denying attempt to upload image larger than|incoming image is too large", RegexOptions.IgnoreCase)]
    private static partial Regex SizeCapWords();

    [GeneratedRegex("rate.?limit|too many requests", RegexOptions.IgnoreCase)]
    private static partial Regex RateWords();

    private const int Longest = 500;
    private const int MaxRead = 16 * 1024;

    private static readonly string[] BestKeys = ["message", "faultstring", "detail"];
    private static readonly string[] OtherKeys = ["explanation", "error_description", "error", "title"];

    /// <summary>The reason in the body as one line of plain text; empty if there is none. Each service has its own form (the order is
    /// openstacksdk's).</summary>
    internal static string ReasonOf(ApiResponse response)
    {
        string text = FromJson(response) ?? FromText(response);
        // The rest is a JSON schema's text for programmers, and quotes the request.
        int end = text.IndexOf("Failed validating '", StringComparison.Ordinal);
        text = end > 0 ? text[..end] : text;
        text = LikelySecrets.Hide(Secrets.Hide(text, response.Request.Secrets));
        text = DisplayText.OfProse(text);
        return text.Length <= Longest ? text : text[..(char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest)] + "…";
    }

    private static string? FromJson(ApiResponse response)
    {
        try
        {
            using JsonDocument document = JsonText.Parse(response.Body);
            // Glance puts HTML into its JSON. Other angle brackets belong to the message: Nova's
            // <class 'glanceclient.exc.HTTPOverLimit'>.
            return Message(document.RootElement, depth: 0) is { } message ? KnownTags().Replace(message, " ") : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Nova and Cinder wrap the message in a key that varies; Keystone and Heat in <c>error</c>; Neutron in
    /// <c>NeutronError</c>; others in a list of <c>errors</c>.</summary>
    private static string? Message(JsonElement element, int depth)
    {
        if (depth > 3)
        {
            return null;
        }

        return element.ValueKind switch
        {
            JsonValueKind.Array => First(element.EnumerateArray().Select(item => Message(item, depth + 1))),
            JsonValueKind.Object => Texts(element, BestKeys)
                ?? First(element.EnumerateObject().Select(property => Message(property.Value, depth + 1)))
                ?? Texts(element, OtherKeys),
            _ => null,
        };
    }

    private static string? Texts(JsonElement element, string[] keys) => First(keys.Select(key =>
        element.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null));

    private static string? First(IEnumerable<string?> texts) => texts.FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));

    private static string FromText(ApiResponse response)
    {
        string text = Encoding.UTF8.GetString(response.Body.AsSpan(0, Math.Min(response.Body.Length, MaxRead)));
        string[] failedChecks = [.. text.Split('\n').Where(line => line.StartsWith("[-]", StringComparison.Ordinal))
            .Select(line => line[3..])];
        if (failedChecks.Length > 0)
        {
            // Kubernetes' /readyz lists all checks; most of them pass.
            return string.Join("; ", failedChecks);
        }

        if (text.Count(sign => sign is '\uFFFD' or '\0') > 3)
        {
            return "the body of the answer is not text";
        }

        text = StatusLine().Replace(text, "");
        bool isMarkup = text.TrimStart().StartsWith('<')
            || response.Header("Content-Type")?.Contains("html", StringComparison.OrdinalIgnoreCase) == true;
        // Glance answers a page of HTML: status as title and heading, then the reason.
        return isMarkup
            ? WebUtility.HtmlDecode(Tags().Replace(Headings().Replace(Scripts().Replace(text, " "), " "), " "))
            : KnownTags().Replace(text, " ");
    }

    /// <summary>Glance's text for who accepts neither HTML nor JSON begins with the status (webob: exc.py, plain_template_obj).</summary>
    [GeneratedRegex(@"\A\d{3} [A-Za-z' -]+\r?\n\r?\n(?=\s*\S)")]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"<(script|style)\b.*?(</\1\s*>|\z)|<!--.*?(-->|\z)", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Scripts();

    [GeneratedRegex(@"<(title|h1)\b[^>]*>[^<]*</\1\s*>", RegexOptions.IgnoreCase)]
    private static partial Regex Headings();

    [GeneratedRegex(@"<[^>]*(>|\z)")]
    private static partial Regex Tags();

    [GeneratedRegex(@"</?(html|head|body|title|h[1-6]|p|br|hr|b|i|a|em|strong|pre|code|div|span|center)\b[^<>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex KnownTags();

    /// <summary>The answer of a call to an object that may not exist; null for 404.</summary>
    public static async Task<T?> OrNullAsync<T>(this Task<T> call)
        where T : class
    {
        try
        {
            return await call;
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.NotFound)
        {
            return null;
        }
    }
}
