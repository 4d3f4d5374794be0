using System.Management.Automation;
using Hotstack.Clusters;
using Hotstack.Clusters.CertificateRequests;
using Hotstack.Clusters.Revive;
using Hotstack.Completion;
using Hotstack.Deployments.Controllers;
using Hotstack.Input;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;

namespace Hotstack.Commands;

/// <summary>Starts an OpenShift cluster that was shut down or restored from a SnapSet, and waits until its services work.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "HotstackRevive", DefaultParameterSetName = ByStack, SupportsShouldProcess = true)]
[Alias("Resume-HotstackCluster")]
[OutputType(typeof(ReviveReport))]
public sealed class InvokeHotstackRevive : ClusterCmdlet
{
    private const string ByStack = "ByStack";
    private const string ByInput = "ByInput";

    private readonly ClusterInputs _inputs = new();

    /// <summary>The Heat stack of the servers. By default that of the input.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByStack)]
    [Parameter(ParameterSetName = ByInput)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(StackNameCompleter))]
    public string? StackName { get; set; }

    /// <summary>The deployment: a SnapSet, the output of Restore-HotstackSnapSet or Suspend-HotstackCluster, the instances of one
    /// deployment, or any object with StackName and, for the record, SnapSetId.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByInput), ValidateNotNull]
    public object? InputObject { get; set; }

    /// <summary>The SnapSet with the record of the cluster to compare with. By default that of the input.</summary>
    [Parameter, SnapSetIdentity, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(SnapSetIdCompleter))]
    public SnapSetReference? SnapSetId { get; set; }

    /// <summary>What to do with the kubelets' certificate signing requests.</summary>
    [Parameter, ArgumentCompleter(typeof(FixedValueCompleter))]
    [FixedValues(
        "Strict: approves those that are correct in every respect",
        "Report: only reports them",
        "None: ignores them")]
    public string CsrPolicy { get; set; } = "Strict";

    /// <summary>How long the operators must be stable without interruption, one value per round. By default 5s, 60s, 60s.</summary>
    [Parameter, Duration, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan[] StableFor { get; set; } = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60)];

    /// <summary>The time after a boot before the operators are checked. By default two minutes.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan SettleTime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The maximum number of attempts for a round, as long as the operators make progress. By default five.</summary>
    [Parameter, ValidateRange(1, 100)]
    public int MaxRounds { get; set; } = 5;

    /// <summary>What else must work at the end, as KIND/NAME:CONDITION with wildcards: 'openstackcontrolplane/*:Ready'. The kind is as oc
    /// names it.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string[] WaitFor { get; set; } = [];

    /// <summary>Tries it even if the record says that it is too late.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The timeout of the whole run. By default 90 minutes.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(90);

    /// <summary>The interval between two polls. By default one second; the run polls servers and signing requests no more often
    /// than every two seconds.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override void ProcessRecord() => _inputs.Take(InputObject, StackName, SnapSetId, Cloud, Region).ForEach(Revive);

    /// <inheritdoc/>
    protected override void EndProcessing() => _inputs.TakeServers(StackName, SnapSetId).ForEach(Revive);

    private void Revive(ClusterInput input)
    {
        RunItem(input.OriginOr(Cloud, Region), async run =>
        {
            var request = new ReviveClusterRequest
            {
                Source = input.Source,
                Record = await input.FindRecordAsync(run.Cloud, run.Stop),
                CsrPolicy = Enum.Parse<CsrPolicy>(CsrPolicy, ignoreCase: true),
                IgnoreOperators = IgnoreOperator,
                IgnoreApiServices = IgnoreApiService,
                StableFor = StableFor,
                SettleTime = SettleTime,
                MaxRounds = MaxRounds,
                WaitFor = WaitFor,
                Force = Force,
                Timeout = Timeout,
                PollInterval = PollInterval,
            };
            ReviveReport? report = await new ReviveCluster(
                    run.Cloud, run.Cluster(input.Source, ClusterPurpose.Revive), new RecordSearch(run.Cloud))
                .RunAsync(request, run.Activity, run.ConfirmAsync, run.Stop);
            run.Write(report);
            run.FailEach(report?.GetFailures() ?? []);
        });
    }
}
