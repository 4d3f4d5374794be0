using System.Collections;

namespace Hotstack.Configuration;

/// <summary>The platform whose rules for directories and paths apply.</summary>
public enum ConfigurationPlatform
{
    Linux,
    MacOS,
    Windows,
}

/// <summary>
/// The variables, directories and files that configuration is read from. A test can replace each of them, and so try the rules of every
/// platform; a caller can give a directory of its own (PowerShell's <c>$PWD</c>).
/// </summary>
public sealed record ConfigurationSources
{
    /// <summary>The environment: names to values. On Windows, look-ups must ignore case.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    public required ConfigurationPlatform Platform { get; init; }

    /// <summary>The start of relative paths, and the first place to look; empty if there is none.</summary>
    public required string CurrentDirectory { get; init; }

    /// <summary>The meaning of <c>~</c>; empty if there is none.</summary>
    public required string HomeDirectory { get; init; }

    /// <summary>
    /// Opens the file of an absolute path: null if there is none; <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> if it cannot be read. The reader disposes of the stream.
    /// </summary>
    public required Func<string, Stream?> OpenFile { get; init; }

    /// <summary>The owner and mode of an absolute path; null where they are not known.</summary>
    public Func<string, UnixOwnership?> OwnershipOf { get; init; } = _ => null;

    /// <summary>The user that reads; null where files have no owners.</summary>
    public UnixUser? User { get; init; }

    /// <summary>The environment, directories and files of this process.</summary>
    public static ConfigurationSources OfThisProcess()
    {
        var platform = OperatingSystem.IsWindows() ? ConfigurationPlatform.Windows
            : OperatingSystem.IsMacOS() ? ConfigurationPlatform.MacOS
            : ConfigurationPlatform.Linux;
        return new ConfigurationSources
        {
            Variables = EnvironmentVariables(platform),
            Platform = platform,
            CurrentDirectory = CurrentDirectoryOrNone(),
            HomeDirectory = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            OpenFile = path => OpenIfThere(path, CancellationToken.None),
            OwnershipOf = UnixOwnership.Of,
            User = UnixUser.OfThisProcess(),
        };
    }

    /// <summary>The same; the token cancels the reading of a file that is a pipe.</summary>
    public ConfigurationSources StoppedBy(CancellationToken stop) => this with { OpenFile = path => OpenIfThere(path, stop) };

    /// <summary>A variable's value. An empty one counts as not set, since PowerShell cannot tell the two apart.</summary>
    internal string? Variable(string name) =>
        Variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>An absolute path: <c>~</c> expanded, a relative one taken from the current directory.</summary>
    internal string Resolve(string path)
    {
        if (HomeDirectory.Length > 0 && path.StartsWith('~') && (path.Length == 1 || IsSeparator(path[1])))
        {
            return path.Length <= 2 ? HomeDirectory : Join(HomeDirectory, path[2..]);
        }

        return IsAbsolute(path) || CurrentDirectory.Length == 0 ? path : Join(CurrentDirectory, path);
    }

    /// <summary>By the rules of <see cref="Platform"/>; <see cref="Path"/> knows only the platform of this process.</summary>
    internal bool IsAbsolute(string path) =>
        path.Length > 0 && (IsSeparator(path[0]) || (Platform == ConfigurationPlatform.Windows && path.Length > 1 && path[1] == ':'));

    internal string Join(string directory, params string[] names)
    {
        char separator = Platform == ConfigurationPlatform.Windows ? '\\' : '/';
        foreach (string name in names)
        {
            directory = directory.Length > 0 && IsSeparator(directory[^1]) ? directory + name : directory + separator + name;
        }

        return directory;
    }

    /// <summary>The folder of a file by its absolute path.</summary>
    internal string FolderOf(string path)
    {
        int end = path.Length - 1;
        while (end > 0 && !IsSeparator(path[end]))
        {
            end--;
        }

        return path[..Math.Max(end, 1)];
    }

    private bool IsSeparator(char character) => character == '/' || (character == '\\' && Platform == ConfigurationPlatform.Windows);

    private static Dictionary<string, string> EnvironmentVariables(ConfigurationPlatform platform)
    {
        var variables = new Dictionary<string, string>(
            platform == ConfigurationPlatform.Windows ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return variables;
    }

    private static string CurrentDirectoryOrNone()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (IOException)
        {
            // It was removed; the other places still work.
            return "";
        }
    }

    private static Stream? OpenIfThere(string path, CancellationToken stop)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            // No file has such a path; opening it raises an ArgumentException.
            return null;
        }

        try
        {
            return InputFile.Open(path, stop);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
