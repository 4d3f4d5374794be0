using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Hotstack.OpenShift.Login;

/// <summary>
/// A program with all that it has started. Ctrl+C of a terminal may end the program before us, and then its children belong to nobody; so on
/// Linux they are known by a variable that all of them inherit. Elsewhere those are found that still belong to it.
/// </summary>
/// <remarks>Jenkins finds what a build leaves behind in the same way (https://wiki.jenkins.io/display/JENKINS/ProcessTreeKiller).</remarks>
internal sealed class ExecFamily
{
    /// <summary>What it looks for may start another one meanwhile.</summary>
    private const int MaxRounds = 5;

    private const string Variable = "HOTSTACK_EXEC_RUN";

    private readonly string _run = Guid.NewGuid().ToString("N");

    /// <summary>Marks a program that is not started yet.</summary>
    public void Mark(ProcessStartInfo start) => start.Environment[Variable] = _run;

    /// <summary>Ends it and all that it has started.</summary>
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
            ? [.. Directory.EnumerateDirectories("/proc").Where(folder => IsMarked(folder, mark)).Select(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))]
            : [];
    }

    /// <summary>Whether a process is of this run. Those that are not ours cannot be read, and those that have ended have no variables.</summary>
    private static bool IsMarked(string folder, byte[] mark)
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(folder)[0]) && File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan().IndexOf(mark) >= 0;
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
            // It has ended, or is not ours to stop (sudo).
        }
    }
}
