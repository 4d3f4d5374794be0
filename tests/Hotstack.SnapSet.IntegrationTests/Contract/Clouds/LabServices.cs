using System.Diagnostics;

namespace Hotstack.Contract.Clouds;

/// <summary>The daemons of the lab: killed as if their host had died, and brought back; see tests/lab/openstack-lab.sh.</summary>
internal static class LabServices
{
    /// <summary>The script that knows them; only where the real cloud is the lab.</summary>
    public const string ScriptVariable = "HOTSTACK_CONTRACT_LAB_SCRIPT";

    public static string? Script => Environment.GetEnvironmentVariable(ScriptVariable) is { Length: > 0 } value ? value : null;

    public static Task KillAsync(string service, CancellationToken stop) => RunAsync(stop, "kill", service);

    public static Task StartAsync(string service, CancellationToken stop) => RunAsync(stop, "start", service);

    private static async Task RunAsync(CancellationToken stop, params string[] words)
    {
        // Its daemons keep whatever they inherit, so that pipes of ours would never end.
        var start = new ProcessStartInfo("bash", ["-c", "\"$@\" </dev/null >/dev/null 2>&1", "lab", Script!, .. words]);
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync(stop);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', words)} ended with {process.ExitCode}");
        }
    }
}
