using Hotstack.Fuzz.Inputs;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Marks;

namespace Hotstack.Fuzz.Targets;

/// <summary>Images with tags and properties, of which sets are put together, with the record of a cluster in them.</summary>
internal sealed class ImageSetTarget : FuzzTarget
{
    private static readonly Tree[] Examples = Corpus.Trees("glance-images.json", "glance-images.json", "glance-upstream.json");

    public override string Name => "image-sets";

    public override IReadOnlyList<byte[]> Hostile => Bombs.Json;

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>
    {
        ["members"] = length => $"{{\"images\":[{string.Join(',', Enumerable.Range(0, length / 90).Select(i => $"{{\"id\":\"i{i}\",\"tags\":[\"hotstack\",\"name=n{i}\",\"role=r\",\"snap_id=s\"]}}"))}]}}",
        ["sets"] = length => $"{{\"images\":[{string.Join(',', Enumerable.Range(0, length / 90).Select(i => $"{{\"id\":\"i{i}\",\"tags\":[\"hotstack\",\"name=n\",\"role=r\",\"snap_id=s{i}\"]}}"))}]}}",
        ["tags"] = length => $"{{\"images\":[{{\"id\":\"i\",\"tags\":[{string.Join(',', Enumerable.Repeat("\"hotstack\"", length / 11))}]}}]}}",
    };

    public override byte[] Generate(Random random) => TreeInputs.Json(Examples, random);

    public override Verdict Run(byte[] input) => Verdict.Of(() =>
    {
        IEnumerable<Image> images = Answers.Of(input).Json().Items("images").Where(image => image.Text("id") is not null)
            .Select(Image.From);
        SnapSetImage[] members = [.. images.DistinctBy(image => image.Id).Select(SnapSetImage.From).OfType<SnapSetImage>()];
        if (members.Length == 0)
        {
            throw new HotstackException(ErrorCause.NotFound, "SnapSetNotFound", "There is none.");
        }

        var volumes = KnownVolumeSnapshots.Of([new VolumeSnapshot("0a1b", "", "available", "1c2d", 20)], "p");
        foreach (var set in members.GroupBy(image => (image.SnapId, image.Image.Owner)))
        {
            Show(SnapSetBuilder.Build([.. set], volumes, Identity.Clock.GetUtcNow(), "lab", "One", []));
        }

        foreach (SnapSetImage image in members)
        {
            CheckWrittenAgain(image);
        }
    });

    /// <summary>All that a view shows.</summary>
    private static void Show(SnapSet set) => _ = string.Concat(
        set.AgeText, set.SizeText, set.VolumeSizeText, set.VolumeCount, set.UnattendedLeft, set.AssistedLeft, set.Problems,
            set.ClusterRecord, set.Members,
        string.Concat(set.Members.Select(member => $"{member.SizeText}{member.VolumeSnapshots}{member.Volumes}")), set.MayBeInTheMaking);

    /// <summary>What was read, written and read again, is the same.</summary>
    private static void CheckWrittenAgain(SnapSetImage image)
    {
        if (image.Properties is not { } read)
        {
            return;
        }

        var again = SnapSetProperties.From(image.Image with
        {
            Name = SnapSetImageName.Of(read.Name, read.SnapId),
            Properties = read.ToMetadata().Where(pair => pair.Value.Length > 0).ToDictionary(),
        });
        CheckFailedException.Unless(
            again is not null && again.ToMetadata().OrderBy(p => p.Key).SequenceEqual(read.ToMetadata().OrderBy(p => p.Key)),
                "its properties, written again, are others");
    }
}
