using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Test;

namespace Hotstack.Commands;

/// <summary>Checks whether SnapSets can be used.</summary>
[Cmdlet(VerbsDiagnostic.Test, "HotstackSnapSet")]
[OutputType(typeof(SnapSetFinding), typeof(bool))]
public sealed class TestHotstackSnapSet : HotstackCmdlet
{
    /// <summary>Ids, with or without wildcards, or SnapSets. Ids from the pipeline have no wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [SnapSetIdentity, SupportsWildcards, ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SnapSetIdPatternCompleter))]
    public SnapSetReference[] Id { get; set; } = [];

    /// <summary>Gives only True or False for each set. A set that is not there is False, and no error.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        RunItem(run => run.ForEachSetAsync(Meant(Id), id => Quiet ? TellAsync(run, id) : ShowAsync(run, id)));

    private static async Task ShowAsync(CmdletRun run, SnapSetReference id) =>
        run.WriteEach(await new TestSnapSet(run.Cloud).RunAsync(id, run.Stop));

    private static async Task TellAsync(CmdletRun run, SnapSetReference id) =>
        run.Write(await new TestSnapSet(run.Cloud).IsUsableAsync(id, run.Activity, run.Stop));
}
