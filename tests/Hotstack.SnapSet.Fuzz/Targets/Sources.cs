using System.Collections;
using Hotstack.Configuration;

namespace Hotstack.Fuzz.Targets;

/// <summary>Files in memory, which refuse the paths that files refuse.</summary>
internal sealed class Sources : IEnumerable<string>
{
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
        // What is not here is not there for the process either, but opening it has all that can go wrong.
        OpenFile = path => _files.TryGetValue(path, out byte[]? bytes)
            ? new MemoryStream(bytes)
            : ConfigurationSources.OfThisProcess().OpenFile("/nonexistent/" + path),
    };
}
