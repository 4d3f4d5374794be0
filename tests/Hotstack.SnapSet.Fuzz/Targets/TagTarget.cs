using Hotstack.Fuzz.Inputs;
using Hotstack.SnapSets.Marks;

namespace Hotstack.Fuzz.Targets;

/// <summary>The tags of an image, one a line.</summary>
internal sealed class TagTarget : FuzzTarget
{
    private static readonly string[] Example =
        ["hotstack", "hotstack-snapset", "name=controller", "role=controller", "snap_id=k3v9x2m1", "mac_address=fa:16:9e:81:f6:05"];

    public override string Name => "tags";

    public override IReadOnlyList<byte[]> Hostile =>
        [[], Bytes("hotstack"), Bytes("hotstack\nname=\nrole=\nsnap_id="), Bytes("hotstack\n" + new string('=', 500_000))];

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>
    {
        ["tags"] = length => "hotstack\n" + string.Concat(Enumerable.Repeat("name=a\n", length / 7)),
        ["equals"] = length => "hotstack\nname" + new string('=', length),
    };

    public override byte[] Generate(Random random)
    {
        List<string> tags = [.. Example.Where(_ => random.Next(12) > 0)];
        for (int more = random.Next(3); more > 0; more--)
        {
            tags.Insert(random.Next(tags.Count + 1), random.Next(2) == 0 ? Vocabulary.Scalar(random)
                : random.Pick(["name=", "role=", "snap_id=", "mac_address="])
                + (random.Next(2) == 0 ? Vocabulary.Scalar(random) : Vocabulary.HostileName(random)));
        }

        return Bytes(string.Join('\n', tags));
    }

    public override Verdict Run(byte[] input)
    {
        string[] tags = Text(input).Split('\n');
        if (SnapSetTags.From(tags) is not { } read)
        {
            return new("NoSet");
        }

        CheckFailedException.Unless(
            read is { Name.Length: > 0, Role.Length: > 0, SnapId.Length: > 0 } && SnapSetTags.From(read.ToList()) == read,
                "the tags, written again, are others");
        return Verdict.Accepted;
    }
}
