using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Find;

/// <summary>Finds the sets of a cloud, ours and upstream's.</summary>
public sealed class GetSnapSets(Cloud cloud)
{
    internal const string NotFoundId = "SnapSetNotFound";

    /// <summary>The volume snapshots, if read once for several searches; null reads them for each search.</summary>
    internal VolumeCache? Volumes { get; init; }

    /// <summary>Receives warnings about ignored recorded times; may be null.</summary>
    public IActivity? Activity { get; init; }

    /// <summary>The sets that match, the newest first.</summary>
    /// <exception cref="HotstackException">A set given by its id does not exist, or no set is complete (<c>SnapSetNotFound</c>); a set
    /// belongs to another project (<c>ProjectMismatch</c>); the request wants the latest of all projects (<c>LatestOfAllProjects</c>) or of
    /// an unknown project (<c>ProjectUnknown</c>).</exception>
    public async Task<IReadOnlyList<SnapSet>> RunAsync(GetSnapSetsRequest request, CancellationToken stop)
    {
        if (request is { Latest: true, AllProjects: true })
        {
            throw LatestOfAll();
        }

        foreach (SnapSetReference id in request.AllProjects ? [] : request.Ids)
        {
            await id.RequireOwnProjectAsync(cloud, stop);
        }

        IReadOnlyList<SnapSet> all = await ListAsync(request, stop);
        foreach (SnapSetReference id in request.Ids.Where(id => !id.IsPattern && !all.Any(id.Matches)).ToArray())
        {
            all = [.. all, await GetWithoutImageAsync(id.Id, stop) is { } set && id.Matches(set) ? set : throw NotFound(id.Id)];
        }

        if (request.Incomplete)
        {
            all = [.. all, .. await ListWithoutImageAsync([.. all.Select(set => set.Id)], stop)];
        }

        SnapSet[] found = [.. all.Where(set =>
            (request.Ids.Count == 0 || request.Ids.Any(id => id.Matches(set)))
            && (request.StackName is null || Wildcard.Matches(set.StackName ?? "", request.StackName))
            && (!request.Incomplete || set.State == SnapSetState.Incomplete))];
        if (!request.Latest)
        {
            WarnOfTimes(found);
            return found;
        }

        RequireOneProject(cloud, found);
        if (found.FirstOrDefault(set => set.IsUsable) is { } latest)
        {
            WarnOfTimes(found);
            return [latest];
        }

        throw new HotstackException(
                ErrorCause.NotFound, NotFoundId, NoneUsable(found, request.StackName))
            {
                Hint = "Run Get-HotstackSnapSet without -Latest; the Problems of each set say why it cannot be used.",
            };
    }

    /// <summary>Warns for all compared sets: each time affects which one is the latest.</summary>
    private void WarnOfTimes(IEnumerable<SnapSet> sets)
    {
        foreach (SnapSet set in sets.Where(set => set.TimeDoubt is not null))
        {
            Activity?.Warning($"SnapSet {set.Id}: {set.TimeDoubt}.");
        }
    }

    /// <summary>Resolves an argument to exact ids: the matching sets, the newest first, or the id itself if it has no wildcards.</summary>
    public async Task<IReadOnlyList<SnapSetReference>> ExpandAsync(SnapSetReference id, CancellationToken stop) => id.IsPattern
        ? [.. (await RunAsync(new GetSnapSetsRequest { Ids = [id] }, stop)).Select(SnapSetReference.To)]
        : [id];

    /// <summary>One set of our project, by its literal id.</summary>
    /// <exception cref="HotstackException">The set does not exist (<c>SnapSetNotFound</c>), belongs to another project
    /// (<c>ProjectMismatch</c>), or exists in two projects and the token does not name ours (<c>ProjectUnknown</c>).</exception>
    public async Task<SnapSet> GetAsync(SnapSetReference wanted, CancellationToken stop)
    {
        await wanted.RequireOwnProjectAsync(cloud, stop);
        SnapSetReference id = wanted.AsLiteral();
        SnapSet[] found = [.. (await AssembleAsync(FiltersOf(id.Id), allProjects: false, stop)).Where(id.Matches)];
        RequireOneProject(cloud, found);
        return found.FirstOrDefault()
            ?? (await GetWithoutImageAsync(id.Id, stop) is { } set && id.Matches(set) ? set : null)
            ?? throw NotFound(id.Id);
    }

    /// <summary>Sets whose creation was interrupted while they had only volume snapshots.</summary>
    private async Task<IReadOnlyList<SnapSet>> ListWithoutImageAsync(HashSet<string> listed, CancellationToken stop)
    {
        ILookup<string, VolumeSnapshot> found = await VolumeSnapshotMarks.OfAllSetsIfAnyAsync(cloud, stop);
        string? project = await cloud.GetProjectIdAsync(stop);
        return [.. found.Where(set => !listed.Contains(set.Key))
            .Select(set => VolumeSnapshotMarks.ToSnapSet(set.Key, [.. set], cloud, project))];
    }

