using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.Moving;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Move;

namespace Hotstack.Commands;

/// <summary>Writes SnapSets to a folder: one file for each image, and a manifest.</summary>
[Cmdlet(VerbsData.Export, "HotstackSnapSet", SupportsShouldProcess = true)]
[OutputType(typeof(SnapSetExport))]
public sealed class ExportHotstackSnapSet : HotstackCmdlet
{
    /// <summary>Ids, with or without wildcards, or SnapSets. Ids from the pipeline have no wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [SnapSetIdentity, SupportsWildcards, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(SnapSetIdPatternCompleter))]
    public SnapSetReference[] Id { get; set; } = [];

    /// <summary>The folder in which each set gets one of its own, hotstack-snapset-ID. It is made if need be. No wildcards.</summary>
    [Parameter(Mandatory = true, Position = 1), ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Leave out the data volumes of servers, which are in Cinder. Without it, a set that has some is an error.</summary>
    [Parameter]
    public SwitchParameter SkipVolumes { get; set; }

    /// <summary>Of an export that is there already, compare also the hashes of its files, and not only their sizes.</summary>
    [Parameter]
    public SwitchParameter Verify { get; set; }

    /// <summary>Also export images of which Glance reports neither the size nor a hash, although the export cannot check them.</summary>
    [Parameter]
    public SwitchParameter SkipVerify { get; set; }

    /// <summary>How many images are fetched at once. By default four.</summary>
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
                Id = id, Path = path, SkipVolumes = SkipVolumes, Verify = Verify, SkipVerify = SkipVerify, ThrottleLimit = ThrottleLimit,
            };
            run.Write(await new ExportSnapSet(run.Cloud).RunAsync(request, run.Activity, run.ConfirmAsync, run.Stop));
        }));
    }
}
