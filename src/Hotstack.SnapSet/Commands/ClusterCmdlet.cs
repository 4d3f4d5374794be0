using System.Management.Automation;
using Hotstack.Completion;

namespace Hotstack.Commands;

/// <summary>The base of the cmdlets that use an OpenShift cluster.</summary>
public abstract class ClusterCmdlet : HotstackCmdlet
{
    private protected ClusterCmdlet()
    {
    }

    /// <summary>The kubeconfig. By default those that KUBECONFIG names, or ~/.kube/config. No wildcards.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Kubeconfig { get; set; }

    /// <summary>The context in the kubeconfig. By default its current one.</summary>
    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ContextCompleter))]
    public string? Context { get; set; }

    /// <summary>ClusterOperators that may be unstable. Wildcards are permitted.</summary>
    [Parameter, ValidateNotNullOrEmpty, SupportsWildcards, ArgumentCompleter(typeof(OperatorCompleter))]
    public string[] IgnoreOperator { get; set; } = [];

    /// <summary>API services that may be unavailable, such as v1beta1.external.metrics.k8s.io. Wildcards are permitted.</summary>
    [Parameter, ValidateNotNullOrEmpty, SupportsWildcards, ArgumentCompleter(typeof(ApiServiceCompleter))]
    public string[] IgnoreApiService { get; set; } = [];

    private protected override (string? Kubeconfig, string? Context) ClusterChoice => (FilePath(Kubeconfig), Context);
}
