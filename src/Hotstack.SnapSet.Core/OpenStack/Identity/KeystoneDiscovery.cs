using System.Text.Json;
using Hotstack.Http;

namespace Hotstack.OpenStack.Identity;

/// <summary>
/// Finds version 3 of the Identity API in the document that Keystone gives at its root, for an <c>auth_url</c> below
/// which there is no <c>/v3</c>: <c>https://cloud/</c>, where it is at <c>/identity/v3</c>.
/// </summary>
internal static class KeystoneDiscovery
{
    /// <summary>The address of its tokens; null if the document names no version 3, or is none.</summary>
    public static Uri? TokensAddress(ApiResponse response)
    {
        try
        {
            JsonElement root = response.Json();
            string? link = Versions(root)
                .Where(version => version.Text("id")?.StartsWith("v3", StringComparison.Ordinal) == true)
                .SelectMany(version => version.Items("links"))
                .Where(l => l.Text("rel") == "self").Select(l => l.Text("href")).FirstOrDefault();
            // Only the path: behind a proxy the host is often wrong, and our secret goes nowhere else.
            return link is not null && Uri.TryCreate(response.Request.Uri, link, out Uri? v3)
                ? new UriBuilder(response.Request.Uri) { Path = $"{v3.AbsolutePath.Trim('/')}/auth/tokens", Query = "" }.Uri
                : null;
        }
        catch (ServiceException)
        {
            return null;
        }
    }

    private static IEnumerable<JsonElement> Versions(JsonElement root) => root.Field("version") is { } version
        ? [version]
        : root.Field("versions") is { ValueKind: JsonValueKind.Object } versions
            ? versions.Items("values")
            : root.Items("versions");
}
