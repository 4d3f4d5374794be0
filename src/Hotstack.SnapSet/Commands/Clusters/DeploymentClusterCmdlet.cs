using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.Deployments;
using Hotstack.Hosting;
using Hotstack.Input;

namespace Hotstack.Commands;

/// <summary>The base of the cmdlets that look at a cluster: of the kubeconfig, or of a deployment.</summary>
public abstract class DeploymentClusterCmdlet : ClusterWayCmdlet
{
    private protected const string ByStack = "ByStack";
    private const string ByInput = "ByInput";

    private readonly ClusterInputs _inputs = new();

    private protected DeploymentClusterCmdlet()
    {
    }

    /// <summary>The Heat stack of the cluster. Its controller leads to it. Without it, the cluster is that of the kubeconfig.</summary>
    [Parameter(Position = 1, ParameterSetName = ByStack)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(StackNameCompleter))]
    public string? StackName { get; set; }

    /// <summary>The deployment: a SnapSet, the output of Restore-HotstackSnapSet or Suspend-HotstackCluster, the instances of one
    /// deployment, or any object with StackName.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByInput), ValidateNotNull]
    public object? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == ByInput)
        {
            _inputs.Take(InputObject, null, null, Cloud, Region).ForEach(RunOne);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ParameterSetName != ByInput && !MyInvocation.ExpectingInput)
        {
            Run(run => RunAsync(run, StackName is null ? null : new InstanceSource { StackName = StackName }));
        }

        _inputs.TakeServers(null, null).ForEach(RunOne);
    }

    /// <summary>Does the work for one cluster.</summary>
    /// <param name="run">What the work needs.</param>
    /// <param name="deployment">The servers of its deployment; null if they are not known.</param>
    private protected abstract Task RunAsync(CmdletRun run, InstanceSource? deployment);

    private void RunOne(ClusterInput input)
    {
        RunItem(input.OriginOr(Cloud, Region), run => RunAsync(run, input.RequiredSource));
    }
}
