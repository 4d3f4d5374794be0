using Hotstack.Sandbox;

namespace Hotstack.Bench;

/// <summary>How long a cluster takes to shut down.</summary>
internal sealed class SuspendBenchmark : IBenchmark
{
    private const int Masters = 3;

    public string Name => "suspend";

    public string About => "how long clusters of 1 to 32 nodes take to shut down, beside upstream's way; 6 minutes, the time of a shutdown";

    public async Task RunAsync(bool quick)
    {
        var upstream = await Upstream.FindAsync();
        Tool tool = await Tool.FindAsync();
        double speed = quick ? 20 : 1;
        var usual = new ClusterDurations();
        var rows = new List<string[]>();
        var chart = new BarChart("suspend", "Until the last node of a cluster is off");
        // One size after the other, both ways at once, each on a sandbox of its own: they do little but wait.
        foreach (int nodes in quick ? [1] : (int[])[1, 3, 5, 32])
        {
            string stack = nodes == 1 ? "hs-sno" : "hs-multi";
            Task<Shutdown> ours = WatchAsync(nodes, speed, place => tool.RunAsync(Work.Suspend(stack), place.Environment));
            Task<Shutdown>? theirs = quick ? null
                : WatchAsync(nodes, speed, place => upstream.RunAsync("suspend_cluster.py", [stack], place.Environment));
            Shutdown our = await ours;
            if (!our.IsComplete)
            {
                throw new InvalidOperationException($"Ours did not shut all {nodes} nodes down.");
            }

            Shutdown? their = theirs is null ? null : await theirs;
            chart.Add(
                nodes == 1 ? "1 node" : $"{nodes} nodes", our.Off, their is { IsComplete: true } ? their.Off : null,
                their is null ? null : $"fails, nodes left on: {their.Untold}");
            rows.Add([
                $"{nodes}", Figures.Seconds(our.Armed), Figures.Seconds(our.Off - our.Armed), Figures.Seconds(our.Off), Figures.Seconds(our.Whole),
                .. their is null ? ["", "", ""]
                    : their.IsComplete ? (string[])[Figures.Seconds(their.Off), Figures.Seconds(their.Whole), Figures.Times(their.Off, our.Off)]
                    : [$"{their.Untold} of {nodes} stay on", $"failed after {Figures.Seconds(their.Whole)}", ""],
            ]);
        }

        if (quick)
        {
            Console.WriteLine($"ours: {string.Join(' ', rows[0])}");
            return;
        }

        Results.Write("Shutting a cluster down", $"""
            Clusters of so many nodes (one; three masters; three masters and workers) with their controller, at the sandbox's real speed: ours
            (`Suspend-HotstackCluster` with its usual times, {tool.Description}) and upstream's way (bench/upstream/suspend_cluster.py: all
            nodes cordoned, then one debug pod after the other that runs `shutdown -h +1`, in the order of the API's list). "Armed" is when
            the last of our nodes has its shutdown scheduled; "off" when the last node is SHUTOFF; "whole" the process from its start to its
            end, the controller's stop in it. Both at the same time, one run each; a guest takes {usual.GuestShutdown.TotalSeconds:0} s here.

            {chart.Write()}

            {Results.Table(
                ["nodes", "armed", "from there to off", "off", "whole", "upstream, off", "whole", "upstream to ours, off"], rows)}

            Ours waits 15 s in which Ctrl+C takes everything back, and for the workers before the masters. Upstream can take nothing back,
            and shuts the masters down with the rest, as the list has them: where it takes longer than a minute to get through the list, the API
            is gone before the last nodes were told. {await Repository.DescribeAsync()}.
            """, quick);
    }

    private static async Task<Shutdown> WatchAsync(int nodes, double speed, Func<Workplace, Task<Run>> suspend)
    {
        await using var place = await Workplace.OpenAsync(new SandboxOptions
        {
            Speed = speed, RecordBodies = false, Scenario = nodes == 1 ? Scenario.Sno : Scenario.Multi, Workers = Math.Max(0, nodes - Masters),
            ClusterAge = TimeSpan.FromDays(45),
        });
        SandboxCluster cluster = place.Sandbox.Cluster;
        string[] names = [.. cluster.Nodes];
        DateTimeOffset begun = DateTimeOffset.UtcNow;
        (DateTimeOffset? armed, DateTimeOffset? off) = (null, null);
        var told = new HashSet<string>();
        Task<Run> run = suspend(place);
        while (!run.IsCompleted)
        {
            told.UnionWith(names.Where(node => cluster.ScheduledShutdown(node) is not null));
            armed ??= told.Count == nodes ? DateTimeOffset.UtcNow : null;
            off ??= Running() == 0 ? DateTimeOffset.UtcNow : null;
            await Task.WhenAny(run, Task.Delay(100));
        }

        Run ended = await run;
        return new Shutdown(
            Since(armed), Since(off), (ended.Ended.At - begun).TotalMilliseconds, nodes - told.Count, ended.Ended.ExitCode == 0 && Running() == 0);

        int Running() => place.Sandbox.Cloud.Servers.Count(s => names.Contains(s.GuestName) && s.Status != "SHUTOFF");

        double Since(DateTimeOffset? moment) => ((moment ?? begun) - begun).TotalMilliseconds;
    }

    /// <param name="Armed">Milliseconds until all nodes had a shutdown scheduled; zero if that never was.</param>
    /// <param name="Off">Milliseconds until all nodes were off.</param>
    /// <param name="Whole">Milliseconds until the process ended.</param>
    /// <param name="Untold">How many nodes never had a shutdown scheduled.</param>
    /// <param name="IsComplete">All are off, and the process says so.</param>
    private sealed record Shutdown(double Armed, double Off, double Whole, int Untold, bool IsComplete);
}
