using System.Collections.Frozen;
using System.Collections.Immutable;
using Hotstack.Clusters.Certificates;
using Hotstack.Deployments;

namespace Hotstack.Clusters.Assess;

/// <summary>The names of the checks, as the help page of Test-HotstackCluster lists them.</summary>
internal static class CheckName
{
    public const string Readiness = nameof(Readiness);
    public const string ApiServices = nameof(ApiServices);
    public const string Discovery = nameof(Discovery);
    public const string ApiGroups = nameof(ApiGroups);
    public const string Routes = nameof(Routes);
    public const string ClusterVersion = nameof(ClusterVersion);
    public const string Identity = nameof(Identity);
    public const string Operators = nameof(Operators);
    public const string OperatorCount = nameof(OperatorCount);
    public const string Nodes = nameof(Nodes);
    public const string Schedulable = nameof(Schedulable);
    public const string NodeSet = nameof(NodeSet);
    public const string Kubelets = nameof(Kubelets);
    public const string MachineConfigPools = nameof(MachineConfigPools);
    public const string Etcd = nameof(Etcd);
    public const string Rollout = nameof(Rollout);
    public const string InstalledOperators = nameof(InstalledOperators);
    public const string Pods = nameof(Pods);
    public const string NetworkCertificates = nameof(NetworkCertificates);
    public const string VirtualBmc = nameof(VirtualBmc);
    public const string CsrSignerSigner = nameof(CsrSignerSigner);
    public const string CsrSigner = nameof(CsrSigner);
    public const string CsrSignerCopy = nameof(CsrSignerCopy);
    public const string AggregatorSigner = nameof(AggregatorSigner);
    public const string AggregatorClient = nameof(AggregatorClient);
    public const string KubeletCertificates = nameof(KubeletCertificates);
    public const string SigningRequests = nameof(SigningRequests);
    public const string Clock = nameof(Clock);
    public const string Kubeconfig = nameof(Kubeconfig);
    public const string OtherCertificates = nameof(OtherCertificates);

    /// <summary>The only check of a cluster whose control plane is hosted.</summary>
    public const string ControlPlane = nameof(ControlPlane);
}

/// <summary>All checks of a cluster, in the order of a report: each with its name, what it counts for, and the method that makes
/// it.</summary>
internal static class ClusterChecks
{
    private static readonly ImmutableArray<Row<CheckInput>> Services =
    [
        new(CheckName.Readiness, Purpose.Both, input => [ApiChecks.CheckReadiness(input)]),
        new(CheckName.ApiServices, Purpose.Health, ApiChecks.CheckServices),
        new(CheckName.Discovery, Purpose.Health, ApiChecks.CheckDiscovery),
        new(CheckName.ApiGroups, Purpose.Health, ApiChecks.CheckGroups),
        new(CheckName.Routes, Purpose.Health, input => [ApiChecks.CheckRoutes(input)]),
        new(CheckName.ClusterVersion, Purpose.Both, input => [ControlPlaneChecks.CheckVersion(input)]),
        new(CheckName.Identity, Purpose.Health, input => [ControlPlaneChecks.CheckIdentity(input)]),
        new(CheckName.Operators, Purpose.Both, ControlPlaneChecks.CheckOperators),
        new(CheckName.OperatorCount, Purpose.Health, ControlPlaneChecks.CheckOperatorCount),
        new(CheckName.Nodes, Purpose.Both, NodeChecks.CheckReady) { IsOfNodes = true },
        new(CheckName.Schedulable, Purpose.Both, NodeChecks.CheckSchedulable) { IsOfNodes = true },
        new(CheckName.NodeSet, Purpose.Health, NodeChecks.CheckSet) { IsOfNodes = true },
        new(CheckName.Kubelets, Purpose.Health, NodeChecks.CheckKubelets) { IsOfNodes = true },
        new(CheckName.MachineConfigPools, Purpose.Both, input => PoolChecks.Check(input.State.Pools, input.State.Nodes.Value ?? [])),
        new(CheckName.Etcd, Purpose.Both, input => [ControlPlaneChecks.CheckEtcd(input)]),
        new(CheckName.Rollout, Purpose.Both, ControlPlaneChecks.CheckRollouts),
        new(CheckName.InstalledOperators, Purpose.Health, WorkloadChecks.CheckInstalledOperators),
        new(CheckName.Pods, Purpose.Health, input => [WorkloadChecks.CheckPods(input)]),
        new(CheckName.NetworkCertificates, Purpose.Health, input => [WorkloadChecks.CheckNetworkCertificates(input)]),
        new(CheckName.VirtualBmc, Purpose.None, VirtualBmcChecks.Check),
    ];

