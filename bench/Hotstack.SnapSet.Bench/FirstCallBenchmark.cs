using System.Globalization;
using Hotstack.Sandbox;

namespace Hotstack.Bench;

/// <summary>What a new PowerShell waits for: the import, the first report of a cluster, and the next; beside another version, if one is given.</summary>
internal sealed class FirstCallBenchmark : IBenchmark
{
    /// <summary>The variable that names the other version, by its manifest.</summary>
    private const string Other = "HOTSTACK_BASELINE";

    private const int MaxRounds = 15;

    private static readonly string[] Measured = ["import", "first `Test-HotstackCluster`", "second", "working set"];

    /// <summary>The most that each figure may be, as a multiple of the other version's; the working set by bytes.</summary>
    private static readonly string[] Budgets = ["1.1 x", "1.2 x", "1.0 x", "+25 MiB"];

    public string Name => "first-call";

    public string About => $"import, first and second report of a cluster in a new pwsh; {Other} names another version's manifest to stand beside";

    public async Task RunAsync(bool quick)
    {
        if (!await Processes.HasAsync("pwsh", "-NoProfile", "-Command", "exit 0"))
        {
            throw new SkippedException("there is no pwsh");
        }

        string ours = await Tool.PublishAsync();
        string? other = Environment.GetEnvironmentVariable(Other);
        await using Workplace place = await Workplace.OpenAsync(new SandboxOptions { Scenario = Scenario.Multi, Speed = 200 });
        List<double[]> our = [], their = [];
        // In turns, in changing order, and without the first, which warms the machine's caches.
        int rounds = quick ? 1 : MaxRounds;
        for (int round = quick ? 0 : -1; round < rounds; round++)
        {
            foreach (bool isOurs in round % 2 == 0 ? (bool[])[true, false] : [false, true])
            {
                if ((isOurs ? ours : other) is { } manifest && await MeasureAsync(manifest, place) is var figures && round >= 0)
                {
                    (isOurs ? our : their).Add(figures);
                }
            }
        }

        Results.Write("First call", FormattableString.Invariant($"""
            A `pwsh -NoProfile` of its own each time, on a sandbox with five nodes; medians of {rounds} runs{(other is null ? "" : " of each version, in turns")}.
            The working set is that after the second report. {await Repository.DescribeAsync()}.

            {Results.Table(
                ["", "this version", .. other is null ? Array.Empty<string>() : ["the version before", "ratio", "budget"]],
                Measured.Select((name, i) => Row(name, i, our, their)))}
            """), quick);
    }

    private static string[] Row(string name, int i, List<double[]> our, List<double[]> their)
    {
        double mine = Figures.Median(our.Select(f => f[i]));
        string Text(double value) => i == 3 ? Figures.MiB(value) : $"{Figures.Text(value, "0")} ms";
        if (their.Count == 0)
        {
            return [name, Text(mine)];
        }

        double before = Figures.Median(their.Select(f => f[i]));
        return [name, Text(mine), Text(before), i == 3 ? $"+{Figures.MiB(mine - before)}" : Figures.Times(mine, before), Budgets[i]];
    }

    private static async Task<double[]> MeasureAsync(string manifest, Workplace place)
    {
        string script = $$"""
            $ErrorActionPreference = 'Stop'
            $watch = [Diagnostics.Stopwatch]::StartNew()
            Import-Module '{{manifest}}'
            $times = @($watch.Elapsed.TotalMilliseconds)
            foreach ($call in 1, 2) {
              $watch.Restart()
              $null = Test-HotstackCluster -WarningAction Ignore
              $times += $watch.Elapsed.TotalMilliseconds
            }
            ($times + [Diagnostics.Process]::GetCurrentProcess().WorkingSet64).ForEach{ ([double] $_).ToString([cultureinfo]::InvariantCulture) } -join ' '
            """;
        Ended ended = await Processes.EndAsync("pwsh", ["-NoProfile", "-NonInteractive", "-Command", script], place.Environment);
        string[] told = ended.Output.Trim().Split('\n')[^1].Split(' ');
        return ended.ExitCode == 0 && told.Length == Budgets.Length
            ? [.. told.Select(text => double.Parse(text, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException($"A measured process ended with {ended.ExitCode}:\n{ended.Output}{ended.Errors}");
    }
}
