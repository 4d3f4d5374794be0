using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Assess;

/// <summary>Conditions in messages. Operators write several lines at times.</summary>
internal static class ConditionText
{
    /// <summary>Why a condition is as it is: its reason and message, as far as it tells them.</summary>
    public static string Why(Condition? condition) => condition switch
    {
        null => "it does not tell",
        { Reason: { } reason, Message: { } message } => DisplayText.OfProse($"{reason}: {message}"),
        { Reason: { } reason } => reason,
        { Message: { } message } => DisplayText.OfProse(message),
        _ => $"its condition {condition.Type} is {condition.Status}",
    };
}
