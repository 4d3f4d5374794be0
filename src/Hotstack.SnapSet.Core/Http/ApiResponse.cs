using System.Text;
using System.Text.Json;

namespace Hotstack.Http;

/// <summary>An HTTP answer, read whole.</summary>
/// <param name="Request">What it answers.</param>
/// <param name="Status">The status code.</param>
/// <param name="Headers">Header fields by name, without regard to case; repeated ones joined by a comma.</param>
/// <param name="Body">The bytes of the body; empty if there was none.</param>
public sealed record ApiResponse(
    ApiRequest Request, int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>2xx.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The id under which the service logged this call; null where it gave none.</summary>
    public string? RequestId =>
        Header("X-OpenStack-Request-Id") ?? Header("X-Compute-Request-Id") ?? Header("Audit-Id");

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>A header field's value, or null.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>The body as a JSON object.</summary>
    /// <exception cref="ServiceException">It is none (<c>ResponseInvalid</c>).</exception>
    public JsonElement Json()
    {
        try
        {
            using JsonDocument document = JsonText.Parse(Body);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document.RootElement.Clone();
            }
        }
        catch (JsonException)
        {
        }

        throw ServiceException.OfInvalidResponse(this, "the body is not a JSON object");
    }
}
