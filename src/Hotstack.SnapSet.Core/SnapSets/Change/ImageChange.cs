using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Change;

/// <summary>What is to be written on one image of a set.</summary>
/// <param name="Image">The image, as it was read.</param>
/// <param name="Wanted">The properties that it is to have.</param>
/// <param name="IsProtected">Whether it is to be protected; null leaves that.</param>
internal sealed record ImageChange(Image Image, IReadOnlyDictionary<string, string> Wanted, bool? IsProtected)
{
    private Dictionary<string, string> Set =>
        Wanted.Where(property => Image.Properties.GetValueOrDefault(property.Key) != property.Value).ToDictionary();

    /// <summary>Labels of other keys, also inherited ones.</summary>
    private string[] Removed => Wanted.Count == 0 ? [] : [.. Image.Properties.Keys.Where(key => LabelProperties.IsLabel(key) && !Wanted.ContainsKey(key))];

    private bool? NewProtection => IsProtected == Image.IsProtected ? null : IsProtected;

    /// <summary>The change that gives an image the texts of its set; null if it has them.</summary>
    public static ImageChange? Of(Image image, SnapSet set, SnapSetFacts facts, bool? isProtected)
    {
        // An image that never had labels, and is to have none, is not written.
        bool isPlain = facts is { Description: null, Labels.Count: 0 } && !image.Properties.Keys.Any(LabelProperties.IsKey);
        Dictionary<string, string> wanted = isPlain ? [] : LabelProperties.Of(facts.Labels)
            .Append(SnapSetFacts.DescriptionOf(facts))
            .Concat(SnapSetProperties.From(image) is null && BlueprintImage.From(image) is null ? [new(LabelProperties.SetKey, set.Id)] : [])
            .ToDictionary();
        return new ImageChange(image, wanted, isProtected).OrNull();
    }

    /// <summary>The same for the image as it is now; null if nothing is left.</summary>
    public ImageChange? Again(Image now) => (this with { Image = now }).OrNull();

    /// <summary>Writes it in one call.</summary>
    public Task WriteAsync(Cloud cloud, CancellationToken stop) => cloud.Images.ChangeAsync(Image.Id, Set, Removed, NewProtection, stop);

    private ImageChange? OrNull() =>
        Set.Count == 0 && Removed.Length == 0 && NewProtection is null ? null : this;
}
