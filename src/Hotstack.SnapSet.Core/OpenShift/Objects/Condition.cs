using System.Text.Json;

namespace Hotstack.OpenShift.Objects;

/// <summary>One aspect of an object's state.</summary>
/// <param name="Type">Which: <c>Ready</c>, <c>Available</c>.</param>
/// <param name="Status"><c>True</c>, <c>False</c> or <c>Unknown</c>.</param>
public sealed record Condition(string Type, string Status)
{
    /// <summary>Why, in one word; null if it is not told.</summary>
    public string? Reason { get; init; }

    /// <summary>Why, in words; null if it is not told.</summary>
    public string? Message { get; init; }

    /// <summary>Since when it has had this status.</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>When a node last confirmed it.</summary>
    public DateTimeOffset? LastHeartbeatTime { get; init; }

    internal bool IsTrue => Status == "True";

    internal bool IsFalse => Status == "False";

    /// <summary>Those of an object's status.</summary>
    internal static IReadOnlyList<Condition> ListOf(JsonElement item) =>
        [.. (item.Field("status") ?? default).Items("conditions").Select(From)];

    private static Condition From(JsonElement condition) =>
        new(condition.Text("type") ?? "", condition.Text("status") ?? "Unknown")
        {
            Reason = condition.Text("reason"),
            Message = condition.Told("message"),
            LastTransitionTime = condition.Time("lastTransitionTime"),
            LastHeartbeatTime = condition.Time("lastHeartbeatTime"),
        };
}

/// <summary>Looks conditions up.</summary>
internal static class ConditionExtensions
{
    /// <summary>The condition of a type; null if the object does not have it.</summary>
    public static Condition? Find(this IEnumerable<Condition> conditions, string type) =>
        conditions.FirstOrDefault(condition => condition.Type == type);
}
