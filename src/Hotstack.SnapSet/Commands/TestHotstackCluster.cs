using System.Management.Automation;
using Hotstack.Clusters;
using Hotstack.Clusters.Assess;

namespace Hotstack.Commands;

/// <summary>Checks whether an OpenShift cluster may be shut down now, and whether all its services work.</summary>
[Cmdlet(VerbsDiagnostic.Test, "HotstackCluster")]
[OutputType(typeof(ClusterReport), typeof(bool))]
public sealed class TestHotstackCluster : ClusterCmdlet
{
    /// <summary>How long the kubelets' certificates have to be valid still: 7d, 12h. By default seven days; 25 hours at least.</summary>
    [Parameter, Duration]
    public TimeSpan MinimumValidity { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The longest that it may take; what has not answered by then is unknown, and named. By default two minutes.</summary>
    [Parameter, Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gives only True or False. True means safe to shut down; what cannot be found out is False.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() => Run(async run =>
    {
        var request = new TestClusterRequest
        {
            MinimumValidity = MinimumValidity, IgnoreOperators = IgnoreOperator, IgnoreApiServices = IgnoreApiService, Timeout = Timeout,
        };
        ClusterReport report = await new TestCluster(run.Cluster).RunAsync(request, run.Activity, run.Stop);
        run.Write(Quiet ? report.IsSafe : report);
    });
}
