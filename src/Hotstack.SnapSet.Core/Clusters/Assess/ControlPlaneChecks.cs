using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Assess;

/// <summary>Whether OpenShift itself is well: its version, operators, etcd, and the revisions of its control plane.</summary>
internal static class ControlPlaneChecks
{
    public static ClusterCheck CheckVersion(CheckInput input)
    {
        if (input.State.Version.Problem is not null)
        {
            return ClusterCheck.Unknown(CheckName.ClusterVersion, input.State.Version);
        }

        if (input.State.Version.Value is not { } version)
        {
            return new(CheckName.ClusterVersion, ClusterCheckResult.Unknown,
                "the cluster has no version object (clusterversions.config.openshift.io 'version')");
        }

        Condition? available = version.Conditions.Find("Available");
        Condition? progressing = version.Conditions.Find("Progressing");
        Condition? failing = version.Conditions.Find("Failing");
        string? problem = failing is { IsTrue: true } ? $"failing: {failing.Why()}"
            : available is not { IsTrue: true } ? $"{(available is { IsFalse: true } ? "" : "perhaps ")}not available: {available.Why()}"
            : progressing is not { IsFalse: true }
                ? $"{(progressing is { IsTrue: true } ? "" : "perhaps ")}being changed: {progressing.Why()}"
            : null;
        return problem is null
            ? new(CheckName.ClusterVersion, ClusterCheckResult.Passed, $"OpenShift {version.Version} is available, and not being changed")
            : new(CheckName.ClusterVersion, ClusterCheckResult.Failed, $"OpenShift {version.Version} is {problem}");
    }

    public static ClusterCheck CheckIdentity(CheckInput input)
    {
        Reading<ClusterVersion?> version = input.State.Version;
        return input.Record?.ClusterId is not { } recorded ? CheckInput.NotCompared(CheckName.Identity, "cluster's UUID")
            : version.Problem is not null ? ClusterCheck.Unknown(CheckName.Identity, version)
            : version.Value?.ClusterId is not { } id
                ? new(CheckName.Identity, ClusterCheckResult.Unknown, "the cluster does not report its UUID")
            : id.Equals(recorded, StringComparison.OrdinalIgnoreCase)
                ? new(CheckName.Identity, ClusterCheckResult.Passed, "the cluster is the one that was recorded")
                : new(CheckName.Identity, ClusterCheckResult.Failed, $"this is cluster {id}; the one that was recorded is {recorded}");
    }

    public static IEnumerable<ClusterCheck> CheckOperators(CheckInput input)
    {
        Reading<IReadOnlyList<ClusterOperator>> operators = input.State.Operators;
        if (operators.Problem is not null)
        {
            return [ClusterCheck.Unknown(CheckName.Operators, operators)];
        }

        if (input.Operators.Count == 0)
        {
            return [new(CheckName.Operators, ClusterCheckResult.Failed, "the cluster shows no cluster operators")];
        }

        DateTimeOffset now = operators.At ?? input.State.Now;
        ClusterCheck[] unstable =
        [
            .. input.Operators.Where(report => !report.IsStable)
                .Select(report => Unstable(report, now).ExcusedBy(input.Exemptions.Operators.Why(report.Name))),
        ];
        return unstable.Length > 0 ? unstable
            : [new(CheckName.Operators, ClusterCheckResult.Passed, $"all {input.Operators.Count} cluster operators are stable")];
    }

    /// <summary>Nothing where the operators are unknown: <see cref="CheckOperators"/> says so.</summary>
    public static IEnumerable<ClusterCheck> CheckOperatorCount(CheckInput input)
    {
        if (input.State.Operators.Problem is not null)
        {
            return [];
        }

        if (input.Record is not { } record)
        {
            return [CheckInput.NotCompared(CheckName.OperatorCount, "number of cluster operators")];
        }

        (int now, int before) = (input.Operators.Count, record.OperatorCount ?? 0);
        return
        [
            now >= before
                ? new(CheckName.OperatorCount, ClusterCheckResult.Passed,
                    $"there are {now} cluster operators; before the shutdown there were {before}")
                : new(CheckName.OperatorCount, ClusterCheckResult.Failed,
                    $"there are only {now} cluster operators; before the shutdown there were {before}"),
        ];
    }

    public static ClusterCheck CheckEtcd(CheckInput input)
    {
        Reading<StaticPodOperator?> reading = input.State.Etcd;
        if (reading.Problem is not null)
        {
            return ClusterCheck.Unknown(CheckName.Etcd, reading);
        }

        if (reading.Value is not { } etcd || etcd.Conditions.Find("EtcdMembersAvailable") is not { } available)
        {
            return new(CheckName.Etcd, ClusterCheckResult.Unknown,
                "etcd does not report whether its members are available (etcds.operator.openshift.io 'cluster')");
        }

        if (!available.IsTrue)
        {
            return new(CheckName.Etcd, ClusterCheckResult.Failed, $"not all of etcd's members are available: {available.Why()}");
        }

        int? masters = input.State.Nodes.Value?.Count(node => node.IsMaster);
        return masters is { } count && count != etcd.Nodes.Count
            ? new(CheckName.Etcd, ClusterCheckResult.Failed,
                $"etcd runs on {CountText.Of(etcd.Nodes.Count, "node")}, but there are {CountText.Of(count, "master")}")
            : new(CheckName.Etcd, ClusterCheckResult.Passed,
                $"etcd's members are available: {DisplayText.OfProse(available.Message ?? $"{etcd.Nodes.Count}")}");
    }

    /// <summary>Whether every master runs the newest revision of each part.</summary>
    public static IEnumerable<ClusterCheck> CheckRollouts(CheckInput input) =>
    [
        CheckRollout("etcd", input.State.Etcd),
        CheckRollout("kube-apiserver", input.State.KubeApiServer),
        CheckRollout("kube-controller-manager", input.State.KubeControllerManager),
    ];

    private static ClusterCheck Unstable(OperatorReport report, DateTimeOffset now)
    {
        string since = report.Since is { } at ? $" for {TimeText.Of(now - at)}" : "";
        string why = DisplayText.OfProse(string.Join(": ", new[] { report.Reason, report.Message }.OfType<string>()));
        return new ClusterCheck(
            CheckName.Operators, ClusterCheckResult.Failed,
            $"cluster operator {report.Name} is {report.State}{since}{(why.Length > 0 ? $": {why}" : "")}") { Target = report.Name };
    }

    private static ClusterCheck CheckRollout(string name, Reading<StaticPodOperator?> reading)
    {
        if (reading.Problem is not null)
        {
            return ClusterCheck.Unknown(CheckName.Rollout, reading) with { Target = name };
        }

        if (reading.Value is not { Nodes.Count: > 0 } source)
        {
            return new(CheckName.Rollout, ClusterCheckResult.Unknown, $"the revisions of {name} are not reported") { Target = name };
        }

        StaticPodRevision[] behind = [.. source.Nodes.Where(node => node.Current != source.LatestAvailableRevision || node.Target != 0)];
        return new(CheckName.Rollout, behind.Length == 0 ? ClusterCheckResult.Passed : ClusterCheckResult.Failed, behind.Length == 0
            ? $"{name} runs in revision {source.LatestAvailableRevision} everywhere"
            : $"{name} is being rolled out in revision {source.LatestAvailableRevision}; in another: "
                + string.Join(", ", behind.Select(node => $"{node.NodeName} ({node.Current})")))
        {
            Target = name,
        };
    }
}
