using Hotstack.Configuration;

namespace Hotstack.Deployments.Controllers;

/// <summary>The Hosts of the user's ssh config, for suggestions. Files that it includes are not read.</summary>
public static class SshHosts
{
    private static readonly char[] Blanks = [' ', '\t', '='];

    /// <returns>The names without wildcards, in the order of the file; none if it cannot be read.</returns>
    public static IReadOnlyList<string> Read(ConfigurationSources sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        string path = sources.Join(sources.HomeDirectory, ".ssh", "config");
        try
        {
            using Stream? file = sources.OpenFile(path);
            return file is null ? []
                : [.. InputFile.ReadText(file, new SourceMark(path, "SshConfigInvalid")).Split('\n').SelectMany(NamesOf)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HotstackException)
        {
            return [];
        }
    }

    private static IEnumerable<string> NamesOf(string line) =>
        line.Trim().Split(Blanks, StringSplitOptions.RemoveEmptyEntries) is [var key, .. var names]
            && key.Equals("Host", StringComparison.OrdinalIgnoreCase)
            ? names.Where(name => name.AsSpan().IndexOfAny("*?!\"") < 0)
            : [];
}
