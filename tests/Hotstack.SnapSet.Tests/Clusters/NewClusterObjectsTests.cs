using Hotstack.Http;
using Hotstack.Sandbox;
using Xunit;
using Hotstack.OpenShift;
using k8s;
using k8s.Models;

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
        await Cluster.Client.CoreV1.CreateNamespaceAsync(
            new V1Namespace { ApiVersion = "v1", Kind = "Namespace", Metadata = new() { Name = Name } }, cancellationToken: Stop);
        Clock.Advance(isNew ? TimeSpan.Zero : NewObjects.Grace);
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 404, Method = "GET", Path = $"/{Name}$", Times = 2 });

        Assert.Equal(isNew, await Cluster.Client.CoreV1.ReadNamespaceAsync(Name, cancellationToken: Stop).OrNullAsync() is not null);
    }
}
