using Hotstack.SnapSets.Move;

namespace Hotstack.Trials.Workflows;

/// <summary><c>Export-HotstackSnapSet ID .</c>, without the data volumes.</summary>
internal sealed class ExportWorkflow : Workflow
{
    public override string Name => "export";

    public override Task SeedAsync(World world, Session session, CancellationToken stop) =>
        Deployment.FreezeAsync(world, session, withVolumes: false, stop);

    public override async Task<object?> RunAsync(Session session, CancellationToken stop) =>
        await new ExportSnapSet(session.Cloud).RunAsync(
        new ExportSnapSetRequest { Id = session.Notes["set"], Path = session.Folder, SkipVolumes = true }, session.Activity, Yes, stop);

    public override IEnumerable<string> Wrongs(WorldState before, WorldState now, string warned)
    {
        Change[] changes = [.. now.Since(before)];
        Thing[] images = [.. now.All("image").Concat(now.All("blueprint")).Where(i => i.PartOf.Count > 0)];
        return
        [
            .. changes.Where(c => c.Thing.Kind != "file").Select(c => $"{c}"),
            .. images.Where(i => !now.All("file").Any(f => IsOf(f, i))).Select(i => $"no file has the data of {i}"),
            .. changes.Length != images.Length + 1
                ? [$"there are {changes.Length} new files: {string.Join(", ", changes.Select(c => c.Thing.Id))}"] : Array.Empty<string>(),
            .. changes.All(c => Path.GetFileName(c.Thing.Id) != ExportManifest.FileName) ? ["there is no manifest"] : Array.Empty<string>(),
        ];
    }

    /// <summary>The data of an image is told by its hash, as that of a file.</summary>
    private static bool IsOf(Thing file, Thing image) =>
        !file.Id.EndsWith(ExportFiles.PartSuffix, StringComparison.Ordinal)
        && image.Facts.Contains($"data={file.Facts.Split(' ')[^1]} ", StringComparison.Ordinal);
}
