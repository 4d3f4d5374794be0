using System.Diagnostics;
using Hotstack.Configuration;
using Hotstack.Processes;
using Xunit;

namespace Hotstack.Playbooks;

/// <summary>The process, with a script in place of ansible-playbook.</summary>
public sealed class AnsibleProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-ansible-").FullName;
    private readonly List<string> _lines = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Arguments_and_variables_arrive_as_they_are_and_both_outputs_come_back()
    {
        string[] hostile = ["-e", "@/a b/$(id).yml", "'; rm -rf /; '", "*", ""];

        int code = await RunAsync(
            """for a in "$@"; do echo "<$a>"; done; pwd; echo "$HOTSTACK_TEST"; read -r x || echo "no input"; echo wrong >&2; exit 3""",
            hostile, Stop);

        Assert.Equal(3, code);
        Assert.Equal(
            [.. hostile.Select(a => $"<{a}>"), _folder, "a variable", "no input", "wrong"],
            _lines.OrderBy(line => line == "wrong"));
    }

    [Theory]
    [InlineData("sleep 300 & echo $!; wait")]
    [InlineData("trap '' INT; sleep 300 & echo $!; sleep 300")]
    [InlineData("(setsid sleep 300 & echo $!) ; sleep 300")]
    public async Task Stopped_it_ends_with_its_children(string script)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test reads /proc.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        Task<int> run = RunAsync(script, [], stop.Token, _ => stop.Cancel());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        string child = $"/proc/{_lines[0]}/stat";
        await Ended.AssertAsync(child, Stop);
    }

    /// <summary>The end of our process closes the pipe.</summary>
    [Fact]
    public async Task Without_us_it_ends_with_its_children()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test reads /proc.");
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        string[] arguments = ["-c", AnsibleProgram.Shell, "sh", "/bin/sh", "-c", "sleep 300 & echo $!; wait"];
        Array.ForEach(arguments, start.ArgumentList.Add);
        using Process program = Process.Start(start)!;
        string child = $"/proc/{await program.StandardOutput.ReadLineAsync(Stop)}/stat";

        program.StandardInput.Close();

        await program.WaitForExitAsync(Stop);
        await Ended.AssertAsync(child, Stop);
    }

    private Task<int> RunAsync(string script, string[] arguments, CancellationToken stop, Action<string>? onLine = null)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no /bin/sh.");
        string program = Path.Combine(_folder, "ansible-playbook");
        File.WriteAllText(program, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var finder = new ProgramFinder(ConfigurationPlatform.Linux, _ => _folder, File.Exists, _ => true);
        return new AnsibleProgram { Finder = finder }.RunAsync(
            new AnsibleCall
            {
                Arguments = arguments,
                Folder = _folder,
                Environment = new Dictionary<string, string?> { ["HOTSTACK_TEST"] = "a variable" },
                OnLine = line =>
                {
                    _lines.Add(line);
                    onLine?.Invoke(line);
                },
            },
            stop);
    }
}
