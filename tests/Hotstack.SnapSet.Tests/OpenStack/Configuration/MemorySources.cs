using System.Text;
using Hotstack.Configuration;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.Tests.OpenStack.Configuration;

/// <summary>Variables and files in memory, on the platform of choice.</summary>
internal sealed class MemorySources(ConfigurationPlatform platform = ConfigurationPlatform.Linux)
{
    public const string CloudsFile = "/project/clouds.yaml";
    public const string SecureFile = "/project/secure.yaml";
    public const string PublicFile = "/project/clouds-public.yaml";

    private readonly Dictionary<string, string> _variables = new(
        platform == ConfigurationPlatform.Windows ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    private readonly Dictionary<string, Func<Stream>> _files = [];

    public List<string> Opened { get; } = [];

    public static MemorySources WithClouds(string yaml) => new MemorySources().File(CloudsFile, yaml);

    /// <summary>A cloud <c>lab</c> with enough to authenticate, and further lines at its level.</summary>
    public static MemorySources WithLab(string lines = "", string authLines = "") => WithClouds(
        $"""
        clouds:
          lab:
            auth:
              auth_url: https://keystone.example:5000/v3
              username: anna
              password: s3cr3t-Xy
              project_name: hot
              user_domain_name: Default
              project_domain_name: Default
        {Indented(authLines, 6)}
        {Indented(lines, 4)}
        """);

    public MemorySources Variable(string name, string value)
    {
        _variables[name] = value;
        return this;
    }

    public MemorySources File(string path, string text) => File(path, Encoding.UTF8.GetBytes(text));

    public MemorySources File(string path, byte[] bytes)
    {
        _files[path] = () => new MemoryStream(bytes);
        return this;
    }

    public MemorySources Unreadable(string path)
    {
        _files[path] = () => throw new UnauthorizedAccessException($"Access to {path} is denied.");
        return this;
    }

    public ConfigurationSources Build() => new()
    {
        Variables = _variables,
        Platform = platform,
        CurrentDirectory = platform == ConfigurationPlatform.Windows ? @"C:\work" : "/project",
        HomeDirectory = platform == ConfigurationPlatform.Windows ? @"C:\Users\anna" : "/home/anna",
        OpenFile = path =>
        {
            Opened.Add(path);
            return _files.TryGetValue(path, out var open) ? open() : null;
        },
    };

    public CloudConfigurationLoader Loader() => new(Build());

    public CloudConfiguration Load(string? cloud = null, string? region = null, IActivity? activity = null) =>
        Loader().Load(cloud, region, activity);

    public IReadOnlyList<string> CloudNames() => new CloudConfigurationLoader(Build()).CloudNames();

    public HotstackException LoadFails(string? cloud = null, string? region = null) =>
        Xunit.Assert.Throws<HotstackException>(() => Load(cloud, region));

    private static string Indented(string lines, int by) =>
        string.Join('\n', lines.Split('\n').Select(line => line.Length == 0 ? "" : new string(' ', by) + line));
}
