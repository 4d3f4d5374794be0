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

    private const string RootHint = "Name a folder that holds the template and all of its files with -TemplateRoot.";

    private readonly TemplateRoot _root;
    private readonly string _own;
    private readonly List<string> _outside = [];

    private TemplateFolder(TemplateRoot root, string own)
    {
        _root = root;
        _own = own;
    }

    /// <summary>The real paths of the files that were read from outside the template's own folder, in their order.</summary>
    public IReadOnlyList<string> OutsideFiles => _outside;

    /// <param name="template">The template's absolute path.</param>
    /// <param name="root">The folder; null for what <see cref="TemplateRoot.Around"/> finds.</param>
    /// <param name="sources">Whose home and files these are.</param>
    /// <exception cref="HotstackException"><c>TemplateFileUnreadable</c>: there is no such folder.</exception>
    public static TemplateFolder Of(string template, string? root, ConfigurationSources sources)
    {
        try
        {
            string own = RealPath.Of(Path.GetDirectoryName(template)!);
            string folder = root is null ? own : RealPath.Of(Path.GetFullPath(root));
            if (!Directory.Exists(folder))
            {
                throw Unreadable(new SourceMark(root ?? template, ""), root is null ? "there is no such file." : "there is no such folder.", null);
            }

            return new TemplateFolder(root is null ? TemplateRoot.Around(own, sources) : new TemplateRoot(folder, false, null), own);
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
        if (PathValue.Shown(path) is var shown && shown != path)
        {
            throw Unreadable(namedAt, $"there is no file {shown}.", null);
        }

        try
        {
            string real = RealPath.Of(path);
            CheckInside(path, real, namedAt);
            if (Directory.Exists(real))
            {
                throw Unreadable(namedAt, $"{path} is a folder, not a file.", null);
            }

            using Stream file = InputFile.Open(real, CancellationToken.None);
            byte[] bytes = Bounded(file, path, namedAt, mostBytes);
            if (!PathParts.IsBelow(real, _own) && !_outside.Contains(real))
            {
                _outside.Add(real);
            }

            return bytes;
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

    private void CheckInside(string path, string real, SourceMark namedAt)
    {
        if (!PathParts.IsBelow(real, _root.Folder))
        {
            throw Outside(path, real, namedAt, $"lies outside {_root.Folder}.{Because()}", RootHint);
        }

        if (PathParts.Leaving(real, _root.Folder).Any(part => part.Equals(Git, StringComparison.OrdinalIgnoreCase)))
        {
            throw Outside(path, path, namedAt, "belongs to git and not to the working tree.", null);
        }

        if (_root.IsFlat && !string.Equals(Path.GetDirectoryName(real), _root.Folder, PathParts.Comparison))
        {
            throw Outside(path, real, namedAt, $"is not directly in {_root.Folder}, which is or holds your home folder.{Because()}", RootHint);
        }

        // Where programs keep what is the user's alone: .ssh, .config, .kube, .netrc.
        string[] parts = PathParts.Leaving(real, _own);
        bool isPrivateFile = IsDotted(parts[^1]) && (_root.IsFlat || !PathParts.IsBelow(real, _own));
        if (isPrivateFile || parts[..^1].Any(IsDotted))
        {
            throw Outside(path, real, namedAt, "is not read: its name, or a folder's on the way to it, begins with a dot.",
                "If the file may be sent to the cloud, copy it next to the template.");
        }
    }

    private string Because() => _root.NotTaken is { } why ? $" {why}" : "";

    private static bool IsDotted(string name) => name.StartsWith('.');

    private static HotstackException Outside(string path, string real, SourceMark namedAt, string why, string? hint)
    {
        string where = string.Equals(path, real, PathParts.Comparison) ? path : $"{path}, which is {real},";
        return new HotstackException(ErrorCause.InputInvalid, TemplateErrors.Outside, $"{namedAt}: {where} {why}") { Hint = hint, Target = path };
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
