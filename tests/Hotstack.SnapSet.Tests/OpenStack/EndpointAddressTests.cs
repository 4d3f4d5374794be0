using Xunit;

namespace Hotstack.OpenStack;

/// <summary>The addresses that catalogues and overrides hold, and where the calls go then.</summary>
public sealed class EndpointAddressTests
{
    private const string P = "69e80f5a37984a98b8a581100cfcc2ac";

    [Theory]
    // Distribution packages
    [InlineData("compute", "http://127.0.0.1:8774/v2.1", "http://127.0.0.1:8774/v2.1")]
    [InlineData("image", "http://127.0.0.1:9292", "http://127.0.0.1:9292/v2")]
    [InlineData("network", "http://127.0.0.1:9696", "http://127.0.0.1:9696/v2.0")]
    [InlineData("orchestration", "http://127.0.0.1:8004/v1/" + P, "http://127.0.0.1:8004/v1/" + P)]
    [InlineData("block-storage", "http://127.0.0.1:8776/v3/" + P, "http://127.0.0.1:8776/v3/" + P)]
    // DevStack
    [InlineData("compute", "http://cloud/compute/v2.1", "http://cloud/compute/v2.1")]
    [InlineData("image", "http://cloud/image", "http://cloud/image/v2")]
    [InlineData("network", "http://cloud/networking", "http://cloud/networking/v2.0")]
    [InlineData("orchestration", "http://cloud/heat-api/v1/" + P, "http://cloud/heat-api/v1/" + P)]
    [InlineData("block-storage", "http://cloud/volume/v3", "http://cloud/volume/v3/" + P)]
    // With a slash at the end
    [InlineData("compute", "https://cloud:8774/v2.1/", "https://cloud:8774/v2.1/")]
    [InlineData("image", "https://cloud:9292/", "https://cloud:9292/v2")]
    [InlineData("image", "https://cloud/image/v2/", "https://cloud/image/v2")]
    [InlineData("network", "https://cloud:9696//", "https://cloud:9696/v2.0")]
    [InlineData("block-storage", "https://cloud/volume/v3/", "https://cloud/volume/v3/" + P)]
    [InlineData("orchestration", "https://cloud/v1/" + P + "/", "https://cloud/v1/" + P + "/")]
    // With the project where it need not be, or a version that is not ours
    [InlineData("compute", "https://cloud:8774/v2.1/" + P, "https://cloud:8774/v2.1/" + P)]
    [InlineData("compute", "https://cloud:8774/v2/" + P, "https://cloud:8774/v2/" + P)]
    [InlineData("image", "https://cloud/image/v1", "https://cloud/image/v2")]
    [InlineData("image", "https://cloud/image/v2.9", "https://cloud/image/v2")]
    [InlineData("network", "https://cloud:9696/v2.0", "https://cloud:9696/v2.0")]
    [InlineData("block-storage", "https://cloud/v2/" + P, "https://cloud/v2/" + P)]
    [InlineData("block-storage", "https://cloud/v3/AUTH_" + P, "https://cloud/v3/AUTH_" + P)]
    // Overrides
    [InlineData("compute", "https://cloud:8774", "https://cloud:8774/v2.1")]
    [InlineData("compute", "https://[fd00::1]:8774", "https://[fd00::1]:8774/v2.1")]
    [InlineData("orchestration", "https://cloud:8004", "https://cloud:8004/v1/" + P)]
    [InlineData("orchestration", "https://cloud:8004/v1", "https://cloud:8004/v1/" + P)]
    [InlineData("orchestration", "https://cloud:8004/v1/another", "https://cloud:8004/v1/another")]
    [InlineData("block-storage", "https://cloud:8776", "https://cloud:8776/v3/" + P)]
    [InlineData("block-storage", "https://cloud:8776/v2", "https://cloud:8776/v3/" + P)]
    public void For_a_token_of_a_project(string service, string address, string expected) =>
        Assert.Equal(new Uri(expected), EndpointAddress.Of(service, new Uri(address), P));

    [Theory]
    [InlineData("compute", "https://cloud:8774", "https://cloud:8774/v2.1")]
    [InlineData("orchestration", "https://cloud:8004", "https://cloud:8004/v1")]
    [InlineData("orchestration", "https://cloud:8004/v1", "https://cloud:8004/v1")]
    [InlineData("block-storage", "https://cloud:8776/v3", "https://cloud:8776/v3")]
    [InlineData("block-storage", "https://cloud:8776/v3/" + P, "https://cloud:8776/v3/" + P)]
    public void For_a_fixed_token_which_tells_of_none(string service, string address, string expected) =>
        Assert.Equal(new Uri(expected), EndpointAddress.Of(service, new Uri(address), null));
}
