using System.Collections;
using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.Restoring;
using Hotstack.SnapSets.Restore;
using Hotstack.SnapSets.Restore.Overlay;

namespace Hotstack.Commands;

/// <summary>Makes a running deployment of a SnapSet: a Heat stack whose servers boot from the set's images.</summary>
[Cmdlet(VerbsData.Restore, "HotstackSnapSet", DefaultParameterSetName = "ById", SupportsShouldProcess = true), OutputType(typeof(RestoredStack))]
public sealed class RestoreHotstackSnapSet : HotstackCmdlet
{
    /// <summary>The set: its id, or a SnapSet.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "ById")]
    [SnapSetIdentity, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(SnapSetIdCompleter))]
    public SnapSets.SnapSetReference? Id { get; set; }

    /// <summary>The newest set that can be restored.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Latest")]
    public SwitchParameter Latest { get; set; }

    /// <summary>The stack to make. By default the one that the parameter files name.</summary>
    [Parameter(Position = 1), ValidateNotNullOrEmpty]
    public string? StackName { get; set; }

    /// <summary>The HOT template of the deployment. The files and templates that it names are read too.</summary>
    [Parameter(Mandatory = true), ValidateNotNullOrEmpty]
    public string Template { get; set; } = "";

    /// <summary>The folder outside which no file of the template is read. By default the template's git working tree, or else
    /// its own folder. Files outside the latter are asked for, unless this is given.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? TemplateRoot { get; set; }

    /// <summary>Files with the stack's parameters, such as upstream's bootstrap_vars.yml; what a later one says counts.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string[] ParameterFile { get; set; } = [];

    /// <summary>Parameters of the stack, which count before those of the files.</summary>
    [Parameter, ValidateNotNull]
    public IDictionary? Parameter { get; set; }

    /// <summary>Variables for the expressions in parameter files, which count before the files' own.</summary>
    [Parameter, ValidateNotNull]
    public IDictionary? Variable { get; set; }

    /// <summary>How the images get into the stack. Parameter: by the roles' parameters, as upstream does. Overlay: by changes in
    /// the template, server by server. By default as template and set need it.</summary>
    [Parameter, ValidateSet("Auto", "Parameter", "Overlay")]
    public string Mode { get; set; } = "Auto";

    /// <summary>Where the stack's outputs are written in upstream's shape: a folder, for STACK-outputs.yaml in it, or a file.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? OutputPath { get; set; }

    /// <summary>Restore what there is of an incomplete set.</summary>
    [Parameter]
    public SwitchParameter AllowIncomplete { get; set; }

    /// <summary>Restore also a set whose cluster can no longer be revived by its dates.</summary>
    [Parameter]
    public SwitchParameter AllowExpired { get; set; }

    /// <summary>On failure delete the stack again, or have Heat take a change back.</summary>
    [Parameter]
    public SwitchParameter RollbackOnFailure { get; set; }

    /// <summary>Change the stack if there is one of that name: its servers are rebuilt, and what is on their disks is lost.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The longest that the stack may take from consent on: 90s, 20m, 1h30m. By default one hour.</summary>
    [Parameter, Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The pause between two looks at the stack. By default five seconds.</summary>
    [Parameter, Duration]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        (string template, string? root, string? outputs, string[] files, List<string> secrets) =
            (FilePath(Template)!, FilePath(TemplateRoot), FilePath(OutputPath), [.. ParameterFile.Select(file => FilePath(file, nameof(ParameterFile))!)], []);
        RunItem(async run =>
        {
            var request = new RestoreSnapSetRequest
            {
                SnapSetId = Id, StackName = StackName, TemplatePath = template, TemplateRoot = root, ParameterFiles = files,
                Parameters = ParameterInput.ToJson(Parameter, secrets), Variables = ParameterInput.ToVariables(Variable, secrets), Secrets = secrets,
                Mode = Mode.Equals("Auto", StringComparison.OrdinalIgnoreCase) ? null : Enum.Parse<RestoreMode>(Mode, ignoreCase: true),
                OutputPath = outputs, AllowIncomplete = AllowIncomplete, AllowExpired = AllowExpired, RollbackOnFailure = RollbackOnFailure, Force = Force,
                Timeout = Timeout, PollInterval = PollInterval, ConsentToSend = run.ConsentToSendAsync,
            };
            run.Write(await new RestoreSnapSet(run.Cloud).RunAsync(request, run.Activity, Force ? run.ConfirmRiskAsync : run.ConfirmAsync, run.Stop));
        });
    }
}
