using System.Collections;
using Hotstack.Configuration;

namespace Hotstack.Fuzz.Targets;

/// <summary>Files in memory, which refuse the paths that files refuse.</summary>
internal sealed class Sources : IEnumerable<string>
{
    /// <summary>With a longer one, or a NUL in it, opening a file fails in ways of its own.</summary>
    private const int LongestName = 200;

    private static readonly ConfigurationSources Process = ConfigurationSources.OfThisProcess();

    private readonly Dictionary<string, byte[]> _files = [];

    public Dictionary<string, string> Variables { get; } = [];

    public byte[] this[string path]
    {
        set => _files[path] = value;
    }

    public IEnumerator<string> GetEnumerator() => _files.Keys.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public ConfigurationSources Build() => new()
    {
        Variables = Variables,
        Platform = ConfigurationPlatform.Linux,
        CurrentDirectory = "/w",
        HomeDirectory = "/home/anna",
        OpenFile = path => _files.TryGetValue(path, out byte[]? bytes) ? new MemoryStream(bytes)
            : path.Length > LongestName || path.Contains('\0', StringComparison.Ordinal) ? Process.OpenFile("/nonexistent/" + path)
            : null,
    };
}
