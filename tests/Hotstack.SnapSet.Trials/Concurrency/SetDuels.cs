using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Remove;

namespace Hotstack.Trials.Concurrency;

/// <summary>Runs that make, complete and delete sets at the same time.</summary>
internal static class SetDuels
{
    public static IReadOnlyList<Duel> All { get; } =
    [
        new("create beside create of the same stack", StoppedAsync, CreateAsync, CreateAsync, CreationsAsync),
        new("create beside create of the same running stack", RunningAsync, CreateRunningAsync, CreateRunningAsync, RunningCreationsAsync),
        new("create beside create of two stacks", OtherServersAsync, CreateAsync, CreateOtherAsync, BothAsync),
        new("resume beside resume of the same set", PartialAsync, ResumeAsync, ResumeAsync, CompletionsAsync),
        new("create beside remove of the same set", StoppedAsync, CreateAsync, RemoveIncompleteAsync, CreationBesideRemovalAsync),
        new("resume beside remove of the same set", PartialAsync, ResumeAsync, RemoveAsync, CompletionBesideRemovalAsync),
        new("remove beside resume of the same set", PartialAsync, RemoveAsync, ResumeAsync,
            (arena, first, second, stop) => CompletionBesideRemovalAsync(arena, second, first, stop)),
        new("remove beside remove of the same set", WholeAsync, RemoveAsync, RemoveAsync, RemovalsAsync),
        new("remove beside create of the same stack", WholeAsync, RemoveAsync, CreateAsync, RemovalBesideCreationAsync),
    ];

    public static Task StoppedAsync(Arena arena, CancellationToken stop)
    {
        arena.Sandbox.Cloud.StopServers();
        return Task.CompletedTask;
    }

    public static async Task WholeAsync(Arena arena, CancellationToken stop)
    {
        arena.Sandbox.Cloud.StopServers();
        arena.SetId = ((SnapSet)(await CreateAsync(arena, stop))!).Id;
    }

    public static Task<object?> CreateAsync(Arena arena, CancellationToken stop) =>
        CreateAsync(arena, new() { Source = Arena.OfStack }, stop);

    public static Task<object?> RemoveAsync(Arena arena, CancellationToken stop) => RemoveAsync(arena, arena.SetId, stop);

    private static Task RunningAsync(Arena arena, CancellationToken stop) => Task.CompletedTask;

    private static Task OtherServersAsync(Arena arena, CancellationToken stop)
    {
        arena.Sandbox.Cloud.AddServers(2);
        return StoppedAsync(arena, stop);
    }

