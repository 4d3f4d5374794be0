using System.Collections;
using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.Input;
using Hotstack.Restoring;
using Hotstack.SnapSets.Restore;
using Hotstack.SnapSets.Restore.Overlay;

namespace Hotstack.Commands;

/// <summary>Restores a SnapSet: creates a Heat stack whose servers boot from the set's images.</summary>
[Cmdlet(VerbsData.Restore, "HotstackSnapSet", DefaultParameterSetName = "ById", SupportsShouldProcess = true)]
[OutputType(typeof(RestoredStack))]
public sealed class RestoreHotstackSnapSet : HotstackCmdlet
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

    /// <summary>The HOT template of the deployment. The files and templates that it refers to are read too.</summary>
    [Parameter(Mandatory = true), ValidateNotNullOrEmpty]
    public string Template { get; set; } = "";

    /// <summary>Files of the template outside this folder are not read. By default the template's git working tree, otherwise its own
    /// folder. The cmdlet asks before it sends files outside the template's own folder, unless this is given.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? TemplateRoot { get; set; }

    /// <summary>Files with the stack's parameters, such as upstream's bootstrap_vars.yml. A later file has precedence.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string[] ParameterFile { get; set; } = [];

    /// <summary>Parameters of the stack. They have precedence over those of the files.</summary>
    [Parameter, ValidateNotNull]
    public IDictionary? Parameter { get; set; }

    /// <summary>Variables for the expressions in parameter files. They have precedence over the files' own.</summary>
    [Parameter, ValidateNotNull]
    public IDictionary? Variable { get; set; }

    /// <summary>How the images get into the stack. Parameter: by the roles' parameters, as upstream does. Overlay: by changes in the
    /// template, server by server. Auto: as template and set need it.</summary>
    [Parameter, ValidateSet("Auto", "Parameter", "Overlay")]
    public string Mode { get; set; } = "Auto";

    /// <summary>The file for the stack's outputs in upstream's shape, or a folder for STACK-outputs.yaml.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? OutputPath { get; set; }

    /// <summary>Restores the members that an incomplete set has.</summary>
    [Parameter]
    public SwitchParameter AllowIncomplete { get; set; }

    /// <summary>Restores a set even if its dates say that its cluster can no longer be revived.</summary>
    [Parameter]
    public SwitchParameter AllowExpired { get; set; }

    /// <summary>On failure deletes the stack, or has Heat roll an update back.</summary>
    [Parameter]
    public SwitchParameter RollbackOnFailure { get; set; }

    /// <summary>Updates an existing stack of that name: its servers are rebuilt, and their disks are lost.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The timeout for the stack, from the confirmation on: 90s, 20m, 1h30m. By default one hour.</summary>
    [Parameter, Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The interval between two polls of the stack. By default five seconds.</summary>
    [Parameter, Duration]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        (string template, string? root, string? outputs) = (FilePath(Template)!, FilePath(TemplateRoot), FilePath(OutputPath));
        string[] files = [.. ParameterFile.Select(file => FilePath(file, nameof(ParameterFile))!)];
        List<string> secrets = [];
        RunItem(async run =>
        {
            var request = new RestoreSnapSetRequest
            {
                SnapSetId = Id,
                StackName = StackName,
                TemplatePath = template,
                TemplateRoot = root,
                ParameterFiles = files,
                Parameters = ParameterInput.ToJson(Parameter, secrets),
                Variables = ParameterInput.ToVariables(Variable, secrets),
                Secrets = secrets,
                Mode = Mode.Equals("Auto", StringComparison.OrdinalIgnoreCase) ? null : Enum.Parse<RestoreMode>(Mode, ignoreCase: true),
                OutputPath = outputs,
                AllowIncomplete = AllowIncomplete,
                AllowExpired = AllowExpired,
                RollbackOnFailure = RollbackOnFailure,
                Force = Force,
                Timeout = Timeout,
                PollInterval = PollInterval,
                ConsentToSend = run.ConsentToSendAsync,
            };
            Confirmation confirm = Force ? run.ConfirmRiskAsync : run.ConfirmAsync;
            run.Write(await new RestoreSnapSet(run.Cloud).RunAsync(request, run.Activity, confirm, run.Stop));
        });
    }
}
