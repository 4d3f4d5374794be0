using Hotstack.Clusters;
using Hotstack.Deployments;
using Hotstack.Fuzz.Inputs;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Marks;

namespace Hotstack.Fuzz.Targets;

/// <summary>The record of a cluster in properties, and what they say of volumes: a name and a value a line.</summary>
internal sealed class PropertyTarget : FuzzTarget
{
    private static readonly string[] Example =
    [
        .. Corpus.Tree("glance-images.json").Entries![0].Value.Items![0].Entries!.Where(
            entry => entry.Key.StartsWith("hotstack_", StringComparison.Ordinal)).Select(entry => $"{entry.Key}={entry.Value.Scalar}"),
    ];

    public override string Name => "properties";

    public override IReadOnlyList<byte[]> Hostile =>
        [Bytes("hotstack_volumes=2147483647"), Bytes("hotstack_cluster_recorded_at=0001-01-01T00:00:00Z"),
            Bytes("hotstack_cluster_recorded_at=9999-12-31T23:59:59Z\nhotstack_cluster_api_groups=" + new string(',', 500_000))];

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>
    {
        ["groups"] = length => "hotstack_cluster_recorded_at=2026-11-26T14:50:00Z\nhotstack_cluster_api_groups="
            + string.Concat(Enumerable.Repeat("a,", length / 2)),
        ["addresses"] = length => "hotstack_cluster_recorded_at=2026-11-26T14:50:00Z\nhotstack_node_name=a\nhotstack_node_addresses="
            + string.Concat(Enumerable.Repeat("a=b,", length / 4)),
        ["fields"] = length => "hotstack_volumes=1\nhotstack_volume_0=" + string.Concat(Enumerable.Repeat("a=b,", length / 4)),
    };

    public override byte[] Generate(Random random)
    {
        List<string> lines = [.. Example.Where(_ => random.Next(15) > 0)];
        for (int change = random.Next(4); change > 0; change--)
        {
            int at = random.Next(lines.Count);
            lines[at] = lines[at].Split('=')[0] + "="
                + (random.Next(4) == 0 ? Vocabulary.HostileName(random) : random.Next(2) == 0 ? Vocabulary.Scalar(random)
                : lines[at].Split('=', 2)[1] + Vocabulary.Token(random));
        }

        return Bytes(string.Join('\n', lines));
    }

    public override Verdict Run(byte[] input)
    {
        Dictionary<string, string> properties = Text(input).Split('\n').Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0]).ToDictionary(g => g.Key, g => g.Last()[1]);
        IReadOnlyList<SnapSetVolume> volumes = VolumeProperties.From(properties);
        CheckFailedException.Unless(
            VolumeProperties.From(VolumeProperties.Of(volumes).ToDictionary()).SequenceEqual(volumes) || volumes.Any(IsUnwritable),
                "the volumes, written again, are others");
        if (ClusterProperties.From(properties, "master0") is not { } record)
        {
            return new("NoRecord");
        }

        ClusterRecord? again = ClusterProperties.From(ClusterProperties.Of(record, "master0").ToDictionary(), "master0");
        CheckFailedException.Unless(
            again is not null && again.RecordedAt == record.RecordedAt && again.UnattendedUntil == record.UnattendedUntil
                && again.OperatorCount == record.OperatorCount
            && again.Nodes.Select(n => n.Name).SequenceEqual(record.Nodes.Select(n => n.Name)), "the record, written again, is another");
        _ = string.Concat(record, TimeText.Left(record.UnattendedUntil, Identity.Clock.GetUtcNow()), record.Nodes, record.ApiGroups);
        return Verdict.Accepted;
    }

    /// <summary>No program writes an empty field, or a resource too long for the property.</summary>
    private static bool IsUnwritable(SnapSetVolume volume) => volume.VolumeId == "" || volume.Device == "" || volume.ResourceName == ""
        || volume.ResourceName?.Length > 100;
}
