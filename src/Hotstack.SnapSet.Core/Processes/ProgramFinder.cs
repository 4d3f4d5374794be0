using System.Buffers;
using Hotstack.Configuration;

namespace Hotstack.Processes;

/// <summary>
/// Finds the file of a command by the platform's rules: a bare name in the folders of PATH, never in the current directory, which
/// anybody may fill; on Windows with the extensions of PATHEXT. Go does the same
/// (https://pkg.go.dev/os/exec#hdr-Executables_in_the_current_directory).
/// </summary>
/// <param name="Platform">The platform.</param>
/// <param name="Variable">A variable's value; null if it is not set.</param>
/// <param name="IsFile">Whether a file exists.</param>
/// <param name="IsExecutable">Whether a file may be run.</param>
internal sealed record ProgramFinder(ConfigurationPlatform Platform, Func<string, string?> Variable, Predicate<string> IsFile,
    Predicate<string> IsExecutable)
{
    private const string UsualEndings = ".COM;.EXE;.BAT;.CMD";

    private static readonly SearchValues<char> SpecialToBatch = SearchValues.Create("\"%&|<>^!\r\n");

    /// <summary>This machine's files and current variables.</summary>
    public static ProgramFinder OfThisProcess { get; } = new(
        OperatingSystem.IsWindows() ? ConfigurationPlatform.Windows : ConfigurationPlatform.Linux,
        Environment.GetEnvironmentVariable, File.Exists, MayRun);

    private bool IsWindows => Platform == ConfigurationPlatform.Windows;

    /// <summary>Whether a command is a path, not a bare name.</summary>
    public static bool IsPath(string command, ConfigurationPlatform platform) =>
        command.Contains('/', StringComparison.Ordinal)
        || (platform == ConfigurationPlatform.Windows
            && (command.Contains('\\', StringComparison.Ordinal) || command.Contains(':', StringComparison.Ordinal)));

    /// <summary>The absolute path of the file to run; null if there is none.</summary>
    /// <param name="command">An absolute path or a bare name.</param>
    /// <remarks>A path relative to a current folder of Windows (<c>C:x.exe</c>, <c>\x.exe</c>) is not found.</remarks>
    public string? Find(string command) => IsPath(command, Platform)
        ? !IsAbsolute(command) ? null : Candidates(command).FirstOrDefault(path => IsFile(path))
        : Folders().SelectMany(folder => Candidates(Join(folder, command))).FirstOrDefault(path => IsFile(path) && IsExecutable(path));

    /// <summary>Whether Windows' command processor runs the file: it parses arguments by its own rules.</summary>
    public static bool IsBatch(string program) =>
        // Windows ignores blanks and dots at the end of a file's name.
        program.TrimEnd(' ', '.') is var name
        && (name.EndsWith(".cmd", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".bat", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the command processor leaves an argument unchanged.</summary>
    public static bool IsSafeForBatch(string argument) => argument.AsSpan().IndexOfAny(SpecialToBatch) < 0;

    private IEnumerable<string> Folders() =>
        (Variable("PATH") ?? "").Split(IsWindows ? ';' : ':').Select(folder => IsWindows ? folder.Trim('"') : folder).Where(IsAbsolute);

    private bool IsAbsolute(string folder) => IsWindows
        ? folder.StartsWith(@"\\", StringComparison.Ordinal) || (folder.Length > 2 && folder[1] == ':' && folder[2] is '\\' or '/')
        : folder.StartsWith('/');

    private IEnumerable<string> Candidates(string path)
    {
        if (!IsWindows || path.LastIndexOf('.') > path.LastIndexOfAny(['/', '\\']))
        {
            yield return path;
        }

        if (IsWindows)
        {
            foreach (string ending in (Variable("PATHEXT") is { Length: > 0 } set ? set : UsualEndings).Split(';',
                StringSplitOptions.RemoveEmptyEntries))
            {
                yield return path + (ending.StartsWith('.') ? ending : "." + ending).ToLowerInvariant();
            }
        }
    }

    private string Join(string folder, string name) =>
        folder.EndsWith('/') || (IsWindows && folder.EndsWith('\\')) ? folder + name : folder + (IsWindows ? '\\' : '/') + name;

    private static bool MayRun(string path)
    {
        const UnixFileMode any = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        try
        {
            return OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & any) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
