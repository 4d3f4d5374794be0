using Hotstack.Sandbox.Networking;
using Xunit;

namespace Hotstack.Sandbox;

/// <summary>What the sandbox can be made for: clusters of many nodes, uploads of any size.</summary>
public sealed class LargeSandboxTests : SandboxTest
{
    protected override SandboxOptions Options => new() { Clock = Clock, Workers = 97, KeepUploads = false };

    [Fact]
    public void A_cluster_can_have_a_hundred_nodes_none_of_which_shares_an_address()
    {
        Assert.Equal(100, Server.Cluster.Nodes.Count);
        Port[] ports = [.. Cloud.Servers.SelectMany(server => server.Ports)];
        Assert.Equal(ports.Length, ports.Select(port => port.MacAddress).Distinct().Count());
        Assert.Equal(ports.Length, ports.Select(port => port.Address).Distinct().Count());
    }

    [Fact]
    public async Task An_upload_that_is_not_kept_has_its_length_and_hashes_and_no_data()
    {
        const string Id = "11111111-2222-4333-8444-555555555555";
        await CallAsync("POST", "/image/v2/images",
            $$"""{"id": "{{Id}}", "name": "large", "disk_format": "raw", "container_format": "bare"}""");

        Assert.Equal(204, (await CallAsync("PUT", $"/image/v2/images/{Id}/file", "abc", "application/octet-stream")).Status);

        var image = await ImageAsync(Id);
        Assert.Equal(("active", 3), ((string?)image["status"], (int?)image["size"]));
        // Those of "abc" that the algorithms' specifications give.
        Assert.Equal("900150983cd24fb0d6963f7d28e17f72", (string?)image["checksum"]);
        Assert.StartsWith("ddaf35a193617abacc417349ae204131", (string?)image["os_hash_value"], StringComparison.Ordinal);
        Assert.Equal(404, (await CallAsync("GET", $"/image/v2/images/{Id}/file")).Status);
    }
}
