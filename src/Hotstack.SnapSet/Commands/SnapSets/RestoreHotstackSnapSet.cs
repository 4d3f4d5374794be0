using System.Collections;
using System.Management.Automation;
using Hotstack.Clusters.Revive;
using Hotstack.Completion;
using Hotstack.Deployments.Controllers;
using Hotstack.Input;
using Hotstack.Restoring;
using Hotstack.Runs;
using Hotstack.SnapSets.Restore;
using Hotstack.SnapSets.Restore.Overlay;

namespace Hotstack.Commands;

/// <summary>Restores a SnapSet: creates a Heat stack whose servers boot from the set's images.</summary>
[Cmdlet(VerbsData.Restore, "HotstackSnapSet", DefaultParameterSetName = "ById", SupportsShouldProcess = true)]
[OutputType(typeof(RestoredStack))]
public sealed class RestoreHotstackSnapSet : ClusterCmdlet
{
    /// <summary>The set: its id, or a SnapSet.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "ById")]
    [SnapSetIdentity, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(SnapSetIdCompleter))]
    public SnapSets.SnapSetReference? Id { get; set; }

    /// <summary>The newest set that can be restored.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Latest")]
    public SwitchParameter Latest { get; set; }

    /// <summary>The name of the stack. By default the one in the parameter files.</summary>
    [Parameter(Position = 1), ValidateNotNullOrEmpty]
    public string? StackName { get; set; }

    /// <summary>The HOT template of the deployment. By default the stack_template_path of the parameter files. The files and templates
    /// that it refers to are read too.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Template { get; set; }

    /// <summary>Files of the template outside this folder are not read. By default the git working tree or Hotstack checkout around the
    /// template, otherwise its own folder. The cmdlet asks before it sends files outside the template's own folder, unless this is given.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? TemplateRoot { get; set; }

    /// <summary>Files with parameters and variables: upstream's bootstrap_vars.yml and what its playbooks take beside it. A later file has
    /// precedence.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string[] ParameterFile { get; set; } = [];

    /// <summary>Parameters of the stack. They have precedence over those of the files.</summary>
    [Parameter, ValidateNotNull, ArgumentCompleter(typeof(StackParameterCompleter))]
    public IDictionary? Parameter { get; set; }

    /// <summary>Variables for the expressions in parameter files. They have precedence over the files' own.</summary>
    [Parameter, ValidateNotNull]
    public IDictionary? Variable { get; set; }

    /// <summary>How the images get into the stack.</summary>
    [Parameter, ArgumentCompleter(typeof(FixedValueCompleter))]
    [FixedValues(
        "Auto: as template and set need it; -WhatIf says which and why",
        "Parameter: by the roles' parameters, as upstream does",
        "Overlay: by changes in the template, server by server")]
    public string Mode { get; set; } = "Auto";

    /// <summary>The file for the stack's outputs in upstream's shape, or a folder for STACK-outputs.yaml.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? OutputPath { get; set; }

    /// <summary>Restores the members that an incomplete set has. The others, nodes too, start as for an installation.</summary>
    [Parameter]
    public SwitchParameter AllowIncomplete { get; set; }

    /// <summary>Restores a set even if its dates say that its cluster can no longer be revived.</summary>
    [Parameter]
    public SwitchParameter AllowExpired { get; set; }

    /// <summary>Creates nodes of the cluster that the template has and the set has not, as for an installation.</summary>
    [Parameter]
    public SwitchParameter AllowNewNodes { get; set; }

    /// <summary>Restores servers to which the template gives other IP addresses, ranges or address families than they had.</summary>
    [Parameter]
    public SwitchParameter AllowAddressChange { get; set; }

    /// <summary>Volumes of the set that are not restored: by the name of the resource, the device or an id, also as
    /// MEMBER/DEVICE.</summary>
    [Parameter, SupportsWildcards, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(VolumePatternCompleter))]
    public string[] ExcludeVolume { get; set; } = [];

    /// <summary>On failure deletes the stack, or has Heat roll an update back.</summary>
    [Parameter]
    public SwitchParameter RollbackOnFailure { get; set; }

    /// <summary>Updates an existing stack of that name: its servers are rebuilt, and their disks are lost.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Then starts the cluster of the stack and waits until its services work, as Invoke-HotstackRevive does.</summary>
    [Parameter]
    public SwitchParameter Revive { get; set; }

    /// <summary>What else must work at the end, for -Revive, as KIND/NAME:CONDITION with wildcards: 'openstackcontrolplane/*:Ready'.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string[] WaitFor { get; set; } = [];

    /// <summary>The timeout of the revival, for -Revive. By default 90 minutes.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan ReviveTimeout { get; set; } = TimeSpan.FromMinutes(90);

    /// <summary>The timeout for the stack, from the confirmation on: 90s, 20m, 1h30m. By default one hour.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The interval between two polls: of the stack, by default two seconds; then of the cluster, by default one.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        (string? template, string? root, string? outputs) = (FilePath(Template), FilePath(TemplateRoot), FilePath(OutputPath));
        string[] files = [.. ParameterFile.Select(file => FilePath(file, nameof(ParameterFile))!)];
        List<string> secrets = [];
        // Not the parameters that $PSDefaultParameterValues may give all cmdlets.
        RequireSwitch(Revive, nameof(Revive), nameof(ReviveTimeout), nameof(WaitFor));
        RunItem(async run =>
        {
            var request = new RestoreSnapSetRequest
            {
                SnapSetId = Id,
                StackName = StackName,
                TemplatePath = template,
                TemplateRoot = root,
                Parameters = ParameterInput.ToJson(Parameter, secrets),
                Scenario = run.ReadScenario(files, ParameterInput.ToVariables(Variable, secrets)),
                Secrets = secrets,
                Mode = Mode.Equals("Auto", StringComparison.OrdinalIgnoreCase) ? null : Enum.Parse<RestoreMode>(Mode, ignoreCase: true),
                OutputPath = outputs,
                AllowIncomplete = AllowIncomplete,
                AllowExpired = AllowExpired,
                AllowNewNodes = AllowNewNodes,
                AllowAddressChange = AllowAddressChange,
                ExcludedVolumes = ExcludeVolume,
                RollbackOnFailure = RollbackOnFailure,
                Force = Force,
                Timeout = Timeout,
                PollInterval = PollInterval,
                ConsentToSend = run.ConsentToSendAsync,
            };
            Confirmation confirm = Force ? run.ConfirmRiskAsync : run.ConfirmAsync;
            RestoredStack? stack = await new RestoreAndRevive(run.Cloud, servers => run.NewCluster(servers, ClusterPurpose.Revive))
                .RunAsync(request, Revive ? Revival : null, run.Activity, confirm, run.Stop);
            run.Write(stack);
            run.FailEach((stack as RevivedStack)?.Revival.GetFailures() ?? []);
        });
    }

    private ReviveClusterRequest Revival => new()
    {
        Source = new(),
        IgnoreOperators = IgnoreOperator,
        IgnoreApiServices = IgnoreApiService,
        WaitFor = WaitFor,
        Force = AllowExpired,
        Timeout = ReviveTimeout,
        PollInterval = MyInvocation.BoundParameters.ContainsKey(nameof(PollInterval)) ? PollInterval : TimeSpan.FromSeconds(1),
    };
}
