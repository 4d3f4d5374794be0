using System.Diagnostics;
using Hotstack.Clusters.Certificates;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;
using k8s.Models;

namespace Hotstack.Clusters.Assess;

/// <summary>Checks whether a cluster works, whether it may be shut down, and until when it could be revived. Changes nothing.</summary>
public sealed class TestCluster(Cluster cluster)
{
    /// <summary>Connects to the cloud of the deployment; called only if <see cref="Deployment"/> is set.</summary>
    public Func<Cloud>? Cloud { get; init; }

    /// <summary>The servers of the deployment, with which the ids that virtual BMCs hold are compared; null if they are not known.</summary>
    public InstanceSource? Deployment { get; init; }

    /// <summary>The same, read before.</summary>
    internal DeploymentFacts? Facts { get; init; }

    /// <summary>Makes all checks once. What cannot be read, or does not answer within <see cref="TestClusterRequest.Timeout"/>, becomes
    /// an unknown check that names the verb and the resource.</summary>
    /// <exception cref="HotstackException">The API server refuses our login, is not reached or does not answer at all; this is not
    /// OpenShift (<c>NotOpenShift</c>); or the minimum validity is below 25 h (<c>MinimumValidityTooShort</c>).</exception>
    public async Task<ClusterReport> RunAsync(TestClusterRequest request, IActivity activity, CancellationToken stop)
    {
        await cluster.OpenAndLogInAsync(stop);
        DeploymentFacts? facts = Facts ?? (Cloud is null || Deployment is null ? null
            : await DeploymentFacts.TryReadAsync(Cloud, Deployment, null, activity, stop));
        return await new TestCluster(cluster) { Facts = facts }.RunAsync(request, null, activity, stop);
    }

    /// <param name="request">What is asked.</param>
    /// <param name="record">What was recorded at the shutdown, to compare with; null for nothing.</param>
    /// <param name="activity">Reports the steps.</param>
    /// <param name="stop">Cancels it.</param>
    /// <param name="exemptions">What does not count; null for what the request and the record say. A caller that checks several times
    /// makes it once.</param>
    internal async Task<ClusterReport> RunAsync(
        TestClusterRequest request, ClusterRecord? record, IActivity activity, CancellationToken stop, ClusterExemptions? exemptions = null)
    {
        exemptions ??= new(request.IgnoreOperators, request.IgnoreApiServices, record);
        CertificateAssessment.RefuseTooShort(request.MinimumValidity);
        TimeSpan? cloudLead = request.CloudNow - cluster.Time.GetUtcNow();
        using var reads = new BoundedReads(request.Timeout, stop);
        var watch = Stopwatch.StartNew();
        try
        {
            await ClusterKind.RequireOpenShiftAsync(cluster, reads);
        }
        catch (HotstackException e) when (e.Id == "NotOpenShift")
        {
            if (await new MicroShift(cluster).TryReportAsync(reads) is { } report)
            {
                return report;
            }

            throw;
        }

        if (await ClusterKind.IsHostedAsync(cluster, reads))
        {
            return await ReportHostedAsync(reads);
        }

        // The certificates need the list of the nodes: they keep half of the time.
        TimeSpan left = request.Timeout - watch.Elapsed;
        using var firstReads = new BoundedReads(left > TimeSpan.Zero ? left / 2 : TimeSpan.Zero, stop);
        activity.Verbose($"Reading the state of {cluster.Name}");
        var reading = new ReadClusterState(cluster, firstReads, reads, Facts is not null);
        Task<CertificateFacts> certificateFacts = ReadCertificatesAsync(reading, cloudLead, reads, activity);
        await Task.WhenAll(reading.All, certificateFacts);
        ClusterState state = await reading.All;
        WarnOfUnmatched(exemptions, state, activity);
        CertificateFacts facts = await certificateFacts;
        return Report(
            new CheckInput(state, facts.Nodes, record, exemptions) { Facts = Facts }, CertificateAssessment.Of(facts, request.MinimumValidity), facts.Now);
    }

    private async Task<ClusterReport> ReportHostedAsync(BoundedReads reads)
    {
        Reading<ClusterVersion?> version = await reads.TryAsync(
            $"get {OpenShiftKinds.ClusterVersions}", token => cluster.FindAsync(OpenShiftKinds.ClusterVersions, "version", token));
        return ClusterKind.ReportHosted(cluster, version.Value);
    }

