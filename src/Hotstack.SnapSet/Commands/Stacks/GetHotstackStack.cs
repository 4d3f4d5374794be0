using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.Deployments.Stacks;
using Hotstack.Input;
using Hotstack.Runs.Stacks;

namespace Hotstack.Commands;

/// <summary>Gets the deployments of a project at a glance: one object for each Heat stack.</summary>
[Cmdlet(VerbsCommon.Get, "HotstackStack")]
[OutputType(typeof(DeploymentStack))]
public sealed class GetHotstackStack : HotstackCmdlet
{
    private readonly StackInputs _inputs = new();
    private bool _isTyped;

    /// <summary>Heat stacks, by name or by id. Wildcards are permitted. By default all stacks of the project that have servers, and those
    /// that a SnapSet was restored to.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(StackNamePatternCompleter))]
    public string[] StackName { get; set; } = [];

    /// <summary>The id of the stack's project, from an object of the pipeline. It must be the project of the login.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ProjectId { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _isTyped = IsTyped(nameof(StackName));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (MyInvocation.BoundParameters.ContainsKey(nameof(StackName)))
        {
            _inputs.Add(StackName, _isTyped, null, ProjectId, Cloud, Region);
        }
        else if (MyInvocation.ExpectingInput)
        {
            RunItem(_ => throw new HotstackException(
                ErrorCause.InputInvalid, "InputObjectInvalid", "The object from the pipeline has no StackName.")
            {
                Hint = "Pipe objects that name a stack, or run Get-HotstackStack without a pipeline to list all stacks.",
            });
        }
        else
        {
            _inputs.Add(["*"], isTyped: true, null, ProjectId, Cloud, Region);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => _inputs.ForEach((origin, targets) => RunItem(origin, async run =>
        run.WriteEach(await new GetStacks(run.Cloud).RunAsync(targets, run.Activity, run.Fail, run.Stop))));
}
