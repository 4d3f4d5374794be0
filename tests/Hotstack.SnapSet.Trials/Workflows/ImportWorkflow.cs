using Hotstack.Moving;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Move;

namespace Hotstack.Trials.Workflows;

/// <summary><c>Import-HotstackSnapSet hotstack-snapset-ID -Cloud sandbox-other</c>, into another project.</summary>
internal sealed class ImportWorkflow : Workflow
{
    public override string Name => "import";

    public override async Task SeedAsync(World world, Session session, CancellationToken stop)
    {
        SnapSet set = await Deployment.FreezeAsync(world, session, withVolumes: false, stop);
        SnapSetExport? export = await new ExportSnapSet(session.Cloud).RunAsync(
            new ExportSnapSetRequest { Id = set.Id, Path = world.Folder, SkipVolumes = true }, session.Activity, Yes, stop);
        world.Notes["export"] = export!.Path;
    }

    public override async Task<object?> RunAsync(Session session, CancellationToken stop) =>
        await new ImportSnapSet(session.Other).RunAsync(
        new ImportSnapSetRequest { Path = session.Notes["export"] }, session.Activity, Yes, stop);

    public override IEnumerable<string> Wrongs(WorldState before, WorldState now, string warned)
    {
        Change[] changes = [.. now.Since(before)];
        Thing[] originals = [.. before.All("image").Concat(before.All("blueprint")).Where(i => i.PartOf.Count > 0)];
        Thing[] copies = [.. changes.Where(c => c is { Before: null, Thing.Kind: "image" or "blueprint" }).Select(c => c.Thing)];
        return
        [
            .. originals.SelectMany(original => WrongsOfCopy(original, copies)),
            .. changes.Length != originals.Length ? changes.Select(c => $"{c}") : [],
        ];
    }

    public override bool SaysDone(HotstackException failure) => failure.Id == "SnapSetExists";

    private static IEnumerable<string> WrongsOfCopy(Thing original, Thing[] copies)
    {
        string tags = $"[{original.Facts.Split('[', ']')[1]}]";
        string[] told = [.. original.Facts.Split(' ').Where(part => part.Split('=')[0] is "data" or "hotstack_name")];
        Thing[] same = [.. copies.Where(copy => told.All(part => copy.Facts.Contains(part, StringComparison.Ordinal)))];
        return same is not [var copy] ? [$"there are {same.Length} copies of {original}"]
            : copy.Facts.StartsWith("active ", StringComparison.Ordinal) && copy.Facts.Contains(tags, StringComparison.Ordinal) ? []
            : [$"{copy} is not {tags}: {copy.Facts}"];
    }
}