    /// <summary>Two images of six are missing.</summary>
    private static async Task PartialAsync(Arena arena, CancellationToken stop)
    {
        arena.Sandbox.Cloud.StopServers();
        foreach (string server in (string[])["controller", "worker1"])
        {
            arena.Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = server });
        }

        Outcome outcome = await Outcome.OfAsync(() => CreateAsync(arena, new() { Source = Arena.OfStack, KeepPartial = true }, stop));
        arena.Sandbox.Faults.Clear();
        arena.SetId = ((SnapSetFailedException)outcome.Failure!).SnapSetId;
        // Nova works on no server any more, as when somebody comes back to it later.
        arena.Clock.Advance(TimeSpan.FromMinutes(10));
    }

    private static async Task<object?> CreateAsync(Arena arena, NewSnapSetRequest request, CancellationToken stop) =>
        await new NewSnapSet(arena.Connect()).RunAsync(request, new RecordingActivity(), Arena.Yes, stop);

    private static Task<object?> CreateRunningAsync(Arena arena, CancellationToken stop) =>
        CreateAsync(arena, new() { Source = Arena.OfStack, StopServers = true, StartServers = true }, stop);

    private static async Task<object?> CreateOtherAsync(Arena arena, CancellationToken stop)
    {
        var source = new InstanceSource { Servers = ["extra0", "extra1"], Roles = ["controller", "ocp_master"] };
        IReadOnlyList<Instance> found = await new GetInstances(arena.Connect()).RunAsync(source, new RecordingActivity(), stop);
        return await CreateAsync(arena, new() { Source = new InstanceSource { Instances = found } }, stop);
    }

    private static Task<object?> ResumeAsync(Arena arena, CancellationToken stop) =>
        CreateAsync(arena, new() { ResumeId = arena.SetId }, stop);

    private static async Task<object?> RemoveAsync(Arena arena, string id, CancellationToken stop) =>
        await new RemoveSnapSet(arena.Connect()).RunAsync(id, false, new RecordingActivity(), Arena.Yes, stop);

    /// <summary>Whoever tidies up takes what is being made for what was left behind.</summary>
    private static async Task<object?> RemoveIncompleteAsync(Arena arena, CancellationToken stop)
    {
        Cloud cloud = arena.Connect();
        IReadOnlyList<SnapSet> found = await new GetSnapSets(cloud).RunAsync(new GetSnapSetsRequest { Incomplete = true }, stop);
        return found.Count == 0 ? null : await RemoveAsync(arena, found[0].Id, stop);
    }

    private static Task<IReadOnlyList<string>> CreationsAsync(Arena arena, Outcome first, Outcome second, CancellationToken stop) =>
        SetJudge.ProblemsAsync(arena, Made(first, second), [], stop);

    private static async Task<IReadOnlyList<string>> RunningCreationsAsync(Arena arena, Outcome first, Outcome second,
        CancellationToken stop) =>
    [
        .. await SetJudge.ProblemsAsync(arena, Made(first, second), [], stop),
        .. arena.Sandbox.Cloud.Servers.Where(s => s.ProjectId == arena.Sandbox.Cloud.ProjectId && s.Status != "ACTIVE")
            .Select(s => $"{s.Name} is {s.Status}, and both runs were to start it again"),
    ];

    private static async Task<IReadOnlyList<string>> BothAsync(Arena arena, Outcome first, Outcome second, CancellationToken stop) =>
    [
        .. Lost(first, second),
        .. await SetJudge.ProblemsAsync(arena, Made(first, second), [], stop),
    ];

    /// <summary>It is the same set: at least one run completes it, and neither spoils it for the other.</summary>
    private static async Task<IReadOnlyList<string>> CompletionsAsync(Arena arena, Outcome first, Outcome second, CancellationToken stop)
    {
        IReadOnlyList<string> problems = await SetJudge.ProblemsAsync(arena, Made(first, second), [arena.SetId], stop);
        return first.IsDone || second.IsDone ? problems : [.. problems, "neither run completed the set"];
    }

    private static Task<IReadOnlyList<string>> CreationBesideRemovalAsync(Arena arena, Outcome first, Outcome second,
        CancellationToken stop) =>
        SetJudge.ProblemsAsync(arena, Made(first), [], stop);

    /// <summary>Completed or gone; if neither, whoever could not go on says so.</summary>
    private static Task<IReadOnlyList<string>> CompletionBesideRemovalAsync(Arena arena, Outcome completion, Outcome removal,
        CancellationToken stop) =>
        SetJudge.ProblemsAsync(
            arena, removal.IsDone && completion.IsDone ? [] : Made(completion),
            !removal.IsDone || completion.IsDone ? [arena.SetId] : [], stop);

    private static async Task<IReadOnlyList<string>> RemovalsAsync(Arena arena, Outcome first, Outcome second, CancellationToken stop)
    {
        IReadOnlyList<string> problems = await SetJudge.ProblemsAsync(arena, [], [], stop);
        return first.IsDone || second.IsDone ? problems : [.. problems, "neither run was told that the set is removed"];
    }

    private static async Task<IReadOnlyList<string>> RemovalBesideCreationAsync(Arena arena, Outcome first, Outcome second,
        CancellationToken stop) =>
        [.. Lost(first, second), .. await SetJudge.ProblemsAsync(arena, Made(second), [], stop)];

    /// <summary>Runs that have nothing to do with each other.</summary>
    private static IEnumerable<string> Lost(params Outcome[] outcomes) =>
        outcomes.Where(o => !o.IsDone).Select(o => $"a run lost that had nothing to do with the other: {o.Failure!.Message}");

    private static IReadOnlyList<SnapSet> Made(params Outcome[] outcomes) => [.. outcomes.Select(o => o.Value).OfType<SnapSet>()];
}
