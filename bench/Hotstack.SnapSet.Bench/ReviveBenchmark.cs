using System.Text.Json.Nodes;
using Hotstack.Sandbox;

namespace Hotstack.Bench;

/// <summary>How long after a cluster is whole again somebody says so.</summary>
internal sealed class ReviveBenchmark : IBenchmark
{
    private const int MaxRounds = 6;

    /// <summary>Upstream looks every ten seconds: over the rounds, the cluster is ready at all times between two of its looks.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10);

    private const string Stack = "hs-multi";

    public string Name => "revive";

    public string About =>
        "how long after a cluster is whole again one is told so, beside upstream's loop; 10 minutes, the time of a revival";

    public async Task RunAsync(bool quick)
    {
        var upstream = await Upstream.FindAsync();
        Tool tool = await Tool.FindAsync();
        // All at once, each on a sandbox of its own: they do little but wait.
        double speed = quick ? 200 : 1;
        int rounds = quick ? 1 : MaxRounds;
        Task<Told>[] ours = [.. Enumerable.Range(0, rounds).Select(i => TellAsync(
            speed, i, place => tool.RunAsync(Work.Revive(Stack, quick ? 1 : null), place.Environment)))];
        // Pairs by their number.
        Task<Told>[] theirs = quick ? [] : [.. Enumerable.Range(0, rounds).Select(i => TellAsync(
            speed, i, place => upstream.RunAsync("revive_cluster.py", [Stack], place.Environment)))];
        (Told[] our, Told[] their) = (await Task.WhenAll(ours), await Task.WhenAll(theirs));
        if (quick)
        {
            Console.WriteLine($"ours: {string.Join(' ', Row(our))}");
            return;
        }

        double delay = our.Average(t => t.Delay), theirDelay = their.Average(t => t.Delay);
        var chart = new BarChart("revive", "From a whole cluster to the word that it is revived");
        chart.Add($"mean of {rounds} pairs", delay, theirDelay);
        chart.Add("shortest", our.Min(t => t.Delay), their.Min(t => t.Delay));
        chart.Add("longest", our.Max(t => t.Delay), their.Max(t => t.Delay));

        double[] later = [.. our.Zip(their, (o, t) => o.Delay - t.Delay)];
        Results.Write("Saying that a cluster is revived", $"""
            A cluster of three masters and two workers, all off and all cordoned, at the sandbox's real speed, until the process ends that waits
            for it: ours (`Invoke-HotstackRevive` with its usual times, {tool.Description}) and upstream's loop (bench/upstream/revive_cluster.py:
            operators stable for 5 s, uncordon, stable for 60 s twice, route API listed). "Whole" is when the sandbox, looked at from behind
            every 250 ms, last became so: API ready, nodes ready and schedulable, operators available, not progressing and not degraded,
            pools updated, aggregated APIs served. {rounds} pairs of runs, all at the same time; means. Both of a pair have the same cluster; from
            pair to pair its API takes {BetweenLooks.TotalSeconds / rounds:0.0} s longer to boot, since upstream looks at the operators every
            {BetweenLooks.TotalSeconds:0} s and what it happens to see first is luck.

            {chart.Write()}

            {Results.Table(
                ["", "whole after", "said so after", "delay", "calls to the cluster"],
                [["ours", .. Row(our)], ["upstream", .. Row(their)]])}

            Upstream's delay is {Figures.Times(theirDelay, delay)} ours{(delay > theirDelay ? ": **we lose here**" : "")}.{Total(our, their)} In pairs, ours comes
            {Lead(later.Max())} at worst and {Lead(later.Min())} at best. Both ask for two minutes without a flap, which is almost all of the delay.
            Ours looks every second and counts the rounds from the last change, where upstream counts from its own looks, up to ten seconds
            later; ours then proves what upstream does not ask for. Upstream is taken at its best: `oc` wants
            more than 60 s, which by looks of ten seconds may be 70. What is said differs: ours has also seen fresh heartbeats of all nodes,
            all aggregated APIs serving, pools, etcd and certificates;
            upstream's last look takes a listed API for a served one. Where the kubelets' certificates ran out during the sleep, upstream's loop
            approves nothing and ends at its timeout: that is not measured here. {await Repository.DescribeAsync()}.
            """, quick);
    }

