using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>
/// Where configuration files are looked for, best first: the current directory, the user's, the machine's. Source:
/// https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html. On Windows openstacksdk also looks
/// into <c>\etc\openstack</c> of the current drive; we do not, because there every user may create such a directory
/// and so slip another one a cloud.
/// </summary>
internal static class SearchDirectories
{
    public static IReadOnlyList<string> Of(ConfigurationSources sources) =>
        [.. Lasting(sources).Prepend(sources.CurrentDirectory).OfType<string>().Where(d => d.Length > 0).Distinct()];

    /// <summary>The current directory is none of those that are looked into wherever one is.</summary>
    public static bool IsOnlyCurrent(ConfigurationSources sources) => !Lasting(sources).Contains(sources.CurrentDirectory);

    private static IEnumerable<string?> Lasting(ConfigurationSources sources) => sources.Platform switch
    {
        ConfigurationPlatform.Windows => Windows(sources),
        ConfigurationPlatform.MacOS => MacOS(sources),
        _ => Linux(sources),
    };

    private static IEnumerable<string?> Linux(ConfigurationSources sources)
    {
        // A relative directory is to be ignored: https://specifications.freedesktop.org/basedir-spec/latest/.
        var user = sources.Variable("XDG_CONFIG_HOME") is { } home && ConfigurationPaths.IsAbsolute(sources, home)
            ? ConfigurationPaths.Join(sources, home, "openstack")
            : Home(sources, ".config", "openstack");
        var machine = (sources.Variable("XDG_CONFIG_DIRS") ?? "/etc/xdg")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Where(directory => ConfigurationPaths.IsAbsolute(sources, directory))
            .Select(directory => ConfigurationPaths.Join(sources, directory, "openstack"));
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
            user is null ? null : ConfigurationPaths.Join(sources, user, "OpenStack", "openstack"),
            Home(sources, ".config", "openstack"),
            ConfigurationPaths.Join(sources, machine, "OpenStack", "openstack"),
        ];
    }

    /// <summary>In a snap, HOME is the snap's own; SNAP_REAL_HOME has the user's.</summary>
    private static string? DotConfig(ConfigurationSources sources) =>
        sources.Variable("SNAP_REAL_HOME") is { } real
            ? ConfigurationPaths.Join(sources, real, ".config", "openstack")
            : Home(sources, ".config", "openstack");

    private static string? Home(ConfigurationSources sources, params string[] names) =>
        sources.HomeDirectory.Length == 0 ? null : ConfigurationPaths.Join(sources, sources.HomeDirectory, names);
}
