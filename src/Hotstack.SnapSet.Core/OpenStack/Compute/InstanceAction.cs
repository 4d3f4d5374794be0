using System.Text.Json;

namespace Hotstack.OpenStack.Compute;

/// <summary>Something that was done with a server, as Nova remembers it.</summary>
/// <param name="Action"><c>createImage</c>, <c>start</c>, <c>stop</c> …</param>
/// <param name="StartedAt">When it began, in UTC.</param>
/// <param name="Message">Null unless it failed; then mostly just <c>Error</c>.</param>
/// <param name="RequestId">The id under which Nova logged it.</param>
public sealed record InstanceAction(string Action, DateTimeOffset StartedAt, string? Message, string? RequestId)
{
    internal static InstanceAction From(JsonElement action) => new(
        action.Text("action") ?? "",
        action.Time("start_time") ?? DateTimeOffset.MinValue,
        action.ToldOnOneLine("message"),
        action.Text("request_id"));
}
