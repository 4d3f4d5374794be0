using System.Text.Json.Nodes;
using Hotstack.Http;
using Xunit;

namespace Hotstack.OpenShift;

/// <summary>No call puts a name of the cluster into its address that would make another address of it.</summary>
public sealed class NamesInAddressesTests : ClusterFixture
{
    private static readonly Dictionary<string, Func<Cluster, string, Task>> All = new()
    {
        ["get"] = (cluster, name) => cluster.Pods.GetAsync(name, Stop, "default"),
        ["get in a namespace"] = (cluster, name) => cluster.Pods.GetAsync("pod", Stop, name),
        ["find"] = (cluster, name) => cluster.Nodes.FindAsync(name, Stop),
        ["list"] = (cluster, name) => cluster.Pods.ListAsync(Stop, new Selection { Namespace = name }),
        ["list metadata"] = (cluster, name) => cluster.Pods.ListMetadataAsync(Stop, new Selection { Namespace = name }),
        ["create"] = (cluster, name) => cluster.Pods.CreateAsync([], Stop, name),
        ["evict"] = (cluster, name) => cluster.Pods.CreateAsync(name, "eviction", [], Stop, "default"),
        ["patch"] = (cluster, name) => cluster.Nodes.PatchAsync(name, Patch.Merge(new JsonObject()), Stop),
        ["replace"] = (cluster, name) => cluster.CertificateSigningRequests.ReplaceAsync(name, [], Stop, subresource: "approval"),
        ["delete"] = (cluster, name) => cluster.Namespaces.DeleteAsync(name, Stop),
        ["log"] = (cluster, name) => cluster.Pods.GetTextAsync(name, "log", Stop, "default"),
        ["proxy"] = (cluster, name) => cluster.Nodes.GetTextAsync(name, "proxy/metrics", Stop),
        ["watch"] = async (cluster, name) =>
        {
            await foreach (string _ in cluster.Pods.StreamChangesAsync(new Selection { Namespace = name }, "1", TimeSpan.FromSeconds(1), Stop))
            {
            }
        },
        ["group"] = (cluster, name) => cluster.Api.IsServedAsync(name.Length == 0 ? "/" : name, "v1", Stop),
        ["version"] = (cluster, name) => cluster.Api.IsServedAsync("apps", name, Stop),
        ["preferred version"] = (cluster, name) => cluster.Api.FindPreferredVersionAsync(name, Stop),
    };

    public static TheoryData<string> Names { get; } = [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_hostile_name_is_refused_before_anything_is_sent(string call)
    {
        foreach (string name in ApiPathTests.Hostile.Select(row => row.Data))
        {
            var e = await Assert.ThrowsAsync<HotstackException>(() => All[call](Cluster, name));

            Assert.Equal("IdInvalid", e.Id);
            Assert.StartsWith("kubernetes: ", e.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Calls);
    }
}
