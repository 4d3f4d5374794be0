using System.Diagnostics;
using System.Xml.Linq;
using Hotstack.Surface;
using Xunit;

namespace Hotstack.Help;

/// <summary>The builder as the build and developers call it.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly SourceTree _tree = new();

    private string Pages => HelpFolder.PagesIn(_tree.Root);

    public void Dispose() => _tree.Dispose();

    [Fact]
    public async Task A_page_that_does_not_fit_fails_the_build_with_file_and_line()
    {
        string page = Path.Combine(Pages, "Get-HotstackSnapSet.md");
        await File.WriteAllTextAsync(page,
            (await File.ReadAllTextAsync(page, Stop)).Replace("## NOTES", "## NOTE", StringComparison.Ordinal), Stop);
        (int exitCode, string output, string errors) = await RunAsync("build", Pages, Path.Combine(Pages, "out"));
        Assert.Equal((1, ""), (exitCode, output));
        int line = Array.IndexOf(await File.ReadAllLinesAsync(page, Stop), "## NOTE") + 1;
        Assert.StartsWith($"{page}({line}): error HELP: There is no section 'NOTE'", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Pages, "out")));
    }

    [Fact]
    public async Task The_update_brings_back_what_was_changed_by_hand_and_a_page_that_is_missing()
    {
        string changed = Path.Combine(Pages, "Get-HotstackSnapSet.md");
        string missing = Path.Combine(Pages, "Wait-HotstackCluster.md");
        string before = await File.ReadAllTextAsync(changed, Stop);
        await File.WriteAllTextAsync(changed,
            before.Replace("Accept wildcard characters: True", "Accept wildcard characters: False", StringComparison.Ordinal), Stop);
        File.Delete(missing);
        string golden = Path.Combine(_tree.Root, SurfaceText.GoldenFile);
        await File.WriteAllTextAsync(golden, "", Stop);

        (int exitCode, string output, string errors) = await RunAsync("update", _tree.Root, PublishedModule.Assembly);

        Assert.Equal((1, ""), (exitCode, errors));
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal([$"changed: {changed}", $"new: {missing}", $"changed: {golden}"], lines.SkipLast(1));
        Assert.StartsWith($"missing: {missing}(", lines[^1], StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(changed, Stop));
        Assert.Contains("### -StableFor\n\n```yaml\n", await File.ReadAllTextAsync(missing, Stop), StringComparison.Ordinal);
        Assert.Equal(SurfaceText.Of(CmdletTypes.Cmdlets), await File.ReadAllTextAsync(golden, Stop));
    }

    [Fact]
    public async Task The_update_says_nothing_when_nothing_is_missing() =>
        Assert.Equal((0, "", ""), await RunAsync("update", _tree.Root, PublishedModule.Assembly));

    /// <summary>"Get-Help -Online" opens the first address among the links: only the page itself may be one.</summary>
    [Theory]
    [InlineData("https://docs.example/hotstack/", "https://docs.example/hotstack/Suspend-HotstackCluster.md")]
    [InlineData(null, null)]
    public async Task Only_the_page_itself_is_found_online(string? documentation, string? expected)
    {
        string output = Path.Combine(Pages, "out");
        string[] arguments = ["build", Pages, output, .. documentation is null ? Array.Empty<string>() : [documentation]];
        Assert.Equal((0, "", ""), await RunAsync(arguments));

        XElement maml = XElement.Load(Path.Combine(output, HelpFolder.MamlFile));
        XElement command = maml.Elements()
            .Single(c => c.Descendants().Any(e => e.Name.LocalName == "name" && e.Value == "Suspend-HotstackCluster"
            && e.Parent!.Name.LocalName == "details"));
        Assert.Equal(expected is null ? [] : [expected], command.Descendants()
            .Where(e => e.Name.LocalName == "uri" && e.Parent!.Name.LocalName == "navigationLink")
            .Select(e => e.Value).Where(address => address.Length > 0));
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
