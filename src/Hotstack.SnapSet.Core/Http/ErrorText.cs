using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hotstack.Http;

/// <summary>Finds the reason in the body of an answer that is an error, as one line of plain text.</summary>
/// <remarks>Every service words its errors in its own shape (openstack.md §I; the same order as openstacksdk looks).</remarks>
internal static partial class ErrorText
{
    private const int Longest = 500;
    private const int MostRead = 16 * 1024;

    private static readonly string[] BestKeys = ["message", "faultstring", "detail"];
    private static readonly string[] OtherKeys = ["explanation", "error_description", "error", "title"];

    /// <summary>The reason; empty if the body holds none.</summary>
    public static string Of(ApiResponse response)
    {
        string text = FromJson(response) ?? FromText(response);
        // What a JSON schema says after this is for programmers, and quotes the request.
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
            // Glance, asked for JSON, puts its HTML into it. Other angle brackets are the message's own: Nova's
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
        string text = Encoding.UTF8.GetString(response.Body.AsSpan(0, Math.Min(response.Body.Length, MostRead)));
        string[] failedChecks = [.. text.Split('\n').Where(line => line.StartsWith("[-]", StringComparison.Ordinal)).Select(line => line[3..])];
        if (failedChecks.Length > 0)
        {
            // Kubernetes' /readyz lists all of its checks, and most of them are good.
            return string.Join("; ", failedChecks);
        }

        if (text.Count(sign => sign is '\uFFFD' or '\0') > 3)
        {
            return "the body of the answer is no text";
        }

        bool isMarkup = text.TrimStart().StartsWith('<')
            || response.Header("Content-Type")?.Contains("html", StringComparison.OrdinalIgnoreCase) == true;
        // Glance answers a page of HTML: status as title and heading, then the reason.
        return isMarkup
            ? WebUtility.HtmlDecode(Tags().Replace(Headings().Replace(Scripts().Replace(text, " "), " "), " "))
            : KnownTags().Replace(text, " ");
    }

    [GeneratedRegex(@"<(script|style)\b.*?(</\1\s*>|\z)|<!--.*?(-->|\z)", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Scripts();

    [GeneratedRegex(@"<(title|h1)\b[^>]*>[^<]*</\1\s*>", RegexOptions.IgnoreCase)]
    private static partial Regex Headings();

    [GeneratedRegex(@"<[^>]*(>|\z)")]
    private static partial Regex Tags();

    [GeneratedRegex(@"</?(html|head|body|title|h[1-6]|p|br|hr|b|i|a|em|strong|pre|code|div|span|center)\b[^<>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex KnownTags();
}
