using System.Management.Automation;
using Hotstack.Clusters.Suspend;
using Hotstack.Completion;
using Hotstack.Input;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;

namespace Hotstack.Commands;

/// <summary>Creates a SnapSet: one image of each server of a deployment, all or none.</summary>
[Cmdlet(VerbsCommon.New, "HotstackSnapSet", DefaultParameterSetName = ByStack, SupportsShouldProcess = true)]
[OutputType(typeof(SnapSet))]
public sealed class NewHotstackSnapSet : ClusterCmdlet
{
    private const string ByStack = "ByStack";
    private const string ByPath = "ByPath";
    private const string ByInstance = "ByInstance";
    private const string ByResume = "Resume";

    private readonly InstanceInput _instances = new();

    /// <summary>The Heat stack whose output snapset_data lists the instances.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByStack)]
    [Parameter(Position = 0, ParameterSetName = ByResume)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(StackNameCompleter))]
    public string? StackName { get; set; }

    /// <summary>A YAML or JSON file with snapset_data, such as upstream's outputs of a stack. Wildcards are not permitted.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPath), Parameter(ParameterSetName = ByResume), ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Instances from Get-HotstackInstance or with the same properties: Name, Role, Id, MacAddress. Or the output of
    /// Suspend-HotstackCluster, which is recorded with the set.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByInstance)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = ByResume), ValidateNotNullOrEmpty]
    public object[] Instance { get; set; } = [];

    /// <summary>The id of an incomplete set: completes it instead of creating a new one. Without a source of instances, uses the stack
    /// that the set records.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByResume)]
    [SnapSetIdentity, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(IncompleteSnapSetIdCompleter))]
    public SnapSetReference? Resume { get; set; }

    /// <summary>The Hotstack scenario, which is recorded with the set.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Scenario { get; set; }

    /// <summary>Also freezes the data volumes of servers that boot from an image, as Cinder snapshots. A set that is resumed keeps the
    /// choice that it was started with.</summary>
    [Parameter]
    public SwitchParameter IncludeVolumes { get; set; }

    /// <summary>Shuts running servers down, the controller last. Otherwise running servers are an error. If nodes of a cluster run, the
    /// cluster is checked first, as by Suspend-HotstackCluster, and recorded with the set; if that is not possible, the cmdlet
    /// asks.</summary>
    [Parameter]
    public SwitchParameter StopServers { get; set; }

    /// <summary>Shuts running nodes down without a check of their cluster, which may never come back if its certificates expire
    /// meanwhile. Asks first.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>Starts all servers when the run ends, also when it fails, the controller first; not if -KeepPartial keeps images.</summary>
    [Parameter]
    public SwitchParameter StartServers { get; set; }

    /// <summary>On failure keeps the images that were created, for -Resume.</summary>
    [Parameter]
    public SwitchParameter KeepPartial { get; set; }

    /// <summary>The timeout of the run, from the confirmation on: 90s, 20m, 1h30m. By default one hour.</summary>
    [Parameter, Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The interval between two polls of the images. By default two seconds.</summary>
    [Parameter, Duration]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    protected override void ProcessRecord() => _instances.Add(Instance, Cloud, Region);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        string? path = FilePath(Path);
        (Cloud, Region) = _instances.Origin ?? (Cloud, Region);
        if (_instances.IsEmpty && MyInvocation.BoundParameters.ContainsKey("WhatIf") && ParameterSetName == ByInstance)
        {
            // With -WhatIf, the cmdlet before in the pipeline gives nothing.
            return;
        }

        Run(async run =>
        {
            var request = new NewSnapSetRequest
            {
                Source = _instances.ToSource(StackName, path, isResumed: Resume is not null),
                ResumeId = Resume,
                Facts = new() { Scenario = Scenario },
                Cluster = _instances.Record,
                Timeout = Timeout,
                PollInterval = PollInterval,
                StopServers = StopServers,
                StartServers = StartServers,
                KeepPartial = KeepPartial,
                IncludeVolumes = IncludeVolumes,
                Inspection = new()
                {
                    SkipCertificateCheck = SkipCertificateCheck,
                    IgnoreOperators = IgnoreOperator,
                    IgnoreApiServices = IgnoreApiService,
                    IsClusterNamed = (Kubeconfig ?? Context) is not null,
                },
            };
            var create = new NewSnapSet(run.Cloud)
            {
                Inspector = new ClusterInspector(run.Cloud, () => run.ClusterBeforeLogin),
                ConfirmRisk = run.ConfirmRiskAsync,
            };
            run.Write(await create.RunAsync(request, run.Activity, run.ConfirmAsync, run.Stop));
        });
    }
}