    private async Task<CertificateFacts> ReadCertificatesAsync(
        ReadClusterState reading, TimeSpan? cloudLead, BoundedReads reads, IActivity activity) =>
        await new ReadCertificates(cluster, activity).RunAsync(await reading.Nodes, await reading.Requests, cloudLead, reads);

    private static void WarnOfUnmatched(ClusterExemptions exemptions, ClusterState state, IActivity activity)
    {
        if (state.Operators.Value is { } operators)
        {
            exemptions.WarnOfUnmatchedOperators(operators, activity);
        }

        if (state.ApiServices.Value is { } services)
        {
            exemptions.WarnOfUnmatchedApiServices(services, activity);
        }
    }

    private ClusterReport Report(CheckInput input, CertificateAssessment certificates, DateTimeOffset now)
    {
        ClusterState state = input.State;
        IReadOnlyList<ClusterCheck> services = ClusterChecks.CheckServices(input);
        ClusterCheck[] all = [.. services, .. certificates.Checks];
        ClusterCheck[] rollouts = [.. services.Where(ClusterChecks.IsForShutdown)];
        ClusterJudgement shutdown = ClusterJudgement.Of([.. certificates.Checks, .. rollouts]);
        return new ClusterReport
        {
            Name = cluster.Name,
            Context = cluster.Context,
            ClusterId = state.Version.Value?.ClusterId,
            Version = state.Version.Value?.Version,
            Verdict = shutdown.Verdict,
            Eta = shutdown.Eta,
            Reasons = [.. shutdown.Reasons],
            UnattendedUntil = certificates.UnattendedUntil,
            AssistedUntil = certificates.AssistedUntil,
            AssistedLimit = certificates.AssistedLimit,
            DatesDoubt = certificates.DatesDoubt,
            Health = ClusterJudgement.Of(all.Where(ClusterChecks.IsForHealth)),
            RolloutChecks = rollouts,
            CertificateChecks = certificates.Checks,
            ApiGroups = [.. (state.Groups.Value ?? []).Intersect(ReadClusterState.AggregatedGroups)],
            BrokenApiServices = [.. (state.ApiServices.Value ?? []).Where(s => !s.IsAvailable && !s.IsOfOpenShift).Select(s => s.Name)],
            BrokenInstalledOperators = [.. (state.InstalledOperators?.Value ?? []).Where(o => !o.HasSucceeded).Select(o => o.Title)],
            Checks = ClusterCheck.WorstFirst(all),
            Nodes = [.. Nodes(state, certificates, all)],
            Operators = [.. input.Operators.OrderBy(o => o.IsStable).ThenBy(o => o.Name, StringComparer.Ordinal)],
            Certificates = [.. certificates.Certificates],
            CheckedAt = now,
        };
    }

    private static IEnumerable<NodeReport> Nodes(ClusterState state, CertificateAssessment certificates, ClusterCheck[] checks) =>
        (state.Nodes.Value ?? []).OrderBy(node => !node.IsMaster).ThenBy(node => node.Name, StringComparer.Ordinal)
            .Select(node => Report(node, state, certificates, checks));

    private static NodeReport Report(V1Node node, ClusterState state, CertificateAssessment certificates, ClusterCheck[] checks)
    {
        NodeCertificates? own = certificates.Nodes.FirstOrDefault(certificate => certificate.Node == node.Name);
        return NodeReport.Of(node, state.Nodes.At ?? state.Now, NodeChecks.HeartbeatOf(state, node).Age, own) with
        {
            Problems =
            [
                .. checks.Where(check => check.Target == node.Name && check.IsProblem && ClusterChecks.IsOfNode(check))
                    .Select(check => check.Message).Distinct(),
            ],
        };
    }
}

/// <summary>What is asked about a cluster.</summary>
public sealed record TestClusterRequest
{
    /// <summary>The default time limit of a report.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(2);

    /// <summary>How long its certificates must be valid before it may be shut down: at least 25 h.</summary>
    public TimeSpan MinimumValidity { get; init; } = CertificateAssessment.DefaultMinimumValidity;

    /// <summary>Cluster operators that need not be stable; wildcards.</summary>
    public IReadOnlyList<string> IgnoreOperators { get; init; } = [];

    /// <summary>API services that need not be available; wildcards: <c>v1beta1.external.metrics.k8s.io</c>.</summary>
    public IReadOnlyList<string> IgnoreApiServices { get; init; } = [];

    /// <summary>The time limit of the whole report. What has not answered by then is unknown.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>The cloud's clock at this moment; null to leave out the comparison.</summary>
    public DateTimeOffset? CloudNow { get; init; }
}
