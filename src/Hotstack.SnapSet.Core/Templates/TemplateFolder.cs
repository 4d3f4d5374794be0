using Hotstack.Configuration;

namespace Hotstack.Templates;

/// <summary>The folder that a template may take files from. The real path of a file counts, with links resolved.</summary>
internal sealed class TemplateFolder
{
    private const string RootHint = "Name a folder that holds the template and all of its files with -TemplateRoot.";

    private readonly TemplateRoot _root;
    private readonly string _own;
    private readonly string _written;
    private readonly HeatArchives _archives;
    private readonly List<string> _outside = [];

    private TemplateFolder(TemplateRoot root, string own, string written, HeatArchives archives) =>
        (_root, _own, _written, _archives) = (root, own, written, archives);

    /// <summary>The real paths of the files that were read from outside the template's own folder, in their order.</summary>
    public IReadOnlyList<string> OutsideFiles => _outside;

    /// <param name="template">The template's absolute path.</param>
    /// <param name="root">The folder; null for the git working tree or the checkout around the template, or its own folder.</param>
    /// <param name="sources">The home folder and the files.</param>
    /// <param name="archives">Files that are made, not read.</param>
    /// <exception cref="HotstackException"><c>TemplateFileUnreadable</c>: there is no such folder.</exception>
    public static TemplateFolder Of(string template, string? root, ConfigurationSources sources, HeatArchives archives)
    {
        try
        {
            string own = RealPath.Of(Path.GetDirectoryName(template)!);
            string folder = root is null ? own : RealPath.Of(Path.GetFullPath(root));
            if (!Directory.Exists(folder))
            {
                throw Unreadable(TemplateErrors.Mark(root ?? template, TemplateErrors.Unreadable), root is null ? "there is no such file."
                    : "there is no such folder.", null);
            }

            return new TemplateFolder(root is null ? TemplateRoot.Around(own, sources) : new TemplateRoot(folder, false, null), own,
                Path.GetDirectoryName(template)!, archives);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unreadable(TemplateErrors.Mark(root ?? template, TemplateErrors.Unreadable), e.Message, e);
        }
    }

    /// <summary>Reads a file of the folder, or makes it if it is an archive of such.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="namedAt">The place that names it, for messages.</param>
    /// <param name="maxBytes">Its largest size.</param>
    /// <exception cref="HotstackException">
    /// <c>TemplateFileUnreadable</c>, <c>TemplateFileOutsideRoot</c>, <c>TemplateTooLarge</c>.
    /// </exception>
    public byte[] Read(string path, SourceMark namedAt, int maxBytes) =>
        _archives.Make(path, _written, maxBytes, ReadFile) ?? ReadFile(path, namedAt, maxBytes);

    private byte[] ReadFile(string path, SourceMark namedAt, int maxBytes)
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
            byte[] bytes = InputFile.ReadBytes(file, maxBytes)
                ?? throw new HotstackException(
                    ErrorCause.InputInvalid, TemplateErrors.TooLarge,
                        $"{namedAt}: {path} is larger than {maxBytes / 1024} KiB.") { Target = path };
            if (!RealPath.IsBelow(real, _own) && !_outside.Contains(real))
            {
                _outside.Add(real);
            }

            return bytes;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unreadable(namedAt, $"there is no file {path}.", e, HeatArchives.HintFor(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(namedAt, $"{path} cannot be read: {e.Message}", e);
        }
    }

    private void CheckInside(string path, string real, SourceMark namedAt)
    {
        if (!RealPath.IsBelow(real, _root.Folder))
        {
            throw Outside(path, real, namedAt, $"lies outside {_root.Folder}.{Because()}", RootHint);
        }

        if (RealPath.Leaving(real, _root.Folder).Any(part => part.Equals(ForeignFolder.Git, StringComparison.OrdinalIgnoreCase)))
        {
            throw Outside(path, path, namedAt, "belongs to git and not to the working tree.", null);
        }

        if (_root.IsFlat && !string.Equals(Path.GetDirectoryName(real), _root.Folder, RealPath.Comparison))
        {
            throw Outside(path, real, namedAt, $"is not directly in {_root.Folder}, which is or holds your home folder.{Because()}",
                RootHint);
        }

        // Programs keep the user's private files there: .ssh, .config, .kube, .netrc.
        string[] parts = RealPath.Leaving(real, _own);
        bool isPrivateFile = IsDotted(parts[^1]) && (_root.IsFlat || !RealPath.IsBelow(real, _own));
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
        string where = string.Equals(path, real, RealPath.Comparison) ? path : $"{path}, which is {real},";
        return new HotstackException(ErrorCause.InputInvalid, TemplateErrors.Outside, $"{namedAt}: {where} {why}") { Hint = hint,
            Target = path };
    }

