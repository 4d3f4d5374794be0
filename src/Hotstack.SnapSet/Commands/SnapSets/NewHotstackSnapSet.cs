using System.Collections;
using System.Management.Automation;
using Hotstack.Clusters.Suspend;
using Hotstack.Completion;
using Hotstack.Deployments.Controllers;
using Hotstack.Hosting;
using Hotstack.Input;
using Hotstack.Runs;
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

    /// <summary>The Heat stack of the deployment: its output snapset_data lists the instances, otherwise its servers are the
    /// instances.</summary>
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

    /// <summary>Only the instances with these names. Wildcards are permitted.</summary>
    [Parameter, SupportsWildcards, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(InstanceNamePatternCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Without the instances with these names. Wildcards are permitted.</summary>
    [Parameter, SupportsWildcards, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(InstanceNamePatternCompleter))]
    public string[] Exclude { get; set; } = [];

    /// <summary>Only the instances with these roles, or a hashtable that gives roles to names: @{ 'master*' = 'ocp_master' }. Wildcards are
    /// permitted.</summary>
    [Parameter, SupportsWildcards, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(RoleCompleter))]
    public object[] Role { get; set; } = [];

    /// <summary>The Hotstack scenario, which is recorded with the set. By default the one that the input names.</summary>
    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ScenarioCompleter))]
    public string? Scenario { get; set; }

    /// <summary>What the set is for, which is recorded with it: one line of at most 255 characters.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Description { get; set; }

    /// <summary>Labels that are recorded with the set, as a hashtable: @{ rhoso = '18.0.3' }.</summary>
    [Parameter, ValidateNotNull, ArgumentCompleter(typeof(LabelCompleter))]
    public IDictionary? Label { get; set; }

    /// <summary>Also freezes the data volumes of servers that boot from an image, as Cinder snapshots. A set that is resumed keeps the
    /// choice that it was started with.</summary>
    [Parameter]
    public SwitchParameter IncludeVolumes { get; set; }

    /// <summary>Leaves out the blueprint: template, files and parameters of the stack, which are otherwise kept in an image of their own, so
    /// that a restore needs no template.</summary>
    [Parameter]
    public SwitchParameter NoBlueprint { get; set; }

    /// <summary>Does the whole way: waits until the cluster's certificates allow a shutdown and it is stable, suspends it, and creates the
    /// set. The same command resumes after an interruption, from any machine.</summary>
    [Parameter(ParameterSetName = ByStack), Parameter(ParameterSetName = ByPath), Parameter(ParameterSetName = ByInstance)]
    public SwitchParameter Prepare { get; set; }

    /// <summary>How long all operators must be stable without interruption before the shutdown, one value per round, for -Prepare: 60s, 5m.
    /// By default one round of a minute.</summary>
    [Parameter(ParameterSetName = ByStack), Parameter(ParameterSetName = ByPath), Parameter(ParameterSetName = ByInstance)]
    [Duration, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan[] StableFor { get; set; } = [TimeSpan.FromSeconds(60)];

    /// <summary>The timeout of the wait for the certificates, for -Prepare. By default 26 hours.</summary>
    [Parameter(ParameterSetName = ByStack), Parameter(ParameterSetName = ByPath), Parameter(ParameterSetName = ByInstance)]
    [Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan RotationTimeout { get; set; } = TimeSpan.FromHours(26);

    /// <summary>Uncordons all nodes that are cordoned before the wait for stability, for -Prepare. By default those that the machine-config
    /// operator left cordoned are only recorded as schedulable.</summary>
    [Parameter(ParameterSetName = ByStack), Parameter(ParameterSetName = ByPath), Parameter(ParameterSetName = ByInstance)]
    public SwitchParameter Uncordon { get; set; }

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

    /// <summary>The timeout of the images, from the confirmation on, with -Prepare from the end of the shutdown on: 90s, 20m, 1h30m. By
    /// default one hour.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The interval between two polls of the images. By default two seconds.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    protected override void ProcessRecord() => _instances.Add(Instance, Cloud, Region);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        string? path = FilePath(Path);
        RequireSwitch(Prepare, nameof(Prepare), nameof(StableFor), nameof(RotationTimeout), nameof(Uncordon));
        (Cloud, Region) = _instances.Origin ?? (Cloud, Region);
        if (_instances.IsEmpty && MyInvocation.BoundParameters.ContainsKey("WhatIf") && ParameterSetName == ByInstance)
        {
            // With -WhatIf, the cmdlet before in the pipeline gives nothing.
            return;
        }

        // The request comes first: instances of several clouds are refused before one of the clouds is used.
        Run(async run => run.Write(await RunAsync(run, Request(path))));
    }

    private async Task<SnapSet?> RunAsync(CmdletRun run, NewSnapSetRequest request) => Prepare
        ? await Preparation(run, request).RunAsync(Whole(request), run.Activity, run.ConfirmAsync, run.Stop)
        : await Creation(run).RunAsync(request, run.Activity, run.ConfirmAsync, run.Stop);

    private static NewSnapSet Creation(CmdletRun run) => new(run.Cloud)
    {
        Inspector = new ClusterInspector(run.Cloud, servers => run.Cluster(new() { Instances = servers }, ClusterPurpose.Change)),
        ConfirmRisk = run.ConfirmRiskAsync,
    };

    private static PrepareSnapSet Preparation(CmdletRun run, NewSnapSetRequest request) =>
        new(run.Cloud, () => run.ClusterAfterLoginAsync(request.Source, ClusterPurpose.Change)) { ConfirmRisk = run.ConfirmRiskAsync };

    private NewSnapSetRequest Request(string? path) => new()
    {
        Source = _instances.ToSource(StackName, path, isResumed: Resume is not null) with
        {
            Choice = InstanceChoiceInput.Read(Name, Exclude, Role),
        },
        ResumeId = Resume,
        Facts = new()
        {
            Scenario = Scenario ?? _instances.Scenario, Description = Description, Labels = LabelInput.ToLabels(Label),
        },
        Cluster = _instances.Record,
        Timeout = Timeout,
        PollInterval = PollInterval,
        StopServers = StopServers,
        StartServers = StartServers,
        KeepPartial = KeepPartial,
        IncludeVolumes = IncludeVolumes,
        NoBlueprint = NoBlueprint,
        Inspection = new()
        {
            SkipCertificateCheck = SkipCertificateCheck,
            IgnoreOperators = IgnoreOperator,
            IgnoreApiServices = IgnoreApiService,
            IsClusterNamed = ClusterChoice.IsNamed,
        },
    };

    private PrepareSnapSetRequest Whole(NewSnapSetRequest request) => new()
    {
        Freeze = request,
        Suspend = new SuspendClusterRequest
        {
            Source = new(),
            SkipCertificateCheck = SkipCertificateCheck,
            IgnoreOperators = IgnoreOperator,
            IgnoreApiServices = IgnoreApiService,
            Uncordon = Uncordon,
        },
        StableFor = StableFor,
        RotationTimeout = RotationTimeout,
    };
}
