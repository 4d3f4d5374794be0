using System.Diagnostics;

namespace Hotstack.Contract.SnapSets;

/// <summary>Upstream's own client library, where the machine has it.</summary>
internal static class OpenStackSdk
{
    private const string Python = "/usr/bin/python3";

    /// <summary>The latest set as upstream's lookup finds it: <c>snap_id controller-image master-image</c>; null
    /// without openstacksdk.</summary>
    public static async Task<string?> FindLatestAsync(string cloud, CancellationToken stop)
    {
        if (!File.Exists(Python) || Script("tests/lab/latest-snapset.py") is not { } script)
        {
            return null;
        }

        var start = new ProcessStartInfo(Python, [script, cloud]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(stop);
        string output = (await process.StandardOutput.ReadToEndAsync(stop)).Trim();
        await process.WaitForExitAsync(stop);
        const int NoSdk = 77;
        return process.ExitCode switch
        {
            0 => output,
            NoSdk => null,
            _ => throw new InvalidOperationException($"{script} ended with {process.ExitCode}: {await error}"),
        };
    }

    /// <summary>A file of the repository that this was built in; null outside it.</summary>
    private static string? Script(string path)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string file = Path.Combine(at.FullName, path);
            if (File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }
}
