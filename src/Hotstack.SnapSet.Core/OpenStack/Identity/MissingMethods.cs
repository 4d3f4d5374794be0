using System.Text.Json;
using Hotstack.Http;

namespace Hotstack.OpenStack.Identity;

/// <summary>
/// What Keystone still wants of a user for whom one method is not enough. It answers 401 with a receipt, which is as good as a
/// password for some minutes and is not read here (Keystone: "Multi-Factor Authentication").
/// </summary>
internal static class MissingMethods
{
    /// <summary>The sets of methods of which one is wanted: <c>password and totp, or password and mapped</c>; null if the answer is no
    /// such one.</summary>
    public static string? Of(ApiResponse response)
    {
        if (response.Status != 401)
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonText.Parse(response.Body);
            string[] rules = [.. document.RootElement.Items("required_auth_methods")
                .Where(rule => rule.ValueKind == JsonValueKind.Array)
                .Select(rule => string.Join(" and ", rule.EnumerateArray()
                    .Where(method => method.ValueKind == JsonValueKind.String).Select(method => DisplayText.Of(method.GetString()))))
                .Where(rule => rule.Length > 0)];
            return rules.Length > 0 ? string.Join(", or ", rules) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
