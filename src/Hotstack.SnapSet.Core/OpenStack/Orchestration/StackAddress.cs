using System.Text.RegularExpressions;
using Hotstack.Http;

namespace Hotstack.OpenStack.Orchestration;

/// <summary>Name and id of a stack, as they stand at the end of the address to which Heat redirects: <c>…/stacks/NAME/ID</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its UUID.</param>
internal sealed partial record StackAddress(string Name, string Id)
{
    /// <summary>The statuses of such an answer.</summary>
    public static readonly int[] Redirects = [301, 302, 303, 307, 308];

    /// <summary>Where a redirect leads.</summary>
    /// <param name="response">The redirect.</param>
    /// <param name="nameOrId">What was asked for.</param>
    /// <returns>Null if it leads to no stack, or to another one.</returns>
    public static StackAddress? Of(ApiResponse response, string nameOrId) =>
        Uri.TryCreate(response.Request.Uri, response.Header("Location"), out Uri? target)
        && End().Match(target.AbsolutePath) is { Success: true } end
        && new StackAddress(end.Groups["name"].Value, end.Groups["id"].Value) is var found
        && (found.Name == nameOrId || found.Id == nameOrId)
            ? found
            : null;

    [GeneratedRegex(@"/stacks/(?<name>[A-Za-z0-9_.-]+)/(?<id>[A-Za-z0-9-]+)/?\z")]
    private static partial Regex End();
}
