using Hotstack.Clusters;
using Hotstack.Clusters.CertificateRequests;
using Hotstack.Http;
using k8s;
using k8s.Models;
using Xunit;

namespace Hotstack.OpenShift;

/// <summary>No call puts a name of the cluster into its address that would make another address of it.</summary>
public sealed class NamesInAddressesTests : ClusterFixture
{
    private static readonly Dictionary<string, Func<Cluster, string, Task>> All = new()
    {
        ["get"] = (cluster, name) => cluster.Client.CoreV1.ReadNamespacedPodAsync(name, "default", cancellationToken: Stop),
        ["get in a namespace"] = (cluster, name) => cluster.Client.CoreV1.ReadNamespacedPodAsync("pod", name, cancellationToken: Stop),
        ["find"] = (cluster, name) => cluster.Client.CoreV1.ReadNodeAsync(name, cancellationToken: Stop).OrNullAsync(),
        ["find a secret"] = (cluster, name) => cluster.FindTlsSecretAsync("default", name, Stop),
        ["find a custom object"] = (cluster, name) => cluster.FindAsync(OpenShiftKinds.ClusterOperators, name, Stop),
        ["list"] = (cluster, name) => cluster.ListPodsAsync(Stop, new() { Namespace = name }),
        ["list metadata"] = (cluster, name) => cluster.ListPodsAsync(Stop, new() { Namespace = name, IsMetadataOnly = true }),
        ["list custom objects"] = (cluster, name) => cluster.ListAsync(OpenShiftKinds.IngressControllers, Stop, new() { Namespace = name }),
        ["create"] = (cluster, name) => cluster.Client.CoreV1.CreateNamespacedPodAsync(new V1Pod(), name, cancellationToken: Stop),
        ["evict"] = (cluster, name) => cluster.Client.CoreV1.CreateNamespacedPodEvictionAsync(new V1Eviction(), name, "default",
            cancellationToken: Stop),
        ["patch"] = (cluster, name) => cluster.Client.CoreV1.PatchNodeAsync(new V1Patch("{}", V1Patch.PatchType.MergePatch), name,
            cancellationToken: Stop),
        ["approve"] = (cluster, name) => cluster.Client.CertificatesV1.ReplaceCertificateSigningRequestApprovalAsync(
            new V1CertificateSigningRequest(), name, cancellationToken: Stop),
        ["delete"] = (cluster, name) => cluster.DeleteNamespaceAsync(name, Stop),
        ["log"] = (cluster, name) => cluster.ReadPodLogAsync("default", name, Stop),
        ["proxy"] = (cluster, name) => cluster.ReadKubeletMetricsAsync(name, Stop),
        ["group"] = (cluster, name) => cluster.Api.IsServedAsync(name.Length == 0 ? "/" : name, "v1", Stop),
        ["version"] = (cluster, name) => cluster.Api.IsServedAsync("apps", name, Stop),
        ["preferred version"] = (cluster, name) => cluster.Api.FindPreferredVersionAsync(name, Stop),
    };

    /// <summary>What the generated operations would make another address of: they escape nothing.</summary>
    private static readonly string[] More =
        ["a?b=c", "a?limit=1", "a?dryRun=All", "?", "a/b", "a/../b", "a/status", "a/b/c", "..", "a#b", "a%2fb", "a b", "a\\b", "a&b", "a;b",
            "a:b", "ä"];

    /// <summary>To such a name a read goes, and finds what is no object; nothing but a read.</summary>
    private static readonly string[] Harmless = ["a/log", "a/proxy/metrics"];

    public static TheoryData<string> Names { get; } = [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_hostile_name_is_refused_before_anything_is_sent(string call)
    {
        IEnumerable<string> hostile = ApiPathTests.Hostile.Select(row => row.Data).Concat(More);
        foreach (string name in call is "get" or "find" or "get in a namespace" ? hostile : hostile.Concat(Harmless))
        {
            HotstackException? e = null;
            try
            {
                await All[call](Cluster, name);
            }
            catch (HotstackException failure)
            {
                e = failure;
            }

            Assert.True(e?.Id == "IdInvalid", $"'{name}': {e?.Message ?? "no error"}");
            Assert.StartsWith("kubernetes: ", e!.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Calls);
    }

    [Fact]
    public async Task A_signing_request_may_have_any_name_and_the_others_are_judged_all_the_same()
    {
        // OpenShift's own: system:openshift:openshift-authenticator-b7wqz. Kubernetes does not check these names.
        string[] names = ["system:openshift:openshift-authenticator-b7wqz", "a b", "a?dryRun=All", "../x", "csr-8xq2v"];
        string items = string.Join(',', names.Select(name => $$"""{"metadata":{"name":"{{name}}" },"spec":{"signerName":"x"} }"""));
        using var server = new ScriptedHandler(_ => ScriptedHandler.Answer(200, $$"""{"metadata":{},"items":[{{items}}]}"""));
        using Cluster cluster = HandledCluster.Connect(server);

        Assert.Equal(names, (await cluster.ListSigningRequestsAsync(Stop)).Items.Select(csr => csr.Name));
        Assert.Equal(0, await new CsrApprover(cluster, CsrPolicy.Strict, new RecordingActivity()).RunOnceAsync(Csrs.Context, Stop));
    }

    [Fact]
    public async Task A_pod_of_such_a_name_is_neither_evicted_nor_deleted()
    {
        var pod = new V1Pod { Metadata = new() { Name = "a?dryRun=All", NamespaceProperty = "default" } };

        Assert.Equal("IdInvalid", (await Assert.ThrowsAsync<HotstackException>(() => Cluster.EvictPodAsync(pod, "v1", Stop))).Id);
        Assert.Equal("IdInvalid", (await Assert.ThrowsAsync<HotstackException>(() => Cluster.DeletePodAsync(pod, Stop))).Id);
        Assert.Empty(Calls);
    }
}
