using Hotstack.OpenShift.Objects;
using k8s.Models;
using Xunit;

namespace Hotstack.OpenShift;

/// <summary>Nulls and gaps in objects are read as nothing, and not as a failure later.</summary>
public sealed class ModelJsonTests
{
    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"metadata":null,"spec":null,"status":null}""")]
    [InlineData("""{"metadata":{"name":null,"labels":null,"annotations":null,"ownerReferences":null},"spec":{"taints":null},"status":{"conditions":null,"addresses":null,"nodeInfo":null}}""")]
    [InlineData("""{"metadata":{"labels":{"a":null},"annotations":{"a":null},"ownerReferences":[null]},"spec":{"taints":[null]},"status":{"conditions":[null],"addresses":[null]}}""")]
    [InlineData("""{"status":{"conditions":[{}],"addresses":[{}]}}""")]
    public void A_node_with_gaps_can_be_asked_all_that_we_ask(string json)
    {
        var node = ModelJson.Parse<V1Node>(System.Text.Encoding.UTF8.GetBytes(json))!;

        Assert.Equal(("", null, "", null), (node.Name, node.Namespace, node.Title, node.CreatedAt));
        Assert.Empty(node.Labels);
        Assert.Empty(node.Annotations);
        Assert.Empty(node.Owners);
        Assert.False(node.IsUnschedulable || node.IsMaster || node.IsBeingDeleted);
        Assert.All(node.Conditions, condition => Assert.Equal(("", "Unknown"), (condition.Type, condition.Status)));
        Assert.All(node.Addresses, address => Assert.Equal("=", $"{address}"));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"metadata":{"ownerReferences":[null,{}]},"spec":{"containers":[null]},"status":{"conditions":[null],"containerStatuses":[null]}}""")]
    [InlineData("""{"spec":{"containers":[{}]},"status":{"containerStatuses":[{"state":null}]}}""")]
    public void A_pod_with_gaps_too(string json)
    {
        var pod = ModelJson.Parse<V1Pod>(System.Text.Encoding.UTF8.GetBytes(json))!;

        Assert.Equal(("Unknown", false, false), (pod.Phase, pod.IsFinished, pod.IsMirror));
        Assert.Null(pod.NodeName);
        Assert.Empty(pod.Conditions);
        Assert.All(pod.Containers, container => Assert.Equal(("", "", null), (container.Name, container.Image, container.WaitingReason)));
        Assert.All(pod.Owners, owner => Assert.Null(owner.Kind));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"spec":{"groups":null,"usages":[null],"request":null},"status":{"conditions":[null],"certificate":null}}""")]
    public void A_signing_request_with_gaps_is_one_that_waits(string json)
    {
        var csr = ModelJson.Parse<V1CertificateSigningRequest>(System.Text.Encoding.UTF8.GetBytes(json))!;

        Assert.Equal(("", "", ""), (csr.SignerName, csr.Username, csr.Request));
        Assert.Empty(csr.Groups);
        Assert.Empty(csr.Usages);
        Assert.True(csr is { IsPending: true, IsIssued: false });
    }
}
