using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Health;

/// <summary>Whether OpenShift's own services are stable: available, not changing, not degraded.</summary>
internal static class OperatorChecks
{
    private const string Name = "Operators";

    public static IEnumerable<ClusterCheck> Check(
        Reading<IReadOnlyList<ClusterOperator>> reading, IReadOnlyList<OperatorReport> reports, AssessmentBaseline? baseline, DateTimeOffset now)
    {
        if (reading.Problem is not null)
        {
            return [reading.Unknown(Name)];
        }

        ClusterCheck[] unstable = [.. reports.Where(report => !report.IsStable).Select(report => Unstable(report, now))];
        return
        [
            .. unstable,
            .. reports.Count == 0 ? [new ClusterCheck(Name, ClusterCheckResult.Failed, "the cluster shows no cluster operators")]
                : unstable.Length == 0 ? [new ClusterCheck(Name, ClusterCheckResult.Passed, $"all {reports.Count} cluster operators are stable")]
                : Array.Empty<ClusterCheck>(),
            CheckCount(reports.Count, baseline),
        ];
    }

    private static ClusterCheck Unstable(OperatorReport report, DateTimeOffset now)
    {
        string since = report.Since is { } at ? $" for {TimeText.Of(now - at)}" : "";
        string why = DisplayText.OfProse(string.Join(": ", new[] { report.Reason, report.Message }.OfType<string>()));
        string message = $"cluster operator {report.Name} is {report.State}{since}{(why.Length > 0 ? $": {why}" : "")}";
        return new(Name, report.IsIgnored ? ClusterCheckResult.Warning : ClusterCheckResult.Failed, report.IsIgnored ? $"{message} (ignored)" : message)
        {
            Target = report.Name,
        };
    }

    private static ClusterCheck CheckCount(int count, AssessmentBaseline? baseline)
    {
        const string check = "OperatorCount";
        return baseline is null ? Comparison.Skipped(check, "number of cluster operators")
            : count >= baseline.OperatorCount
                ? new(check, ClusterCheckResult.Passed, $"there are {count} cluster operators; before the shutdown there were {baseline.OperatorCount}")
                : new(check, ClusterCheckResult.Failed, $"there are only {count} cluster operators; before the shutdown there were {baseline.OperatorCount}");
    }
}
