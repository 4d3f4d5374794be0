using Hotstack.Configuration;
using Hotstack.OpenStack.Configuration;
using Xunit;

namespace Hotstack.Contract.Clouds;

/// <summary>Stands for the contract on a real cloud where there is none.</summary>
[Trait("Contract", "Lab")]
public sealed class LabTests
{
    [Fact]
    public void The_real_cloud_is_configured()
    {
        Assert.SkipWhen(LabSettings.WhyNot is not null, LabSettings.WhyNot ?? "");

        CloudConfiguration cloud = new CloudConfigurationLoader(ConfigurationSources.OfThisProcess()).Load(LabSettings.Cloud, null);

        Assert.Equal(LabSettings.Cloud, cloud.Name);
        Assert.True(cloud.UsesKeystone);
    }
}

/// <summary>One after the other: there is one stack for all.</summary>
[CollectionDefinition(Name)]
#pragma warning disable CA1711 // xunit's word
public sealed class LabCollection : ICollectionFixture<LabCloud>
#pragma warning restore CA1711
{
    public const string Name = "lab";
}
