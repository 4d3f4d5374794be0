using Hotstack.OpenStack;
using Hotstack.SnapSets.Blueprints;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Create;

/// <summary>The blueprint of a set that is made: it is read from Heat before anything changes, its image is made first and deleted by a
/// rollback, and tagged when all images are.</summary>
internal sealed class BlueprintOrder(Cloud cloud, NewSnapSetPlan plan, IActivity activity)
{
    private readonly BlueprintStore _store = new(cloud, activity);
    private BlueprintImage? _made;

    /// <summary>Its image; null for none.</summary>
    public BlueprintImage? Image { get; private set; } = plan.Blueprint?.Existing;

    /// <summary>What a new set gets.</summary>
    /// <param name="cloud">The cloud.</param>
    /// <param name="request">The request.</param>
    /// <param name="resumed">The set that is completed; null for a new one.</param>
    /// <param name="stackName">The stack that the servers belong to; null for none.</param>
    /// <param name="id">The set's id.</param>
    /// <param name="activity">Receives a warning if Heat does not show the blueprint.</param>
    /// <param name="stop">Cancels it.</param>
    /// <returns>Null for none.</returns>
    public static async Task<PlannedBlueprint?> PlanAsync(
        Cloud cloud, NewSnapSetRequest request, ResumedSet? resumed, string? stackName, string id, IActivity activity, CancellationToken stop)
    {
        if (request.NoBlueprint || resumed is { Set.IsBlueprintAnnounced: false })
        {
            return null;
        }

        if (resumed?.Set.Blueprint is { IsReady: true } existing)
        {
            return new PlannedBlueprint(null, existing);
        }

        if (request.BlueprintOf is { } source)
        {
            return await new BlueprintStore(cloud, activity).ReadAsync(source, stop) is { } copied
                ? new PlannedBlueprint(copied with { SnapSetId = id }, null)
                : null;
        }

        return stackName is not null && await new StackBlueprint(cloud, activity).ReadAsync(stackName, id, stop) is { } read
            ? new PlannedBlueprint(read, null)
            : null;
    }

    /// <summary>Makes the image, if there is none yet.</summary>
    /// <exception cref="HotstackException">As <see cref="BlueprintStore.WriteAsync"/>.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        if (plan.Blueprint?.Read is { } blueprint)
        {
            Image = _made = await _store.WriteAsync(blueprint, plan.Members.Count, plan.Facts, null, stop);
            activity.Verbose($"The blueprint of stack '{blueprint.StackName}' is image {Image.Image.Id}.");
        }
    }

    /// <summary>Tags the image, and deletes others of an earlier run.</summary>
    public async Task TagAsync(CancellationToken stop)
    {
        IReadOnlyList<BlueprintImage> all = plan.IsResumed ? await OwnImages.BlueprintsOfSetAsync(cloud, plan.Id, stop) : [];
        if (Image is not null)
        {
            // Another run may complete the set too: both choose the oldest, so that neither deletes what the other reported.
            BlueprintImage kept = all.Where(one => one.IsReady).Append(Image)
                .OrderBy(one => one.Image.CreatedAt).ThenBy(one => one.Image.Id, StringComparer.Ordinal).First();
            all = [.. all, Image];
            Image = await _store.TagAsync(kept, stop);
        }

        foreach (string other in all.Select(one => one.Image.Id).Distinct().Where(id => id != Image?.Image.Id))
        {
            activity.Verbose($"Deleting image {other}, a blueprint that the set does not use.");
            await cloud.Images.DeleteAsync(other, stop);
        }
    }

    /// <summary>Deletes the images that this run made, not one of another run that it kept.</summary>
    /// <returns>What could not be deleted.</returns>
    public async Task<IReadOnlyList<Leftover>> RollBackAsync(CancellationToken stop)
    {
        IReadOnlyList<Leftover> left = await _store.CleanUpAsync(stop);
        return _made is not null && await _store.DeleteAsync(_made.Image.Id, stop) is { } leftover ? [.. left, leftover] : left;
    }
}

/// <summary>The blueprint of a planned set.</summary>
/// <param name="Read">The blueprint to write; null if its image exists.</param>
/// <param name="Existing">The image that an earlier run made; null for none.</param>
internal sealed record PlannedBlueprint(Blueprint? Read, BlueprintImage? Existing);
