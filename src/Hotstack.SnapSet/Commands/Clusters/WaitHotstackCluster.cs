using System.Management.Automation;
using Hotstack.Clusters;
using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Wait;
using Hotstack.Completion;
using Hotstack.Deployments;
using Hotstack.Deployments.Controllers;
using Hotstack.Hosting;
using Hotstack.Input;
using Hotstack.OpenShift;

namespace Hotstack.Commands;

/// <summary>Waits until an OpenShift cluster is stable, ready, reachable, or safe to shut down.</summary>
[Cmdlet(VerbsLifecycle.Wait, "HotstackCluster", DefaultParameterSetName = ByStack, SupportsShouldProcess = true)]
[OutputType(typeof(ClusterReport))]
public sealed class WaitHotstackCluster : DeploymentCheckCmdlet
{
    /// <summary>What to wait for.</summary>
    [Parameter(Position = 0), ArgumentCompleter(typeof(FixedValueCompleter))]
    [FixedValues(
        "Stable: all ClusterOperators are available, not progressing and not degraded for the time of -StableFor",
        "CertificateRotation: the certificates allow a shutdown, as Test-HotstackCluster reports",
        "Ready: every health check passes",
        "Api: the API reports ready three times in a row")]
    public string For { get; set; } = "Stable";

    /// <summary>How long all operators must be stable without interruption, one value per round: 60s, 5m. By default one round of a
    /// minute.</summary>
    [Parameter, Duration, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan[] StableFor { get; set; } = [TimeSpan.FromSeconds(60)];

    /// <summary>How long the kubelets' certificates must remain valid, for -For CertificateRotation. By default seven days.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan MinimumValidity { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Uncordons nodes that were left cordoned, by the machine-config operator or anybody else. Not nodes whose configuration is
    /// being changed.</summary>
    [Parameter]
    public SwitchParameter Uncordon { get; set; }

    /// <summary>The timeout. By default one hour for Stable, 26 hours for CertificateRotation, 90 minutes for Ready,
    /// 20 minutes for Api.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan? Timeout { get; set; }

    /// <summary>The interval between two polls. By default two seconds for Stable, five minutes for CertificateRotation, 30 seconds
    /// for Ready, five seconds for Api.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan? PollInterval { get; set; }

    /// <summary>Gives the report of Test-HotstackCluster when the wait ends.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override async Task RunAsync(CmdletRun run, InstanceSource? deployment)
    {
        Cluster cluster = await run.ClusterAfterLoginAsync(deployment, ClusterPurpose.Wait);
        await new WaitCluster(cluster).RunAsync(
            new WaitClusterRequest
            {
                Goal = Enum.Parse<ClusterGoal>(For, ignoreCase: true),
                StableFor = StableFor,
                Uncordon = Uncordon && await run.ConfirmAsync(
                    $"OpenShift cluster '{cluster.Name}'", "Uncordon the nodes that were left cordoned"),
                IgnoreOperators = IgnoreOperator,
                IgnoreApiServices = IgnoreApiService,
                MinimumValidity = MinimumValidity,
                Timeout = Timeout,
                PollInterval = PollInterval,
            },
            run.Activity, run.Stop);
        if (PassThru)
        {
            var test = new TestClusterRequest
            {
                MinimumValidity = MinimumValidity,
                IgnoreOperators = IgnoreOperator,
                IgnoreApiServices = IgnoreApiService,
            };
            run.Write(await new TestCluster(cluster).RunAsync(test, run.Activity, run.Stop));
        }
    }
}
