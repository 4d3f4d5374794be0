using Hotstack.Configuration;
using Hotstack.OpenStack.Configuration;
using Xunit;

namespace Hotstack.Tests.OpenStack.Configuration;

public class CloudChoiceTests
{
    private const string OneCloud = "clouds: {lab: {auth_type: none, region_name: file}}";
    private const string TwoClouds = "clouds: {lab: {auth_type: none, regions: [one, two]}, web: {auth_type: none}}";

    [Fact]
    public void The_parameter_beats_OS_CLOUD_which_beats_the_other_variables_which_beat_the_only_cloud()
    {
        var sources = MemorySources.WithClouds(TwoClouds).Variable("OS_CLOUD", "web").Variable("OS_AUTH_TYPE", "none");
        Assert.Equal("lab", sources.Load("lab").Name);
        Assert.Equal("web", sources.Load().Name);
        Assert.Equal("envvars", MemorySources.WithClouds(OneCloud).Variable("OS_AUTH_TYPE", "none").Load().Name);
        Assert.Equal("lab", MemorySources.WithClouds(OneCloud).Load().Name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Of_several_clouds_one_has_to_be_chosen(string? name)
    {
        var error = MemorySources.WithClouds(TwoClouds).LoadFails(name);
        Assert.Equal("CloudNotChosen", error.Id);
        Golden.Message(error);
    }

    /// <summary>The clouds, the variables, the cloud of the files, and the chosen one.</summary>
    [Theory]
    [InlineData(TwoClouds, null, "web", "web")]
    [InlineData(TwoClouds, "OS_CLOUD=lab", "web", "lab")]
    [InlineData(TwoClouds, "OS_AUTH_TYPE=none", "web", "envvars")]
    [InlineData(OneCloud, null, "lab", "lab")]
    [InlineData(OneCloud, null, "default", "lab")]
    public void A_cloud_of_files_counts_where_the_environment_names_none(string clouds, string? variable, string wish, string chosen)
    {
        MemorySources sources = MemorySources.WithClouds(clouds);
        if (variable?.Split('=') is [var name, var value])
        {
            sources = sources.Variable(name, value);
        }

        var activity = new ActivityList();
        CloudConfiguration cloud = sources.Loader().Load(null, null, activity, null, new CloudWish(wish, "os_cloud of v.yml"));

        Assert.Equal(chosen, cloud.Name);
        Assert.Equal(wish == "default", activity.Warnings.Any(w => w.Contains("os_cloud of v.yml names the cloud default", StringComparison.Ordinal)));
        Assert.Equal("lab", MemorySources.WithClouds(TwoClouds).Loader().Load("lab", null, null, null, new CloudWish(wish, "v")).Name);
    }

    [Fact]
    public void An_unknown_cloud_of_files_among_several_is_an_error()
    {
        var error = Assert.Throws<HotstackException>(() => MemorySources.WithClouds(TwoClouds).Loader()
            .Load(null, null, null, null, new CloudWish("default", "os_cloud of v.yml")));

        Assert.Equal("CloudNotFound", error.Id);
        Golden.Message(error);
    }

    [Fact]
    public void An_unknown_cloud_is_an_error_that_lists_the_known()
    {
        var error = MemorySources.WithClouds(TwoClouds).LoadFails("Lab");
        Assert.Equal(("CloudNotFound", ErrorCause.NotFound, "Lab"), (error.Id, error.Cause, error.Target));
        Golden.Message(error);
        Assert.Contains("OS_CLOUD", MemorySources.WithClouds(TwoClouds).Variable("OS_CLOUD", "x").LoadFails().Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_configuration_the_error_says_where_it_could_be()
    {
        var error = new MemorySources().LoadFails("lab");
        Assert.Equal("CloudNotFound", error.Id);
        Golden.Message(error);
        Assert.Equal("CloudNotFound", new MemorySources().LoadFails().Id);
    }

    [Theory]
    [InlineData("OS_CLOUD_NAME")]
    [InlineData("OS_REGION_NAME")]
    [InlineData("OS_TEST_TIMEOUT")]
    [InlineData("OS_STDOUT_CAPTURE")]
    [InlineData("OS_LOG_CAPTURE")]
    [InlineData("OSTYPE")]
    public void Some_variables_do_not_make_a_cloud(string name) =>
        Assert.Equal("lab", MemorySources.WithClouds("clouds: {lab: {auth_type: none}}").Variable(name, "x").Load().Name);

    [Fact]
    public void An_empty_variable_counts_as_not_set() =>
        Assert.Equal("lab", MemorySources.WithClouds(OneCloud).Variable("OS_CLOUD", "").Variable("OS_USERNAME", "").Load().Name);

    [Fact]
    public void Variables_of_an_openrc_file_make_a_cloud()
    {
        var cloud = new MemorySources(ConfigurationPlatform.Windows)
            .Variable("OS_AUTH_URL", "http://a.example/identity").Variable("OS_USERNAME", "anna").Variable("Os_Password", "pw")
            .Variable("OS_TENANT_NAME", "old").Variable("OS_PROJECT_NAME", "hot").Variable("OS_USER_DOMAIN_NAME", "Default")
            .Variable("OS_PROJECT_DOMAIN_ID", "default").Variable("OS_REGION_NAME", "one").Variable("OS_ENDPOINT_TYPE", "internalURL")
            .Variable("OS_COMPUTE_API_VERSION", "2.79").Variable("OS_CACERT", @"~\ca.pem").Variable("OS_CLOUD_NAME", "mine")
            .Load("mine");
        Assert.Equal("mine", cloud.Name);
        Assert.Null(cloud.SourceFile);
        Assert.Equal("one", cloud.Region);
        Assert.Equal(["auth_url", "password", "project_domain_id", "project_name", "user_domain_name", "username"],
            cloud.Auth.Keys.Order());
        Assert.Equal("hot", cloud.Auth["project_name"]);
        Assert.Equal(["internal"], cloud.Interfaces("image"));
        Assert.Equal("2.79", cloud.DefaultMicroversion("compute"));
        Assert.Equal(@"C:\Users\anna\ca.pem", cloud.Tls.CaCertificatePath);
    }

    [Fact]
    public void A_cloud_of_variables_must_not_have_the_name_of_another()
    {
        var sources = MemorySources.WithClouds(OneCloud).Variable("OS_USERNAME", "anna").Variable("OS_CLOUD_NAME", "lab");
        var error = sources.LoadFails("lab");
        Assert.Equal("CloudConfigInvalid", error.Id);
        Golden.Message(error);
        Assert.Equal("lab", MemorySources.WithClouds(OneCloud).Variable("OS_CLOUD_NAME", "lab").Load("lab").Name);
    }

    [Fact]
    public void A_cloud_of_a_file_takes_nothing_from_variables_and_says_so()
    {
        var activity = new ActivityList();
        var sources = MemorySources.WithLab().Variable("OS_PASSWORD", "other").Variable("OS_PROJECT_ID", "other")
            .Variable("OS_INSECURE", "1");
        var cloud = sources.Load("lab", activity: activity);
        Assert.Equal("s3cr3t-Xy", cloud.Auth["password"]);
        Assert.DoesNotContain("project_id", cloud.Auth.Keys);
        Assert.True(cloud.Tls.Verify);
        Assert.Contains(activity.Verboses, text => text.Contains("OS_INSECURE, OS_PASSWORD and OS_PROJECT_ID", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, null, null, "one")]
    [InlineData(null, null, "two", "two")]
    [InlineData(null, "two", "one", "two")]
    [InlineData("lab", null, "two", "one")]
    [InlineData("lab", "two", null, "two")]
    public void The_region_is_the_one_asked_for_or_the_first(string? cloud, string? region, string? variable, string expected)
    {
        var sources = MemorySources.WithClouds(TwoClouds).Variable("OS_CLOUD", "lab").Variable("OS_REGION_NAME", variable ?? "");
        CloudConfiguration configuration = sources.Load(cloud, region);
        Assert.Equal(expected, configuration.Region);
        // Whatever is asked for, the first one is that of the entry.
        Assert.Equal(sources.Load(configuration.Name, null).Region, configuration.FirstRegion);
    }

    [Fact]
    public void An_unknown_region_is_an_error_that_lists_the_known()
    {
        var error = MemorySources.WithClouds(TwoClouds).LoadFails("lab", "One");
        Assert.Equal(("RegionNotFound", ErrorCause.NotFound, "One"), (error.Id, error.Cause, error.Target));
        Golden.Message(error);
    }

    [Fact]
    public void A_cloud_that_lists_no_region_takes_any() =>
        Assert.Equal(("any", null),
            (MemorySources.WithClouds(TwoClouds).Load("web", "any").Region, MemorySources.WithClouds(TwoClouds).Load("web").Region));

    [Fact]
    public void A_cloud_of_variables_takes_any_region() =>
        Assert.Equal("two", new MemorySources().Variable("OS_AUTH_TYPE", "none").Variable("OS_REGION_NAME", "one")
            .Load(null, "two").Region);

    [Fact]
    public void Several_regions_in_region_name_are_an_old_form()
    {
        var activity = new ActivityList();
        var sources = MemorySources.WithClouds(
            "clouds: {lab: {auth_type: none, region_name: 'one, two'}, web: {auth_type: none, region_name: [a, b]}}");
        Assert.Equal("two", sources.Load("lab", "two", activity).Region);
        Assert.Contains("an old form", Assert.Single(activity.Warnings), StringComparison.Ordinal);
        Assert.Equal("b", sources.Load("web", "b").Region);
        Assert.Equal(["one", "two"], sources.Loader().RegionNames("lab"));
    }

    [Fact]
    public void Completion_lists_names_and_never_fails()
    {
        var loader = MemorySources.WithClouds(TwoClouds).Variable("OS_USERNAME", "anna").Loader();
        Assert.Equal(["lab", "web", "envvars"], loader.CloudNames());
        Assert.Equal(["one", "two"], loader.RegionNames("lab"));
        Assert.Empty(loader.RegionNames("gone"));
        Assert.Empty(MemorySources.WithClouds("[").Loader().CloudNames());
        Assert.Empty(MemorySources.WithClouds("[").Loader().RegionNames(null));
        Assert.Empty(new MemorySources().Loader().CloudNames());
    }
}
