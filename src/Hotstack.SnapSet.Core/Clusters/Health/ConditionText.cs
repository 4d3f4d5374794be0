using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Health;

/// <summary>Conditions in messages.</summary>
internal static class ConditionText
{
    /// <summary>Why a condition is as it is: its reason and message, as far as it tells them.</summary>
    public static string Why(Condition? condition) => condition switch
    {
        null => "it does not tell",
        { Reason: { } reason, Message: { } message } => $"{reason}: {message}",
        { Reason: { } reason } => reason,
        { Message: { } message } => message,
        _ => $"its condition {condition.Type} is {condition.Status}",
    };
}
