using System.Text;
using Hotstack.Configuration;

namespace Hotstack.SnapSets;

/// <summary>Reads a file with snapset data, YAML or JSON.</summary>
internal static class SnapSetFile
{
    private const string InvalidId = "SnapSetFileInvalid";

    /// <exception cref="HotstackException">It cannot be read or is broken (<c>SnapSetFileInvalid</c>, with line).</exception>
    public static ConfigNode Read(string path)
    {
        try
        {
            string text = File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
            return Parse(path, text) ?? throw Invalid(path, "it is empty", null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw Invalid(path, e.Message, e);
        }
    }

    /// <summary>Reads a value that came as JSON.</summary>
    /// <param name="origin">What it is, for messages.</param>
    /// <param name="json">The text.</param>
    public static ConfigNode ReadJson(string origin, string json)
    {
        try
        {
            var mark = new SourceMark(origin, InvalidId);
            return JsonTreeReader.Read(mark, json) ?? new ConfigScalar(mark, null);
        }
        catch (HotstackException e) when (e.Cause == ErrorCause.ConfigurationInvalid)
        {
            throw Invalid(origin, e.Message, e);
        }
    }

    private static ConfigNode? Parse(string path, string text)
    {
        try
        {
            return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
                ? JsonTreeReader.Read(new SourceMark(path, InvalidId), text)
                : YamlTreeReader.Read(new SourceMark(path, InvalidId), text);
        }
        catch (HotstackException e) when (e.Cause == ErrorCause.ConfigurationInvalid)
        {
            throw Invalid(path, e.Message, e);
        }
    }

    private static HotstackException Invalid(string path, string reason, Exception? inner) =>
        new(ErrorCause.InputInvalid, InvalidId, $"{path} cannot be used: {reason}", inner)
        {
            Target = path,
            Hint = "Give a YAML or JSON file with 'snapset_data', such as upstream's <stack>-outputs.yaml.",
        };
}
