using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters;

/// <summary>The state of one of OpenShift's own services.</summary>
public sealed record OperatorReport
{
    /// <summary>Its name: <c>authentication</c>.</summary>
    public required string Name { get; init; }

    /// <summary>It works; null if it does not tell.</summary>
    public bool? Available { get; init; }

    /// <summary>It is being changed; null if it does not tell.</summary>
    public bool? Progressing { get; init; }

    /// <summary>It does not work as it should; null if it does not tell.</summary>
    public bool? Degraded { get; init; }

    /// <summary>Available, not progressing, not degraded, and it says so: what
    /// <c>oc adm wait-for-stable-cluster</c> takes for stable.</summary>
    public bool IsStable => Available == true && Progressing == false && Degraded == false;

    /// <summary>The user does not care about it.</summary>
    public bool IsIgnored { get; init; }

    /// <summary>Since when it has been as it is; null if it does not tell.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Why it is not stable, in one word; null if it is, or if it does not tell.</summary>
    public string? Reason { get; init; }

    /// <summary>The same in words.</summary>
    public string? Message { get; init; }

    /// <summary>What is wrong with it, in words; <c>stable</c> if nothing is.</summary>
    public string State => IsStable ? "stable" : string.Join(" and ", new[]
    {
        Available switch { true => null, false => "unavailable", null => "perhaps unavailable" },
        Progressing switch { false => null, true => "progressing", null => "perhaps progressing" },
        Degraded switch { false => null, true => "degraded", null => "perhaps degraded" },
    }.OfType<string>());

    /// <summary>The name, and what is wrong with it.</summary>
    public override string ToString() => IsStable ? Name : $"{Name}: {State}";

    internal static OperatorReport Of(ClusterOperator source, bool isIgnored)
    {
        Condition? available = source.Conditions.Find("Available");
        Condition? progressing = source.Conditions.Find("Progressing");
        Condition? degraded = source.Conditions.Find("Degraded");
        Condition? culprit = degraded is { IsFalse: false } ? degraded
            : available is { IsTrue: false } ? available
            : progressing is { IsFalse: false } ? progressing
            : null;
        string[] untold =
        [
            .. new[] { ("available", available), ("progressing", progressing), ("degraded", degraded) }.Where(c => c.Item2 is null).Select(c => c.Item1),
        ];
        return new OperatorReport
        {
            Name = source.Name,
            Available = Truth(available),
            Progressing = Truth(progressing),
            Degraded = Truth(degraded),
            IsIgnored = isIgnored,
            Since = culprit is null && untold.Length > 0 ? null : new[] { available, progressing, degraded }.Max(condition => condition?.LastTransitionTime),
            Reason = culprit?.Reason,
            Message = culprit is null && untold.Length > 0 ? $"it does not tell whether it is {string.Join(" or ", untold)}" : culprit?.Message,
        };
    }

    private static bool? Truth(Condition? condition) => condition switch { { IsTrue: true } => true, { IsFalse: true } => false, _ => null };
}
