using Hotstack.Clusters;
using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Look;
using Hotstack.Clusters.Revive;
using Hotstack.OpenShift.Objects;
using Xunit;

namespace Hotstack.Contract.Clusters;

/// <summary>Whether a cluster may be shut down, by its certificates and its nodes.</summary>
public abstract class KubeReportTests(ContractCluster on) : KubeContractTests(on)
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(20);

    [ContractFact]
    public async Task A_cluster_of_weeks_may_be_shut_down_as_far_as_its_certificates_go()
    {
        ClusterReport report = await TestAsync();

        Assert.All(
            report.CertificateChecks,
            c => Assert.True(c.Result is ClusterCheckResult.Passed or ClusterCheckResult.Warning or ClusterCheckResult.Skipped, Show(c)));
        Assert.Equal(On.Nodes.Order(), report.Nodes.Select(n => n.Name).Order());
        Assert.All(report.Nodes, node => Assert.True(node.IsReady && node.Problems.Count == 0,
            $"{node.Name}: {string.Join("; ", node.Problems)}"));
        Assert.True(report.UnattendedUntil > report.CheckedAt.AddDays(7));
        Assert.True(report.AssistedUntil >= report.UnattendedUntil);
        Assert.All(report.RolloutChecks, c => Assert.True(c.Result is not ClusterCheckResult.Failed, Show(c)));
    }

    [ContractFact]
    public async Task A_cluster_of_hours_may_not()
    {
        await On.RejuvenateAsync(Stop);

        ClusterReport report = await TestAsync();

        Assert.NotEqual(ClusterVerdict.Safe, report.Verdict);
        Assert.All(On.Nodes, node => Assert.Contains(report.CertificateChecks,
            c => c.Check == "KubeletCertificates" && c.Target == node && c.Result == ClusterCheckResult.Failed));
        Assert.Contains(report.CertificateChecks, c => c.Check != "KubeletCertificates" && c.Result == ClusterCheckResult.Failed);
        Assert.True(report.UnattendedUntil < report.CheckedAt.AddHours(25));
        Assert.True(report.Eta is not null,
            string.Join('\n', report.Checks.Where(c => c.Result == ClusterCheckResult.Failed).Select(Show)));
    }

    [ContractFact]
    public async Task A_node_whose_certificate_ends_soon_is_named()
    {
        await On.SetKubeletAsync(On.Worker, TimeSpan.FromDays(3), Long, Stop);

        ClusterReport report = await TestAsync();

        ClusterCheck failed = Assert.Single(report.CertificateChecks, c => c.Result == ClusterCheckResult.Failed);
        Assert.Equal(("KubeletCertificates", On.Worker), (failed.Check, failed.Target));
        Assert.Contains("client certificate is valid until", failed.Message, StringComparison.Ordinal);
        Assert.InRange(
            report.Nodes.Single(n => n.Name == On.Worker).ClientCertificateUntil!.Value - report.CheckedAt,
            TimeSpan.FromDays(3) - Minute, TimeSpan.FromDays(3) + Minute);
    }

    [ContractFact]
    public async Task A_node_whose_serving_certificate_ends_soon_is_named()
    {
        await On.SetKubeletAsync(On.Nodes[0], Long, TimeSpan.FromDays(2), Stop);

        ClusterReport report = await TestAsync();

        ClusterCheck failed = Assert.Single(report.CertificateChecks, c => c.Result == ClusterCheckResult.Failed);
        Assert.Equal(("KubeletCertificates", On.Nodes[0]), (failed.Check, failed.Target));
        Assert.Contains("serving certificate is valid until", failed.Message, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task A_request_that_waits_is_found()
    {
        string request = (await On.AddCsrsAsync(On.Worker, "ecdsa", ["client"], Stop))[0];

        ClusterReport report = await TestAsync();

        Assert.Contains(report.CertificateChecks, c => c.Check == "SigningRequests" && c.Result != ClusterCheckResult.Passed
            && c.Message.Contains(request, StringComparison.Ordinal));
    }

    [ContractFact]
    public async Task An_operator_that_is_not_well_is_named()
    {
        await On.SetOperatorAsync("dns", "Degraded", "True", Stop);

        ClusterReport report = await TestAsync();

        Assert.Contains(report.Checks, c => c.Target == "dns" && c.Result == ClusterCheckResult.Failed);
        Assert.False(report.IsSafe);
        Assert.False(report.IsHealthy);
    }

    [ContractFact]
    public async Task A_look_shows_the_nodes_the_operators_and_the_requests()
    {
        await On.SetOperatorAsync("dns", "Degraded", "True", Stop);
        string name = (await On.AddCsrsAsync(On.Worker, "ecdsa", ["client"], Stop))[0];

        ClusterStatus status = await new GetCluster(Cluster).RunAsync(TimeSpan.FromMinutes(2), On.Activity, Stop);

        Assert.Equal(On.Nodes.Order(), status.Nodes.Select(n => n.Name).Order());
        Assert.All(status.Nodes, node => Assert.True(node.IsReady && node.Age > TimeSpan.Zero, node.Name));
        Assert.Contains(status.Operators, one => one is { Name: "dns", Degraded: true });
        Assert.Contains(status.CertificateRequests, request => request.Name == name && request.Node == On.Worker && request.IsPending);
        Assert.True(status.FirstExpiry > status.ServerTime);
    }

    [ContractFact]
    public async Task A_group_that_is_down_is_no_obstacle_to_the_report()
    {
        string group = await On.AddBrokenGroupAsync(Stop);

        ClusterReport report = await TestAsync();

        Assert.NotEmpty(report.Nodes);
        Assert.Contains(report.Checks, c => c.Result == ClusterCheckResult.Failed
            && c.Target?.EndsWith(group, StringComparison.Ordinal) == true);
    }

    [ContractFact]
    public async Task A_node_that_was_off_is_fresh_once_it_has_booted_anew()
    {
        ClusterRecord record = new()
        {
            RecordedAt = Cluster.Now,
            Nodes = [.. (await NodesAsync()).Where(n => n.Name == On.Worker)
                .Select(n => new NodeRecord { Name = n.Name, BootId = n.BootId })],
        };
        var late = new WaitForNodes(Cluster, record, On.Activity);

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => late.RunAsync(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), _ => Task.CompletedTask, Stop));
        await On.PowerOffAsync(On.Worker, Stop);
        await On.PowerOnAsync(On.Worker, Stop);
        var fresh = new WaitForNodes(Cluster, record, On.Activity);
        await fresh.RunAsync(TimeSpan.FromSeconds(1), 5 * Minute, _ => Task.CompletedTask, Stop);

        Assert.Equal("NodesNotReady", e.Id);
        Assert.Contains($"{On.Worker}: its boot is still that of before the shutdown", e.Message, StringComparison.Ordinal);
        Assert.Equal(On.Nodes.Order(), fresh.Fresh.Order());
    }

    private static string Show(ClusterCheck check) => $"{check.Check} {check.Target} {check.Result}: {check.Message}";

    private Task<ClusterReport> TestAsync() => new TestCluster(Cluster).RunAsync(new TestClusterRequest(), On.Activity, Stop);
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxKubeReportTests(SandboxContractCluster on) : KubeReportTests(on), IClassFixture<SandboxContractCluster>;

[Trait("Contract", "KubeLab"), Collection(KubeLabCollection.Name)]
public sealed class LabKubeReportTests(LabCluster on) : KubeReportTests(on), IOnKubeLab;
