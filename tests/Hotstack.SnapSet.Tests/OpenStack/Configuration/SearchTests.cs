using System.Text;
using Hotstack.Configuration;
using Hotstack.OpenStack.Configuration;
using Xunit;

namespace Hotstack.Tests.OpenStack.Configuration;

public class SearchTests
{
    private const string One = "clouds: {one: {auth_type: none}}";
    private const string Two = "clouds: {two: {auth_type: none}}";

    [Fact]
    public void Linux_looks_into_the_current_directory_the_users_and_the_machines() =>
        Assert.Equal(
            ["/project", "/home/anna/.config/openstack", "/etc/xdg/openstack", "/etc/openstack"],
            CloudsFile.DirectoriesOf(new MemorySources().Build()));

    [Fact]
    public void Linux_follows_the_XDG_variables_unless_they_are_relative()
    {
        var sources = new MemorySources()
            .Variable("XDG_CONFIG_HOME", "/home/anna/conf/").Variable("XDG_CONFIG_DIRS", "/a:relative:/b");
        Assert.Equal(
            ["/project", "/home/anna/conf/openstack", "/home/anna/.config/openstack", "/a/openstack", "/b/openstack", "/etc/openstack"],
            CloudsFile.DirectoriesOf(sources.Build()));
        Assert.Equal(
            CloudsFile.DirectoriesOf(new MemorySources().Build()),
            CloudsFile.DirectoriesOf(new MemorySources().Variable("XDG_CONFIG_HOME", "conf").Build()));
    }

    [Fact]
    public void A_snap_finds_the_users_real_home() =>
        Assert.Contains(
            "/home/anna/.config/openstack",
            CloudsFile.DirectoriesOf(new MemorySources().Variable("SNAP_REAL_HOME", "/home/anna")
                .Build() with { HomeDirectory = "/snap" }));

    [Fact]
    public void MacOS_looks_into_its_libraries_as_well() =>
        Assert.Equal(
            [
                "/project", "/home/anna/Library/Application Support/openstack", "/home/anna/.config/openstack",
                "/Library/Application Support/openstack", "/etc/openstack",
            ],
            CloudsFile.DirectoriesOf(new MemorySources(ConfigurationPlatform.MacOS).Build()));

    [Fact]
    public void Windows_looks_into_the_application_data_and_never_into_the_root_of_a_drive() =>
        Assert.Equal(
            [
                @"C:\work", @"D:\Local\OpenStack\openstack", @"C:\Users\anna\.config\openstack", @"C:\ProgramData\OpenStack\openstack",
            ],
            CloudsFile.DirectoriesOf(
                new MemorySources(ConfigurationPlatform.Windows).Variable("LocalAppData", @"D:\Local").Build()));

    [Fact]
    public void Without_home_and_current_directory_the_machines_are_left() =>
        Assert.Equal(
            ["/etc/xdg/openstack", "/etc/openstack"],
            CloudsFile.DirectoriesOf(new MemorySources().Build() with { HomeDirectory = "", CurrentDirectory = "" }));

    [Theory]
    [InlineData(ConfigurationPlatform.Linux, "~/a", "/home/anna/a")]
    [InlineData(ConfigurationPlatform.Linux, "~", "/home/anna")]
    [InlineData(ConfigurationPlatform.Linux, "~bert/a", "/project/~bert/a")]
    [InlineData(ConfigurationPlatform.Linux, "a/b", "/project/a/b")]
    [InlineData(ConfigurationPlatform.Linux, "/a", "/a")]
    [InlineData(ConfigurationPlatform.Linux, @"C:\a", @"/project/C:\a")]
    [InlineData(ConfigurationPlatform.Windows, @"~\a", @"C:\Users\anna\a")]
    [InlineData(ConfigurationPlatform.Windows, "~/a", @"C:\Users\anna\a")]
    [InlineData(ConfigurationPlatform.Windows, @"D:\a", @"D:\a")]
    [InlineData(ConfigurationPlatform.Windows, @"\\host\a", @"\\host\a")]
    [InlineData(ConfigurationPlatform.Windows, "a", @"C:\work\a")]
    public void Paths_follow_the_rules_of_their_platform(ConfigurationPlatform platform, string path, string expected) =>
        Assert.Equal(expected, new MemorySources(platform).Build().Resolve(path));

