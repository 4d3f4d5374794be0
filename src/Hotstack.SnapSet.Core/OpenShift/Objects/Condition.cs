using System.Collections;
using System.Text.Json;
using k8s.Models;

namespace Hotstack.OpenShift.Objects;

/// <summary>A condition of an object.</summary>
/// <param name="Type">Its type: <c>Ready</c>, <c>Available</c>.</param>
/// <param name="Status"><c>True</c>, <c>False</c> or <c>Unknown</c>.</param>
public sealed record Condition(string Type, string Status)
{
    /// <summary>The reason in one word; null if unknown.</summary>
    public string? Reason { get; init; }

    /// <summary>The reason in words; null if unknown.</summary>
    public string? Message { get; init; }

    /// <summary>The time of its last change.</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>When the node last confirmed it.</summary>
    public DateTimeOffset? LastHeartbeatTime { get; init; }

    internal bool IsTrue => Status == "True";

    internal bool IsFalse => Status == "False";

    /// <summary>Null if it is unknown.</summary>
    internal bool? Truth => IsTrue ? true : IsFalse ? false : null;

    /// <summary>The conditions of a model, each converted when it is read: most callers need one.</summary>
    internal static IReadOnlyList<Condition> ListOf<T>(IList<T>? conditions, Func<T, Condition> from) =>
        new View<T>(conditions ?? [], from);

    /// <summary>The conditions in an object's status.</summary>
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
        Of(condition.Text("type"), condition.Text("status"), condition.Text("reason"), condition.Text("message"),
            condition.Time("lastTransitionTime"));

    private static Condition Of(string? type, string? status, string? reason, string? message, DateTimeOffset? changedAt) =>
        new(type ?? "", status is { Length: > 0 } ? status : "Unknown")
        {
            Reason = reason is { Length: > 0 } ? reason : null,
            Message = message is { Length: > 0 } ? LikelySecrets.Hide(message) : null,
            LastTransitionTime = changedAt,
        };

    private sealed class View<T>(IList<T> conditions, Func<T, Condition> from) : IReadOnlyList<Condition>
    {
        public int Count => conditions.Count;

        public Condition this[int index] => from(conditions[index]);

        public IEnumerator<Condition> GetEnumerator() => conditions.Select(from).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
