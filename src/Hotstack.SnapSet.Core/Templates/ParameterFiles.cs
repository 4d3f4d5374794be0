using System.Text.Json.Nodes;

namespace Hotstack.Templates;

/// <summary>Reads parameter files.</summary>
public static class ParameterFiles
{
    /// <summary>Reads files and merges them in order.</summary>
    public static ParameterSet Load(IEnumerable<string> paths, IReadOnlyDictionary<string, JsonNode?> variables) =>
        throw new NotImplementedException($"{paths} {variables}");
}
