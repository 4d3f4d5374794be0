namespace Hotstack.Reports;

/// <summary>Writes a report to a file.</summary>
public static class ExportReport
{
    private static readonly string[] MarkdownNames = [".md", ".markdown"];

    /// <summary>Refuses a request whose file cannot be written, before anything is read. Changes nothing.</summary>
    /// <exception cref="HotstackException">The path cannot be used (<c>ReportPathInvalid</c>), or the file exists
    /// (<c>ReportExists</c>).</exception>
    public static Task RequirePathAsync(ExportReportRequest request)
    {
        ReportFile.Require(request.Path, request.Force);
        return Task.CompletedTask;
    }

    /// <summary>Asks, reads and writes.</summary>
    /// <param name="request">What to write, and where to.</param>
    /// <param name="read">Reads what the report is about; called after the confirmation.</param>
    /// <param name="confirm">Asks for confirmation.</param>
    /// <param name="stop">Ends the run; the file then stays as it was.</param>
    /// <returns>The file's path; null if the user declined.</returns>
    /// <exception cref="HotstackException">As <see cref="RequirePathAsync"/>; or the file cannot be written
    /// (<c>ReportNotWritten</c>).</exception>
    public static async Task<string?> RunAsync(
        ExportReportRequest request, Func<Task<ReportContent>> read, Confirmation confirm, CancellationToken stop)
    {
        await RequirePathAsync(request);
        if (!await confirm(request.Path, request.Force && File.Exists(request.Path) ? "Replace the file by a report" : "Write a report"))
        {
            return null;
        }

        ReportContent content = await read();
        await ReportFile.WriteAsync(request.Path, TextOf(request, content), request.Force, stop);
        return request.Path;
    }

    private static string TextOf(ExportReportRequest request, ReportContent content) =>
        (request.Format ?? (MarkdownNames.Contains(Path.GetExtension(request.Path), StringComparer.OrdinalIgnoreCase) ? Markdown : "Html"))
            .Equals(Markdown, StringComparison.OrdinalIgnoreCase)
            ? MarkdownReport.Of(content)
            : HtmlReport.Of(content);

    private const string Markdown = nameof(Markdown);
}

/// <summary>Where a report is written to.</summary>
public sealed record ExportReportRequest
{
    /// <summary>The absolute path of the file. <c>.md</c> and <c>.markdown</c> make it Markdown, otherwise it is HTML.</summary>
    public required string Path { get; init; }

    /// <summary><c>Html</c> or <c>Markdown</c>; null to choose by the path.</summary>
    public string? Format { get; init; }

    /// <summary>Replaces an existing file.</summary>
    public bool Force { get; init; }
}
