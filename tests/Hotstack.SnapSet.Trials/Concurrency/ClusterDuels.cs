using Hotstack.Clusters;
using Hotstack.Clusters.Revive;
using Hotstack.Clusters.Suspend;
using Hotstack.OpenStack;
using Hotstack.SnapSets.Find;

namespace Hotstack.Trials.Concurrency;

/// <summary>Runs that shut one cluster down and bring it back at the same time.</summary>
internal static class ClusterDuels
{
    private static readonly Func<Arena, CancellationToken, Task> Running = (_, _) => Task.CompletedTask;

    public static IReadOnlyList<Duel> All { get; } =
    [
        new("suspend beside suspend", Running, SuspendAsync, SuspendAsync, SuspensionsAsync),
        new("suspend beside suspend by Nova", Running, SuspendByNovaAsync, SuspendByNovaAsync, SuspensionsAsync),
        new("suspend beside revive", Running, SuspendAsync, ReviveAsync, SuspensionBesideRevivalAsync),
        new("revive beside suspend", SuspendedAsync, ReviveAsync, SuspendAsync,
            (arena, first, second, stop) => SuspensionBesideRevivalAsync(arena, second, first, stop)),
        new("revive beside revive", SuspendedAsync, ReviveAsync, ReviveAsync, RevivalsAsync),
        .. OperatingSystem.IsWindows() ? Array.Empty<Duel>() :
        [
            new("suspend beside suspend, behind the controller", BehindAsync, SuspendAsync, SuspendAsync, SuspensionsAsync),
            new("revive beside revive, behind the controller", SuspendedBehindAsync, ReviveAsync, ReviveAsync, RevivalsAsync),
        ],
    ];

    private static Task BehindAsync(Arena arena, CancellationToken stop) => arena.PutBehindAsync(stop);

    private static async Task SuspendedBehindAsync(Arena arena, CancellationToken stop)
    {
        await SuspendedAsync(arena, stop);
        await arena.PutBehindAsync(stop);
    }

    private static async Task SuspendedAsync(Arena arena, CancellationToken stop) =>
        arena.Record = (ClusterRecord?)await SuspendAsync(arena, stop);

    private static Task<object?> SuspendAsync(Arena arena, CancellationToken stop) => SuspendAsync(arena, ShutdownMethod.Guest, stop);

    private static Task<object?> SuspendByNovaAsync(Arena arena, CancellationToken stop) => SuspendAsync(arena, ShutdownMethod.Nova, stop);

    private static async Task<object?> SuspendAsync(Arena arena, ShutdownMethod method, CancellationToken stop) =>
        await new SuspendCluster(arena.Connect(), arena.ConnectToCluster()).RunAsync(
            new SuspendClusterRequest { Source = Arena.OfStack, Method = method }, new RecordingActivity(), Arena.Yes, stop);

    private static async Task<object?> ReviveAsync(Arena arena, CancellationToken stop)
    {
        Cloud cloud = arena.Connect();
        return await new ReviveCluster(cloud, arena.ConnectToCluster(isBooting: true), new RecordSearch(cloud)).RunAsync(
            new ReviveClusterRequest { Source = Arena.OfStack, Record = arena.Record }, new RecordingActivity(), Arena.Yes, stop);
    }

    private static async Task<IReadOnlyList<string>> SuspensionsAsync(Arena arena, Outcome first, Outcome second, CancellationToken stop) =>
    [
        .. Untrue(arena, first),
        .. first.IsDone || second.IsDone ? Off(arena) : ["neither run suspended the cluster"],
        .. await RevivableAsync(arena, stop),
    ];

    /// <summary>They want opposite things, so that it may be neither who gets it: then each is told, and what they leave can be
    /// revived.</summary>
    private static Task<IReadOnlyList<string>> SuspensionBesideRevivalAsync(Arena arena, Outcome suspension, Outcome revival,
        CancellationToken stop) =>
        RevivableAsync(arena, stop);

    /// <summary>One that is held up for as long as the other takes may run out of its own time.</summary>
    private static async Task<IReadOnlyList<string>> RevivalsAsync(Arena arena, Outcome first, Outcome second, CancellationToken stop) =>
    [
        .. first.IsDone || second.IsDone ? Array.Empty<string>() : ["neither run revived the cluster"],
        .. await RevivableAsync(arena, stop),
    ];

    /// <summary>A run that says that nothing was shut down must be right.</summary>
    private static IEnumerable<string> Untrue(Arena arena, Outcome suspension) =>
        suspension.Failure?.Message.Contains("Nothing was shut down", StringComparison.Ordinal) == true && Deployment(arena)
            .Any(s => s.Status != "ACTIVE")
            ? [$"a run said that nothing was shut down, and {string.Join(", ", Deployment(arena).Where(s => s.Status != "ACTIVE").Select(s => s.Name))} is off: {suspension.Failure.Message}"]
            : [];

    private static IEnumerable<string> Off(Arena arena) =>
        Deployment(arena).Where(s => s.Status != "SHUTOFF").Select(s => $"{s.Name} is {s.Status} after a suspension that came to its end");

    /// <summary>Whatever became of it, one command brings it back, and then nothing of the runs is left on it.</summary>
    private static async Task<IReadOnlyList<string>> RevivableAsync(Arena arena, CancellationToken stop)
    {
        // What was armed goes, and what goes is off.
        arena.Clock.Advance(TimeSpan.FromMinutes(30));
        arena.Record = null;
        Outcome outcome = await Outcome.OfAsync(() => ReviveAsync(arena, stop));
        if (outcome.Value is not ReviveReport { IsHealthy: true })
        {
            return [$"the cluster cannot be revived: {outcome.Failure?.Message ?? "it is not healthy"}"];
        }

        arena.Clock.Advance(TimeSpan.FromMinutes(30));
        return
        [
            .. Deployment(arena).Where(s => s.Status != "ACTIVE").Select(s => $"{s.Name} is {s.Status} after it was revived"),
            .. Deployment(arena).Where(s => s.Metadata.Keys.Any(key => key.StartsWith("hotstack_", StringComparison.Ordinal)))
                .Select(s => $"{s.Name} keeps the record of a suspension after it was revived"),
            .. arena.Sandbox.Cluster.List("nodes").Where(node => (bool?)node["spec"]?["unschedulable"] == true)
                .Select(node => $"node {node["metadata"]!["name"]} is cordoned after it was revived"),
            .. arena.Sandbox.Cluster.Nodes.Where(node => arena.Sandbox.Cluster.ScheduledShutdown(node) is not null)
                .Select(node => $"node {node} is to shut down after it was revived"),
        ];
    }

    private static IEnumerable<Sandbox.Compute.Server> Deployment(Arena arena) =>
        arena.Sandbox.Cloud.Servers.Where(s => s.ProjectId == arena.Sandbox.Cloud.ProjectId);
}
