using System.Management.Automation;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Move;

namespace Hotstack.Commands;

/// <summary>Makes SnapSets of what Export-HotstackSnapSet wrote, in any cloud or project.</summary>
[Cmdlet(VerbsData.Import, "HotstackSnapSet", SupportsShouldProcess = true)]
[OutputType(typeof(SnapSet))]
public sealed class ImportHotstackSnapSet : HotstackCmdlet
{
    /// <summary>Folders of exports, or their manifests: text, or what Get-ChildItem or Export-HotstackSnapSet gives. No wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName"), ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Give the set a new id, so that it can stand beside the one that it is a copy of.</summary>
    [Parameter]
    public SwitchParameter NewId { get; set; }

    /// <summary>Accept the images as the cloud stored them, even if their size or hash differs from the files or is unknown.</summary>
    [Parameter]
    public SwitchParameter SkipVerify { get; set; }

    /// <summary>How many images are uploaded at once. By default four.</summary>
    [Parameter, ValidateRange(1, 16)]
    public int ThrottleLimit { get; set; } = ExportSnapSetRequest.DefaultThrottleLimit;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
        {
            var request = new ImportSnapSetRequest
            {
                Path = FilePath(path, nameof(Path))!, NewId = NewId, SkipVerify = SkipVerify, ThrottleLimit = ThrottleLimit,
            };
            RunItem(async run => run.Write(
                await new ImportSnapSet(run.Cloud).RunAsync(request, run.Activity, run.ConfirmAsync, run.Stop)));
        }
    }
}
