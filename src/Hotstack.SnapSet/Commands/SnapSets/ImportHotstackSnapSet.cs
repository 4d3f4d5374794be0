using System.Management.Automation;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Move;

namespace Hotstack.Commands;

/// <summary>Creates SnapSets from exports of Export-HotstackSnapSet, in any cloud or project.</summary>
[Cmdlet(VerbsData.Import, "HotstackSnapSet", SupportsShouldProcess = true)]
[OutputType(typeof(SnapSet))]
public sealed class ImportHotstackSnapSet : HotstackCmdlet
{
    /// <summary>Folders of exports, or their manifests: text, or the output of Get-ChildItem or Export-HotstackSnapSet. Wildcards are
    /// not permitted.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName"), ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Gives the set a new id, so that it can exist beside the original.</summary>
    [Parameter]
    public SwitchParameter NewId { get; set; }

    /// <summary>Accepts the images as the cloud stored them, even if their size or hash differs from the files or is unknown.</summary>
    [Parameter]
    public SwitchParameter SkipVerify { get; set; }

    /// <summary>The number of images that are uploaded at once. By default four.</summary>
    [Parameter, ValidateRange(1, 16)]
    public int ThrottleLimit { get; set; } = ExportSnapSetRequest.DefaultThrottleLimit;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
        {
            var request = new ImportSnapSetRequest
            {
                Path = FilePath(path, nameof(Path))!,
                NewId = NewId,
                SkipVerify = SkipVerify,
                ThrottleLimit = ThrottleLimit,
            };
            RunItem(async run => run.Write(
                await new ImportSnapSet(run.Cloud).RunAsync(request, run.Activity, run.ConfirmAsync, run.Stop)));
        }
    }
}
