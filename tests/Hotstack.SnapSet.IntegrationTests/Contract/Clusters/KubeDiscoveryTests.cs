using Hotstack.Clusters.Certificates;
using Hotstack.Http;
using Hotstack.OpenShift;
using Xunit;

namespace Hotstack.Contract.Clusters;

/// <summary>What the API has, and what it passes on to others.</summary>
public abstract class KubeDiscoveryTests(ContractCluster on) : KubeContractTests(on)
{
    [ContractFact]
    public async Task A_version_of_a_group_is_served_or_not()
    {
        Assert.True(await Cluster.Api.IsServedAsync("config.openshift.io", "v1", Stop));
        Assert.True(await Cluster.Api.IsServedAsync("", "v1", Stop));
        Assert.False(await Cluster.Api.IsServedAsync("config.openshift.io", "v9", Stop));
        Assert.False(await Cluster.Api.IsServedAsync("nobody.example.com", "v1", Stop));
    }

    [ContractFact]
    public async Task A_group_that_is_down_is_an_error_and_not_a_no()
    {
        string group = await On.AddBrokenGroupAsync(Stop);

        ServiceException e = await FailsAsync(
            ErrorCause.ServiceUnavailable, "ServiceUnavailable", () => Cluster.ForPolling().Api.IsServedAsync(group, "v1", Stop));

        Assert.Equal(503, e.Status);
        Assert.Contains(group, await Cluster.Api.ListGroupsAsync(Stop));
    }

    [ContractFact]
    public async Task A_group_tells_its_preferred_version()
    {
        Assert.Equal(On.PolicyVersion, await Cluster.Api.FindPreferredVersionAsync("policy", Stop));
        Assert.Null(await Cluster.Api.FindPreferredVersionAsync("nobody.example.com", Stop));
    }

    [ContractFact]
    public async Task Registered_groups_are_listed()
    {
        IReadOnlyList<string> groups = await Cluster.Api.ListGroupsAsync(Stop);

        Assert.Superset(
            new HashSet<string> { "apps", "policy", "certificates.k8s.io", "config.openshift.io", "route.openshift.io" },
                groups.ToHashSet());
    }

    [ContractFact]
    public async Task The_health_of_the_api_server_can_be_asked() =>
        Assert.Equal("ok", await Cluster.Api.GetTextAsync("readyz", Stop));

    [ContractFact]
    public async Task The_kubelets_tell_through_the_api_server_how_long_their_certificates_last()
    {
        string text = await Cluster.ReadKubeletMetricsAsync(On.Worker, Stop);

        NodeCertificates read = KubeletMetrics.Read(On.Worker, text, Cluster.Now);

        Assert.Null(read.Problem);
        Assert.True(read.ClientNotAfter > Cluster.Now);
        Assert.True(read.ServingNotAfter > Cluster.Now);
    }

    [ContractFact]
    public async Task A_node_that_is_off_does_not_answer_through_the_api_server()
    {
        await On.PowerOffAsync(On.Worker, Stop);

        ServiceException? e = null;
        await On.UntilAsync(
            "the node is silent",
            async () =>
            {
                try
                {
                    await Cluster.ForPolling().ReadKubeletMetricsAsync(On.Worker, Stop);
                    return false;
                }
                catch (ServiceException failure)
                {
                    e = failure;
                    return true;
                }
            },
            Stop);

        Assert.Equal(ErrorCause.ServiceUnavailable, e!.Cause);
        Assert.True(e.Status >= 500);
    }

    [ContractFact]
    public async Task The_clock_of_the_cluster_is_known_from_its_answers()
    {
        await NodesAsync();

        Assert.NotNull(Cluster.Skew);
        Assert.InRange(Cluster.Now - On.Time.GetUtcNow(), -Minute, Minute);
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxKubeDiscoveryTests(SandboxContractCluster on) : KubeDiscoveryTests(on), IClassFixture<SandboxContractCluster>;

[Trait("Contract", "KubeLab"), Collection(KubeLabCollection.Name)]
public sealed class LabKubeDiscoveryTests(LabCluster on) : KubeDiscoveryTests(on), IOnKubeLab;
