using Hotstack.Configuration;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Xunit;

namespace Hotstack.Contract.Clusters;

/// <summary>Stands for the contract on a real cluster where there is none.</summary>
[Trait("Contract", "KubeLab")]
public sealed class KubeLabTests
{
    [Fact]
    public void The_real_cluster_is_configured()
    {
        Assert.SkipWhen(KubeLabSettings.WhyNot is not null, KubeLabSettings.WhyNot ?? "");
        string file = Path.Combine(KubeLabSettings.Directory, "kubeconfig-token");

        ClusterConfiguration cluster = new KubeconfigLoader(ConfigurationSources.OfThisProcess()).Load(file, null);

        Assert.Equal("https", cluster.Server.Scheme);
        Assert.NotNull(cluster.Token);
        Assert.True(File.Exists(KubeLabSettings.Script));
    }
}

/// <summary>One after the other: there is one cluster for all.</summary>
[CollectionDefinition(Name)]
#pragma warning disable CA1711 // xunit's word
public sealed class KubeLabCollection : ICollectionFixture<LabCluster>
#pragma warning restore CA1711
{
    public const string Name = "kube-lab";
}
