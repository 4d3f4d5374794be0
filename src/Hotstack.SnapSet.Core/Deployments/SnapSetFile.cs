using Hotstack.Configuration;

namespace Hotstack.Deployments;

/// <summary>Reads a file with snapset data, YAML or JSON.</summary>
internal static class SnapSetFile
{
    private const string InvalidId = "SnapSetFileInvalid";

    /// <exception cref="HotstackException">It cannot be read or is broken (<c>SnapSetFileInvalid</c>, with line).</exception>
    public static DocNode Read(string path, Func<string, Stream>? open = null)
    {
        try
        {
            using Stream file = (open ?? InputFile.Opener(CancellationToken.None))(path);
            return Read(path, file);
        }
        // The last for a path that is empty, or holds a NUL character.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Invalid(path, e.Message, e);
        }
    }

    /// <summary>Reads one of whatever source.</summary>
    internal static DocNode Read(string path, Stream file)
    {
        var mark = new SourceMark(PathValue.Shown(path), InvalidId);
        try
        {
            string text = InputFile.ReadText(file, mark);
            return (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? JsonDocReader.Read(mark, text) : DocReader.Read(mark, text, DocRules.Ansible))
                ?? throw Invalid(path, "it is empty", null);
        }
        catch (HotstackException e) when (e.Cause == ErrorCause.ConfigurationInvalid)
        {
            throw Invalid(path, e.Message, e, e.Hint);
        }
    }

    /// <summary>Reads a value that came as JSON.</summary>
    /// <param name="origin">What it is, for messages.</param>
    /// <param name="json">The text.</param>
    public static DocNode ReadJson(string origin, string json)
    {
        try
        {
            var mark = new SourceMark(origin, InvalidId);
            return JsonDocReader.Read(mark, json) ?? DocScalar.Plain(mark, "null");
        }
        catch (HotstackException e) when (e.Cause == ErrorCause.ConfigurationInvalid)
        {
            throw Invalid(origin, e.Message, e);
        }
    }

    private static HotstackException Invalid(string path, string reason, Exception? inner, string? hint = null) =>
        new(ErrorCause.InputInvalid, InvalidId, $"{PathValue.Shown(path)} cannot be used: {reason}", inner)
        {
            Target = PathValue.Shown(path),
            Hint = hint ?? "Give a YAML or JSON file with 'snapset_data', such as upstream's <stack>-outputs.yaml.",
        };
}
