using System.Management.Automation;
using Hotstack.Clusters.Suspend;
using Hotstack.Completion;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;

namespace Hotstack.Commands;

/// <summary>Makes a SnapSet: one image of each server of a deployment, all or none.</summary>
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

    /// <summary>A YAML or JSON file with snapset_data, such as upstream's outputs of a stack. No wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPath), Parameter(ParameterSetName = ByResume), ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Instances, of Get-HotstackInstance or with the same properties: Name, Role, Id, MacAddress. Or what
    /// Suspend-HotstackCluster gave, whose record of the cluster is then kept with the set.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByInstance)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = ByResume), ValidateNotNullOrEmpty]
    public object[] Instance { get; set; } = [];

    /// <summary>The id of a set whose making was interrupted: complete it instead of making a new one. Without a source
    /// of instances it takes the stack that the set remembers.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByResume)]
    [SnapSetIdentity, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(IncompleteSnapSetIdCompleter))]
    public SnapSetReference? Resume { get; set; }

    /// <summary>The Hotstack scenario, to be recorded with the set.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Scenario { get; set; }

    /// <summary>Freeze the data volumes too that are attached to servers which boot from an image, as Cinder snapshots. With
    /// -Resume a set goes on as it was begun.</summary>
    [Parameter] public SwitchParameter IncludeVolumes { get; set; }

    /// <summary>Shut down servers that still run, the controller last. Without it they are an error. Where nodes of a cluster run, the
    /// cluster is looked into first, as Suspend-HotstackCluster does, and recorded with the set; where it cannot be, this asks.</summary>
    [Parameter] public SwitchParameter StopServers { get; set; }

    /// <summary>Shut running nodes down without a look into their cluster: it may never come back if its certificates expire meanwhile.
    /// Asks first.</summary>
    [Parameter] public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>Start all servers when the run ends, well or badly, the controller first; not if -KeepPartial keeps images.</summary>
    [Parameter] public SwitchParameter StartServers { get; set; }

    /// <summary>On failure keep the images that were made, for -Resume.</summary>
    [Parameter] public SwitchParameter KeepPartial { get; set; }

    /// <summary>The longest that the run may take from consent on: 90s, 20m, 1h30m. By default one hour.</summary>
    [Parameter, Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The pause between two looks at the images. By default two seconds.</summary>
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
            // What comes before in the pipeline gives nothing under -WhatIf.
            return;
        }

        Run(async run =>
        {
            var request = new CreateSnapSetRequest
            {
                Source = _instances.ToSource(StackName, path, isResumed: Resume is not null),
                ResumeId = Resume, Scenario = Scenario, Cluster = _instances.Record, Timeout = Timeout, PollInterval = PollInterval,
                StopServers = StopServers, StartServers = StartServers, KeepPartial = KeepPartial, IncludeVolumes = IncludeVolumes,
                Inspection = new()
                {
                    SkipCertificateCheck = SkipCertificateCheck, IgnoreOperators = IgnoreOperator, IgnoreApiServices = IgnoreApiService,
                    IsClusterNamed = (Kubeconfig ?? Context) is not null,
                },
            };
            var create = new CreateSnapSet(run.Cloud) { Inspector = new ClusterInspector(run.Cloud, () => run.ClusterBeforeLogin), ConfirmRisk = run.ConfirmRiskAsync };
            run.Write(await create.RunAsync(request, run.Activity, run.ConfirmAsync, run.Stop));
        });
    }
}
