namespace Hotstack.Clusters.Assess;

/// <summary>Whether OpenShift's own services are stable: available, not changing, not degraded.</summary>
internal static class OperatorChecks
{
    private const string Name = "Operators";

    public static IEnumerable<ClusterCheck> Check(
        ClusterState state, IReadOnlyList<OperatorReport> reports, AssessmentBaseline? baseline, Exempt exempt)
    {
        if (state.Operators.Problem is not null)
        {
            return [state.Operators.Unknown(Name)];
        }

        ClusterCheck[] unstable = [.. reports.Where(report => !report.IsStable).Select(report => Unstable(report, state.Operators.At ?? state.Now, exempt.Why(report.Name)))];
        return
        [
            .. unstable,
            .. reports.Count == 0 ? [new ClusterCheck(Name, ClusterCheckResult.Failed, "the cluster shows no cluster operators")]
                : unstable.Length == 0 ? [new ClusterCheck(Name, ClusterCheckResult.Passed, $"all {reports.Count} cluster operators are stable")]
                : Array.Empty<ClusterCheck>(),
            CheckCount(reports.Count, baseline),
        ];
    }

    private static ClusterCheck Unstable(OperatorReport report, DateTimeOffset now, string? excuse)
    {
        string since = report.Since is { } at ? $" for {TimeText.Of(now - at)}" : "";
        string why = DisplayText.OfProse(string.Join(": ", new[] { report.Reason, report.Message }.OfType<string>()));
        string message = $"cluster operator {report.Name} is {report.State}{since}{(why.Length > 0 ? $": {why}" : "")}";
        return new ClusterCheck(Name, ClusterCheckResult.Failed, message) { Target = report.Name }.ExcusedBy(excuse);
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