    private static HotstackException Unreadable(SourceMark mark, string reason, Exception? inner, string? hint = null) =>
        (mark with { ErrorId = TemplateErrors.Unreadable }).Error(reason, hint, inner);

    /// <summary>The root folder: no file of a template is read from outside.</summary>
    /// <param name="Folder">Its real path.</param>
    /// <param name="IsFlat">Only files directly in it are read, as it is or holds the home folder.</param>
    /// <param name="NotTaken">Why a working tree around the template is not the root; null if there is none, or it is the root.</param>
    private sealed record TemplateRoot(string Folder, bool IsFlat, string? NotTaken)
    {
        /// <summary>
        /// The git working tree or the Hotstack checkout around the template, as upstream's scenarios name files of their neighbours;
        /// otherwise the template's own folder. Never the home folder, nor a tree that another user may have put around the template.
        /// </summary>
        /// <param name="own">The real path of the template's folder.</param>
        /// <param name="sources">The home folder and the files.</param>
        public static TemplateRoot Around(string own, ConfigurationSources sources)
        {
            string? home = sources.HomeDirectory.Length > 0 ? RealPath.Of(Path.GetFullPath(sources.HomeDirectory)) : null;
            bool isFlat = Holds(own, home);
            for (string? candidate = own; candidate is not null; candidate = Path.GetDirectoryName(candidate))
            {
                bool isGit = Path.Exists(Path.Combine(candidate, ForeignFolder.Git));
                if (isGit || Checkout.IsAt(candidate))
                {
                    string? why = Holds(candidate, home) ? "it is or holds your home folder" : ForeignFolder.Why(candidate, sources);
                    return why is null
                        ? new(candidate, false, null)
                        : new(own, isFlat, $"The {(isGit ? "git working tree" : "Hotstack checkout")} {candidate} is not used as the root, since {why}.");
                }
            }

            return new(own, isFlat, null);
        }

        /// <summary>Whether a folder holds a whole disk, or the home folder.</summary>
        private static bool Holds(string folder, string? home) =>
            folder == Path.GetPathRoot(folder) || (home is not null && (home == folder || RealPath.IsBelow(home, folder)));
    }
}

/// <summary>Real paths: absolute, with all links in them resolved, as far as they exist.</summary>
internal static class RealPath
{
    public static readonly StringComparison Comparison =
        OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private const int MaxLinks = 40;

    /// <exception cref="IOException">There are links in a circle.</exception>
    public static string Of(string absolutePath)
    {
        string root = Path.GetPathRoot(absolutePath)!;
        string current = root;
        var rest = new Stack<string>(Parts(absolutePath[root.Length..]).Reverse());
        int links = 0;
        while (rest.TryPop(out string? part))
        {
            if (part == "..")
            {
                current = Path.GetDirectoryName(current) ?? current;
                continue;
            }

            string next = Path.Combine(current, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                current = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                throw new IOException($"{absolutePath} goes through more than {MaxLinks} links.");
            }

            if (Path.GetPathRoot(target) is { Length: > 0 } targetRoot)
            {
                current = targetRoot;
                target = target[targetRoot.Length..];
            }

            foreach (string inner in Parts(target).Reverse())
            {
                rest.Push(inner);
            }
        }

        return current;
    }

    private static IEnumerable<string> Parts(string path) =>
        path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
            .Where(part => part != ".");

    public static bool IsBelow(string path, string folder) =>
        path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, Comparison);

    /// <summary>The parts of a path that it does not share with a folder: of <c>/a/b/c/x</c> and <c>/a/b/d</c>, <c>c</c> and
    /// <c>x</c>.</summary>
    public static string[] Leaving(string path, string folder)
    {
        string[] parts = path.Split(Path.DirectorySeparatorChar);
        string[] way = folder.Split(Path.DirectorySeparatorChar);
        int same = 0;
        while (same < Math.Min(parts.Length - 1, way.Length) && parts[same].Equals(way[same], Comparison))
        {
            same++;
        }

        return parts[same..];
    }
}
