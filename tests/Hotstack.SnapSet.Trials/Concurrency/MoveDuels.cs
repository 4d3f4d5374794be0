using Hotstack.Restoring;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Move;
using Hotstack.SnapSets.Remove;
using Hotstack.SnapSets.Restore;

namespace Hotstack.Trials.Concurrency;

/// <summary>Runs that move, restore and delete the same set at the same time.</summary>
internal static class MoveDuels
{
    private const string Target = "hs-again";

    public static IReadOnlyList<Duel> All { get; } =
    [
        new("export beside export to the same folder", SetDuels.WholeAsync, ExportAsync, ExportAsync, ExportsAsync),
        new("export beside remove of the same set", SetDuels.WholeAsync, ExportAsync, SetDuels.RemoveAsync, ExportBesideRemovalAsync),
        new("import beside import of the same set", ExportedAsync, ImportAsync, ImportAsync, ImportsAsync),
        new("import beside remove of the same set", ExportedAsync, ImportAsync, RemoveImportedAsync, ImportBesideRemovalAsync),
        new("restore beside restore to the same name", SetDuels.WholeAsync, RestoreAsync, RestoreAsync, RestoresAsync),
        new("restore beside restore of another set to the same name", TwoSetsAsync, RestoreAsync, RestoreOtherAsync, OtherRestoresAsync),
        new("restore beside remove of its set", SetDuels.WholeAsync, RestoreAsync, SetDuels.RemoveAsync, RestoreBesideRemovalAsync),
        new("remove beside restore of the set", SetDuels.WholeAsync, SetDuels.RemoveAsync, RestoreAsync,
            (arena, first, second, stop) => RestoreBesideRemovalAsync(arena, second, first, stop)),
    ];

    private static async Task ExportedAsync(Arena arena, CancellationToken stop)
    {
        await SetDuels.WholeAsync(arena, stop);
        await ExportAsync(arena, stop);
    }

    private static async Task TwoSetsAsync(Arena arena, CancellationToken stop)
    {
        await SetDuels.WholeAsync(arena, stop);
        arena.OtherSetId = arena.SetId;
        await SetDuels.WholeAsync(arena, stop);
    }

    private static async Task<object?> ExportAsync(Arena arena, CancellationToken stop) =>
        await new ExportSnapSet(arena.Connect()).RunAsync(
        new ExportSnapSetRequest { Id = arena.SetId, Path = arena.Folder }, new RecordingActivity(), Arena.Yes, stop);

    private static async Task<object?> ImportAsync(Arena arena, CancellationToken stop) =>
        await new ImportSnapSet(arena.Connect("sandbox-other")).RunAsync(
        new ImportSnapSetRequest { Path = FolderOf(arena) }, new RecordingActivity(), Arena.Yes, stop);

    private static async Task<object?> RemoveImportedAsync(Arena arena, CancellationToken stop) =>
        await new RemoveSnapSet(arena.Connect("sandbox-other"))
        .RunAsync(arena.SetId, false, new RecordingActivity(), Arena.Yes, stop);

    private static Task<object?> RestoreAsync(Arena arena, CancellationToken stop) => RestoreAsync(arena, arena.SetId, stop);

    private static Task<object?> RestoreOtherAsync(Arena arena, CancellationToken stop) => RestoreAsync(arena, arena.OtherSetId, stop);

