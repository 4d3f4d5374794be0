using Hotstack.Clusters.CertificateRequests;
using Xunit;
using k8s.Models;

namespace Hotstack.Clusters.Certificates;

public sealed class ReadCertificatesTests
{
    private static readonly DateTimeOffset Now = Csrs.Now;

    [Theory]
    [InlineData(true, 5, 5, false)]
    [InlineData(true, -5, 5, true)]
    [InlineData(true, 5, -5, false)]
    [InlineData(true, null, 5, true)]
    [InlineData(false, 5, 5, false)]
    [InlineData(false, 5, -5, true)]
    [InlineData(false, -5, 5, false)]
    [InlineData(false, 5, null, true)]
    public void A_node_is_in_need_of_what_it_lacks(bool asksForClient, int? clientHours, int? servingHours, bool isInNeed)
    {
        V1CertificateSigningRequest request = asksForClient ? Csrs.Client() : Csrs.Serving();
        var node = new NodeCertificates
        {
            Node = "master-0", UsesServing = true,
            ClientNotAfter = clientHours is { } client ? Now.AddHours(client) : null,
            ServingNotAfter = servingHours is { } serving ? Now.AddHours(serving) : null,
        };

        Assert.Equal(isInNeed, ReadCertificates.IsNeeded(request, [node], Now));
    }

    [Fact]
    public void A_kubelet_that_serves_by_a_certificate_of_its_own_needs_none()
    {
        var node = new NodeCertificates { Node = "master-0", UsesServing = false, ClientNotAfter = Now.AddHours(5) };

        Assert.False(ReadCertificates.IsNeeded(Csrs.Serving(), [node], Now));
    }

    [Fact]
    public void What_is_not_known_of_a_node_counts_as_missing()
    {
        var node = new NodeCertificates { Node = "master-0", UsesServing = true, Problem = "its kubelet does not answer" };

        Assert.True(ReadCertificates.IsNeeded(Csrs.Client(), [node], Now));
    }

    [Fact]
    public void Strangers_and_what_cannot_be_read_are_in_no_need()
    {
        var node = new NodeCertificates { Node = "master-0", UsesServing = true };

        Assert.False(ReadCertificates.IsNeeded(Csrs.Client(Csrs.RequestOf("stranger")), [node], Now));
        Assert.False(ReadCertificates.IsNeeded(Csrs.Of("no request"), [node], Now));
    }
}
