using System.Collections;
using System.Management.Automation;
using Hotstack.Clusters.Revive;
using Hotstack.Clusters.Suspend;
using Hotstack.Completion;
using Hotstack.Deployments.Controllers;
using Hotstack.Hosting;
using Hotstack.Input;
using Hotstack.Runs.Renewal;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Restore;

namespace Hotstack.Commands;

/// <summary>Renews SnapSets: restores each as a temporary stack, revives its cluster, waits for new certificates, and freezes it as a new
/// SnapSet with the same labels.</summary>
[Cmdlet(VerbsData.Update, "HotstackSnapSet", SupportsShouldProcess = true)]
[OutputType(typeof(UpdatedSnapSet))]
public sealed class UpdateHotstackSnapSet : HotstackCmdlet
{
    private readonly SnapSetInputs _inputs = new();

    /// <summary>Ids or SnapSets. Typed ids may have wildcards; ids from the pipeline are literal.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [SnapSetIdentity, SupportsWildcards, ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SnapSetIdPatternCompleter))]
    public SnapSetReference[] Id { get; set; } = [];

    /// <summary>Deletes the old set, only once the new one is complete, tested, and lasts longer.</summary>
    [Parameter]
    public SwitchParameter RemoveOld { get; set; }

    /// <summary>The HOT template of the temporary stack, as for Restore-HotstackSnapSet.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Template { get; set; }

    /// <summary>Files of the template outside this folder are not read, as for Restore-HotstackSnapSet.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? TemplateRoot { get; set; }

    /// <summary>Files with parameters and variables, as for Restore-HotstackSnapSet. A later file has precedence.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string[] ParameterFile { get; set; } = [];

    /// <summary>Parameters of the stack. They have precedence over those of the files.</summary>
    [Parameter, ValidateNotNull, ArgumentCompleter(typeof(StackParameterCompleter))]
    public IDictionary? Parameter { get; set; }

    /// <summary>Variables for the expressions in parameter files. They have precedence over the files' own.</summary>
    [Parameter, ValidateNotNull]
    public IDictionary? Variable { get; set; }

    /// <summary>Renews the certificates at once instead of waiting for the cluster to do it, as Suspend-HotstackCluster does.</summary>
    [Parameter]
    public SwitchParameter ForceRotation { get; set; }

    /// <summary>How long the kubelets' certificates must remain valid before the cluster is frozen. By default seven days.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan MinimumValidity { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Another description for the new set. By default that of the old one.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Description { get; set; }

    /// <summary>Labels for the new set beside those of the old one, as a hashtable: @{ rhoso = '18.0.3' }. The value $null leaves a label
    /// out.</summary>
    [Parameter, ValidateNotNull, ArgumentCompleter(typeof(LabelCompleter))]
    public IDictionary? Label { get; set; }

    /// <summary>How many SnapSets are renewed at a time, as far as the quotas allow. By default four.</summary>
    [Parameter, ValidateRange(1, 64)]
    public int ThrottleLimit { get; set; } = 4;

    /// <summary>If the renewal fails, deletes the temporary stack and the images of the new set. Ctrl+C deletes nothing: the same command
    /// resumes.</summary>
    [Parameter]
    public SwitchParameter RollbackOnFailure { get; set; }

    /// <summary>Renews a set even if its dates say that its cluster can no longer be revived.</summary>
    [Parameter]
    public SwitchParameter AllowExpired { get; set; }

    /// <summary>The private key for the controllers of the temporary stacks. By default those of your agent and your ssh config. No
    /// wildcards.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? KeyFilePath { get; set; }

    /// <summary>ClusterOperators that may be unstable. Wildcards are permitted.</summary>
    [Parameter, ValidateNotNullOrEmpty, SupportsWildcards]
    public string[] IgnoreOperator { get; set; } = [];

    /// <summary>API services that may be unavailable, such as v1beta1.external.metrics.k8s.io. Wildcards are permitted.</summary>
    [Parameter, ValidateNotNullOrEmpty, SupportsWildcards]
    public string[] IgnoreApiService { get; set; } = [];

    /// <summary>How long all operators must be stable without interruption before the shutdown, one value per round: 60s, 5m. By default one
    /// round of a minute.</summary>
    [Parameter, Duration, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan[] StableFor { get; set; } = [TimeSpan.FromSeconds(60)];

    /// <summary>The timeout of the wait for the certificates. By default five days.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan RotationTimeout { get; set; } = TimeSpan.FromDays(5);

    /// <summary>The timeout of the revival. By default 90 minutes.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan ReviveTimeout { get; set; } = TimeSpan.FromMinutes(90);

    /// <summary>The timeout of the stack, and again of the images: 90s, 20m, 1h30m. By default one hour.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromHours(1);

    private protected override ClusterChoice ClusterChoice => new() { IsOfDeployment = true, KeyFile = FilePath(KeyFilePath) };

    /// <inheritdoc/>
    protected override void ProcessRecord() => _inputs.Add(Meant(Id), Cloud, Region);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        (string? template, string? root) = (FilePath(Template), FilePath(TemplateRoot));
        string[] files = [.. ParameterFile.Select(file => FilePath(file, nameof(ParameterFile))!)];
        _inputs.ForEach((origin, ids) => RunItem(origin, async run =>
        {
            UpdateSnapSetRequest request = Request(ids, RestoreRequest(run, template, root, files));
            await new UpdateSnapSets(run.Cloud, servers => run.NewCluster(servers, ClusterPurpose.Revive)) { RequireWay = ClusterAccess.RequireClient }
                .RunAsync(request, run.Activity, run.ConfirmAsync, run.Write, run.Fail, run.Stop);
        }));
    }

    private RestoreSnapSetRequest RestoreRequest(CmdletRun run, string? template, string? root, string[] files)
    {
        List<string> secrets = [];
        return new()
        {
            TemplatePath = template,
            TemplateRoot = root,
            Parameters = ParameterInput.ToJson(Parameter, secrets),
            Scenario = run.ReadScenario(files, ParameterInput.ToVariables(Variable, secrets)),
            Secrets = secrets,
            AllowExpired = AllowExpired,
            Timeout = Timeout,
            ConsentToSend = run.ConsentToSendAsync,
        };
    }

    private UpdateSnapSetRequest Request(IReadOnlyList<SnapSetReference> ids, RestoreSnapSetRequest restore) => new()
    {
        Ids = ids,
        Restore = restore,
        Revive = new ReviveClusterRequest
        {
            Source = new(), IgnoreOperators = IgnoreOperator, IgnoreApiServices = IgnoreApiService, Force = AllowExpired, Timeout = ReviveTimeout,
        },
        Suspend = new SuspendClusterRequest
        {
            Source = new(), IgnoreOperators = IgnoreOperator, IgnoreApiServices = IgnoreApiService, ForceRotation = ForceRotation,
            MinimumValidity = MinimumValidity,
        },
        StableFor = StableFor,
        RotationTimeout = RotationTimeout,
        FreezeTimeout = Timeout,
        Description = Description,
        Labels = LabelInput.Changes(Label),
        RemoveOld = RemoveOld,
        RollbackOnFailure = RollbackOnFailure,
        ThrottleLimit = ThrottleLimit,
    };
}
