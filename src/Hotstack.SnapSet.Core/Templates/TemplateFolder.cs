using Hotstack.Configuration;

namespace Hotstack.Templates;

/// <summary>
/// The folder that a template may take files from. A file counts where it really lies: links are resolved before it is
/// judged.
/// </summary>
internal sealed class TemplateFolder
{
    private const string Git = ".git";

    private const string ArchiveHint = "Upstream's playbook makes such archives of the scenario's compress_heat_files before it creates the stack."
        + " Make it by hand: tar -czf - FILES | base64 -w0.";

    private static readonly StringComparison Comparison =
        OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private readonly string _root;

    private TemplateFolder(string root) => _root = root;

    /// <param name="template">The template's absolute path.</param>
    /// <param name="root">The folder; null for the git working tree around the template, or else the template's own folder.</param>
    /// <exception cref="HotstackException"><c>TemplateFileUnreadable</c>: there is no such folder.</exception>
    public static TemplateFolder Of(string template, string? root)
    {
        try
        {
            string folder = RealPath.Of(root is null ? Path.GetDirectoryName(template)! : Path.GetFullPath(root));
            if (!Directory.Exists(folder))
            {
                throw Unreadable(new SourceMark(root ?? template, ""), root is null ? "there is no such file." : "there is no such folder.", null);
            }

            return new TemplateFolder(root is null ? WorkingTree(folder) ?? folder : folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unreadable(new SourceMark(root ?? template, ""), e.Message, e);
        }
    }

    /// <summary>Reads a file of the folder.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="namedAt">What names it, for messages.</param>
    /// <param name="mostBytes">The largest that it may be.</param>
    /// <exception cref="HotstackException">
    /// <c>TemplateFileUnreadable</c>, <c>TemplateFileOutsideRoot</c>, <c>TemplateTooLarge</c>.
    /// </exception>
    public byte[] Read(string path, SourceMark namedAt, int mostBytes)
    {
        try
        {
            string real = RealPath.Of(path);
            CheckInside(path, real, namedAt);
            if (Directory.Exists(real))
            {
                throw Unreadable(namedAt, $"{path} is a folder, not a file.", null);
            }

            using Stream file = InputFile.Open(real, CancellationToken.None);
            return Bounded(file, path, namedAt, mostBytes);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unreadable(namedAt, $"there is no file {path}.", e, path.EndsWith(".tar.gz.b64", StringComparison.Ordinal) ? ArchiveHint : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(namedAt, $"{path} cannot be read: {e.Message}", e);
        }
    }

    private static string? WorkingTree(string folder)
    {
        for (string? candidate = folder; candidate is not null; candidate = Path.GetDirectoryName(candidate))
        {
            if (Path.Exists(Path.Combine(candidate, Git)))
            {
                return candidate;
            }
        }

        return null;
    }

    private void CheckInside(string path, string real, SourceMark namedAt)
    {
        string prefix = Path.EndsInDirectorySeparator(_root) ? _root : _root + Path.DirectorySeparatorChar;
        if (!real.StartsWith(prefix, Comparison))
        {
            string where = string.Equals(path, real, Comparison) ? path : $"{path}, which is {real},";
            throw new HotstackException(ErrorCause.InputInvalid, TemplateErrors.Outside, $"{namedAt}: {where} lies outside {_root}.")
            {
                Hint = "Name a folder that holds the template and all of its files with -TemplateRoot.",
                Target = path,
            };
        }

        if (real[prefix.Length..].Split(Path.DirectorySeparatorChar).Any(part => part.Equals(Git, StringComparison.OrdinalIgnoreCase)))
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, TemplateErrors.Outside, $"{namedAt}: {path} belongs to git and not to the working tree.")
            {
                Target = path,
            };
        }
    }

    private static byte[] Bounded(Stream file, string path, SourceMark namedAt, int mostBytes)
    {
        using var copy = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        for (int length; (length = file.Read(buffer)) > 0;)
        {
            copy.Write(buffer, 0, length);
            if (copy.Length > mostBytes)
            {
                throw new HotstackException(
                    ErrorCause.InputInvalid, TemplateErrors.TooLarge, $"{namedAt}: {path} is larger than {mostBytes / 1024} KiB.")
                {
                    Target = path,
                };
            }
        }

        return copy.ToArray();
    }

    private static HotstackException Unreadable(SourceMark mark, string reason, Exception? inner, string? hint = null) =>
        TemplateErrors.At(mark with { ErrorId = TemplateErrors.Unreadable }, reason, hint, inner);
}
