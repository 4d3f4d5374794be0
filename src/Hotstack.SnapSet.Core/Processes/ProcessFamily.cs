using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Hotstack.Processes;

/// <summary>
/// A program with its child processes. Ctrl+C at a terminal may end the program first and orphan its children, so on Linux an
/// inherited variable identifies them. Elsewhere only those are found that still belong to it.
/// </summary>
/// <remarks>Jenkins finds leftover processes of a build in the same way
/// (https://wiki.jenkins.io/display/JENKINS/ProcessTreeKiller).</remarks>
internal sealed class ProcessFamily
{
    /// <summary>A child may start another one meanwhile.</summary>
    private const int MaxRounds = 5;

    private const string Variable = "HOTSTACK_EXEC_RUN";

    private readonly string _run = Guid.NewGuid().ToString("N");

    /// <summary>Marks a program that is not started yet.</summary>
    public void Mark(ProcessStartInfo start) => start.Environment[Variable] = _run;

    /// <summary>Asks a program and the processes of its session to end, as Ctrl+C at a terminal does. On Windows it does nothing.</summary>
    public static void Interrupt(Process program)
    {
        const int Interrupted = 2;
        if (!OperatingSystem.IsWindows() && Native.Kill(-program.Id, Interrupted) != 0)
        {
            // It leads no group: there is no setsid on this machine.
            _ = Native.Kill(program.Id, Interrupted);
        }
    }

    /// <summary>Kills it and its children.</summary>
    public void Kill(Process program)
    {
        Kill(() => program.Kill(entireProcessTree: true));
        for (int round = 0; round < MaxRounds && Marked() is { Count: > 0 } left; round++)
        {
            foreach (int id in left)
            {
                Kill(() =>
                {
                    using var process = Process.GetProcessById(id);
                    process.Kill();
                });
            }
        }
    }

    private List<int> Marked()
    {
        byte[] mark = Encoding.ASCII.GetBytes($"{Variable}={_run}\0");
        return OperatingSystem.IsLinux()
            ? [.. Directory.EnumerateDirectories("/proc").Where(folder => IsMarked(folder, mark))
                .Select(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))]
            : [];
    }

    /// <summary>Whether a process belongs to this run. Other users' processes cannot be read, and ended ones have no
    /// variables.</summary>
    private static bool IsMarked(string folder, byte[] mark)
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(folder)[0]) && File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan()
                .IndexOf(mark) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Kill(Action kill)
    {
        try
        {
            kill();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or Win32Exception or AggregateException or NotSupportedException)
        {
            // It has ended, or we may not stop it (sudo).
        }
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "kill"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Kill(int process, int signal);
    }
}
