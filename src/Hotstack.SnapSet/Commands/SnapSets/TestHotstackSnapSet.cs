using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.Hosting;
using Hotstack.Input;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Test;

namespace Hotstack.Commands;

/// <summary>Checks whether SnapSets are complete and can be restored and revived.</summary>
[Cmdlet(VerbsDiagnostic.Test, "HotstackSnapSet")]
[OutputType(typeof(SnapSetFinding), typeof(bool))]
public sealed class TestHotstackSnapSet : HotstackCmdlet
{
    /// <summary>Ids or SnapSets. Typed ids may have wildcards; ids from the pipeline are literal.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [SnapSetIdentity, SupportsWildcards, ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SnapSetIdPatternCompleter))]
    public SnapSetReference[] Id { get; set; } = [];

    /// <summary>Gives only True or False for each set. A missing set is False and no error.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        RunItem(run => run.ForEachSetAsync(Meant(Id), id => Quiet ? WriteUsableAsync(run, id) : WriteFindingsAsync(run, id)));

    private static async Task WriteFindingsAsync(CmdletRun run, SnapSetReference id) =>
        run.WriteEach(await new TestSnapSet(run.Cloud).RunAsync(id, run.Stop));

    private static async Task WriteUsableAsync(CmdletRun run, SnapSetReference id) =>
        run.Write(await new TestSnapSet(run.Cloud).IsUsableAsync(id, run.Activity, run.Stop));
}