    [Fact]
    public void The_first_file_wins_and_none_is_merged_with_it()
    {
        var sources = new MemorySources().File("/home/anna/.config/openstack/clouds.yml", One).File("/etc/openstack/clouds.yaml", Two);
        Assert.Equal(["one"], sources.Loader().CloudNames());
        Assert.Equal("/project/clouds.yaml", sources.Opened[0]);
        Assert.Equal(["/project/clouds.yaml", "/project/clouds.yml", "/project/clouds.json"], sources.Opened.Take(3));
    }

    [Fact]
    public void A_variable_names_a_file_to_try_first()
    {
        var sources = new MemorySources().File("/project/clouds.yaml", One).File("/home/anna/my.yaml", Two)
            .Variable("OS_CLIENT_CONFIG_FILE", "~/my.yaml");
        Assert.Equal(["two"], sources.Loader().CloudNames());
        Assert.Equal("/home/anna/my.yaml", sources.Load().SourceFile);
    }

    [Fact]
    public void A_file_that_a_variable_names_and_that_is_not_there_is_passed_over_with_a_warning()
    {
        var activity = new ActivityList();
        var sources = new MemorySources().File("/project/clouds.yaml", One).Variable("OS_CLIENT_CONFIG_FILE", "/gone.yaml");
        Assert.Equal("one", sources.Load(activity: activity).Name);
        Assert.Contains("/gone.yaml, which does not exist", Assert.Single(activity.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unreadable_file_is_passed_over_with_a_warning()
    {
        var activity = new ActivityList();
        var sources = new MemorySources().Unreadable("/project/clouds.yaml")
            .File("/etc/openstack/clouds.json", """{"clouds": {"json": {"auth_type": "none"}}}""");
        Assert.Equal("json", sources.Load(activity: activity).Name);
        Assert.Contains("/project/clouds.yaml cannot be read", Assert.Single(activity.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_file_is_an_error_even_if_there_is_another() =>
        Assert.Equal(
            "CloudConfigInvalid",
            new MemorySources().File("/project/clouds.yaml", "clouds: [").File("/etc/openstack/clouds.yaml", Two).LoadFails().Id);

    [Fact]
    public void UTF16_with_a_byte_order_mark_is_read() =>
        Assert.Equal(
            ["one"],
            new MemorySources().File("/project/clouds.yaml", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(One)])
                .Loader().CloudNames());

    [Fact]
    public void What_is_not_UTF8_is_an_error() =>
        Assert.Contains(
            "not UTF-8",
            new MemorySources().File("/project/clouds.yaml", [.. "clouds: "u8, 0xff, 0xfe]).LoadFails().Message,
            StringComparison.Ordinal);

    [Fact]
    public void Real_files_are_found_from_the_current_directory()
    {
        var directory = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllText(Path.Combine(directory.FullName, "clouds.yaml"), One);
            File.WriteAllText(Path.Combine(directory.FullName, "secure.yaml"), "clouds: {one: {auth: {endpoint: http://a.example}}}");
            var sources = ConfigurationSources.OfThisProcess() with
            {
                CurrentDirectory = directory.FullName,
                Variables = new Dictionary<string, string>(),
            };
            var cloud = new CloudConfigurationLoader(sources).Load("one", null);
            Assert.Equal(Path.Combine(directory.FullName, "clouds.yaml"), cloud.SourceFile);
            Assert.Equal("http://a.example", cloud.Auth["endpoint"]);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_directory_in_the_place_of_a_file_is_passed_over()
    {
        var directory = Directory.CreateTempSubdirectory();
        try
        {
            Directory.CreateDirectory(Path.Combine(directory.FullName, "clouds.yaml"));
            File.WriteAllText(Path.Combine(directory.FullName, "clouds.yml"), Two);
            var sources = ConfigurationSources.OfThisProcess() with
            {
                CurrentDirectory = directory.FullName,
                Variables = new Dictionary<string, string>(),
            };
            Assert.Equal(["two"], new CloudConfigurationLoader(sources).CloudNames());
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
