using System.Collections;

namespace Hotstack.Configuration;

/// <summary>
/// What configuration is read from: variables, directories and files. All of it can be replaced, so that the rules of
/// every platform can be tried on any, and a caller with a directory of its own (PowerShell's <c>$PWD</c>) can say so.
/// </summary>
public sealed record ConfigurationSources
{
    /// <summary>The environment: names to values. On Windows, look-ups have to ignore case.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    public required ConfigurationPlatform Platform { get; init; }

    /// <summary>What relative paths start from, and the first place to look; empty if there is none.</summary>
    public required string CurrentDirectory { get; init; }

    /// <summary>What <c>~</c> stands for; empty if there is none.</summary>
    public required string HomeDirectory { get; init; }

    /// <summary>
    /// Opens the file of an absolute path: null if there is none; <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> if it cannot be read. The reader disposes of the stream.
    /// </summary>
    public required Func<string, Stream?> OpenFile { get; init; }

    /// <summary>Whose the file or folder of an absolute path is; null where that cannot be told.</summary>
    public Func<string, UnixOwnership?> OwnershipOf { get; init; } = _ => null;

    /// <summary>Who reads; null where files have no owners.</summary>
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

    /// <summary>The same, where a token ends the reading of a file that is a pipe.</summary>
    public ConfigurationSources StoppedBy(CancellationToken stop) => this with { OpenFile = path => OpenIfThere(path, stop) };

    /// <summary>A variable's value. An empty one counts as not set, since PowerShell cannot tell the two apart.</summary>
    internal string? Variable(string name) =>
        Variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

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
            // Somebody removed it under us; the other places still work.
            return "";
        }
    }

    private static Stream? OpenIfThere(string path, CancellationToken stop)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            // No file has such a path; opening it would be an ArgumentException.
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
