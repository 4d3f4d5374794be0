using System.Diagnostics;

namespace Hotstack.Sandbox.Demo;

/// <summary>PowerShell as the .NET tool of that name, in a cache of the demo's own. Nothing else is installed or changed.</summary>
/// <param name="cache">The cache's folder; it need not exist.</param>
/// <param name="run">Runs a program to its end; gives its exit code and what it wrote.</param>
internal sealed class PowerShellTool(string cache, Func<ProcessStartInfo, CancellationToken, Task<(int Code, string Said)>> run)
{
    /// <summary>The version; tests/Pester/get-pwsh.sh takes the same.</summary>
    public const string Version = "7.6.9";

    /// <summary>The line that installs it for the user.</summary>
    public const string InstallLine = "dotnet tool install --global PowerShell --version " + Version;

    private const int LinesOfReason = 6;

    /// <summary>The folder that it is installed in.</summary>
    public string Folder { get; } = Path.Combine(cache, "pwsh-" + Version);

    private string Program => Path.Combine(Folder, OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh");

    /// <summary>Written last: without it an installation is not whole.</summary>
    private string Mark => Path.Combine(Folder, "installed");

    /// <summary>The user's cache for this: below <c>XDG_CACHE_HOME</c>, <c>~/.cache</c>, or Windows' local application data.</summary>
    public static string DefaultCache()
    {
        var (root, name) = OperatingSystem.IsWindows()
            ? (Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "Hotstack.SnapSet")
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } set && Path.IsPathFullyQualified(set) ? (set, "hotstack-snapset")
            : (Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "hotstack-snapset");
        return Path.Combine(root, name);
    }

    /// <summary>Its pwsh, if an earlier run has installed it; null otherwise.</summary>
    public string? Find() => File.Exists(Mark) && File.Exists(Program) ? Program : null;

    /// <summary>Installs it, unless an earlier run has. What an earlier run has left unfinished is removed first.</summary>
    /// <param name="output">Where it says what it does.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>The path of its pwsh.</returns>
    /// <exception cref="IOException">It cannot be installed, or does not start; with the reason and what to do.</exception>
    public async Task<string> BringAsync(TextWriter output, CancellationToken stop)
    {
        try
        {
            return await BringWholeAsync(output, stop);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{e.Message} Set XDG_CACHE_HOME to a folder that you may write to.", e);
        }
    }

    private async Task<string> BringWholeAsync(TextWriter output, CancellationToken stop)
    {
        if (Find() is { } before)
        {
            await output.WriteLineAsync($"PowerShell {Version} is in {Folder}, from an earlier run.");
            return before;
        }

        MakeCache();
        using var alone = Lock();
        if (Find() is { } meanwhile)
        {
            return meanwhile;
        }

        if (Directory.Exists(Folder))
        {
            await output.WriteLineAsync($"An earlier run did not finish {Folder}; this run deletes it and installs again.");
            Directory.Delete(Folder, recursive: true);
        }

        await output.WriteLineAsync($"Bringing PowerShell {Version} into {Folder}; the next run reuses it, and you may delete it …");
        await InstallAsync(stop);
        await TryAsync(stop);
        await File.WriteAllTextAsync(Mark, Version, stop);
        return Program;
    }

    private async Task InstallAsync(CancellationToken stop)
    {
        string[] line = ["tool", "install", "PowerShell", "--version", Version, "--tool-path", Folder];
        var (code, said) = await run(DemoProgram.StartInfo("dotnet", line), stop);
        stop.ThrowIfCancellationRequested();
        if (code != 0 || !File.Exists(Program))
        {
            throw Failed($"'dotnet {string.Join(' ', line)}' ended with {code}: {EndOf(said)}",
                "The package PowerShell comes from the sources that 'dotnet nuget list source' shows: check that one has it, and the network.");
        }
    }

    /// <summary>Runs it once: a tool whose runtime is missing is installed without an error.</summary>
    private async Task TryAsync(CancellationToken stop)
    {
        var (code, said) = await run(
            DemoProgram.StartInfo(Program, ["-NoProfile", "-NonInteractive", "-Command", "\"$($PSVersionTable.PSVersion)\""]), stop);
        stop.ThrowIfCancellationRequested();
        if (code != 0 || !said.Contains(Version, StringComparison.Ordinal))
        {
            throw Failed($"{Program} does not start (exit code {code}): {EndOf(said)}",
                "It needs the .NET runtime 10: 'dotnet --list-runtimes' shows those that are installed.");
        }
    }

    private static IOException Failed(string reason, string fix) => new(
        $"PowerShell {Version} could not be brought: {reason}\n{fix} Then run the same command again, which starts from the beginning. "
        + "Or take PowerShell from https://aka.ms/powershell, or run the demo without it: '-- demo --no-pwsh'.");

    private static string EndOf(string said)
    {
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? "it said nothing." : string.Join('\n', lines.TakeLast(LinesOfReason));
    }

    private void MakeCache()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(cache);
        }
        else
        {
            Directory.CreateDirectory(cache, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Keeps other demos from the folder, until this process ends at the latest.</summary>
    private FileStream Lock()
    {
        var path = Path.Combine(cache, "lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new IOException($"Another demo is bringing PowerShell into {cache}. Run the same command again when it has ended.", e);
        }
    }
}
