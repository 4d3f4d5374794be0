using System.Diagnostics;
using System.Xml.Linq;
using Hotstack.Surface;
using Xunit;

namespace Hotstack.Help;

/// <summary>The builder as the build and developers call it.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("hotstack-help-").FullName;
    private readonly string _pages;

    public ProgramTests()
    {
        _pages = HelpFolder.PagesIn(_root);
        string[] files = ["README.md", "CHANGELOG.md", "Hotstack.SnapSet.psd1", "Hotstack.SnapSet.Format.ps1xml", SurfaceText.GoldenFile,
            .. FilesIn("docs/en-US"), .. FilesIn("tests/Pester")];
        foreach (string file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, file))!);
            File.Copy(Path.Combine(Repository.Root, file), Path.Combine(_root, file));
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

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
        string golden = Path.Combine(_root, SurfaceText.GoldenFile);
        await File.WriteAllTextAsync(golden, "", Stop);

        (int exitCode, string output, string errors) = await RunAsync("update", _root, PublishedModule.Assembly);

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
        Assert.Equal((0, "", ""), await RunAsync("update", _root, PublishedModule.Assembly));

    [Theory]
    [InlineData("README.md", "Wait-HotstackCluster", "README.md: lacks Wait-HotstackCluster in the table of cmdlets")]
    [InlineData("CHANGELOG.md", "Wait-HotstackCluster", "CHANGELOG.md: lacks Wait-HotstackCluster")]
    [InlineData("docs/en-US/about_Hotstack_SnapSet.md", "Wait-HotstackCluster", "docs/en-US/about_Hotstack_SnapSet.md: lacks Wait-HotstackCluster")]
    [InlineData("Hotstack.SnapSet.psd1", "'Wait-HotstackCluster'", "Hotstack.SnapSet.psd1: lacks Wait-HotstackCluster in CmdletsToExport")]
    [InlineData("tests/Pester/Cluster.Tests.ps1", "Describe 'Wait-HotstackCluster'", "tests/Pester: lacks exactly one Describe 'Wait-HotstackCluster'")]
    [InlineData("tests/Pester/HostileNames.Tests.ps1", "'Wait-HotstackCluster' =",
        "tests/Pester/HostileNames.Tests.ps1: lacks lines for Wait-HotstackCluster")]
    [InlineData("Hotstack.SnapSet.Format.ps1xml", "$_.Scenario", "Hotstack.SnapSet.Format.ps1xml: the list of Hotstack.SnapSets.SnapSet lacks Scenario")]
    [InlineData("Hotstack.SnapSet.Format.ps1xml", "SnapSets.SnapSetFinding",
        "Hotstack.SnapSet.Format.ps1xml: lacks views of Hotstack.SnapSets.SnapSetFinding")]
    public async Task The_update_lists_what_is_missing(string file, string there, string line)
    {
        string path = Path.Combine(_root, file);
        string text = await File.ReadAllTextAsync(path, Stop);
        Assert.Contains(there, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, text.Replace(there, there.Replace('a', 'o'), StringComparison.Ordinal), Stop);

        Assert.Equal([line], new Omissions(_root, HelpSources.Cmdlets).Find(null, ""));
    }

    [Fact]
    public void The_update_lists_where_a_new_parameter_is_missing() => Assert.Equal(
        ["CHANGELOG.md: lacks -Newest, which is new in Get-HotstackSnapSet", "tests/Pester: lacks -Newest, which is new in Get-HotstackSnapSet"],
        new Omissions(_root, HelpSources.Cmdlets).Find("Get-HotstackSnapSet: SnapSet\n  -Cloud <String> any\n\n",
            "Get-HotstackSnapSet: SnapSet\n  -Cloud <String> any\n  -Newest <String> any\n\n"));

    /// <summary>"Get-Help -Online" opens the first address among the links: only the page itself may be one.</summary>
    [Theory]
    [InlineData("https://docs.example/hotstack/", "https://docs.example/hotstack/Suspend-HotstackCluster.md")]
    [InlineData(null, null)]
    public async Task Only_the_page_itself_is_found_online(string? documentation, string? expected)
    {
        string output = Path.Combine(_pages, "out");
        string[] arguments = ["build", _pages, output, .. documentation is null ? Array.Empty<string>() : [documentation]];
        Assert.Equal((0, "", ""), await RunAsync(arguments));

        XElement maml = XElement.Load(Path.Combine(output, HelpFolder.MamlFile));
        XElement command = maml.Elements().Single(c => c.Descendants().Any(e => e.Name.LocalName == "name" && e.Value == "Suspend-HotstackCluster"
            && e.Parent!.Name.LocalName == "details"));
        Assert.Equal(expected is null ? [] : [expected], command.Descendants().Where(e => e.Name.LocalName == "uri" && e.Parent!.Name.LocalName == "navigationLink")
            .Select(e => e.Value).Where(address => address.Length > 0));
    }

    [Fact]
    public async Task Without_arguments_it_says_how_it_is_called()
    {
        (int exitCode, _, string errors) = await RunAsync();
        Assert.Equal(2, exitCode);
        Assert.Contains("build PAGES OUTPUT", errors, StringComparison.Ordinal);
    }

    private static IEnumerable<string> FilesIn(string folder) => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder))
        .Select(file => Path.GetRelativePath(Repository.Root, file));

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
