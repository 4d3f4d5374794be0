using System.Management.Automation;
using Hotstack.Completion;

namespace Hotstack.Commands;

/// <summary>The base of the cmdlets that use an OpenShift cluster and check it, but for what the user ignores.</summary>
public abstract class ClusterCmdlet : ClusterWayCmdlet
{
    private protected ClusterCmdlet()
    {
    }

    /// <summary>ClusterOperators that may be unstable. Wildcards are permitted.</summary>
    [Parameter, ValidateNotNullOrEmpty, SupportsWildcards, ArgumentCompleter(typeof(OperatorCompleter))]
    public string[] IgnoreOperator { get; set; } = [];

    /// <summary>API services that may be unavailable, such as v1beta1.external.metrics.k8s.io. Wildcards are permitted.</summary>
    [Parameter, ValidateNotNullOrEmpty, SupportsWildcards, ArgumentCompleter(typeof(ApiServiceCompleter))]
    public string[] IgnoreApiService { get; set; } = [];
}
