using System.Diagnostics;
using System.Text;

namespace Hotstack.Processes;

/// <summary>Programs whose input and outputs are ours, in UTF-8. On Unix a script of <c>/bin/sh</c> starts them.</summary>
internal static class PipedProgram
{
    /// <param name="program">The program's file.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="script">Starts it on Unix. It gets the values of its own, then the program and the arguments, as <c>$@</c>; no name
    /// becomes a part of the script.</param>
    /// <param name="values">The script's own values.</param>
    public static ProcessStartInfo StartInfo(string program, IReadOnlyList<string> arguments, string script, params string[] values)
    {
        bool hasShell = !OperatingSystem.IsWindows();
        var start = new ProcessStartInfo
        {
            FileName = hasShell ? "/bin/sh" : program,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (string argument in hasShell ? ["-c", script, "sh", .. values, program, .. arguments] : arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }
}
