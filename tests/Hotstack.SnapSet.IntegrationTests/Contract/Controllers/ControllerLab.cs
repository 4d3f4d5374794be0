using System.Diagnostics;
using Xunit;

namespace Hotstack.Contract.Controllers;

/// <summary>A real sshd before a real API server, as the environment names it; see tests/lab/controller-lab.sh.</summary>
public sealed class ControllerLab : IAsyncLifetime
{
    internal const string ApiName = "api.ocp.openstack.lab";
    internal const string ApiAddress = "192.168.34.5";
    internal const int ApiPort = 6443;

    /// <summary>What the sandbox gives its controller, too.</summary>
    internal const string FloatingIP = "203.0.113.17";

    private const int PollMilliseconds = 100;

    private readonly string _script = ControllerLabSettings.Script;

    public async ValueTask InitializeAsync()
    {
        await RunAsync("reset");
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await RunAsync("reset");
    }

    /// <summary>A file of the lab.</summary>
    internal static string FileOf(params string[] path) => Path.Combine([ControllerLabSettings.Directory, .. path]);

    /// <summary>The fingerprints of the host keys that sshd has now.</summary>
    internal async Task<IReadOnlyList<string>> FingerprintsAsync()
    {
        List<string> found = [];
        foreach (string file in Directory.GetFiles(FileOf("ssh"), "ssh_host_*_key.pub"))
        {
            found.Add((await RunAsync("desk", "ssh-keygen", "-lf", file)).Split(' ')[1]);
        }

        return found;
    }

    /// <summary>A command of the lab's script.</summary>
    internal Task<string> RunAsync(params string[] words) => ProgramAsync("bash", [_script, .. words]);

    /// <summary>The ssh processes of this side, with their shells.</summary>
    internal static IReadOnlyList<string> SshProcesses()
    {
        string here = NetworkOf("self")!;
        return
        [
            .. Directory.GetDirectories("/proc").Select(Path.GetFileName).OfType<string>()
                .Where(pid => int.TryParse(pid, out _) && NetworkOf(pid) == here)
                .Select(pid => CommandOf(pid)).Where(command => IsSsh(command)),
        ];
    }

    /// <summary>The private folders of sockets.</summary>
    internal static IReadOnlyList<string> Folders() => Directory.GetDirectories(Path.GetTempPath(), "hotstack-*");

    /// <summary>The connections that sshd has.</summary>
    internal async Task<int> ConnectionsAsync() =>
        int.Parse(await RunAsync("connections"), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>No ssh, no socket, no folder, and no connection at sshd; by the real clock.</summary>
    internal async Task NothingIsLeftAsync(CancellationToken stop)
    {
        await UntilAsync("no ssh process is left", () => Task.FromResult(SshProcesses().Count == 0), stop);
        await UntilAsync("no folder is left", () => Task.FromResult(Folders().Count == 0), stop);
        await UntilAsync("sshd has no connection", async () => await ConnectionsAsync() == 0, stop);
    }

    /// <summary>Waits by the real clock, for up to a minute: a dead link is noticed after 20 s.</summary>
    internal static async Task UntilAsync(string what, Func<Task<bool>> isSo, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1),
                $"Not so after a minute: {what}. {string.Join("; ", SshProcesses().Concat(Folders()))}");
            await Task.Delay(PollMilliseconds, stop);
        }
    }

    private static async Task<string> ProgramAsync(string program, params string[] words)
    {
        var start = new ProcessStartInfo(program, words)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["CONTROLLER_LAB_DIR"] = ControllerLabSettings.Directory;
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output
            : throw new InvalidOperationException($"{string.Join(' ', words)} ended with {process.ExitCode}: {output}{await errors}");
    }

    /// <summary>The shell that waits for ssh has its path among its arguments.</summary>
    private static bool IsSsh(string command) =>
        command.Split('\0') is var words && (Path.GetFileName(words[0]) == "ssh" || words.Any(word => Path.GetFileName(word) == "ssh"));

    private static string? NetworkOf(string pid) => Proc(() => new FileInfo($"/proc/{pid}/ns/net").LinkTarget);

    private static string CommandOf(string pid) => Proc(() => File.ReadAllText($"/proc/{pid}/cmdline")) ?? "";

    private static string? Proc(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // It has ended.
        }
    }
}