    private static readonly ImmutableArray<Row<CertificateInput>> Certificates =
    [
        new(CheckName.CsrSignerSigner, Purpose.Shutdown, input => [new SignerRules(input).CheckCsrSignerSigner()]),
        new(CheckName.CsrSigner, Purpose.Shutdown, input => new SignerRules(input).CheckCsrSigner()),
        new(CheckName.CsrSignerCopy, Purpose.Shutdown, input => [new SignerRules(input).CheckCsrSignerCopy()]),
        new(CheckName.AggregatorSigner, Purpose.Shutdown, input => [new SignerRules(input).CheckAggregatorSigner()]),
        new(CheckName.AggregatorClient, Purpose.Shutdown, input => [new SignerRules(input).CheckAggregatorClient()]),
        new(CheckName.KubeletCertificates, Purpose.Shutdown, input => new KubeletRules(input).Check()) { IsOfNodes = true },
        new(CheckName.SigningRequests, Purpose.Both, input => [AccessRules.CheckSigningRequests(input)]),
        new(CheckName.Clock, Purpose.Shutdown, AccessRules.CheckClocks),
        new(CheckName.Kubeconfig, Purpose.Shutdown, input => [AccessRules.CheckKubeconfig(input)]),
        new(CheckName.OtherCertificates, Purpose.Shutdown, input => new ReviveDates(input.Facts).Check()),
    ];

    private static readonly FrozenSet<string> ForHealth = Names((purpose, _) => purpose.HasFlag(Purpose.Health));
    private static readonly FrozenSet<string> ForShutdown = Names((purpose, _) => purpose.HasFlag(Purpose.Shutdown));
    private static readonly FrozenSet<string> OfNodes = Names((_, isOfNodes) => isOfNodes);

    [Flags]
    private enum Purpose
    {
        /// <summary>It is only worth knowing.</summary>
        None = 0,

        /// <summary>If it fails, the cluster does not work.</summary>
        Health = 1,

        /// <summary>If it fails, the cluster must not be shut down.</summary>
        Shutdown = 2,

        Both = Health | Shutdown,
    }

    /// <summary>Makes the checks of the services.</summary>
    public static IReadOnlyList<ClusterCheck> CheckServices(CheckInput input) =>
        [.. Services.SelectMany(row => row.Find(input))];

    /// <summary>Makes the checks of the certificates, of what renews them, and of our own access.</summary>
    public static IReadOnlyList<ClusterCheck> CheckCertificates(CertificateInput input) =>
        [.. Certificates.SelectMany(row => row.Find(input))];

    /// <summary>Whether a check counts for the health of the cluster.</summary>
    public static bool IsForHealth(ClusterCheck check) => ForHealth.Contains(check.Check);

    /// <summary>Whether a check must pass before a shutdown.</summary>
    public static bool IsForShutdown(ClusterCheck check) => ForShutdown.Contains(check.Check);

    /// <summary>Whether the target of a check is a node. An operator may have the name of a node.</summary>
    public static bool IsOfNode(ClusterCheck check) => OfNodes.Contains(check.Check);

    private static FrozenSet<string> Names(Func<Purpose, bool, bool> isChosen) =>
        Services.Where(row => isChosen(row.Purpose, row.IsOfNodes)).Select(row => row.Name)
            .Concat(Certificates.Where(row => isChosen(row.Purpose, row.IsOfNodes)).Select(row => row.Name))
            .ToFrozenSet();

    private sealed record Row<TInput>(string Name, Purpose Purpose, Func<TInput, IEnumerable<ClusterCheck>> Find)
    {
        /// <summary>The target of each finding is a node.</summary>
        public bool IsOfNodes { get; init; }
    }
}

/// <summary>What the checks of the services look at.</summary>
/// <param name="State">What the cluster reported.</param>
/// <param name="Certificates">The certificates of its nodes.</param>
/// <param name="Record">What was recorded at the shutdown, to compare with; null for nothing.</param>
/// <param name="Exemptions">What does not count.</param>
internal sealed record CheckInput(
    ClusterState State, IReadOnlyList<NodeCertificates> Certificates, ClusterRecord? Record, ClusterExemptions Exemptions)
{
    /// <summary>The cluster's operators.</summary>
    public IReadOnlyList<OperatorReport> Operators { get; } =
    [
        .. (State.Operators.Value ?? []).Select(source => OperatorReport.Of(
            source, Exemptions.Operators.IsIgnored(source.Name), State.Operators.At ?? State.Now)),
    ];

    /// <summary>The servers in OpenStack; null if they are not known.</summary>
    public DeploymentFacts? Facts { get; init; }

    /// <summary>A comparison with the shutdown for which there is no record.</summary>
    public static ClusterCheck NotCompared(string check, string what) =>
        new(check, ClusterCheckResult.Skipped, $"there is no record of a shutdown to compare the {what} with");
}
