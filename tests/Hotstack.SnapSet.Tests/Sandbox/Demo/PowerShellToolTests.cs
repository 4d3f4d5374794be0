using System.Diagnostics;
using Xunit;

namespace Hotstack.Sandbox.Demo;

/// <summary>How the demo brings a PowerShell of its own; no program is started.</summary>
public sealed class PowerShellToolTests : IDisposable
{
    private const string Started = PowerShellTool.Version + "\n";

    private readonly string _cache = Path.Combine(Directory.CreateTempSubdirectory("hotstack-tests-").FullName, "cache");
    private readonly StringWriter _output = new();
    private readonly List<string> _calls = [];
    private readonly PowerShellTool _tool;
    private (int Code, string Said) _install = (0, "");
    private (int Code, string Said) _start = (0, Started);
    private Action<string>? _installing;

    public PowerShellToolTests() => _tool = new PowerShellTool(_cache, RunAsync);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Program => Path.Combine(_tool.Folder, OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh");

    public void Dispose()
    {
        Directory.Delete(Path.GetDirectoryName(_cache)!, recursive: true);
        _output.Dispose();
    }

    [Fact]
    public async Task It_is_installed_into_the_folder_that_is_named_and_reused()
    {
        Assert.Null(_tool.Find());
        Assert.Equal(Program, await _tool.BringAsync(_output, Stop));
        Assert.Equal(
            [$"dotnet tool install PowerShell --version {PowerShellTool.Version} --tool-path {_tool.Folder}", $"{Program} -NoProfile"],
            _calls.Select(call => call.StartsWith("dotnet", StringComparison.Ordinal) ? call : string.Join(' ', call.Split(' ')[..2])));
        Assert.Contains(_tool.Folder, _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(Program, _tool.Find());

        Assert.Equal(Program, await new PowerShellTool(_cache, RunAsync).BringAsync(_output, Stop));
        Assert.Equal(2, _calls.Count);
        Assert.Contains("from an earlier run", _output.ToString(), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_cache));
        }
    }

    [Theory]
    [InlineData(1, "error NU1301: Unable to load the service index", 0, Started, "NU1301", "dotnet nuget list source")]
    [InlineData(-1, "No such file or directory", 0, Started, "No such file", "aka.ms/powershell")]
    [InlineData(0, "", 150, "You must install or update .NET to run this application.", "does not start (exit code 150): You must install", ".NET runtime 10")]
    [InlineData(0, "", 0, "7.4.1", "does not start", "starts from the beginning")]
    public async Task A_failure_is_told_with_reason_and_fix_and_the_next_run_begins_anew(
        int code, string said, int startCode, string started, string reason, string fix)
    {
        (_install, _start) = ((code, said), (startCode, started));
        var failure = await Assert.ThrowsAsync<IOException>(() => _tool.BringAsync(_output, Stop));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.Contains(fix, failure.Message, StringComparison.Ordinal);
        Assert.Contains("--no-pwsh", failure.Message, StringComparison.Ordinal);
        Assert.Null(_tool.Find());

        (_install, _start) = ((0, ""), (0, Started));
        Assert.Equal(Program, await _tool.BringAsync(_output, Stop));
        Assert.Equal(Program, _tool.Find());
    }

    [Fact]
    public async Task A_tool_that_installs_without_a_program_is_a_failure()
    {
        _installing = File.Delete;
        var failure = await Assert.ThrowsAsync<IOException>(() => _tool.BringAsync(_output, Stop));
        Assert.Contains("it said nothing", failure.Message, StringComparison.Ordinal);
        Assert.Null(_tool.Find());
    }

    [Fact]
    public async Task A_half_installation_is_removed_first()
    {
        var leftover = Path.Combine(_tool.Folder, ".store", "half");
        Directory.CreateDirectory(Path.GetDirectoryName(leftover)!);
        await File.WriteAllTextAsync(leftover, "", Stop);
        await File.WriteAllTextAsync(Program, "", Stop);
        Assert.Null(_tool.Find());
        _installing = _ => Assert.False(File.Exists(leftover));

        Assert.Equal(Program, await _tool.BringAsync(_output, Stop));
        Assert.Contains("did not finish", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_stopped_leaves_nothing_that_counts()
    {
        using var interrupt = new CancellationTokenSource();
        _installing = _ => interrupt.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _tool.BringAsync(_output, interrupt.Token));
        Assert.Null(_tool.Find());
        _installing = null;
        Assert.Equal(Program, await _tool.BringAsync(_output, Stop));
    }

    [Fact]
    public async Task Two_demos_do_not_install_into_one_folder()
    {
        IOException? refused = null;
        _installing = _ => refused = Record.Exception(
            () => new PowerShellTool(_cache, RunAsync).BringAsync(_output, Stop).GetAwaiter().GetResult()) as IOException;
        await _tool.BringAsync(_output, Stop);
        Assert.Contains("Another demo", refused!.Message, StringComparison.Ordinal);
        Assert.Equal(Program, _tool.Find());
    }

    [Fact]
    public void Its_version_is_that_of_the_tests_and_of_the_line_that_is_offered()
    {
        var script = File.ReadAllText(Path.Combine(Repository.Root, "tests", "Pester", "get-pwsh.sh"));
        Assert.Contains($"dotnet tool install PowerShell --version {PowerShellTool.Version} ", script, StringComparison.Ordinal);
        Assert.Equal($"dotnet tool install --global PowerShell --version {PowerShellTool.Version}", PowerShellTool.InstallLine);
    }

    private Task<(int Code, string Said)> RunAsync(ProcessStartInfo start, CancellationToken stop)
    {
        _calls.Add($"{start.FileName} {string.Join(' ', start.ArgumentList)}");
        if (start.FileName != "dotnet")
        {
            return Task.FromResult(_start);
        }

        if (_install.Code == 0)
        {
            Directory.CreateDirectory(_tool.Folder);
            File.WriteAllText(Program, "");
        }

        _installing?.Invoke(Program);
        return Task.FromResult(_install);
    }
}
