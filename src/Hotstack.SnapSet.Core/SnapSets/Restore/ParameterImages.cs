using System.Text.Json.Nodes;
using Hotstack.OpenStack;
using Hotstack.SnapSets.Marks;
using Hotstack.Templates;

namespace Hotstack.SnapSets.Restore;

/// <summary>The images among parameters, by the set that they belong to. Upstream's guide restores a set by writing its images into
/// <c>stack_parameters</c>.</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="set">The set that is to be restored.</param>
/// <param name="template">Its servers say which parameters are images.</param>
internal sealed class ParameterImages(Cloud cloud, SnapSet set, HeatTemplate template)
{
    private const string ImageKey = "image";

    /// <summary>The parameters whose image is one of the set.</summary>
    public IReadOnlySet<string> OfSet(JsonObject parameters) =>
        ImagesIn(parameters).Where(given => IsOfSet(given.Image)).Select(given => given.Parameter).ToHashSet(StringComparer.Ordinal);

    /// <summary>The images of other sets that parameter files give, one sentence each. An image in -Parameter is a choice.</summary>
    /// <param name="files">The parameters of the files.</param>
    /// <param name="given">Those of -Parameter, which replace them.</param>
    /// <param name="stop">Cancels it.</param>
    public async Task<IReadOnlyList<string>> ForeignAsync(JsonObject files, JsonObject given, CancellationToken stop)
    {
        HashSet<string> chosen = [.. ImagesIn(given).Select(image => image.Parameter)];
        (string Parameter, string Image)[] asked =
            [.. ImagesIn(files).Where(image => !chosen.Contains(image.Parameter) && !IsOfSet(image.Image))];
        string?[] owners = await Fanout.SelectAsync(asked, (image, token) => SetOfAsync(image.Image, token), stop);
        return
        [
            .. asked.Zip(owners).Where(pair => pair.Second is not null && pair.Second != set.Id).Select(pair =>
                $"the parameter files give {pair.First.Parameter} the image {pair.First.Image} of SnapSet {pair.Second}, "
                + $"but SnapSet {set.Id} is to be restored: choose SnapSet {pair.Second}, or remove that image from the files"),
        ];
    }

    private IEnumerable<(string Parameter, string Image)> ImagesIn(JsonObject parameters) =>
        from parameter in parameters
        let image = parameter.Value is JsonObject map ? map[ImageKey]
            : template.Servers.Any(server => server.ImageParameter == parameter.Key && server.ImageKey is null) ? parameter.Value : null
        let text = image is JsonValue value && value.TryGetValue(out string? found) ? found : null
        where !string.IsNullOrEmpty(text)
        select (parameter.Key, text);

    private bool IsOfSet(string image) =>
        SnapSetImageName.SnapSetIdOf(image) == set.Id || set.Members.Any(member => member.ImageId == image || member.ImageName == image);

    /// <summary>The set by the image's name, which upstream and we give, or by the image itself; null for another image.</summary>
    private async Task<string?> SetOfAsync(string image, CancellationToken stop) =>
        SnapSetImageName.SnapSetIdOf(image)
        ?? (Guid.TryParse(image, out _) && await cloud.Images.FindAsync(image, stop) is { } found ? SnapSetImage.From(found)?.SnapId : null);
}
