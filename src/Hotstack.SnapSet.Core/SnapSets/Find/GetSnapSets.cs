using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Find;

/// <summary>Finds the sets of a cloud, ours and upstream's.</summary>
public sealed class GetSnapSets(Cloud cloud)
{
    internal const string NotFoundId = "SnapSetNotFound";

    /// <summary>The volume snapshots, if read once for several searches; null reads them for each search.</summary>
    internal VolumeCache? Volumes { get; init; }

    /// <summary>Receives warnings about what was recorded and is ignored; may be null.</summary>
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

        return await SelectAsync(request, await ListAsync(request, stop), Volumes ?? new VolumeCache(cloud), stop);
    }

    /// <summary>The sets that each id or pattern stands for, id by id in their order, from one reading of the cloud. A failure of one id
    /// does not stop the others.</summary>
    /// <param name="request">Which sets.</param>
    /// <param name="found">Receives each set.</param>
    /// <param name="failed">Receives the failure of an id, if there are several.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <exception cref="HotstackException">The sets cannot be listed; or as for one id, if there is no other.</exception>
    public async Task RunEachAsync(
        GetSnapSetsRequest request, Action<SnapSet> found, Action<HotstackException> failed, CancellationToken stop)
    {
        if (request.Ids.Count < 2)
        {
            WriteEach(await RunAsync(request, stop));
            return;
        }

        IReadOnlyList<SnapSet> all = await ListAsync(request, stop);
        var volumes = new VolumeCache(cloud);
        foreach (SnapSetReference id in request.Ids)
        {
            try
            {
                await (request.AllProjects ? Task.CompletedTask : id.RequireOwnProjectAsync(cloud, stop));
                WriteEach(await SelectAsync(request with { Ids = [id] }, all, volumes, stop));
            }
            catch (HotstackException e) when (e.Cause != ErrorCause.AuthenticationFailed)
            {
                failed(e);
            }
        }

        void WriteEach(IEnumerable<SnapSet> sets)
        {
            foreach (SnapSet set in sets)
            {
                found(set);
            }
        }
    }

    /// <summary>Chooses among listed sets; those without an image are read as the request needs them.</summary>
    private async Task<IReadOnlyList<SnapSet>> SelectAsync(
        GetSnapSetsRequest request, IReadOnlyList<SnapSet> all, VolumeCache volumes, CancellationToken stop)
    {
        foreach (SnapSetReference id in request.Ids.Where(id => !id.IsPattern && !all.Any(id.Matches)).ToArray())
        {
            all = [.. all, await GetWithoutImageAsync(id.Id, volumes, stop) is { } set && id.Matches(set) ? set : throw NotFound(id.Id)];
        }

        if (request.Incomplete)
        {
            all = [.. all, .. await ListWithoutImageAsync([.. all.Select(set => set.Id)], volumes, stop)];
        }

        SnapSet[] found = [.. all.Where(set =>
            (request.Ids.Count == 0 || request.Ids.Any(id => id.Matches(set)))
            && request.Conditions.Hold(set)
            && (!request.Incomplete || set.State == SnapSetState.Incomplete))];
        if (!request.Latest)
        {
            WarnOf(found);
            return found;
        }

        RequireOneProject(cloud, found);
        if (found.FirstOrDefault(set => set.IsUsable) is { } latest)
        {
            WarnOf(found);
            return [latest];
        }

        throw new HotstackException(
                ErrorCause.NotFound, NotFoundId, NoneUsable(found, request.Conditions.Description()))
            {
                Hint = "Run Get-HotstackSnapSet without -Latest; the Problems of each set say why it cannot be used.",
            };
    }

    /// <summary>Warns for all compared sets: each time affects which one is the latest.</summary>
    private void WarnOf(IReadOnlyCollection<SnapSet> sets)
    {
        foreach (SnapSet set in sets.Where(set => set.FactsDoubt is not null))
        {
            Activity?.Warning($"SnapSet {set.Id}: {set.FactsDoubt}.");
        }

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
    public Task<SnapSet> GetAsync(SnapSetReference wanted, CancellationToken stop) => GetAsync(wanted, null, stop);

    /// <summary>One set of our project, by its literal id, to use its images. If those that we made are a complete set, no others are looked
    /// for.</summary>
    /// <inheritdoc cref="GetAsync(SnapSetReference, CancellationToken)"/>
    internal Task<SnapSet> GetToRestoreAsync(SnapSetReference wanted, CancellationToken stop) =>
        GetAsync(wanted, SnapSetBuilder.AreAll, stop);

    private async Task<SnapSet> GetAsync(
        SnapSetReference wanted, Func<IReadOnlyCollection<SnapSetImage>, IReadOnlyCollection<BlueprintImage>, bool>? isEnough,
        CancellationToken stop)
    {
        await wanted.RequireOwnProjectAsync(cloud, stop);
        SnapSetReference id = wanted.AsLiteral();
        SnapSet[] found =
            [.. (await AssembleAsync((search, token) => search.OwnAsync(id.Id, isEnough, token), id, stop)).Where(id.Matches)];
        RequireOneProject(cloud, found);
        return found.FirstOrDefault()
            ?? (await GetWithoutImageAsync(id.Id, Volumes ?? new VolumeCache(cloud), stop) is { } set && id.Matches(set) ? set : null)
            ?? throw NotFound(id.Id);
    }

    /// <summary>Sets whose creation was interrupted while they had only volume snapshots.</summary>
    private async Task<IReadOnlyList<SnapSet>> ListWithoutImageAsync(
        HashSet<string> listed, VolumeCache volumes, CancellationToken stop)
    {
        ILookup<string, VolumeSnapshot> found = await VolumeSnapshotMarks.OfAllSetsIfAnyAsync(volumes, stop);
        string? project = await cloud.GetProjectIdAsync(stop);
        return [.. found.Where(set => !listed.Contains(set.Key))
            .Select(set => VolumeSnapshotMarks.ToSnapSet(set.Key, [.. set], cloud, project))];
    }

    /// <summary>Includes these sets only by id or on a request for incomplete sets: otherwise every listing costs a call to
    /// Cinder.</summary>
    private async Task<SnapSet?> GetWithoutImageAsync(string id, VolumeCache volumes, CancellationToken stop)
    {
        IReadOnlyList<VolumeSnapshot> snapshots = await VolumeSnapshotMarks.OfSetIfAnyAsync(volumes, id, stop);
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
        SnapSetReference? named = request.Ids is [{ IsPattern: false } only] ? only : null;
        return AssembleAsync(
            request.AllProjects ? (search, token) => search.OfAllProjectsAsync(named?.Id, token)
                : named is not null ? (search, token) => search.OwnAsync(named.Id, null, token)
                : (search, token) => search.OwnAsync(token),
            named, stop);
    }

    /// <summary>Puts the sets together from the images that a search reads. Their volume snapshots are read meanwhile.</summary>
    private async Task<IReadOnlyList<SnapSet>> AssembleAsync(
        Func<ImageSearch, CancellationToken, Task> read, SnapSetReference? named, CancellationToken stop)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(stop);
        VolumeCache cache = Volumes ?? new VolumeCache(cloud);
        var begin = new Lock();
        Task<KnownVolumeSnapshots>? volumes = null;
        var search = new ImageSearch(cloud, BeginVolumes);
        try
        {
            await read(search, stop);
        }
        catch (Exception)
        {
            await reading.CancelAsync();
            await ((Task?)volumes ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        KnownVolumeSnapshots known = volumes is null ? KnownVolumeSnapshots.None : await volumes;
        string? ours = await cloud.GetProjectIdAsync(stop);
        DateTimeOffset now = cloud.Now;
        // Two projects may have sets of one id, by chance or by a copy.
        ILookup<(string SnapId, string? Owner), BlueprintImage> blueprints = search.Blueprints
            .Where(image => named is null || image.SnapId == named.Id).ToLookup(image => (image.SnapId, image.Image.Owner));
        SnapSet[] sets =
        [
            .. search.Taken.Where(IsWanted)
                .OrderByDescending(image => image.Image.CreatedAt).ThenByDescending(image => image.Image.Id, StringComparer.Ordinal)
                .GroupBy(image => (image.SnapId, image.Image.Owner))
                .Select(set => SnapSetBuilder.Build([.. set], known, now, cloud.Name, cloud.Region, [.. blueprints[set.Key]],
                    isForeign: ours is not null && set.Key.Owner is { } owner && owner != ours)),
        ];
        return
        [
            .. sets.Concat(blueprints.Where(set => !sets.Any(found => (found.Id, found.ProjectId) == set.Key))
                    .Select(set => SnapSetBuilder.OfBlueprint([.. set], now, cloud.Name, cloud.Region)))
                .OrderByDescending(set => set.CreatedAt).ThenBy(set => set.Id, StringComparer.Ordinal),
        ];

        bool IsWanted(SnapSetImage image) => named is null || image.SnapId == named.Id;

        void BeginVolumes(IReadOnlyList<SnapSetImage> images)
        {
            lock (begin)
            {
                if (volumes is null && images.Any(image => IsWanted(image) && image.Volumes.Count > 0))
                {
                    volumes = KnownVolumeSnapshots.ReadAsync(cloud, cache, reading.Token);
                }
            }
        }
    }

    private static string NoneUsable(SnapSet[] found, string conditions) => found.Length == 0
        ? $"There is no SnapSet{conditions} in this project."
        : $"None of the {found.Length} SnapSets{conditions} is complete; the newest, {found[0].Id}: "
            + $"{string.Join("; ", found[0].Problems)}.";

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

    /// <summary>Conditions on what is recorded with a set.</summary>
    public SnapSetConditions Conditions { get; init; } = new();

    /// <summary>Only incomplete ones.</summary>
    public bool Incomplete { get; init; }

    /// <summary>Also sets of other projects whose images are visible.</summary>
    public bool AllProjects { get; init; }
}
