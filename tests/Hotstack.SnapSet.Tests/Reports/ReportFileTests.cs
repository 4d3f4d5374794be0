using Xunit;

namespace Hotstack.Reports;

public sealed class ReportFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-report-").FullName;
    private int _reads;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("report.html", null, "<!DOCTYPE html>")]
    [InlineData("report", null, "<!DOCTYPE html>")]
    [InlineData("report.md", null, "# Hotstack report")]
    [InlineData("REPORT.Markdown", null, "# Hotstack report")]
    [InlineData("report.md", "html", "<!DOCTYPE html>")]
    [InlineData("report.html", "Markdown", "# Hotstack report")]
    public async Task The_name_or_the_user_chooses_the_format(string name, string? format, string beginning)
    {
        string? written = await RunAsync(name, format: format);

        Assert.Equal(Path.Combine(_folder, name), written);
        Assert.StartsWith(beginning, await File.ReadAllTextAsync(written!, TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("nowhere/report.html", "ReportPathInvalid")]
    [InlineData("", "ReportPathInvalid")]
    [InlineData("there.html", "ReportExists")]
    [InlineData("readonly.html", "ReportPathInvalid")]
    [InlineData("/dev/null", "ReportPathInvalid")]
    public async Task A_path_that_cannot_be_written_is_refused_before_anything_is_read(string name, string id)
    {
        Assert.SkipWhen(name == "/dev/null" && !OperatingSystem.IsLinux(), "There is no /dev/null.");
        File.WriteAllText(Path.Combine(_folder, "there.html"), "before");
        File.WriteAllText(Path.Combine(_folder, "readonly.html"), "before");
        File.SetAttributes(Path.Combine(_folder, "readonly.html"), FileAttributes.ReadOnly);

        var e = await Assert.ThrowsAsync<HotstackException>(() => RunAsync(name, force: id != "ReportExists"));

        Assert.Equal((id, Path.Combine(_folder, name)), (e.Id, e.Target));
        Golden.Message(e, _folder);
        Assert.Equal(0, _reads);
        Assert.Equal("before", File.ReadAllText(Path.Combine(_folder, "there.html")));
        File.SetAttributes(Path.Combine(_folder, "readonly.html"), FileAttributes.Normal);
    }

    [Fact]
    public async Task A_folder_that_is_not_ours_to_write_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "The user may write everywhere.");
        Allow(UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var e = await Assert.ThrowsAsync<HotstackException>(() => RunAsync("report.html"));

        Allow(UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        Assert.Equal(("ReportPathInvalid", 0), (e.Id, _reads));
    }

    [Fact]
    public async Task Force_replaces_a_file()
    {
        File.WriteAllText(Path.Combine(_folder, "report.md"), "before");

        await RunAsync("report.md", force: true);

        Assert.StartsWith("# ", File.ReadAllText(Path.Combine(_folder, "report.md")), StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_file_that_appears_meanwhile_is_not_replaced()
    {
        string path = Path.Combine(_folder, "report.html");

        var e = await Assert.ThrowsAsync<HotstackException>(() => RunAsync("report.html", whileReading: () => File.WriteAllText(path,
            "theirs")));

        Assert.Equal(("ReportExists", "theirs"), (e.Id, File.ReadAllText(path)));
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_after_all_is_an_error_and_leaves_nothing()
    {
        var e = await Assert.ThrowsAsync<HotstackException>(() => RunAsync(new string('x', 300) + ".html"));

        Assert.Equal("ReportNotWritten", e.Id);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_failure_to_read_leaves_the_file_as_it_was()
    {
        File.WriteAllText(Path.Combine(_folder, "report.html"), "before");

        await Assert.ThrowsAsync<TimeoutException>(() => RunAsync("report.html", force: true, whileReading: () =>
            throw new TimeoutException()));

        Assert.Equal("before", File.ReadAllText(Path.Combine(_folder, "report.html")));
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task Without_consent_nothing_is_read_or_written()
    {
        string? written = await RunAsync("report.html", confirm: (target, action) =>
        {
            Assert.Equal((Path.Combine(_folder, "report.html"), "Write a report"), (target.ToString(), action.ToString()));
            return Task.FromResult(false);
        });

        Assert.Equal((null, 0), (written, _reads));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    private void Allow(UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder, mode);
        }
    }

    private Task<string?> RunAsync(
        string name, bool force = false, string? format = null, Action? whileReading = null, Confirmation? confirm = null) =>
        ExportReport.RunAsync(
            new ExportReportRequest { Path = Path.Combine(_folder, name), Force = force, Format = format },
            () =>
            {
                _reads++;
                whileReading?.Invoke();
                return Task.FromResult(ReportSamples.OfEachWindow);
            },
            confirm ?? Confirmations.Agreed, TestContext.Current.CancellationToken);
}
