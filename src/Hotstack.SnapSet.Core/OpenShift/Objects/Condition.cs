using System.Text.Json;
using k8s.Models;

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

    internal static Condition From(V1NodeCondition condition) =>
        Of(condition.Type, condition.Status, condition.Reason, condition.Message, condition.LastTransitionTime) with
        {
            LastHeartbeatTime = condition.LastHeartbeatTime,
        };

    internal static Condition From(V1PodCondition condition) =>
        Of(condition.Type, condition.Status, condition.Reason, condition.Message, condition.LastTransitionTime);

    internal static Condition From(V1APIServiceCondition condition) =>
        Of(condition.Type, condition.Status, condition.Reason, condition.Message, condition.LastTransitionTime);

    internal static Condition From(V1CertificateSigningRequestCondition condition) =>
        Of(condition.Type, condition.Status, condition.Reason, condition.Message, condition.LastTransitionTime);

    private static Condition From(JsonElement condition) =>
        Of(condition.Text("type"), condition.Text("status"), condition.Text("reason"), condition.Text("message"), condition.Time("lastTransitionTime"));

    private static Condition Of(string? type, string? status, string? reason, string? message, DateTimeOffset? changedAt) =>
        new(type ?? "", status is { Length: > 0 } ? status : "Unknown")
        {
            Reason = reason is { Length: > 0 } ? reason : null,
            Message = message is { Length: > 0 } ? LikelySecrets.Hide(message) : null,
            LastTransitionTime = changedAt,
        };
}

/// <summary>Finds and describes conditions.</summary>
internal static class ConditionExtensions
{
    /// <summary>The condition of a type; null if the object does not have it.</summary>
    public static Condition? Find(this IEnumerable<Condition> conditions, string type) =>
        conditions.FirstOrDefault(condition => condition.Type == type);

    /// <summary>The reason and message of a condition, on one line.</summary>
    /// <param name="condition">The condition; null if the object does not have it.</param>
    public static string Why(this Condition? condition) => condition switch
    {
        null => "it does not report that condition",
        { Reason: { } reason, Message: { } message } => DisplayText.OfProse($"{reason}: {message}"),
        { Reason: { } reason } => reason,
        { Message: { } message } => DisplayText.OfProse(message),
        _ => $"its condition {condition.Type} is {condition.Status}",
    };
}
