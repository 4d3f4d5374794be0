using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.Input;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Restore;

namespace Hotstack.Commands;

/// <summary>Converts a SnapSet to YAML with stack_parameter_overrides, for upstream's playbooks.</summary>
[Cmdlet(VerbsData.ConvertTo, "HotstackStackParameter", DefaultParameterSetName = ById)]
[OutputType(typeof(string))]
public sealed class ConvertToHotstackStackParameter : HotstackCmdlet
{
    private const string ById = "ById";
    private const string Newest = "Latest";

    /// <summary>The set: its id, or a SnapSet.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ById)]
    [SnapSetIdentity, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(SnapSetIdCompleter))]
    public SnapSetReference? Id { get; set; }

    /// <summary>The newest set that can be restored.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Newest)]
    public SwitchParameter Latest { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        RunItem(async run => run.Write(await new StackParameters(run.Cloud).ToYamlAsync(Id, run.Stop)));
}
