using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.Input;
using Hotstack.Reports;
using Hotstack.SnapSets.Find;

namespace Hotstack.Commands;

/// <summary>Writes a report of SnapSets, runs, clusters and findings to a file: HTML or Markdown.</summary>
[Cmdlet(VerbsData.Export, "HotstackReport", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportHotstackReport : HotstackCmdlet
{
    private readonly ReportInput _input = new();

    /// <summary>The file. With .md or .markdown it is Markdown, otherwise HTML. Wildcards are not permitted.</summary>
    [Parameter(Mandatory = true, Position = 0), ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>What the report is about: SnapSets, findings, cluster reports, records of clusters, revivals and renewals. Without them the
    /// report is about the SnapSets of the project.</summary>
    [Parameter(ValueFromPipeline = true), AllowNull, AllowEmptyCollection]
    public object?[]? InputObject { get; set; }

    /// <summary>The format. By default as the name of the file says.</summary>
    [Parameter, ArgumentCompleter(typeof(FixedValueCompleter))]
    [FixedValues(
        "Html: a page that needs no network and no script",
        "Markdown: a text for a merge request or a chat")]
    public string? Format { get; set; }

    /// <summary>Replaces an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    /// <remarks>Before the rest of the pipeline reads anything.</remarks>
    protected override void BeginProcessing()
    {
        ExportReportRequest request = Request;
        Run(_ => ExportReport.RequirePathAsync(request));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(_ => Task.FromResult(_input.Add(InputObject ?? [])));

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        (ExportReportRequest request, bool isGiven) = (Request, MyInvocation.ExpectingInput || InputObject is not null);
        string? file = null;
        Run(async run => file = await ExportReport.RunAsync(request, () => ReadAsync(run, isGiven), run.ConfirmAsync, run.Stop));
        // As Get-Item gives it, which further cmdlets take from the pipeline.
        WriteObject(InvokeProvider.Item.Get(file is null ? [] : [file], force: true, literalPath: true), enumerateCollection: true);
    }

    private async Task<ReportContent> ReadAsync(Hosting.CmdletRun run, bool isGiven) => isGiven
        ? _input.ToContent(ReportContent.OfPipeline, DateTimeOffset.UtcNow)
        : _input.Add(await new GetSnapSets(run.Cloud) { Activity = run.Activity }.RunAsync(new(), run.Stop))
            .ToContent($"SnapSets of cloud {run.Cloud.Name}", run.Cloud.Now);

    private ExportReportRequest Request => new() { Path = FilePath(Path)!, Format = Format, Force = Force };
}
