using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.OpenStack.Imaging;

namespace Hotstack.SnapSets;

/// <summary>Finds the sets of a cloud, ours and upstream's.</summary>
public sealed class FindSnapSets(Cloud cloud)
{
    internal const string NotFoundId = "SnapSetNotFound";

    /// <summary>The volume snapshots, if they are read once for several searches; null reads them anew for each.</summary>
    internal VolumeShelf? Volumes { get; init; }

    /// <summary>The sets that match, the newest first.</summary>
    /// <exception cref="HotstackException">An id without wildcard does not exist, or there is no usable latest
    /// (<c>SnapSetNotFound</c>).</exception>
    public async Task<IReadOnlyList<SnapSet>> RunAsync(FindSnapSetsRequest request, CancellationToken stop)
    {
        IReadOnlyList<SnapSet> all = await ListAsync(request, stop).ConfigureAwait(false);
        foreach (string id in request.Ids.Where(id => !Wildcard.IsPattern(id) && all.All(set => set.Id != id)).ToArray())
        {
            all = [.. all, await GetWithoutImageAsync(id, stop).ConfigureAwait(false) ?? throw NotFound(id)];
        }

        if (request.Incomplete)
        {
            all = [.. all, .. await ListWithoutImageAsync([.. all.Select(set => set.Id)], stop).ConfigureAwait(false)];
        }

        SnapSet[] found = [.. all.Where(set =>
            (request.Ids.Count == 0 || request.Ids.Any(id => Matches(set.Id, id)))
            && (request.StackName is null || Wildcard.Matches(set.StackName ?? "", request.StackName))
            && (!request.Incomplete || set.State == SnapSetState.Incomplete))];
        if (!request.Latest)
        {
            return found;
        }

        return found.FirstOrDefault(set => set.IsUsable) is { } latest
            ? [latest]
            : throw new HotstackException(
                ErrorCause.NotFound, NotFoundId, NoneUsable(found, request.StackName))
            {
                Hint = "Get-HotstackSnapSet without -Latest shows what there is, and each set's Problems say why it cannot be used.",
            };
    }

    /// <summary>The ids that an argument stands for: those that match its wildcards, the newest first, or itself without any.</summary>
    public async Task<IReadOnlyList<string>> ExpandAsync(string id, CancellationToken stop) => Wildcard.IsPattern(id)
        ? [.. (await RunAsync(new FindSnapSetsRequest { Ids = [id] }, stop).ConfigureAwait(false)).Select(set => set.Id)]
        : [id];

    /// <summary>One set by its exact id, of our project.</summary>
    /// <exception cref="HotstackException">There is none (<c>SnapSetNotFound</c>).</exception>
    public async Task<SnapSet> GetAsync(string id, CancellationToken stop)
    {
        KeyValuePair<string, string>[] owner = await SetImageList.OwnerAsync(cloud, stop).ConfigureAwait(false);
        IReadOnlyList<SnapSet> found = await AssembleAsync(FiltersOf(id), owner, stop).ConfigureAwait(false);
        return found.FirstOrDefault(set => set.Id == id)
            ?? await GetWithoutImageAsync(id, stop).ConfigureAwait(false)
            ?? throw NotFound(id);
    }

    /// <summary>Sets whose making was interrupted while there were only volume snapshots of them.</summary>
    private async Task<IReadOnlyList<SnapSet>> ListWithoutImageAsync(HashSet<string> listed, CancellationToken stop)
    {
        ILookup<string, VolumeSnapshot> found = await SetVolumeSnapshots.OfAllSetsIfAnyAsync(cloud, stop).ConfigureAwait(false);
        string? project = await cloud.GetProjectIdAsync(stop).ConfigureAwait(false);
        return [.. found.Where(set => !listed.Contains(set.Key)).Select(set => SetVolumeSnapshots.ToSnapSet(set.Key, [.. set], cloud, project))];
    }

