using System.Diagnostics;
using System.Text.Json;
using Hotstack.Trials.Workflows;

namespace Hotstack.Trials.Kills;

/// <summary>A workflow that runs in a process of its own, to be killed. Its clock is its own; ours follows it, so that what it waits for
/// comes about.</summary>
internal sealed class Victim : IDisposable
{
    private readonly Process _process;
    private readonly Task _following;
    private string? _end;

    private Victim(Process process, ManualClock clock)
    {
        _process = process;
        _following = FollowAsync(clock);
    }

    /// <summary>What it said at its end; null if it was killed before.</summary>
    public string? End => _end;

    public static Victim Start(Workflow workflow, World world)
    {
        var orders = new VictimOrders(
            workflow.Name, world.Clock.GetUtcNow(), world.Sandbox.CloudsYaml, world.Sandbox.Kubeconfig, world.Place.Route, world.Folder,
                new Dictionary<string, string>(world.Notes));
        string program = Path.ChangeExtension(typeof(Victim).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false,
            ArgumentList = { "victim" },
        };
        // Half of what it does is to start: with more compilers at work, two of them get into each other's way.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_BackgroundWorkerTimeoutMs"] = "0";
        Process process = Process.Start(start) ?? throw new InvalidOperationException("it did not start");
        process.StandardInput.WriteLine(JsonSerializer.Serialize(orders));
        process.StandardInput.Flush();
        return new Victim(process, world.Clock);
    }

    /// <summary>SIGKILL, and waits until it is dead.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits until it has ended, of itself or not.</summary>
    public async Task EndAsync(CancellationToken stop)
    {
        await _process.WaitForExitAsync(stop);
        await _following;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task FollowAsync(ManualClock clock)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("T ", StringComparison.Ordinal))
            {
                var theirs = new DateTimeOffset(long.Parse(line.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture),
                    TimeSpan.Zero);
                TimeSpan ahead = theirs - clock.GetUtcNow();
                clock.Advance(ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero);
                try
                {
                    await _process.StandardInput.WriteLineAsync();
                    await _process.StandardInput.FlushAsync();
                }
                catch (IOException)
                {
                    // It is dead.
                }
            }
            else
            {
                _end = line;
            }
        }
    }
}

/// <summary>What a victim is to do.</summary>
internal sealed record VictimOrders(
    string Workflow, DateTimeOffset Now, string CloudsYaml, string Kubeconfig, Route? Route, string Folder, Dictionary<string, string> Notes);
