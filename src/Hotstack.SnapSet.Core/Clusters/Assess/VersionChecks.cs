using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Assess;

/// <summary>Whether it is the cluster that was recorded, at its version, and not on the way to another.</summary>
internal static class VersionChecks
{
    private const string Name = "ClusterVersion";

    public static IEnumerable<ClusterCheck> Check(Reading<ClusterVersion?> reading, AssessmentBaseline? baseline) =>
        [CheckVersion(reading), CheckIdentity(reading, baseline)];

    private static ClusterCheck CheckIdentity(Reading<ClusterVersion?> reading, AssessmentBaseline? baseline)
    {
        const string check = "Identity";
        return baseline?.ClusterId is not { } recorded ? Comparison.Skipped(check, "cluster's UUID")
            : reading.Problem is not null ? reading.Unknown(check)
            : reading.Value?.ClusterId is not { } id ? new(check, ClusterCheckResult.Unknown, "the cluster does not tell its UUID")
            : id.Equals(recorded, StringComparison.OrdinalIgnoreCase)
                ? new(check, ClusterCheckResult.Passed, "the cluster is the one that was recorded")
                : new(check, ClusterCheckResult.Failed, $"this is cluster {id}; the one that was recorded is {recorded}");
    }

    private static ClusterCheck CheckVersion(Reading<ClusterVersion?> reading)
    {
        if (reading.Problem is not null)
        {
            return reading.Unknown(Name);
        }

        if (reading.Value is not { } version)
        {
            return new(Name, ClusterCheckResult.Unknown, "the cluster has no version object (clusterversions.config.openshift.io 'version')");
        }

        Condition? available = version.Conditions.Find("Available");
        Condition? progressing = version.Conditions.Find("Progressing");
        Condition? failing = version.Conditions.Find("Failing");
        return failing is { IsTrue: true } ? Failed($"OpenShift {version.Version} is failing: {ConditionText.Why(failing)}")
            : available is not { IsTrue: true } ? Failed($"OpenShift {version.Version} is {Perhaps(available is { IsFalse: true })}not available: {ConditionText.Why(available)}")
            : progressing is not { IsFalse: true } ? Failed($"OpenShift {version.Version} is {Perhaps(progressing is { IsTrue: true })}being changed: {ConditionText.Why(progressing)}")
            : new(Name, ClusterCheckResult.Passed, $"OpenShift {version.Version} is available, and not being changed");
    }

    private static string Perhaps(bool isCertain) => isCertain ? "" : "perhaps ";

    private static ClusterCheck Failed(string message) => new(Name, ClusterCheckResult.Failed, message);
}
