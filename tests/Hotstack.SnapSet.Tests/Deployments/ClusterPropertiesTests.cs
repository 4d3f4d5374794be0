using Hotstack.Clusters;
using Hotstack.OpenShift.Objects;
using Xunit;

namespace Hotstack.Deployments;

public sealed class ClusterPropertiesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    private static readonly ClusterRecord Full = new()
    {
        ClusterId = "c1", Version = "4.18.6", RecordedAt = Now, UnattendedUntil = Now.AddDays(20), AssistedUntil = Now.AddDays(300),
            AreDatesUpperBounds = true,
        OperatorCount = 33, ApiGroups = ["route.openshift.io", "image.openshift.io"],
        BrokenApiServices = ["v1beta1.external.metrics.k8s.io", "v1.custom.example"], BrokenOperators = ["insights"],
        BrokenInstalledOperators = ["keda/keda.v2.14.0"],
        OffInstances = ["bmh0", "bmh1"],
        Nodes =
        [
            new NodeRecord
            {
                Name = "master-0", InstanceName = "master0", BootId = "b0", WasUnschedulable = true,
                Addresses = [new("InternalIP", "192.168.32.10"), new("Hostname", "master-0")],
                ClientCertificateUntil = Now.AddDays(21), ServingCertificateUntil = Now.AddDays(22),
            },
            new NodeRecord { Name = "master-1", InstanceName = "master1", BootId = "b1" },
        ],
    };

    [Fact]
    public void A_record_is_read_back_from_all_images()
    {
        ClusterRecord? read = ClusterProperties.Merge(
            ((string[])["controller", "master0", "master1"]).Select(name => ClusterProperties.From(Of(Full, name), name)));

        Assert.NotNull(read);
        Assert.Equivalent(Full, read, strict: true);
    }

    [Fact]
    public void Without_a_record_all_properties_are_written_empty()
    {
        Dictionary<string, string> none = Of(null, "master0");

        Assert.Equal(Of(Full, "master0").Keys.Order(), none.Keys.Order());
        Assert.All(none.Values, Assert.Empty);
        Assert.Null(ClusterProperties.From(none, "master0"));
        Assert.Null(ClusterProperties.Merge([null, null]));
    }

    [Fact]
    public void A_record_of_an_older_version_has_no_broken_services()
    {
        Dictionary<string, string> old = Of(Full, "master0").Where(p => !p.Key.Contains("_broken_", StringComparison.Ordinal))
            .ToDictionary();

        ClusterRecord? read = ClusterProperties.From(old, "master0");

        Assert.Equal(33, read?.OperatorCount);
        Assert.Empty(read!.BrokenApiServices.Concat(read.BrokenOperators).Concat(read.BrokenInstalledOperators));
    }

    [Fact]
    public void The_controller_has_the_dates_and_no_node()
    {
        ClusterRecord? read = ClusterProperties.From(Of(Full, "controller"), "controller");

        Assert.Equal(Full.UnattendedUntil, read?.UnattendedUntil);
        Assert.Empty(read!.Nodes);
    }

    [Fact]
    public void Values_keep_Novas_limit()
    {
        ClusterRecord record = Full with
        {
            BrokenApiServices = [.. Enumerable.Range(0, 30).Select(i => $"v1beta{i}.external.metrics.k8s.io")],
            Nodes = [Full.Nodes[0] with { Addresses = [.. Enumerable.Range(0, 60)
                .Select(i => new NodeAddress("InternalIP", $"192.168.32.{i}"))] }],
        };

        Dictionary<string, string> properties = Of(record, "master0");

        Assert.All(properties.Values, value => Assert.InRange(value.Length, 0, 255));
        NodeRecord node = Assert.Single(ClusterProperties.From(properties, "master0")!.Nodes);
        Assert.Equal(record.Nodes[0].Addresses.Take(node.Addresses.Count), node.Addresses);
        Assert.InRange(node.Addresses.Count, 8, 20);
    }

    [Theory]
    [InlineData("hotstack_unattended_until", "soon")]
    [InlineData("hotstack_cluster_operators", "-1")]
    [InlineData("hotstack_node_addresses", "nonsense")]
    public void A_corrupt_value_is_left_out(string key, string value)
    {
        Dictionary<string, string> properties = Of(Full, "master0");
        properties[key] = value;

        ClusterRecord? read = ClusterProperties.From(properties, "master0");

        Assert.NotNull(read);
        bool[] areMissing = [read.UnattendedUntil is null, read.OperatorCount is null, read.Nodes[0].Addresses.Count == 0];
        Assert.Single(areMissing, isMissing => isMissing);
    }

    private static Dictionary<string, string> Of(ClusterRecord? record, string name) => ClusterProperties.Of(record, name).ToDictionary();
}
