using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.Deployments.Stacks;
using Hotstack.Input;
using Hotstack.Runs.Stacks;

namespace Hotstack.Commands;

/// <summary>Deletes Heat stacks with all that is in them, and waits until they are gone.</summary>
[Cmdlet(VerbsCommon.Remove, "HotstackStack", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(DeploymentStack))]
public sealed class RemoveHotstackStack : HotstackCmdlet
{
    private readonly StackInputs _inputs = new();
    private bool _isTyped;

    /// <summary>Heat stacks, by name or by id. Typed names may have wildcards; names from the pipeline are literal.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(StackNamePatternCompleter))]
    public string[] StackName { get; set; } = [];

    /// <summary>The id of the stack, from an object of the pipeline: another stack that has its name now is left alone.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? StackId { get; set; }

    /// <summary>The id of the stack's project, from an object of the pipeline. It must be the project of the login.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ProjectId { get; set; }

    /// <summary>Also stacks that no SnapSet was restored to, that another run renews a SnapSet by, or whose volumes have
    /// snapshots.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The timeout for each stack: 30m, 1h. By default 30 minutes.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>The interval between two polls. By default five seconds.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gives the stacks that were deleted, as they were.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _isTyped = IsTyped(nameof(StackName));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (_isTyped || StackId is not null)
        {
            _inputs.Add(StackName, _isTyped, StackId, ProjectId, Cloud, Region);
        }
        else
        {
            RunItem(_ => throw RemoveStacks.NotOfStack(StackName));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => _inputs.ForEach((origin, targets) =>
    {
        var request = new RemoveStacksRequest { Targets = targets, Force = Force, Timeout = Timeout, PollInterval = PollInterval };
        RunItem(origin, run => new RemoveStacks(run.Cloud).RunAsync(
            request, run.Activity, run.ConfirmAsync, stack => run.Write(PassThru ? stack : null), run.Fail, run.Stop));
    });
}
