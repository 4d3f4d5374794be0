using System.Management.Automation;
using Hotstack.Clusters;
using Hotstack.Clusters.Look;
using Hotstack.Completion;
using Hotstack.Deployments;
using Hotstack.Hosting;
using Hotstack.Input;

namespace Hotstack.Commands;

/// <summary>Gets the nodes, operators, certificates and certificate signing requests of a cluster, without a verdict.</summary>
[Cmdlet(VerbsCommon.Get, "HotstackCluster", DefaultParameterSetName = ByStack)]
[OutputType(typeof(ClusterStatus))]
public sealed class GetHotstackCluster : DeploymentClusterCmdlet
{
    /// <summary>The timeout. Parts without an answer by then are left out, with a warning. By default two minutes.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    private protected override async Task RunAsync(CmdletRun run, InstanceSource? deployment)
    {
        ClusterStatus status = await new GetCluster(await run.ClusterAfterLoginAsync(deployment)).RunAsync(Timeout, run.Activity, run.Stop);
        (string? cloud, string? region) = run.Place;
        run.Write(status with { StackName = deployment?.OneStackName, Cloud = cloud, Region = region });
    }
}
