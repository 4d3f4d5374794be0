using System.Collections;
using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.Input;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Exported;
using Hotstack.SnapSets.Find;

namespace Hotstack.Commands;

/// <summary>Gets the SnapSets of a cloud, newest first, or those exported to a folder.</summary>
[Cmdlet(VerbsCommon.Get, "HotstackSnapSet", DefaultParameterSetName = ById)]
[OutputType(typeof(SnapSet), ParameterSetName = [ById, Newest])]
[OutputType(typeof(ExportedSnapSet), ParameterSetName = [ByPath])]
public sealed class GetHotstackSnapSet : HotstackCmdlet
{
    private const string ById = "ById";
    private const string Newest = "Latest";
    private const string ByPath = "ByPath";

    private readonly SnapSetInputs _inputs = new();

    /// <summary>Ids or SnapSets. Typed ids may have wildcards; ids from the pipeline are literal. By default all sets.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = ById)]
    [SupportsWildcards]
    [SnapSetIdentity, ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SnapSetIdPatternCompleter))]
    public SnapSetReference[] Id { get; set; } = [];

    /// <summary>Only the newest set of this project that can be restored.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Newest)]
    public SwitchParameter Latest { get; set; }

    /// <summary>Folders of exports: one that Export-HotstackSnapSet made, or one with several of them. No cloud is asked. Wildcards are not
    /// permitted.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPath), ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Only sets of this stack.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(StackNamePatternCompleter))]
    public string? StackName { get; set; }

    /// <summary>Only sets with these labels, as a hashtable: @{ rhoso = '18.*' }. Each value may have wildcards.</summary>
    [Parameter, ValidateNotNull, ArgumentCompleter(typeof(LabelPatternCompleter))]
    public IDictionary? Label { get; set; }

    /// <summary>Only sets of this Hotstack scenario.</summary>
    [Parameter, SupportsWildcards, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ScenarioPatternCompleter))]
    public string? Scenario { get; set; }

    /// <summary>Only sets of a cluster of this version, as recorded: 4.18*.</summary>
    [Parameter, SupportsWildcards, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ClusterVersionPatternCompleter))]
    public string? ClusterVersion { get; set; }

    /// <summary>Only sets whose UnattendedUntil is at most this far ahead, or past: 7d. Sets without recorded dates are left
    /// out.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan? ExpiringWithin { get; set; }

    /// <summary>Only sets that are incomplete.</summary>
    [Parameter(ParameterSetName = ById)]
    public SwitchParameter Incomplete { get; set; }

    /// <summary>Also sets of other projects, as far as the cloud shows their images.</summary>
    [Parameter(ParameterSetName = ById), Parameter(ParameterSetName = Newest)]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _inputs.Add(Meant(Id), Cloud, Region);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ParameterSetName == ByPath)
        {
            Array.ForEach(Path, ReadExports);
        }
        else
        {
            _inputs.ForEach(Find);
        }
    }

    private void ReadExports(string path)
    {
        string folder = FilePath(path, nameof(Path))!;
        RunItem(run =>
        {
            new GetExportedSnapSets(TimeProvider.System).RunEach(folder, Conditions, run.Write, run.Fail, run.Stop);
            return Task.CompletedTask;
        });
    }

    private void Find((string? Cloud, string? Region) origin, IReadOnlyList<SnapSetReference> ids)
    {
        var request = new GetSnapSetsRequest
        {
            Ids = ids,
            Latest = Latest,
            Conditions = Conditions,
            Incomplete = Incomplete,
            AllProjects = All,
        };
        RunItem(origin, run => new GetSnapSets(run.Cloud) { Activity = run.Activity }.RunEachAsync(request, run.Write, run.Fail, run.Stop));
    }

    private SnapSetConditions Conditions => new()
    {
        StackName = StackName,
        Scenario = Scenario,
        ClusterVersion = ClusterVersion,
        Labels = LabelInput.ToPatterns(Label),
        ExpiringWithin = ExpiringWithin,
    };
}
