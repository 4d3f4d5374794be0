using Xunit;
using YamlDotNet.RepresentationModel;

namespace Hotstack.Contract;

/// <summary>Stands for the contract on a real cluster where there is none.</summary>
[Trait("Contract", "KubeLab")]
public sealed class KubeLabTests
{
    [Fact]
    public void The_real_cluster_is_configured()
    {
        Assert.SkipWhen(KubeLabSettings.WhyNot is not null, KubeLabSettings.WhyNot ?? "");

        YamlStream kubeconfig = [];
        kubeconfig.Load(new StringReader(File.ReadAllText(KubeLabSettings.Kubeconfig("token"))));

        var server = (YamlScalarNode)kubeconfig.Documents[0].RootNode["clusters"][0]["cluster"]["server"];
        Assert.Equal("https", new Uri(server.Value!).Scheme);
        Assert.True(File.Exists(KubeLabSettings.Script));
    }
}
