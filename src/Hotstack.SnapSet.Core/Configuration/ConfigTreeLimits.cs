namespace Hotstack.Configuration;

/// <summary>Bounds far above any real file, so that a hostile one costs an error and not the memory.</summary>
internal static class ConfigTreeLimits
{
    public const int Bytes = 1024 * 1024;

    public const int Depth = 64;

    public const long Weight = 250_000;

    public static void CheckDepth(int depth, SourceMark mark)
    {
        if (depth > Depth)
        {
            throw ConfigurationErrors.At(mark, $"nested more than {Depth} levels deep.");
        }
    }

    public static T CheckedWeight<T>(T node) where T : ConfigNode =>
        node.Weight <= Weight
            ? node
            : throw ConfigurationErrors.At(node.Mark, $"aliases make more than {Weight} values of this.");
}
