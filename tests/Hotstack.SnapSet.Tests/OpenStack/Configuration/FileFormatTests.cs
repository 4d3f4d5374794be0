using System.Text;
using Hotstack.Configuration;
using Xunit;

namespace Hotstack.Tests.OpenStack.Configuration;

public class FileFormatTests
{
    public static TheoryData<string, string> Broken => new()
    {
        { "clouds:\n  lab: [1, 2", "clouds.yaml, line 3, column " },
        { "clouds:\n  lab: [1, 2\n  web: {}", "clouds.yaml, line 2, column " },
        { "clouds:\n  lab:\n\tauth: x", "clouds.yaml, line 2, column " },
        { "clouds:\n  lab:\n    auth: x: y", "clouds.yaml, line 3, column 12" },
        { "clouds:\n  lab: 'open", "clouds.yaml, line 2, column " },
        { "- lab", "line 1, column 1: the file has to hold a mapping with the key clouds, not a list" },
        { "just words", "line 1, column 1: the file has to hold a mapping with the key clouds, not a single value" },
        { "clouds: [lab]", "line 1, column 9: clouds has to be a mapping, not a list" },
        { "clouds:\n  lab: x", "line 2, column 8: the cloud lab has to be a mapping, not a single value" },
        { "clouds:\n  lab:", "the cloud lab has to be a mapping, not nothing" },
        { "clouds:\n  lab:\n    auth: [a]", "line 3, column 11: auth has to be a mapping, not a list" },
        { "clouds:\n  lab:\n    auth: {username: {a: b}}", "line 3, column 22: username has to be a single value, not a mapping" },
        { "clouds:\n  lab: {auth_type: [password]}", "auth_type has to be a single value, not a list" },
        { "clouds:\n  lab: {auth: {}, auth: {}}", "line 2, column 19: the key auth is given twice" },
        { "clouds:\n  lab: {project-name: a, project_name: b}", "project_name is given twice, with dashes and with underscores" },
        { "clouds: &a {lab: *b}", "line 1, column 18: the alias here (*) has no anchor" },
        { "clouds: &a {lab: *a}", "the alias here (*) has no anchor" },
        { "clouds: {}\n---\nclouds: {}", "line 2, column 1: a second YAML document" },
        { "clouds: !!python/object:os.system {}", "line 1, column 9: the YAML tag here (!) is not supported" },
        { "clouds: {? [a] : b}", "a key has to be a plain text" },
        { "clouds: {lab: {<<: 1}}", "the merge key << needs a mapping" },
        { "clouds: {lab: {regions: {a: b}, auth_type: none}}", "regions has to be a list, not a mapping" },
        { "clouds: {lab: {regions: [{values: {}}], auth_type: none}}", "a region needs a name" },
        { "clouds: {lab: {regions: [[a]], auth_type: none}}", "a region has to be a name" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_file_is_an_error_that_names_the_place(string yaml, string message)
    {
        var error = MemorySources.WithClouds(yaml).LoadFails("lab");
        Assert.Equal(("CloudConfigInvalid", ErrorCause.ConfigurationInvalid), (error.Id, error.Cause));
        Assert.StartsWith(MemorySources.CloudsFile, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(MemorySources.CloudsFile, error.Target);
    }

    public static TheoryData<string, string> BrokenJson => new()
    {
        { "{\n  \"clouds\": {,}\n}", "line 2, column 14: not valid JSON" },
        { "{\"clouds\": {}} x", "line 1, column 16: not valid JSON" },
        { "{\"clouds\": {\n \"lab\": {},\n \"lab\": {}}}", "line 3, column 2: the key lab is given twice" },
        { "{\"clouds\": {\"a\": \"\\ud800\"}}", "not valid Unicode" },
        { "[1]", "line 1, column 1: the file has to hold a mapping" },
        { "{\"clouds\": {\"lab\": 7}}", "line 1, column 20: the cloud lab has to be a mapping, not a single value" },
        { "{\"clouds\":", "not valid JSON" },
    };

    [Theory]
    [MemberData(nameof(BrokenJson))]
    public void A_broken_JSON_file_is_an_error_that_names_the_place(string json, string message) =>
        Assert.Contains(message, new MemorySources().File("/project/clouds.json", json).LoadFails("lab").Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("# nothing yet\n")]
    [InlineData("clouds:\n")]
    [InlineData("lab: {auth: {}}\n")]
    public void A_file_without_clouds_is_a_warning_and_then_no_cloud_is_found(string yaml)
    {
        var activity = new ActivityList();
        var sources = MemorySources.WithClouds(yaml);
        var error = Assert.Throws<HotstackException>(() => sources.Load(activity: activity));
        Assert.Equal(("CloudNotFound", ErrorCause.NotFound), (error.Id, error.Cause));
        Assert.Contains("defines no clouds", Assert.Single(activity.Warnings), StringComparison.Ordinal);
        Assert.Contains(MemorySources.CloudsFile, error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Anchors_and_merge_keys_work()
    {
        var cloud = MemorySources.WithClouds(
            """
            shared: &shared
              auth_type: none
              region_name: one
              compute_endpoint_override: http://a.example
            more: &more {region_name: two, interface: internal}
            clouds:
              lab:
                <<: [*shared, *more]
                compute_endpoint_override: http://b.example
            """).Load();
        Assert.Equal("one", cloud.Region);
        Assert.Equal("http://b.example", cloud.EndpointOverride("compute"));
        Assert.Equal(["internal"], cloud.Interfaces("compute"));
    }

    [Fact]
    public void Scalars_keep_their_text()
    {
        var cloud = MemorySources.WithClouds(
            """
            clouds:
              lab:
                compute_api_version: 2.10
                auth: {auth_url: http://a.example, user_id: 007, password: 0123, project_id: 12e4, token: yes}
            """).Load();
        Assert.Equal("2.10", cloud.DefaultMicroversion("compute"));
        Assert.Equal(("007", "0123", "12e4", "yes"),
            (cloud.Auth["user_id"], cloud.Auth["password"], cloud.Auth["project_id"], cloud.Auth["token"]));
    }

    [Fact]
    public void An_alias_bomb_is_refused()
    {
        var yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 20; i++)
        {
            yaml.Append('a').Append(i).Append(": &a").Append(i).Append(" [").AppendJoin(", ", Enumerable.Repeat($"*a{i - 1}", 10))
                .Append("]\n");
        }

        Assert.Contains("aliases and merge keys (<<) make more than", MemorySources.WithClouds(yaml.ToString()).LoadFails().Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_bomb_of_merge_keys_is_refused_or_harmless()
    {
        var yaml = new StringBuilder("a0: &a0 {k: {x: y}}\n");
        for (var i = 1; i < 60; i++)
        {
            yaml.Append('a').Append(i).Append(": &a").Append(i).Append(" {k").Append(i).Append(": *a").Append(i - 1).Append(", <<: [*a")
                .Append(i - 1).Append(", *a").Append(i - 1).Append("]}\n");
        }

        Assert.Contains("aliases and merge keys (<<) make more than", MemorySources.WithClouds(yaml.ToString()).LoadFails().Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Merging_lists_of_lists_of_merges_does_not_multiply()
    {
        var yaml = new StringBuilder("m: &m0 [{a: b}]\n");
        for (var i = 1; i < 30; i++)
        {
            yaml.Append('n').Append(i).Append(": &m").Append(i).Append(" [").AppendJoin(", ", Enumerable.Repeat($"*m{i - 1}", 9))
                .Append("]\n");
        }

        yaml.Append("clouds: {lab: {<<: *m29}}");
        Assert.Contains("aliases and merge keys (<<) make more than", MemorySources.WithClouds(yaml.ToString()).LoadFails().Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clouds.yaml", "[", "]")]
    [InlineData("clouds.yaml", "{a: ", "}")]
    [InlineData("clouds.json", "[", "]")]
    [InlineData("clouds.json", "{\"a\":", "}")]
    public void Nesting_is_bounded(string file, string open, string close)
    {
        var text = "{\"clouds\": " + string.Concat(Enumerable.Repeat(open, 5000)) + "1" + string.Concat(Enumerable.Repeat(close, 5000))
            + "}";
        Assert.Contains("nested more than 64 levels", new MemorySources().File("/project/" + file, text).LoadFails().Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Size_is_bounded() =>
        Assert.Contains(
            "larger than 1024 KiB",
            MemorySources.WithClouds("# " + new string('x', InputFile.MaxBytes)).LoadFails().Message,
            StringComparison.Ordinal);

    [Fact]
    public void JSON_values_become_texts()
    {
        var cloud = new MemorySources().File(
            "/project/clouds.json",
            """
            {"clouds": {"lab": {"verify": false, "api_timeout": 2.5, "image_api_version": 2, "region_name": null,
              "auth": {"auth_url": "http://a.example/v3", "user_id": 12, "password": "é\"", "project_id": "p"}}}}
            """).Load();
        Assert.False(cloud.Tls.Verify);
        Assert.Equal(TimeSpan.FromSeconds(2.5), cloud.ApiTimeout);
        Assert.Equal(("2", "12", "é\""), (cloud.ApiVersion("image"), cloud.Auth["user_id"], cloud.Auth["password"]));
        Assert.Null(cloud.Region);
    }
}
