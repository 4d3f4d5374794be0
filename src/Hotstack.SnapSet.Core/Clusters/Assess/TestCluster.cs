using System.Diagnostics;
using Hotstack.Clusters.Certificates;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Assess;

/// <summary>Looks at a cluster: whether it works, whether it may be shut down, and until when it could come back. Changes
/// nothing.</summary>
public sealed class TestCluster(Cluster cluster)
{
    /// <summary>Looks once. What cannot be read, or does not answer within <see cref="TestClusterRequest.Timeout"/>, becomes an unknown check
    /// that names the verb and the resource.</summary>
    /// <exception cref="HotstackException">The API server does not accept us, is not reached or does not answer at all, this is not OpenShift
    /// (<c>NotOpenShift</c>), or the minimum validity is below 25 h (<c>MinimumValidityTooShort</c>).</exception>
    public Task<ClusterReport> RunAsync(TestClusterRequest request, IActivity activity, CancellationToken stop) =>
        RunAsync(request, null, activity, stop);

    /// <param name="request">What is asked.</param>
    /// <param name="baseline">What to compare with; null for nothing.</param>
    /// <param name="activity">Told of the steps.</param>
    /// <param name="stop">Ends it.</param>
    /// <param name="exemptions">What does not count; null for what the request and the baseline say. Those who look several times make it
    /// once.</param>
    internal async Task<ClusterReport> RunAsync(
        TestClusterRequest request, AssessmentBaseline? baseline, IActivity activity, CancellationToken stop, ClusterExemptions? exemptions = null)
    {
        exemptions ??= new(request.IgnoreOperators, request.IgnoreApiServices, baseline);
        CertificateRules.RefuseTooShort(request.MinimumValidity);
        TimeSpan? cloudLead = request.CloudNow - cluster.Time.GetUtcNow();
        // Certificates are read by what the nodes' list gave: half of the time is kept for them.
        using var reads = new BoundedReads(request.Timeout, stop);
        var watch = Stopwatch.StartNew();
        await OpenShiftApi.RequireAsync(cluster, reads);
        if (await HostedControlPlane.IsAtAsync(cluster, reads))
        {
            Reading<ClusterVersion?> version = await reads.TryAsync(
                $"get {OpenShiftKinds.ClusterVersions}", token => cluster.FindAsync(OpenShiftKinds.ClusterVersions, "version", token));
            return HostedControlPlane.Report(cluster.Context, version.Value, cluster.Now);
        }

        TimeSpan left = request.Timeout - watch.Elapsed;
        using var firstReads = new BoundedReads(left > TimeSpan.Zero ? left / 2 : TimeSpan.Zero, stop);
        activity.Verbose($"Reading the state of {cluster.Context}");
        var reading = new ReadClusterState(cluster, firstReads, reads);
        Task<CertificateFacts> certificateFacts = ReadCertificatesAsync(reading, cloudLead, reads, activity);
        await Task.WhenAll(reading.All, certificateFacts);
        ClusterState state = await reading.All;
        CertificateFacts facts = await certificateFacts;
        WarnOfUnmatched(exemptions, state, activity);
        CertificateAssessment certificates = CertificateRules.Judge(facts, request.MinimumValidity);
        var rules = new HealthRules(state, certificates, baseline, exemptions);
        return new ClusterReport
        {
            Context = cluster.Context,
            ClusterId = state.Version.Value?.ClusterId,
            Version = state.Version.Value?.Version,
            Verdict = rules.Shutdown.Verdict,
            Eta = rules.Shutdown.Eta,
            Reasons = [.. rules.Shutdown.Reasons],
            UnattendedUntil = certificates.UnattendedUntil,
            AssistedUntil = certificates.AssistedUntil,
            AssistedLimit = certificates.AssistedLimit,
            DatesDoubt = certificates.DatesDoubt,
            Health = rules.Health,
            RolloutChecks = rules.Rollouts,
            CertificateChecks = certificates.Checks,
            ApiGroups = [.. (state.Groups.Value ?? []).Intersect(ReadClusterState.AggregatedGroups)],
            BrokenApiServices = [.. (state.ApiServices.Value ?? []).Where(s => !s.IsAvailable && !s.IsOfOpenShift).Select(s => s.Name)],
            BrokenInstalledOperators = [.. (state.InstalledOperators?.Value ?? []).Where(o => !o.HasSucceeded).Select(o => o.Title)],
            Checks = ClusterCheck.WorstFirst(rules.Checks),
            Nodes =
            [
                .. (state.Nodes.Value ?? []).OrderBy(node => !node.IsMaster).ThenBy(node => node.Name, StringComparer.Ordinal)
                    .Select(node => Report(node, state, certificates, rules.Checks)),
            ],
            Operators = [.. rules.Operators.OrderBy(o => o.IsStable).ThenBy(o => o.Name, StringComparer.Ordinal)],
            Certificates = [.. certificates.Certificates],
            CheckedAt = facts.Now,
        };
    }

    private async Task<CertificateFacts> ReadCertificatesAsync(
        ReadClusterState reading, TimeSpan? cloudLead, BoundedReads reads, IActivity activity) =>
        await new ReadCertificates(cluster, activity).RunAsync(
            await reading.Nodes, await reading.Requests, cloudLead, reads);

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

    private static NodeReport Report(
        V1Node node, ClusterState state, CertificateAssessment certificates, IReadOnlyList<ClusterCheck> checks)
    {
        NodeCertificates? own = certificates.Nodes.FirstOrDefault(certificate => certificate.Node == node.Name);
        return new NodeReport
        {
            Name = node.Name,
            Roles = [.. node.Roles],
            IsReady = node.Conditions.Find("Ready") is { IsTrue: true },
            IsUnschedulable = node.IsUnschedulable,
            HeartbeatAge = NodeChecks.HeartbeatOf(state, node).Age,
            BootId = node.BootId,
            Addresses = [.. node.Addresses],
            ClientCertificateUntil = own?.ClientNotAfter,
            ServingCertificateUntil = own?.ServingNotAfter,
            Problems =
            [
                .. checks.Where(check => check.Target == node.Name && NodeChecks.AreOfNodes(check.Check)
                    && check.Result is not (ClusterCheckResult.Passed or ClusterCheckResult.Skipped)).Select(check => check.Message).Distinct(),
            ],
        };
    }
}
