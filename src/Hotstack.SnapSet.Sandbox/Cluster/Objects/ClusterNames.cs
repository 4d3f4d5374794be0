using Hotstack.Sandbox.Seeds;

namespace Hotstack.Sandbox.Cluster.Objects;

/// <summary>Generates ids and names, the same ones in every run, other ones for each cluster.</summary>
internal sealed class ClusterNames(int cluster)
{
    private readonly Random _random = new(Seed.Number + 1 + cluster);

    /// <summary>A random UUID (version 4).</summary>
    public string NewId()
    {
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes).ToString();
    }

    /// <summary>The end of a generated name.</summary>
    public string NewSuffix() => string.Create(5, _random, (text, random) =>
    {
        foreach (ref var letter in text)
        {
            letter = "bcdfghjklmnpqrstvwxz2456789"[random.Next(27)];
        }
    });
}
