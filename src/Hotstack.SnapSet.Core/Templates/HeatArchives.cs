using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Hotstack.Configuration;

namespace Hotstack.Templates;

/// <summary>
/// The archives that upstream's playbook makes of the variable <c>compress_heat_files</c> beside the template, before Heat gets it
/// (roles/heat_stack/tasks/main.yml: <c>tar -czf</c>, and <c>base64 -w0</c> of that). Here they are made in memory.
/// </summary>
internal sealed class HeatArchives
{
    public const string Variable = "compress_heat_files";

    private const string Packed = ".tar.gz";
    private const string Encoded = ".tar.gz.b64";

    private const string Hint = "Upstream's playbook makes such archives of the variable compress_heat_files:"
        + " give the scenario's bootstrap_vars.yml with -ParameterFile, or make it by hand: tar -czf - FILES | base64 -w0.";

    /// <summary>The same for each run, as Heat would see a new template otherwise. tar warns of a file from 1970.</summary>
    private static readonly DateTimeOffset Time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lazy<IReadOnlyList<Archive>> _archives;

    /// <param name="value">The variable's value, asked for at most once, and where it is; null if there is no such variable.</param>
    public HeatArchives(Func<(JsonNode? Value, SourceMark Mark)>? value = null) =>
        _archives = new(() => value?.Invoke() is { } found ? [.. Read(found.Value, found.Mark)] : []);

    /// <summary>What to do if an archive is missing; null for any other file.</summary>
    public static string? HintFor(string path) => IsArchive(path) ? Hint : null;

    /// <summary>An archive that the variable describes; null if it does not, and the file itself counts.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="folder">The template's folder.</param>
    /// <param name="maxBytes">Its largest size.</param>
    /// <param name="read">Reads a file of the template: its path, the place that names it, its largest size.</param>
    /// <exception cref="HotstackException">The variable is broken, or a file of the archive cannot be read.</exception>
    public byte[]? Make(string path, string folder, int maxBytes, Func<string, SourceMark, int, byte[]> read)
    {
        if (!IsArchive(path) || _archives.Value.FirstOrDefault(archive => IsOf(path, folder, archive.Name)) is not { } archive)
        {
            return null;
        }

        using var made = new MemoryStream();
        long bytes = 0;
        using (var zip = new GZipStream(made, CompressionLevel.Optimal, leaveOpen: true))
        using (var tar = new TarWriter(zip, TarEntryFormat.Gnu, leaveOpen: true))
        {
            foreach (string name in archive.Files)
            {
                string file = Path.GetFullPath(Path.Combine(folder, name));
                var content = new MemoryStream(read(file, archive.Mark, maxBytes));
                tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, MemberName(name))
                {
                    DataStream = content,
                    ModificationTime = Time,
                    AccessTime = Time,
                    ChangeTime = Time,
                    Mode = ModeOf(file),
                });
                bytes += content.Length;
                if (bytes > maxBytes)
                {
                    throw archive.Mark.Error($"the files of the archive {archive.Name} are larger than {maxBytes / 1024} KiB in all.");
                }
            }
        }

        return path.EndsWith(Encoded, StringComparison.Ordinal) ? Encoding.ASCII.GetBytes(Convert.ToBase64String(made.ToArray()))
            : made.ToArray();
    }

    private static IEnumerable<Archive> Read(JsonNode? value, SourceMark mark)
    {
        mark = mark with { ErrorId = TemplateErrors.Parameters };
        if (value is null)
        {
            yield break;
        }

        if (value is not JsonArray list)
        {
            throw mark.Error($"{Variable} has to be a list of archives.");
        }

        foreach (JsonNode? item in list)
        {
            yield return item is JsonObject map && map["archive"] is JsonValue name && name.TryGetValue(out string? text) && text.Length > 0
                && map["files"] is JsonArray files
                ? new Archive(text, [.. files.Select(file => file is JsonValue one && one.TryGetValue(out string? path) && path.Length > 0
                    && !path.Contains('\0', StringComparison.Ordinal) ? path
                    : throw mark.Error($"the files of an archive of {Variable} have to be names of files."))], mark)
                : throw mark.Error($"an archive of {Variable} has to be a mapping with archive, its name, and files, a list.");
        }
    }

    private static bool IsArchive(string path) =>
        path.EndsWith(Packed, StringComparison.Ordinal) || path.EndsWith(Encoded, StringComparison.Ordinal);

    private static bool IsOf(string path, string folder, string name) =>
        !name.Contains('\0', StringComparison.Ordinal)
        && new[] { Packed, Encoded }.Any(end => Path.GetFullPath(Path.Combine(folder, name + end)).Equals(path, RealPath.Comparison));

    /// <summary>The name in the archive: as it is given, without what leads out of the folder, as GNU tar has it.</summary>
    private static string MemberName(string name)
    {
        string[] parts = name.Replace('\\', '/').Split('/');
        int from = Array.LastIndexOf(parts, "..") + 1;
        return string.Join('/', parts[from..]).TrimStart('/');
    }

    /// <summary>Executable or not: git keeps no other permission.</summary>
    private static UnixFileMode ModeOf(string file) =>
        (UnixFileMode)Convert.ToInt32(
            !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & UnixFileMode.UserExecute) != 0 ? "755" : "644", 8);

    /// <param name="Name">Its path without <c>.tar.gz</c>, from the template's folder.</param>
    /// <param name="Files">Its files, from the template's folder.</param>
    /// <param name="Mark">The place of the variable.</param>
    private sealed record Archive(string Name, IReadOnlyList<string> Files, SourceMark Mark);
}
