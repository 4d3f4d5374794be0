using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>A clouds.yaml, secure.yaml or clouds-public.yaml, read.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Root">Its root; empty for an empty file.</param>
internal sealed record CloudsFile(string Path, DocMap Root)
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>
    /// The first readable file: the one that a variable names, then those of the search directories; null if there is none.
    /// A file that cannot be opened is skipped with a warning; a broken one is an error, as the next file could
    /// define another cloud. A broken value is an error only for those who need it.
    /// </summary>
    /// <param name="sources">Where to look.</param>
    /// <param name="name">The name without extension: <c>clouds</c>.</param>
    /// <param name="variable">The variable that can name a file to try first; null for none.</param>
    /// <param name="activity">Gets warnings of skipped files.</param>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c>, with file, line and column; <c>CloudConfigNotTrusted</c>.</exception>
    public static CloudsFile? First(
        ConfigurationSources sources, string name, string? variable, IActivity? activity)
    {
        if (variable is not null && sources.Variable(variable) is { } named)
        {
            var path = sources.Resolve(named);
            if (PathValue.ContentOf(named) is not null)
            {
                throw PathValue.Refusal(
                    new SourceMark($"variable {variable}", CloudErrors.InvalidId), "it", named,
                        "Name the path of the file there, not what it holds.");
            }

            if (TryRead(sources, path, null, activity, out var absent) is { } file)
            {
                return file;
            }

            if (absent)
            {
                activity?.Warning($"{variable} names {PathValue.Shown(path)}, which does not exist; looking in the usual places.");
            }
        }

        return DirectoriesOf(sources)
            .SelectMany(_ => Extensions, (directory, extension) => sources.Join(directory, name + extension))
            .Select(path => TryRead(sources, path, why => CloudErrors.NotTrusted(path, why, variable), activity, out _))
            .FirstOrDefault(file => file is not null);
    }

    /// <summary>
    /// The directories of configuration files, best first: the current one, the user's, the machine's. Source:
    /// https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html. On Windows openstacksdk also looks
    /// into <c>\etc\openstack</c> of the current drive; this does not, as every user may create that directory
    /// and define a cloud for others in it.
    /// </summary>
    public static IReadOnlyList<string> DirectoriesOf(ConfigurationSources sources) =>
        [.. Lasting(sources).Prepend(sources.CurrentDirectory).OfType<string>().Where(d => d.Length > 0).Distinct()];

    /// <summary>Whether the current directory is searched only because it is the current one.</summary>
    public static bool IsOnlyCurrent(ConfigurationSources sources) => !Lasting(sources).Contains(sources.CurrentDirectory);

    /// <param name="sources">Where to look.</param>
    /// <param name="path">The file.</param>
    /// <param name="refuse">The error if another user could have written it, by the reason; null if the user named it.</param>
    /// <param name="activity">Gets a warning if the file is skipped.</param>
    /// <param name="absent">There is none.</param>
    private static CloudsFile? TryRead(
        ConfigurationSources sources, string path, Func<string, HotstackException>? refuse, IActivity? activity, out bool absent)
    {
        absent = false;
        var mark = new SourceMark(path, CloudErrors.InvalidId);
        string text;
        UnixFileMode? open;
        try
        {
            using var stream = sources.OpenFile(path);
            if (stream is null)
            {
                absent = true;
                return null;
            }

            if (refuse is not null && FileTrust.WhyNot(sources, path) is { } why)
            {
                throw refuse(why);
            }

            text = InputFile.ReadText(stream, mark);
            open = SecretFiles.OpenMode(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            activity?.Warning($"{PathValue.Shown(path)} cannot be read, so the next place is tried: {e.Message}");
            return null;
        }

        DocMap root = Parse(mark, text);
        if (SecretFiles.HasSecrets(root))
        {
            SecretFiles.Warn(path, open, "credentials", activity);
        }

        return new CloudsFile(path, root);
    }

    private static DocMap Parse(SourceMark file, string text)
    {
        var root = file.Source.EndsWith(".json", StringComparison.Ordinal)
            ? JsonDocReader.Read(file, text, isLazy: true)
            : DocReader.Read(file, text, DocRules.Lazy);
        return root switch
        {
            DocMap map => map,
            null or DocScalar { Text: null } => new DocMap(file),
            _ => throw root.Mark.Error($"the file has to hold a mapping with the key clouds, not {root.Kind}."),
        };
    }

    private static IEnumerable<string?> Lasting(ConfigurationSources sources) => sources.Platform switch
    {
        ConfigurationPlatform.Windows => Windows(sources),
        ConfigurationPlatform.MacOS => MacOS(sources),
        _ => Linux(sources),
    };

    private static IEnumerable<string?> Linux(ConfigurationSources sources)
    {
        // A relative directory is to be ignored: https://specifications.freedesktop.org/basedir-spec/latest/.
        var user = sources.Variable("XDG_CONFIG_HOME") is { } home && sources.IsAbsolute(home)
            ? sources.Join(home, "openstack")
            : Home(sources, ".config", "openstack");
        var machine = (sources.Variable("XDG_CONFIG_DIRS") ?? "/etc/xdg")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Where(directory => sources.IsAbsolute(directory))
            .Select(directory => sources.Join(directory, "openstack"));
        return [user, DotConfig(sources), .. machine, "/etc/openstack"];
    }

    private static IEnumerable<string?> MacOS(ConfigurationSources sources) =>
    [
        Home(sources, "Library", "Application Support", "openstack"),
        DotConfig(sources),
        "/Library/Application Support/openstack",
        "/etc/openstack",
    ];

    private static IEnumerable<string?> Windows(ConfigurationSources sources)
    {
        var user = sources.Variable("LOCALAPPDATA") ?? Home(sources, "AppData", "Local");
        var machine = sources.Variable("ProgramData") ?? @"C:\ProgramData";
        return
        [
            user is null ? null : sources.Join(user, "OpenStack", "openstack"),
            Home(sources, ".config", "openstack"),
            sources.Join(machine, "OpenStack", "openstack"),
        ];
    }

    /// <summary>In a snap, HOME is the snap's own; SNAP_REAL_HOME has the user's.</summary>
    private static string? DotConfig(ConfigurationSources sources) =>
        sources.Variable("SNAP_REAL_HOME") is { } real
            ? sources.Join(real, ".config", "openstack")
            : Home(sources, ".config", "openstack");

    private static string? Home(ConfigurationSources sources, params string[] names) =>
        sources.HomeDirectory.Length == 0 ? null : sources.Join(sources.HomeDirectory, names);
}
