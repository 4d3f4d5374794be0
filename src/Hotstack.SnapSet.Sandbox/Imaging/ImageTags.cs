using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Imaging;

/// <summary>
/// Tags as Glance keeps them: rows written one by one. A row is looked for by its value under the
/// collation, so two tags that differ only in case cannot be told apart when one is to go.
/// </summary>
internal static class ImageTags
{
    private const string Failure = "The server has either erred or is incapable of performing the requested operation.";

    /// <summary>All tags at once. What was done before a failure stays done.</summary>
    public static void Replace(Image image, List<string> tags)
    {
        var before = image.Tags.ToList();
        image.Tags.AddRange(tags.Except(before));
        foreach (var old in before.Except(tags))
        {
            Drop(image, old);
        }
    }

    public static void Add(Image image, string tag)
    {
        if (!image.Tags.Contains(tag))
        {
            image.Tags.Add(tag);
        }
    }

    public static void Remove(Image image, string tag)
    {
        if (!image.Tags.Contains(tag))
        {
            throw new ApiException(404, "The resource could not be found.");
        }

        Drop(image, tag);
    }

    private static void Drop(Image image, string tag)
    {
        var rows = image.Tags.Where(t => Collation.Instance.Equals(t, tag)).ToList();
        if (rows.Count > 1)
        {
            throw new ApiException(500, Failure);
        }

        rows.ForEach(row => image.Tags.Remove(row));
    }
}
