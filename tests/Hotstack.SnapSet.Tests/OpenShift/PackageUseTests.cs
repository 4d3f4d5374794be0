using k8s;
using Xunit;

namespace Hotstack.OpenShift;

/// <summary>
/// What of KubernetesClient is used: models and operations. Its own reading of kubeconfigs, its TLS, credentials, watches and errors are not
/// (docs/decisions.md), so nothing in Core may even name them.
/// </summary>
public sealed class PackageUseTests
{
    /// <summary>Beside models and operations. A type that is not here needs a reason to be.</summary>
    private static readonly string[] Allowed =
    [
        "k8s.AbstractKubernetes",
        "k8s.Autorest.HttpOperationResponse",
        "k8s.Autorest.HttpOperationResponse`1",
        "k8s.Models.IItems`1",
        "k8s.IKubernetesObject",
        "k8s.Models.IMetadata`1",
        "k8s.KubernetesJson",
        "k8s.KubernetesJson+Iso8601TimeSpanConverter",
        "k8s.KubernetesJson+KubernetesDateTimeConverter",
        "k8s.KubernetesJson+KubernetesDateTimeOffsetConverter",
    ];

    [Fact]
    public void Nothing_of_the_package_but_models_and_operations_is_used() =>
        Assert.DoesNotContain(Core.Types, type => !IsModel(type) && !IsOperations(type) && !Allowed.Contains(type));

    [Theory]
    [InlineData("k8s.Kubernetes")]
    [InlineData("k8s.KubernetesClientConfiguration")]
    [InlineData("k8s.Autorest.HttpOperationException")]
    [InlineData("k8s.Authentication.ExecTokenProvider")]
    [InlineData("k8s.Authentication.OidcTokenProvider")]
    [InlineData("k8s.KubeConfigModels.K8SConfiguration")]
    [InlineData("k8s.GenericClient")]
    [InlineData("k8s.WatcherExt")]
    [InlineData("k8s.CertUtils")]
    public void Least_of_all_its_connections(string type)
    {
        // It is there to be used.
        Assert.NotNull(typeof(IKubernetes).Assembly.GetType(type));
        Assert.DoesNotContain(type, Core.Types);
    }

    /// <summary>A package in the cmdlets' own assembly would be loaded beside those of other modules.</summary>
    [Fact]
    public void The_cmdlets_do_not_know_it() =>
        Assert.DoesNotContain(
            typeof(IKubernetes).Assembly.GetName().Name,
                PackageReferences.Of(Path.Combine(AppContext.BaseDirectory, "Hotstack.SnapSet.dll")).Assemblies);

    /// <summary>The reader of metadata does see what is there.</summary>
    [Fact]
    public void What_is_used_is_seen()
    {
        Assert.Contains("k8s.AbstractKubernetes", Core.Types);
        Assert.Contains("k8s.Models.V1Node", Core.Types);
        Assert.Contains(("k8s.Models.V1Node", "Status"), Core.Getters);
        Assert.Contains(("k8s.Models.IMetadata`1", "Metadata"), Core.Getters);
    }

    private static PackageReferences Core { get; } = PackageReferences.Of(typeof(KubernetesOperations).Assembly.Location);

    private static bool IsModel(string type) => type.StartsWith("k8s.Models.", StringComparison.Ordinal);

    private static bool IsOperations(string type) =>
        type.EndsWith("Operations", StringComparison.Ordinal) || type.EndsWith("OperationsExtensions", StringComparison.Ordinal);
}
