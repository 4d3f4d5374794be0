using System.Collections.Frozen;
using Hotstack.Clusters.Certificates;

namespace Hotstack.Clusters.Assess;

/// <summary>What a cluster's state amounts to.</summary>
internal sealed class HealthRules
{
    /// <summary>Groups of checks of which each must have passed for the cluster to be shut down, beside its certificates:
    /// what is on its way would be cut short.</summary>
    private static readonly FrozenSet<string> ForShutdown =
        FrozenSet.ToFrozenSet<string>(["Readiness", "ClusterVersion", "Operators", "Nodes", "Schedulable", "MachineConfigPools", "Etcd", "Rollout"]);

    private readonly IReadOnlyList<ClusterCheck> _service;
    private readonly CertificateAssessment _certificates;

    public HealthRules(
        ClusterState state, CertificateAssessment certificates, AssessmentBaseline? baseline, ClusterExemptions exemptions)
    {
        _certificates = certificates;
        Operators = [.. (state.Operators.Value ?? []).Select(source => OperatorReport.Of(source, exemptions.Operators.IsIgnored(source.Name)))];
        _service =
        [
            .. ApiChecks.Check(state, baseline, exemptions.ApiServices),
            .. VersionChecks.Check(state.Version, baseline),
            .. OperatorChecks.Check(state, Operators, baseline, exemptions.Operators),
            .. NodeChecks.Check(state, certificates.Nodes, baseline),
            .. PoolChecks.Check(state.Pools, state.Nodes.Value ?? []),
            .. ControlPlaneChecks.Check(state),
            .. WorkloadChecks.Check(state, exemptions.InstalledOperators),
        ];
        Checks = [.. _service, .. certificates.Checks];
        Rollouts = [.. _service.Where(check => ForShutdown.Contains(check.Check))];
        Shutdown = ClusterJudgement.Of([.. certificates.Checks, .. Rollouts]);
    }

    public IReadOnlyList<OperatorReport> Operators { get; }

    /// <summary>All, those of the certificates too.</summary>
    public IReadOnlyList<ClusterCheck> Checks { get; }

    /// <summary>Those of its services that have to pass before a shutdown.</summary>
    public IReadOnlyList<ClusterCheck> Rollouts { get; }

    /// <summary>Whether the cluster may be shut down.</summary>
    public ClusterJudgement Shutdown { get; }

    /// <summary>Whether it works now. How long its certificates last has no part in that, but that kubelets wait for some has.</summary>
    public ClusterJudgement Health => ClusterJudgement.Of(
        [.. _service, .. _certificates.Checks.Where(check => check.Check == "SigningRequests")]);
}
