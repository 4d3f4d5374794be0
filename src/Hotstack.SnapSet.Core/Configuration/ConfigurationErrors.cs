namespace Hotstack.Configuration;

/// <summary>The exceptions of broken configuration. None of them takes a value that could be a secret.</summary>
internal static class ConfigurationErrors
{
    /// <summary>A complaint about one place of a file, or one variable.</summary>
    public static HotstackException At(SourceMark mark, string complaint, string? hint = null, Exception? inner = null) =>
        new(ErrorCause.ConfigurationInvalid, mark.ErrorId, $"{mark}: {complaint}", inner) { Hint = hint, Target = mark.Source };

    /// <summary>Names in one phrase: <c>a, b and c</c>.</summary>
    public static string Join(IEnumerable<string> names)
    {
        var all = names.ToArray();
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }
}
