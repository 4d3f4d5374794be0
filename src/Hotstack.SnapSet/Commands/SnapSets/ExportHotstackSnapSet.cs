using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.Input;
using Hotstack.Moving;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Move;

namespace Hotstack.Commands;

/// <summary>Writes SnapSets to a folder: one file per image, and a manifest.</summary>
[Cmdlet(VerbsData.Export, "HotstackSnapSet", SupportsShouldProcess = true)]
[OutputType(typeof(SnapSetExport))]
public sealed class ExportHotstackSnapSet : HotstackCmdlet
{
    /// <summary>Ids or SnapSets. Typed ids may have wildcards; ids from the pipeline are literal.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [SnapSetIdentity, SupportsWildcards, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(SnapSetIdPatternCompleter))]
    public SnapSetReference[] Id { get; set; } = [];

    /// <summary>The folder for the exports: each set gets a folder hotstack-snapset-ID in it. It is created if missing. Wildcards are
    /// not permitted.</summary>
    [Parameter(Mandatory = true, Position = 1), ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Exports a set without its data volumes, which are in Cinder. Otherwise such a set is an error.</summary>
    [Parameter]
    public SwitchParameter SkipVolumes { get; set; }

    /// <summary>Compares the hashes, not only the sizes, of the files that an earlier export has written.</summary>
    [Parameter]
    public SwitchParameter Verify { get; set; }

    /// <summary>Also exports images for which Glance reports neither size nor hash, so that the export cannot verify them.</summary>
    [Parameter]
    public SwitchParameter SkipVerify { get; set; }

    /// <summary>The number of images that are downloaded at once. By default four.</summary>
    [Parameter, ValidateRange(1, 16)]
    public int ThrottleLimit { get; set; } = ExportSnapSetRequest.DefaultThrottleLimit;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string path = FilePath(Path)!;
        RunItem(run => run.ForEachSetAsync(Meant(Id), async id =>
        {
            var request = new ExportSnapSetRequest
            {
                Id = id,
                Path = path,
                SkipVolumes = SkipVolumes,
                Verify = Verify,
                SkipVerify = SkipVerify,
                ThrottleLimit = ThrottleLimit,
            };
            run.Write(await new ExportSnapSet(run.Cloud).RunAsync(request, run.Activity, run.ConfirmAsync, run.Stop));
        }));
    }
}
