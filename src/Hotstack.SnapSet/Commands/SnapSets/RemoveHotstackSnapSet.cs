using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.Input;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Remove;

namespace Hotstack.Commands;

/// <summary>Deletes SnapSets: their images, and the snapshots of their members' volumes.</summary>
[Cmdlet(VerbsCommon.Remove, "HotstackSnapSet", DefaultParameterSetName = ById,
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(SnapSet))]
public sealed class RemoveHotstackSnapSet : HotstackCmdlet
{
    private const string ById = "ById";
    private const string ByAge = "ByAge";
    private const string ByCount = "ByCount";

    private readonly SnapSetInputs _inputs = new();

    /// <summary>Ids or SnapSets. Typed ids may have wildcards; ids from the pipeline are literal.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ById)]
    [SupportsWildcards]
    [SnapSetIdentity(IsToBeDeleted = true), ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SnapSetIdPatternCompleter))]
    public SnapSetReference[] Id { get; set; } = [];

    /// <summary>Sets older than this: 7d, 36h.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByAge)]
    [Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan? OlderThan { get; set; }

    /// <summary>All but this many of the newest usable sets of each stack.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByCount)]
    [Parameter(ParameterSetName = ByAge)]
    [ValidateRange(0, int.MaxValue)]
    public int? KeepLast { get; set; }

    /// <summary>Only sets of this stack.</summary>
    [Parameter(ParameterSetName = ByAge)]
    [Parameter(ParameterSetName = ByCount)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(StackNamePatternCompleter))]
    public string? StackName { get; set; }

    /// <summary>Also images that are protected.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Gives the sets that were removed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _inputs.Add(Meant(Id), Cloud, Region);

    /// <inheritdoc/>
    protected override void EndProcessing() => _inputs.ForEach((origin, ids) =>
    {
        var request = new RemoveSnapSetsRequest
        {
            Ids = ids,
            Retention = ParameterSetName == ById ? null : new() { OlderThan = OlderThan, KeepLast = KeepLast },
            StackName = StackName,
            Force = Force,
        };
        RunItem(origin, run => new RemoveSnapSets(run.Cloud).RunAsync(
            request, run.Activity, run.ConfirmAsync, set => run.Write(PassThru ? set : null), run.Fail, run.Stop));
    });
}
