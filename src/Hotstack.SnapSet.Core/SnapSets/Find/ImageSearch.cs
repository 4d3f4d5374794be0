using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Find;

/// <summary>Reads the images of sets with few lists, and each page while it comes in.</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="read">Receives the images of sets of each page, from several threads.</param>
/// <remarks>Two filters find the images of sets: a tag, which upstream's have too, and a property, which ours have before they are
/// tagged. Glance can neither negate a filter nor combine two by OR, so two lists would show nearly all of ours twice. Our project's images
/// without a filter hold both, in one list. Hidden images are always in a list of their own.</remarks>
internal sealed class ImageSearch(Cloud cloud, Action<IReadOnlyList<SnapSetImage>> read)
{
    /// <summary>Two lists: by tag those that upstream also sees, by property those never tagged.</summary>
    private static readonly KeyValuePair<string, string>[][] OfAnySet =
        [[new("tag", SnapSetTags.AnySet)], [SnapSetProperties.AnySet]];

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<SnapSetImage> _taken = [];
    private readonly List<BlueprintImage> _blueprints = [];
    private KeyValuePair<string, string>? _ours;

    /// <summary>What was read so far, each image once, in no order. Not while a list is being read.</summary>
    public IReadOnlyCollection<SnapSetImage> Taken => _taken;

    /// <summary>The blueprints that were read so far, as for the images.</summary>
    public IReadOnlyCollection<BlueprintImage> Blueprints => _blueprints;

    /// <summary>Reads those of all sets of our project.</summary>
    public async Task OwnAsync(CancellationToken stop)
    {
        _ours = await OwnImages.FilterAsync(cloud, stop);
        await Task.WhenAll(HiddenAsync(stop), VisibleAsync(stop));
    }

    /// <summary>Reads those of one set of our project, and hidden ones of others.</summary>
    /// <param name="id">The set.</param>
    /// <param name="isEnough">Whether the visible ones that we made are all that is wanted; null to read all at once.</param>
    /// <param name="stop">Ends the reading.</param>
    public async Task OwnAsync(string id, Func<IReadOnlyCollection<SnapSetImage>, IReadOnlyCollection<BlueprintImage>, bool>? isEnough, CancellationToken stop)
    {
        _ours = await OwnImages.FilterAsync(cloud, stop);
        Task byProperty = ListAsync([SnapSetProperties.OfSet(id)], null, stop);
        if (isEnough is not null)
        {
            await byProperty;
            if (isEnough([.. _taken.Where(image => image.SnapId == id)], [.. _blueprints.Where(image => image.SnapId == id)]))
            {
                return;
            }
        }

        await Task.WhenAll(byProperty, HiddenAsync(stop), ListAsync(TagsOf(id), null, stop));
    }

    /// <summary>Reads those of all projects whose images the cloud shows.</summary>
    /// <param name="id">Only those of the set with this id; null for all sets.</param>
    /// <param name="stop">Ends the reading.</param>
    public Task OfAllProjectsAsync(string? id, CancellationToken stop) => Task.WhenAll(
        (id is null ? OfAnySet : [TagsOf(id), [SnapSetProperties.OfSet(id)]]).SelectMany(filter => new[] { filter, [.. filter, Hidden] })
            .Select(filter => ListAsync(filter, null, stop)));

    private static KeyValuePair<string, string> Hidden => new("os_hidden", "true");

    private static KeyValuePair<string, string>[] TagsOf(string id) => [new("tag", SnapSetTags.AnySet), new("tag", $"snap_id={id}")];

    /// <summary>Few images are hidden, so one list serves both filters. Before Rocky, <c>os_hidden</c> is a property that no image
    /// has.</summary>
    private Task HiddenAsync(CancellationToken stop) => ListAsync([Hidden], null, stop);

    /// <summary>Reads one list without a filter, as long as most of its images are of sets: otherwise the rest of it costs more than two
    /// lists with filters.</summary>
    private async Task VisibleAsync(CancellationToken stop)
    {
        string? last = null;
        await foreach (Page<Image> page in PagesAsync([], null, stop))
        {
            last = page.Items.Count > 0 ? page.Items[^1].Id : last;
            if (Take(page.Items) * 2 < page.Items.Count && page.HasNext)
            {
                await Task.WhenAll(OfAnySet.Select(filter => ContinueAsync(filter, last, stop)));
                return;
            }
        }
    }

    /// <summary>Continues after an image. Glance refuses one that was deleted meanwhile: then from the beginning.</summary>
    private async Task ContinueAsync(KeyValuePair<string, string>[] filter, string? after, CancellationToken stop)
    {
        try
        {
            await ListAsync(filter, after, stop);
        }
        catch (ServiceException e) when (e.Cause is ErrorCause.NotFound or ErrorCause.RequestRejected)
        {
            await ListAsync(filter, null, stop);
        }
    }

    private async Task ListAsync(KeyValuePair<string, string>[] filter, string? after, CancellationToken stop)
    {
        await foreach (Page<Image> page in PagesAsync(filter, after, stop))
        {
            Take(page.Items);
        }
    }

    private IAsyncEnumerable<Page<Image>> PagesAsync(KeyValuePair<string, string>[] filter, string? after, CancellationToken stop) =>
        cloud.Images.PagesAsync(_ours is { } ours ? [.. filter, ours] : filter, after, stop);

    /// <returns>How many of the images are of sets.</returns>
    private int Take(IReadOnlyList<Image> images)
    {
        Image[] ofSets = [.. images.Where(IsOfSet)];
        SnapSetImage[] members = [.. ofSets.Select(SnapSetImage.From).OfType<SnapSetImage>()];
        BlueprintImage[] blueprints = [.. ofSets.Select(BlueprintImage.From).OfType<BlueprintImage>()];
        SnapSetImage[] added;
        lock (_seen)
        {
            added = [.. members.Where(member => _seen.Add(member.Image.Id))];
            _taken.AddRange(added);
            _blueprints.AddRange(blueprints.Where(blueprint => _seen.Add(blueprint.Image.Id)));
        }

        if (added.Length > 0)
        {
            read(added);
        }

        return members.Length + blueprints.Length;
    }

    /// <summary>Checks again what the filters ask for: some databases ignore case and trailing blanks.</summary>
    private bool IsOfSet(Image image) =>
        (_ours is not { } ours || OwnImages.IsOurs(image, ours))
        && (image.Tags.Contains(SnapSetTags.AnySet, StringComparer.Ordinal)
            || image.Properties.GetValueOrDefault(SnapSetProperties.AnySet.Key) == SnapSetProperties.AnySet.Value);
}