    /// <summary>One of these. Only by its id, or where incomplete ones are asked for: that would else cost every listing a call to
    /// Cinder.</summary>
    private async Task<SnapSet?> GetWithoutImageAsync(string id, CancellationToken stop)
    {
        IReadOnlyList<VolumeSnapshot> snapshots = await SetVolumeSnapshots.OfSetIfAnyAsync(Volumes ?? new VolumeShelf(cloud), id, stop).ConfigureAwait(false);
        return snapshots.Count == 0 ? null : SetVolumeSnapshots.ToSnapSet(
            id, snapshots, cloud, await cloud.GetProjectIdAsync(stop).ConfigureAwait(false));
    }

    private static HotstackException NotFound(string id) =>
        new(ErrorCause.NotFound, NotFoundId, $"There is no SnapSet '{id}' in this project.")
        {
            Target = id,
            Hint = "Get-HotstackSnapSet shows the sets; ids are case-sensitive. Other projects' need -All.",
        };

    private async Task<IReadOnlyList<SnapSet>> ListAsync(FindSnapSetsRequest request, CancellationToken stop)
    {
        KeyValuePair<string, string>[] owner = request.AllProjects ? [] : await SetImageList.OwnerAsync(cloud, stop).ConfigureAwait(false);
        // One that is named is asked for by its name, however many others there are.
        bool isNamed = request.Ids is [{ } id] && !Wildcard.IsPattern(id);
        return await AssembleAsync(isNamed ? FiltersOf(request.Ids[0]) : FiltersOfAll, owner, stop).ConfigureAwait(false);
    }

    /// <summary>By tag those that upstream can see too, by property those that never were tagged: two lists.</summary>
    private static KeyValuePair<string, string>[][] FiltersOfAll => [[new("tag", SnapSetTags.AnySet)], [SnapSetProperties.AnySet]];

    private static KeyValuePair<string, string>[][] FiltersOf(string id) =>
        [[new("tag", SnapSetTags.AnySet), new("tag", $"snap_id={id}")], [SnapSetProperties.OfSet(id)]];

    private async Task<IReadOnlyList<SnapSet>> AssembleAsync(
        KeyValuePair<string, string>[][] filters, KeyValuePair<string, string>[] owner, CancellationToken stop)
    {
        IReadOnlyList<Image>[] lists = await Task.WhenAll(filters.Select(
            filter => cloud.Images.ListAsync([.. filter, .. owner], stop))).ConfigureAwait(false);
        SnapSetImage[] members =
        [
            .. lists.SelectMany(list => list)
                .DistinctBy(image => image.Id)
                .Where(image => owner.Length == 0 || image.Owner == owner[0].Value)
                .Select(SnapSetImage.From).OfType<SnapSetImage>(),
        ];
        VolumeLook volumes = await VolumeLook.TakeAsync(cloud, Volumes ?? new VolumeShelf(cloud), members, stop).ConfigureAwait(false);
        DateTimeOffset now = cloud.Time.GetUtcNow();
        return
        [
            .. members
                // Two projects may by chance or by a copy have sets of one id.
                .GroupBy(image => (image.SnapId, image.Image.Owner))
                .Select(set => SnapSetAssembly.Assemble([.. set], volumes, now, cloud.Name, cloud.Region))
                .OrderByDescending(set => set.CreatedAt).ThenBy(set => set.Id, StringComparer.Ordinal),
        ];
    }

    private static bool Matches(string id, string pattern) =>
        Wildcard.IsPattern(pattern) ? Wildcard.Matches(id, pattern) : id == pattern;

    private static string NoneUsable(SnapSet[] found, string? stackName)
    {
        string ofStack = stackName is null ? "" : $" of stack '{stackName}'";
        return found.Length == 0
            ? $"There is no SnapSet{ofStack} in this project."
            : $"None of the {found.Length} SnapSets{ofStack} is complete; the newest, {found[0].Id}: "
                + $"{string.Join("; ", found[0].Problems)}.";
    }
}
