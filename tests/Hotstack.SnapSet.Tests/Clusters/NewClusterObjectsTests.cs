using System.Text.Json.Nodes;
using Hotstack.Http;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.Clusters;

/// <summary>An API server that does not know yet what another one made just now.</summary>
public sealed class NewClusterObjectsTests : ClusterFixture
{
    private const string Name = "made-just-now";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_404_for_a_new_namespace_is_no_deletion_until_the_grace_is_over(bool isNew)
    {
        await Cluster.Namespaces.CreateAsync(
            new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = Name } }, Stop);
        Clock.Advance(isNew ? TimeSpan.Zero : NewObjects.Grace);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 404, Method = "GET", Path = $"/{Name}$", Times = 2 });

        Assert.Equal(isNew, await Cluster.Namespaces.FindAsync(Name, Stop) is not null);
    }
}
