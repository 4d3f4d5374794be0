using System.Management.Automation;
using Hotstack.Clusters;
using Hotstack.Clusters.Assess;
using Hotstack.Completion;
using Hotstack.Deployments;
using Hotstack.Hosting;
using Hotstack.Input;

namespace Hotstack.Commands;

/// <summary>Checks whether an OpenShift cluster is safe to shut down now, and whether all its services work.</summary>
[Cmdlet(VerbsDiagnostic.Test, "HotstackCluster", DefaultParameterSetName = ByStack)]
[OutputType(typeof(ClusterReport), typeof(bool))]
public sealed class TestHotstackCluster : DeploymentCheckCmdlet
{
    /// <summary>How long the kubelets' certificates must remain valid: 7d, 12h. By default seven days; at least 25 hours.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan MinimumValidity { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The timeout. Checks without an answer by then are reported as unknown. By default two minutes.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gives only True or False. True means safe to shut down; unknown is False.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override async Task RunAsync(CmdletRun run, InstanceSource? deployment)
    {
        var request = new TestClusterRequest
        {
            MinimumValidity = MinimumValidity,
            IgnoreOperators = IgnoreOperator,
            IgnoreApiServices = IgnoreApiService,
            Timeout = Timeout,
        };
        ClusterReport report = await new TestCluster(await run.ClusterAfterLoginAsync(deployment))
            {
                Cloud = () => run.Cloud,
                Deployment = deployment,
            }
            .RunAsync(request, run.Activity, run.Stop);
        run.Write(Quiet ? report.IsSafe : report);
    }
}
