using Hotstack.SnapSets.Restore;

namespace Hotstack.Trials.Workflows;

/// <summary><c>Restore-HotstackSnapSet ID -StackName hs-again -Template template.yaml</c>, data volumes too.</summary>
internal class RestoreWorkflow : Workflow
{
    private const string Target = "hs-again";

    public override string Name => "restore";

    protected virtual bool RollsBack => false;

    public override async Task SeedAsync(World world, Session session, CancellationToken stop)
    {
        await Deployment.FreezeAsync(world, session, withVolumes: true, stop);
        await File.WriteAllTextAsync(TemplateIn(world.Folder), world.Sandbox.Cloud.DeploymentTemplate, stop);
    }

    public override async Task<object?> RunAsync(Session session, CancellationToken stop) =>
        await new RestoreSnapSet(session.Cloud).RunAsync(
        new RestoreSnapSetRequest
        {
            SnapSetId = session.Notes["set"], StackName = Target, TemplatePath = TemplateIn(session.Folder),
            RollbackOnFailure = RollsBack, Timeout = TimeSpan.FromMinutes(10),
        },
        session.Activity, Yes, stop);

    /// <summary>Heat goes on with a stack whatever becomes of the run, and what it cannot see it does not claim.</summary>
    public override bool MayFailWhenDone => true;

    public override IEnumerable<string> Wrongs(WorldState before, WorldState now, string warned)
    {
        Change[] changes = [.. now.Since(before)];
        Thing[] images = [.. before.All("image").Where(i => i.PartOf.Count > 0)];
        Thing[] servers = [.. changes.Where(c => c is { Before: null, Thing.Kind: "server" }).Select(c => c.Thing)];
        return
        [
            .. now.All("stack").Count(s => s.Name == Target && s.Facts.StartsWith("CREATE_COMPLETE", StringComparison.Ordinal)) != 1
                ? [$"there is no complete stack {Target}"] : Array.Empty<string>(),
            .. images.Where(i => servers.Count(s => s.Facts.StartsWith("ACTIVE ", StringComparison.Ordinal)
                && s.Facts.Contains($"of {i.Id} ", StringComparison.Ordinal)) != 1).Select(i => $"there is no running server of {i}"),
            .. servers.Length != images.Length ? [$"there are {servers.Length} new servers"] : Array.Empty<string>(),
            .. changes.Where(c => c.Before is not null || !c.Thing.PartOf.Contains(Target)).Select(c => $"{c}"),
        ];
    }

    private static string TemplateIn(string folder) => Path.Combine(folder, "template.yaml");
}

/// <summary>The same with <c>-RollbackOnFailure</c>.</summary>
internal sealed class RestoreWithRollbackWorkflow : RestoreWorkflow
{
    public override string Name => "restore-rollback";

    protected override bool RollsBack => true;
}