    private static async Task<object?> RestoreAsync(Arena arena, string id, CancellationToken stop)
    {
        string template = Path.Combine(arena.Folder, $"{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(template, arena.Sandbox.Cloud.DeploymentTemplate, stop);
        return await new RestoreSnapSet(arena.Connect()).RunAsync(
            new RestoreSnapSetRequest { SnapSetId = id, StackName = Target, TemplatePath = template, RollbackOnFailure = true },
            new RecordingActivity(), Arena.Yes, stop);
    }

    private static string FolderOf(Arena arena) => Path.Combine(arena.Folder, ExportFiles.FolderName(arena.SetId));

    private static async Task<IReadOnlyList<string>> ExportsAsync(Arena arena, Outcome first, Outcome second, CancellationToken stop) =>
        first.IsDone || second.IsDone ? await FolderProblemsAsync(arena, stop) : ["neither run exported the set"];

    private static async Task<IReadOnlyList<string>> ExportBesideRemovalAsync(Arena arena, Outcome first, Outcome second,
        CancellationToken stop) =>
        !first.IsDone && File.Exists(Path.Combine(FolderOf(arena), ExportManifest.FileName))
            ? ["the export failed, and its folder says that it is whole"]
            : first.IsDone ? await FolderProblemsAsync(arena, stop) : [];

    /// <summary>What an import into another project would find wrong with it.</summary>
    private static async Task<IReadOnlyList<string>> FolderProblemsAsync(Arena arena, CancellationToken stop)
    {
        Outcome import = await Outcome.OfAsync(() => ImportAsync(arena, stop));
        string[] odd = [.. Directory.EnumerateFiles(FolderOf(arena)).Select(f => Path.GetFileName(f)!)
            .Where(f => !f.EndsWith(".qcow2", StringComparison.Ordinal) && f is not (ExportManifest.FileName or ExportedBlueprint.FileName))];
        return
        [
            .. import.IsDone ? Array.Empty<string>()
                : [$"a run said that the set is exported, and it cannot be imported: {import.Failure!.Message}"],
            .. odd.Select(f => $"{f} was left in the folder"),
        ];
    }

    private static async Task<IReadOnlyList<string>> ImportsAsync(Arena arena, Outcome first, Outcome second, CancellationToken stop)
    {
        IReadOnlyList<string> problems = await SetJudge.ProblemsAsync(arena, Sets(first, second), [arena.SetId], stop, "sandbox-other");
        return first.IsDone || second.IsDone ? problems : [.. problems, "neither run imported the set"];
    }

    private static Task<IReadOnlyList<string>> ImportBesideRemovalAsync(Arena arena, Outcome first, Outcome second,
        CancellationToken stop) =>
        SetJudge.ProblemsAsync(arena, second.IsDone ? [] : Sets(first), [arena.SetId], stop, "sandbox-other");

    private static async Task<IReadOnlyList<string>> RestoresAsync(Arena arena, Outcome first, Outcome second, CancellationToken stop)
    {
        RestoredStack[] made = [.. new[] { first.Value, second.Value }.OfType<RestoredStack>()];
        return
        [
            .. made.Length == 0 ? ["neither run restored the set"] : Array.Empty<string>(),
            .. Stacks(arena, made),
            .. await SetJudge.ProblemsAsync(arena, [await WasAsync(arena, arena.SetId, stop)], [], stop),
        ];
    }

    private static async Task<IReadOnlyList<string>> OtherRestoresAsync(Arena arena, Outcome first, Outcome second, CancellationToken stop)
    {
        RestoredStack[] made = [.. new[] { first.Value, second.Value }.OfType<RestoredStack>()];
        return
        [
            .. made.Length == 1 ? Array.Empty<string>() : [$"{made.Length} runs said that they made the one stack of two sets"],
            .. Stacks(arena, made),
            .. await SetJudge.ProblemsAsync(
                arena, [await WasAsync(arena, arena.SetId, stop), await WasAsync(arena, arena.OtherSetId, stop)], [], stop),
        ];
    }

    private static async Task<IReadOnlyList<string>> RestoreBesideRemovalAsync(Arena arena, Outcome restore, Outcome removal,
        CancellationToken stop) =>
    [
        .. Stacks(arena, [.. new[] { restore.Value }.OfType<RestoredStack>()]),
        .. removal.IsDone ? await SetJudge.ProblemsAsync(arena, [], [], stop) : ["the set could not be removed"],
    ];

    /// <summary>A stack is there if and only if a run said so, and its servers boot from the images of one set.</summary>
    private static IEnumerable<string> Stacks(Arena arena, RestoredStack[] made)
    {
        var stacks = arena.Sandbox.Cloud.Stacks.Where(s => s.Name == Target && !s.Status.StartsWith("DELETE", StringComparison.Ordinal))
            .ToArray();
        if (stacks.Length != (made.Length > 0 ? 1 : 0))
        {
            yield return $"{stacks.Length} stacks '{Target}' ({string.Join(", ", stacks.Select(s => s.Status))}), and {made.Length} runs said that they made it";
        }

        foreach (RestoredStack stack in made)
        {
            string[] sets =
            [
                .. stack.Servers.Select(s => arena.Sandbox.Cloud.Servers.FirstOrDefault(x => x.Id == s.Id)?.ImageId ?? "none").Distinct()
                    .Select(id => arena.Sandbox.Cloud.Images.FirstOrDefault(i => i.Id == id)?.Properties.GetValueOrDefault(
                        "hotstack_snap_id") ?? stack.SnapSetId)
                    .Distinct(),
            ];
            if (sets is not [var one] || one != stack.SnapSetId)
            {
                yield return $"the stack of set {stack.SnapSetId} boots from images of {string.Join(" and ", sets)}";
            }
        }
    }

    private static async Task<SnapSet> WasAsync(Arena arena, string id, CancellationToken stop) =>
        await new GetSnapSets(arena.Connect()).GetAsync(id, stop);

    private static IReadOnlyList<SnapSet> Sets(params Outcome[] outcomes) => [.. outcomes.Select(o => o.Value).OfType<SnapSet>()];
}
