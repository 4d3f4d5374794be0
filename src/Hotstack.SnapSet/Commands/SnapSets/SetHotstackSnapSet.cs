using System.Collections;
using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.Input;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Change;

namespace Hotstack.Commands;

/// <summary>Changes the description and the labels of SnapSets, and protects them from being removed.</summary>
[Cmdlet(VerbsCommon.Set, "HotstackSnapSet", SupportsShouldProcess = true)]
[OutputType(typeof(SnapSet))]
public sealed class SetHotstackSnapSet : HotstackCmdlet
{
    /// <summary>Ids or SnapSets. Typed ids may have wildcards; ids from the pipeline are literal.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [SnapSetIdentity, SupportsWildcards, ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SnapSetIdPatternCompleter))]
    public SnapSetReference[] Id { get; set; } = [];

    /// <summary>The description: one line of at most 255 characters. An empty text removes it.</summary>
    [Parameter, AllowEmptyString, AllowNull]
    public string? Description { get; set; }

    /// <summary>Labels to set, as a hashtable: @{ rhoso = '18.0.3' }. Other labels stay. The value $null removes a label.</summary>
    [Parameter, ValidateNotNull, ArgumentCompleter(typeof(LabelCompleter))]
    public IDictionary? Label { get; set; }

    /// <summary>Protects all images of the set: Remove-HotstackSnapSet deletes them only with -Force, and other clients of Glance cannot.
    /// -Protected:$false ends the protection.</summary>
    [Parameter]
    public SwitchParameter Protected { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => RunItem(run =>
    {
        ChangeSnapSetRequest request = Request();
        return run.ForEachSetAsync(Meant(Id), async id => run.Write(
            await new ChangeSnapSet(run.Cloud).RunAsync(id, request, run.Activity, run.ConfirmAsync, run.Stop)));
    });

    private ChangeSnapSetRequest Request() => new()
    {
        IsDescriptionGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Description)),
        Description = string.IsNullOrEmpty(Description) ? null : Description,
        Labels = LabelInput.Changes(Label),
        IsProtected = MyInvocation.BoundParameters.ContainsKey(nameof(Protected)) ? Protected.IsPresent : null,
    };
}
