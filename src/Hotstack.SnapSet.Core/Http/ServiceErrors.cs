using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hotstack.Http;

/// <summary>Turns an answer that is an error into the exception by its cause.</summary>
/// <remarks>Every service words its errors in its own shape (openstack.md §I; the same order as openstacksdk looks).</remarks>
internal static partial class ServiceErrors
{
    private const int MaximumReasonLength = 500;

    public static ServiceException From(ApiResponse response)
    {
        string reason = Reason(response);
        (ErrorCause cause, string id, string? hint) = Classify(response, reason);
        string status = $"{response.Status} {(HttpStatusCode)response.Status}";
        string request = response.RequestId is { } requestId ? $" (request {requestId})" : "";
        return new ServiceException(cause, id, response.Request, $"{status}: {reason}{request}")
        {
            Status = response.Status,
            RequestId = response.RequestId,
            Hint = hint,
            IsOutcomeUnknown = response.Status >= 500 && !response.Request.IsRepeatSafe,
        };
    }

    private static (ErrorCause Cause, string Id, string? Hint) Classify(ApiResponse response, string reason) =>
        response.Status switch
        {
            401 => (ErrorCause.AuthenticationFailed, "AuthenticationFailed",
                "Check the credentials of this cloud; a token may have been revoked."),
            403 or 409 or 500 when SpeaksOfQuota(reason) => (ErrorCause.QuotaExceeded, "QuotaExceeded",
                "Delete what is no longer needed, or ask for a larger quota."),
            403 => (ErrorCause.Forbidden, "Forbidden",
                "Ask for a role in this project that may do this (usually 'member')."),
            404 => (ErrorCause.NotFound, "NotFound", null),
            409 => (ErrorCause.Conflict, "Conflict", null),
            413 when response.Header("Retry-After") is null => (ErrorCause.QuotaExceeded, "QuotaExceeded",
                "Delete what is no longer needed, or ask for a larger quota."),
            413 or 429 => (ErrorCause.RateLimited, "RateLimited", "Wait, and try again with fewer calls at once."),
            >= 500 or 408 => (ErrorCause.ServiceUnavailable, "ServiceUnavailable",
                "The service itself failed; its operator finds the reason under the request id."),
            _ => (ErrorCause.RequestRejected, "RequestRejected", null),
        };

    private static bool SpeaksOfQuota(string reason) => QuotaWords().IsMatch(reason);

    private static string Reason(ApiResponse response)
    {
        string text = FromJson(response) ?? FromMarkup(response.Text);
        text = Blanks().Replace(text, " ").Trim();
        return text.Length switch
        {
            0 => "the service gave no reason",
            > MaximumReasonLength => text[..MaximumReasonLength] + "…",
            _ => text,
        };
    }

    private static string? FromJson(ApiResponse response)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(response.Body);
            return Message(document.RootElement, depth: 0);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Nova and Cinder wrap the message in a key that varies; Keystone and Heat in <c>error</c>; Neutron in
    /// <c>NeutronError</c>.</summary>
    private static string? Message(JsonElement element, int depth)
    {
        if (element.ValueKind != JsonValueKind.Object || depth > 2)
        {
            return null;
        }

        foreach (string key in (ReadOnlySpan<string>)["message", "faultstring", "detail"])
        {
            if (element.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String)
            {
                return value.GetString();
            }
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (Message(property.Value, depth + 1) is { } message)
            {
                return message;
            }
        }

        return null;
    }

    /// <summary>Glance answers a page of HTML: status as title and heading, then the reason.</summary>
    private static string FromMarkup(string text)
    {
        text = Headings().Replace(text, " ");
        return WebUtility.HtmlDecode(Tags().Replace(text, " "));
    }

    [GeneratedRegex("quota|over.?limit|limit.{0,20}exceeded|exceed", RegexOptions.IgnoreCase)]
    private static partial Regex QuotaWords();

    [GeneratedRegex(@"<(title|h1|style|script)\b.*?</\1\s*>", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Headings();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
