using System.Text.Json;
using Xunit;

namespace Hotstack.OpenStack;

public sealed class ServiceCatalogTests
{
    private static readonly string[] Volumes = ["block-storage", "volumev3", "volumev2", "volume", "block-store"];
    private static readonly string[] Public = ["public"];

    [Theory]
    [InlineData("compute", "public", null, "http://nova-public-one")]
    [InlineData("compute", "internal", null, "http://nova-internal-one")]
    [InlineData("compute", "admin public", null, "http://nova-public-one")]
    [InlineData("compute", "internal public", "two", "http://nova-public-two")]
    [InlineData("compute", "public", "two", "http://nova-public-two")]
    [InlineData("image", "public", "one", "http://glance")]
    [InlineData("network", "public", null, "http://neutron")]
    public void Finds_by_type_interface_and_region(string type, string interfaces, string? region, string url) =>
        Assert.Equal(new Uri(url), Catalog.Find("lab", [type], interfaces.Split(' '), region, null));

    [Fact]
    public void Prefers_the_type_asked_for_to_its_aliases()
    {
        Assert.Equal(new Uri("http://cinder-v3"), Catalog.Find("lab", Volumes, Public, null, null));
        Assert.Equal(new Uri("http://cinder-v2"), Catalog.Find("lab", ["volumev2", .. Volumes], Public, null, null));
        Assert.Equal(new Uri("http://cinder-v2"), Catalog.Find("lab", Volumes, Public, null, "cinderv2"));
    }

    [Theory]
    [InlineData("compute", "admin", null, null, "has no admin endpoint of type compute. ")]
    [InlineData("compute", "public internal", "three", null, "has no public or internal endpoint of type compute in region 'three'. ")]
    [InlineData("orchestration", "public", null, null, "has no public endpoint of type orchestration. ")]
    [InlineData("compute", "public", "one", "nova2", "has no public endpoint of type compute named 'nova2' in region 'one'. ")]
    [InlineData("empty", "public", null, null, "of type empty. ")]
    [InlineData("relative", "public", null, null, "of type relative. ")]
    [InlineData("ftp", "public", null, null, "of type ftp. ")]
    public void Says_what_there_is_when_it_finds_nothing(string type, string interfaces, string? region, string? name, string said)
    {
        var e = Assert.Throws<HotstackException>(() => Catalog.Find("lab", [type], interfaces.Split(' '), region, name));

        Assert.Equal(("EndpointNotFound", ErrorCause.NotFound), (e.Id, e.Cause));
        Golden.Message(e);
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_that_it_is_empty()
    {
        var e = Assert.Throws<HotstackException>(() => ServiceCatalog.From([]).Find("lab", ["compute"], Public, null, null));

        Golden.Message(e);
    }

    private static ServiceCatalog Catalog
    {
        get
        {
            using JsonDocument document = JsonDocument.Parse(
                """
                [
                  {"type": "compute", "name": "nova", "endpoints": [
                    {"interface": "public", "region_id": "one", "region": "ignored", "url": "http://nova-public-one"},
                    {"interface": "internal", "region_id": "one", "url": "http://nova-internal-one"},
                    {"interface": "public", "region": "two", "url": "http://nova-public-two"}]},
                  {"type": "image", "name": "glance", "endpoints": [{"interface": "public", "region_id": "one", "url": "http://glance"}]},
                  {"type": "network", "endpoints": [{"interface": "public", "url": "http://neutron"}]},
                  {"type": "volumev2", "name": "cinderv2", "endpoints": [{"interface": "public", "region_id": "one", "url": "http://cinder-v2"}]},
                  {"type": "volumev3", "name": "cinderv3", "endpoints": [{"interface": "public", "region_id": "one", "url": "http://cinder-v3"}]},
                  {"type": "empty", "endpoints": [{"interface": "public", "region_id": "one", "url": ""}, {"interface": "public"}]},
                  {"type": "relative", "endpoints": [{"interface": "public", "region_id": "one", "url": "/relative"}]},
                  {"type": "ftp", "endpoints": [{"interface": "public", "region_id": "one", "url": "ftp://x"}]},
                  {"type": "none"}, {}
                ]
                """);
            return ServiceCatalog.From([.. document.RootElement.Clone().EnumerateArray()]);
        }
    }
}
