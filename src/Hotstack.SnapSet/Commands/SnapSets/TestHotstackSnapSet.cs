using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.Hosting;
using Hotstack.Input;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Exported;
using Hotstack.SnapSets.Test;

namespace Hotstack.Commands;

/// <summary>Checks whether SnapSets are complete and can be restored and revived.</summary>
[Cmdlet(VerbsDiagnostic.Test, "HotstackSnapSet", DefaultParameterSetName = ById)]
[OutputType(typeof(SnapSetFinding), typeof(bool))]
public sealed class TestHotstackSnapSet : HotstackCmdlet
{
    private const string ById = "ById";
    private const string ByPath = "ByPath";

    /// <summary>Ids or SnapSets. Typed ids may have wildcards; ids from the pipeline are literal.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ById)]
    [SnapSetIdentity, SupportsWildcards, ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SnapSetIdPatternCompleter))]
    public SnapSetReference[] Id { get; set; } = [];

    /// <summary>Folders of exports: one that Export-HotstackSnapSet made, or one with several of them. All files are read and hashed. No
    /// cloud is asked. Wildcards are not permitted.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPath), ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Gives only True or False for each set. A missing set is False and no error.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == ByPath)
        {
            Array.ForEach(Path, TestExports);
        }
        else
        {
            RunItem(run => run.ForEachSetAsync(Meant(Id), id => Quiet ? WriteUsableAsync(run, id) : WriteFindingsAsync(run, id)));
        }
    }

    private void TestExports(string path)
    {
        string folder = FilePath(path, nameof(Path))!;
        var test = new TestExportedSnapSets(TimeProvider.System);
        RunItem(run => Quiet ? test.AreUsableAsync(folder, isUsable => run.Write(isUsable), run.Fail, run.Activity, run.Stop)
            : test.RunEachAsync(folder, run.WriteEach, run.Fail, run.Activity, run.Stop));
    }

    private static async Task WriteFindingsAsync(CmdletRun run, SnapSetReference id) =>
        run.WriteEach(await new TestSnapSet(run.Cloud).RunAsync(id, run.Stop));

    private static async Task WriteUsableAsync(CmdletRun run, SnapSetReference id) =>
        run.Write(await new TestSnapSet(run.Cloud).IsUsableAsync(id, run.Activity, run.Stop));
}