    /// <summary>Includes these sets only by id or on a request for incomplete sets: otherwise every listing costs a call to
    /// Cinder.</summary>
    private async Task<SnapSet?> GetWithoutImageAsync(string id, CancellationToken stop)
    {
        IReadOnlyList<VolumeSnapshot> snapshots = await VolumeSnapshotMarks.OfSetIfAnyAsync(Volumes ?? new VolumeCache(cloud), id, stop);
        return snapshots.Count == 0 ? null : VolumeSnapshotMarks.ToSnapSet(
            id, snapshots, cloud, await cloud.GetProjectIdAsync(stop));
    }

    private static HotstackException NotFound(string id) =>
        new(ErrorCause.NotFound, NotFoundId, $"There is no SnapSet '{id}' in this project.")
        {
            Target = id,
            Hint = "Run Get-HotstackSnapSet to list the sets; ids are case-sensitive. Use -All for other projects."
                + (Wildcard.IsPattern(id) ? " Type wildcards after -Id: ids from the pipeline are literal." : ""),
        };

    private static HotstackException LatestOfAll() =>
        new(ErrorCause.InputInvalid, "LatestOfAllProjects", "-Latest cannot select among the SnapSets of all projects.")
        {
            Hint = "Leave out -All for this project's newest, or choose: Get-HotstackSnapSet -All | Where-Object ProjectId -EQ …",
        };

    private Task<IReadOnlyList<SnapSet>> ListAsync(GetSnapSetsRequest request, CancellationToken stop)
    {
        // A set given by its id is searched by that id, however many others there are.
        bool isNamed = request.Ids is [{ IsPattern: false }];
        return AssembleAsync(isNamed ? FiltersOf(request.Ids[0].Id) : FiltersOfAll, request.AllProjects, stop);
    }

    /// <summary>Two lists: by tag those that upstream also sees, by property those never tagged.</summary>
    private static KeyValuePair<string, string>[][] FiltersOfAll => [[new("tag", SnapSetTags.AnySet)], [SnapSetProperties.AnySet]];

    private static KeyValuePair<string, string>[][] FiltersOf(string id) =>
        [[new("tag", SnapSetTags.AnySet), new("tag", $"snap_id={id}")], [SnapSetProperties.OfSet(id)]];

    private async Task<IReadOnlyList<SnapSet>> AssembleAsync(
        KeyValuePair<string, string>[][] filters, bool allProjects, CancellationToken stop)
    {
        IReadOnlyList<Image>[] lists = await Task.WhenAll(filters.Select(
            filter => allProjects ? cloud.Images.ListAsync(filter, stop) : OwnImages.ListAsync(cloud, filter, stop)));
        SnapSetImage[] members =
        [
            .. lists.SelectMany(list => list)
                .DistinctBy(image => image.Id)
                .Select(SnapSetImage.From).OfType<SnapSetImage>(),
        ];
        KnownVolumeSnapshots volumes = await KnownVolumeSnapshots.ReadAsync(cloud, Volumes ?? new VolumeCache(cloud), members, stop);
        DateTimeOffset now = cloud.Now;
        return
        [
            .. members
                // Two projects may have sets of one id, by chance or by a copy.
                .GroupBy(image => (image.SnapId, image.Image.Owner))
                .Select(set => SnapSetBuilder.Build([.. set], volumes, now, cloud.Name, cloud.Region))
                .OrderByDescending(set => set.CreatedAt).ThenBy(set => set.Id, StringComparer.Ordinal),
        ];
    }

    private static string NoneUsable(SnapSet[] found, string? stackName)
    {
        string ofStack = stackName is null ? "" : $" of stack '{stackName}'";
        return found.Length == 0
            ? $"There is no SnapSet{ofStack} in this project."
            : $"None of the {found.Length} SnapSets{ofStack} is complete; the newest, {found[0].Id}: "
                + $"{string.Join("; ", found[0].Problems)}.";
    }

    /// <summary>Allows one project only where the token does not name its project.</summary>
    /// <exception cref="HotstackException">The sets belong to several projects (<c>ProjectUnknown</c>).</exception>
    internal static void RequireOneProject(Cloud cloud, IEnumerable<SnapSet> sets)
    {
        string[] projects = [.. sets.Select(set => set.ProjectId).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        if (projects.Length > 1)
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "ProjectUnknown",
                $"The token of cloud '{cloud.Name}' does not name its project, and the visible SnapSets "
                    + $"belong to several: {string.Join(", ", projects)}.")
            {
                Target = cloud.Name,
                Hint = "Log in with a password, a token or an application credential of one project; or pass one set as an object: "
                    + "Get-HotstackSnapSet | Where-Object ProjectId -EQ …",
            };
        }
    }
}

/// <summary>Which sets to find; all given conditions must hold.</summary>
public sealed record GetSnapSetsRequest
{
    /// <summary>Exact ids and patterns; empty for all. A set given by its exact id must exist.</summary>
    public IReadOnlyList<SnapSetReference> Ids { get; init; } = [];

    /// <summary>Only the newest set that is complete, or may be (upstream's). Not across all projects.</summary>
    public bool Latest { get; init; }

    /// <summary>Only sets of this stack.</summary>
    public string? StackName { get; init; }

    /// <summary>Only incomplete ones.</summary>
    public bool Incomplete { get; init; }

    /// <summary>Also sets of other projects whose images are visible.</summary>
    public bool AllProjects { get; init; }
}
