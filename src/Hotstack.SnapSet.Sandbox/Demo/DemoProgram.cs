using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Hotstack.Sandbox.Demo;

/// <summary>Programs that the demo starts.</summary>
internal static class DemoProgram
{
    /// <summary>How a program starts: without the variables of the user's own cloud, and so that a .NET tool finds the runtime which this
    /// process runs on, wherever it is installed.</summary>
    public static ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false };
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("OS_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        if (Directory.Exists(Path.Combine(root, "host", "fxr")))
        {
            start.Environment.TryAdd("DOTNET_ROOT", root);
        }

        return start;
    }

    /// <summary>Runs a program to its end, at this terminal.</summary>
    public static async Task<int> RunAsync(ProcessStartInfo start, CancellationToken stop)
    {
        using var process = Process.Start(start)!;
        await EndOfAsync(process, stop);
        return process.ExitCode;
    }

    /// <summary>Runs a program to its end, without input.</summary>
    /// <returns>Its exit code, and what it wrote, on both streams; -1 and the reason if it cannot be started.</returns>
    public static async Task<(int Code, string Said)> ListenAsync(ProcessStartInfo start, CancellationToken stop)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        var said = new StringBuilder();
        try
        {
            using var process = Process.Start(start)!;
            process.OutputDataReceived += Hear;
            process.ErrorDataReceived += Hear;
            process.StandardInput.Close();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            await EndOfAsync(process, stop);
            return (process.ExitCode, said.ToString());
        }
        catch (Win32Exception e)
        {
            return (-1, e.Message);
        }

        void Hear(object _, DataReceivedEventArgs line)
        {
            lock (said)
            {
                said.AppendLine(line.Data);
            }
        }
    }

    /// <summary>It got the Ctrl+C as well, and cleans up: it is waited for even then.</summary>
    private static async Task EndOfAsync(Process process, CancellationToken stop)
    {
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
