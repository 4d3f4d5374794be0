using System.Diagnostics;

namespace Hotstack.Sandbox.Controllers;

/// <summary>A private temporary folder that goes with this process, also when it is killed: a small shell waits for the end of a pipe, and
/// removes it.</summary>
internal sealed class FolderGuard : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _shell;

    private FolderGuard(string path, Process shell) => (Path, _shell) = (path, shell);

    public string Path { get; }

    public static FolderGuard Start()
    {
        var path = Directory.CreateTempSubdirectory("hotstack-sandbox-").FullName;

        // In a session of its own, as who kills a program may kill its group.
        string[] session = Programs.Find("setsid") is { } setsid ? [setsid] : [];
        var start = new ProcessStartInfo { RedirectStandardInput = true, UseShellExecute = false };
        string[] command = [.. session, "/bin/sh", "-c", "trap '' INT QUIT HUP TERM; cat >/dev/null; exec rm -rf -- \"$1\"", "sh", path];
        start.FileName = command[0];
        Array.ForEach(command[1..], start.ArgumentList.Add);
        return new FolderGuard(path, Process.Start(start)!);
    }

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        using var enough = new CancellationTokenSource(Patience);
        await _shell.WaitForExitAsync(enough.Token);
        _shell.Dispose();
    }
}