    /// <summary>How much later ours was, in milliseconds.</summary>
    private static string Lead(double later) => $"{Figures.Seconds(Math.Abs(later))} {(later > 0 ? "later" : "earlier")}";

    /// <summary>Ours may be late in making the cluster whole, too.</summary>
    private static string Total(Told[] ours, Told[] theirs)
    {
        double late = ours.Average(t => t.Said) - theirs.Average(t => t.Said);
        return late <= 0 ? "" : $" From the start, ours says so {Figures.Seconds(late)} later, as its cluster is whole "
            + $"{Figures.Seconds(ours.Average(t => t.Whole) - theirs.Average(t => t.Whole))} later: **we lose here** (it uncordons a node when the node is up, upstream before).";
    }

    private static string[] Row(Told[] told) =>
    [
        Figures.Seconds(told.Average(t => t.Whole)), Figures.Seconds(told.Average(t => t.Said)),
        $"{Figures.Seconds(told.Average(t => t.Delay))} "
            + $"({Figures.Seconds(told.Min(t => t.Delay))} to {Figures.Seconds(told.Max(t => t.Delay))})",
        $"{told.Average(t => t.Calls):0}",
    ];

    private static async Task<Told> TellAsync(double speed, int number, Func<Workplace, Task<Run>> revive)
    {
        var usual = new ClusterDurations();
        await using var place = await Workplace.OpenAsync(new SandboxOptions
        {
            Speed = speed, RecordBodies = false,
            ClusterDurations = usual with { ApiBoot = usual.ApiBoot + (BetweenLooks * number / MaxRounds) },
        });
        SandboxCluster cluster = place.Sandbox.Cluster;
        foreach (string node in cluster.Nodes)
        {
            cluster.Change("nodes", node, o => o["spec"]!["unschedulable"] = true);
        }

        place.Sandbox.Cloud.StopServers();
        DateTimeOffset begun = DateTimeOffset.UtcNow;
        DateTimeOffset? whole = null;
        Task<Run> run = revive(place);
        while (!run.IsCompleted)
        {
            whole = !IsWhole(cluster) ? null : whole ?? DateTimeOffset.UtcNow;
            await Task.WhenAny(run, Task.Delay(250));
        }

        Run ended = (await run).Good();
        return whole is { } since
            ? new Told(
                (since - begun).TotalMilliseconds, (ended.Ended.At - begun).TotalMilliseconds, (ended.Ended.At - since).TotalMilliseconds,
                place.Sandbox.Calls.Snapshot().Count(c => c.Service == "kubernetes"))
            : throw new InvalidOperationException("It was said that the cluster is revived, and it is not.");
    }

    private static bool IsWhole(SandboxCluster cluster) =>
        cluster.IsReachable && cluster.IsReady
        && cluster.List("nodes").All(n => Is(n, "Ready", "True") && (bool?)n["spec"]?["unschedulable"] is not true)
        && cluster.List("clusteroperators").All(
            o => Is(o, "Available", "True") && Is(o, "Progressing", "False") && Is(o, "Degraded", "False"))
        && cluster.List("machineconfigpools").All(p => Is(p, "Updated", "True") && Is(p, "Degraded", "False"))
        && cluster.List("apiservices").All(s => Is(s, "Available", "True"));

    private static bool Is(JsonObject o, string type, string status) => o["status"]?["conditions"] is JsonArray conditions
        && conditions.Any(c => (string?)c?["type"] == type && (string?)c?["status"] == status);

    /// <param name="Whole">Milliseconds until the cluster was whole.</param>
    /// <param name="Said">Milliseconds until somebody said so.</param>
    /// <param name="Delay">The one less the other.</param>
    /// <param name="Calls">How often the cluster was asked.</param>
    private sealed record Told(double Whole, double Said, double Delay, int Calls);
}
