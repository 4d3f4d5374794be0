using System.Diagnostics;
using Hotstack.Surface;
using Xunit;

namespace Hotstack.Help;

/// <summary>The builder as the build and developers call it.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly string _pages = Directory.CreateTempSubdirectory("hotstack-help-").FullName;

    public ProgramTests()
    {
        foreach (string file in Directory.EnumerateFiles(HelpSources.Folder))
        {
            File.Copy(file, Path.Combine(_pages, Path.GetFileName(file)));
        }
    }

    public void Dispose() => Directory.Delete(_pages, recursive: true);

    [Fact]
    public async Task A_page_that_does_not_fit_fails_the_build_with_file_and_line()
    {
        string page = Path.Combine(_pages, "Get-HotstackSnapSet.md");
        await File.WriteAllTextAsync(page, (await File.ReadAllTextAsync(page, Stop)).Replace("## NOTES", "## NOTE", StringComparison.Ordinal), Stop);
        (int exitCode, string output, string errors) = await RunAsync("build", _pages, Path.Combine(_pages, "out"));
        Assert.Equal((1, ""), (exitCode, output));
        int line = Array.IndexOf(await File.ReadAllLinesAsync(page, Stop), "## NOTE") + 1;
        Assert.StartsWith($"{page}({line}): error HELP: There is no section 'NOTE'", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_pages, "out")));
    }

    [Fact]
    public async Task The_update_brings_back_what_was_changed_by_hand_and_a_page_that_is_missing()
    {
        string changed = Path.Combine(_pages, "Get-HotstackSnapSet.md");
        string missing = Path.Combine(_pages, "Wait-HotstackCluster.md");
        string before = await File.ReadAllTextAsync(changed, Stop);
        await File.WriteAllTextAsync(changed, before.Replace("Accept wildcard characters: True", "Accept wildcard characters: False", StringComparison.Ordinal), Stop);
        File.Delete(missing);
        Assert.Equal((0, $"changed: {changed}\nnew: {missing}\n", ""), await RunAsync("update", _pages, PublishedModule.Assembly));
        Assert.Equal(before, await File.ReadAllTextAsync(changed, Stop));
        Assert.Contains("### -StableFor\n\n```yaml\n", await File.ReadAllTextAsync(missing, Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_arguments_it_says_how_it_is_called()
    {
        (int exitCode, _, string errors) = await RunAsync();
        Assert.Equal(2, exitCode);
        Assert.Contains("build PAGES OUTPUT", errors, StringComparison.Ordinal);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Hotstack.SnapSet.Help.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(Stop);
        string output = await process.StandardOutput.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        return (process.ExitCode, output.ReplaceLineEndings("\n"), (await errors).ReplaceLineEndings("\n"));
    }
}
