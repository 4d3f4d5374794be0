using Hotstack.OpenStack.Configuration;
using Xunit;

namespace Hotstack.Tests.OpenStack.Configuration;

public class LayerTests
{
    [Fact]
    public void The_secure_file_is_merged_into_the_clouds_at_every_level()
    {
        var cloud = MemorySources.WithLab("interface: [internal, public]").File(
            "/etc/openstack/secure.yaml",
            """
            clouds:
              lab:
                interface: admin
                auth: {password: other, project-name: cold, username: }
            """).Load();
        Assert.Equal(("other", "cold", "anna"), (cloud.Auth["password"], cloud.Auth["project_name"], cloud.Auth["username"]));
        Assert.Equal(["admin"], cloud.Interfaces("compute"));
        Assert.Equal(MemorySources.CloudsFile, cloud.SourceFile);
    }

    [Fact]
    public void The_secure_file_can_be_named_by_a_variable_and_hold_clouds_of_its_own()
    {
        var sources = MemorySources.WithLab().File("/s/secure.yaml", "clouds: {web: {auth_type: none}}")
            .File(MemorySources.SecureFile, "clouds: {}")
            .Variable("OS_CLIENT_SECURE_FILE", "/s/secure.yaml");
        Assert.Equal(["lab", "web"], sources.Loader().CloudNames());
        Assert.Equal("/s/secure.yaml", sources.Load("web").SourceFile);
    }

    [Theory]
    [InlineData("profile")]
    [InlineData("cloud")]
    public void A_profile_lies_under_the_cloud(string key)
    {
        var cloud = MemorySources.WithClouds(
            $$"""
            clouds:
              lab:
                {{key}}: vendor
                auth: {username: anna, password: pw, project-name: hot}
                interface: internal
            """).File(
            MemorySources.PublicFile,
            """
            public-clouds:
              vendor:
                profile: family
                auth: {auth-url: "https://{region_name}.example/v3", tenant-name: theirs, user_domain_name: Users}
                regions: [north, south]
                endpoint-type: publicURL
              family:
                auth: {auth_url: https://x.example, project_domain_name: Projects}
                image-api-version: 2
            """).Load(null, "south");
        Assert.Equal("https://south.example/v3", cloud.Auth["auth_url"]);
        Assert.Equal(("hot", "Users", "Projects"),
            (cloud.Auth["project_name"], cloud.Auth["user_domain_name"], cloud.Auth["project_domain_name"]));
        Assert.Equal(["internal"], cloud.Interfaces("image"));
        Assert.Equal("2", cloud.ApiVersion("image"));
    }

    [Theory]
    [InlineData(null, "there is no clouds-public.yaml")]
    [InlineData("public-clouds: {other: {}}", "has no public-clouds.rack")]
    [InlineData("", "has no public-clouds.rack")]
    public void An_unknown_profile_is_a_warning(string? publicClouds, string message)
    {
        var activity = new ActivityList();
        var sources = MemorySources.WithLab("profile: rack");
        if (publicClouds is not null)
        {
            sources.File(MemorySources.PublicFile, publicClouds);
        }

        Assert.Equal("anna", sources.Load(activity: activity).Auth["username"]);
        Assert.Contains(message, Assert.Single(activity.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void The_values_of_a_region_lie_over_the_cloud()
    {
        var sources = MemorySources.WithLab(
            """
            interface: public
            verify: false
            regions:
              - name: one
                values: {interface: internal, verify: , auth: {project-name: first}}
              - name: two
            """);
        var one = sources.Load();
        Assert.Equal(("one", "first", "anna", false), (one.Region, one.Auth["project_name"], one.Auth["username"], one.Tls.Verify));
        Assert.Equal(["internal"], one.Interfaces("compute"));
        var two = sources.Load("lab", "two");
        Assert.Equal(("two", "hot"), (two.Region, two.Auth["project_name"]));
    }

    [Fact]
    public void Old_and_dashed_keys_are_understood()
    {
        var cloud = MemorySources.WithClouds(
            """
            clouds:
              lab:
                auth-plugin: v3password
                compute-endpoint-type: adminURL
                block-storage-api-version: 3
                auth:
                  auth-url: http://a.example/
                  user-name: anna
                  password: pw
                  tenant-id: t1
                  user-domain-id: d1
            """).Load();
        Assert.Equal(AuthTypes.Password, cloud.AuthType);
        Assert.Equal(("anna", "t1", "d1", "http://a.example"),
            (cloud.Auth["username"], cloud.Auth["project_id"], cloud.Auth["user_domain_id"], cloud.Auth["auth_url"]));
        Assert.Equal(["admin"], cloud.Interfaces("compute"));
        Assert.Equal("3", cloud.ApiVersion("block-storage"));
    }

    [Fact]
    public void The_new_name_of_a_key_beats_its_old_one_in_one_layer()
    {
        var cloud = MemorySources.WithLab("interface: internal\nendpoint_type: publicURL", "tenant_name: old").Load();
        Assert.Equal("hot", cloud.Auth["project_name"]);
        Assert.Equal(["internal"], cloud.Interfaces("compute"));
    }

    [Fact]
    public void The_clouds_own_key_beats_auth_for_the_project_and_loses_for_the_user()
    {
        var cloud = MemorySources.WithLab("project_name: own\nusername: bert").Load();
        Assert.Equal(("own", "anna"), (cloud.Auth["project_name"], cloud.Auth["username"]));
        Assert.DoesNotContain("project_name", cloud.Settings.Keys);
        Assert.DoesNotContain("username", cloud.Settings.Keys);
    }

    [Fact]
    public void Fields_are_filled_in_but_never_in_a_secret()
    {
        var cloud = MemorySources.WithClouds(
            """
            clouds:
              lab:
                region_name: one
                domain: example.org
                image_endpoint_override: https://image.{region_name}.{domain}/v2
                note: "{unknown} {{x}}"
                auth: {auth_url: "https://{region_name}.{domain}:5000", username: anna, password: "{region_name}{{"}
            """).Load();
        Assert.Equal("https://one.example.org:5000", cloud.Auth["auth_url"]);
        Assert.Equal("https://image.one.example.org/v2", cloud.EndpointOverride("image"));
        Assert.Equal(("{region_name}{{", "{unknown} {x}"), (cloud.Auth["password"], cloud.Settings["note"]));
    }

    [Fact]
    public void A_field_without_a_value_is_an_error_in_the_auth_url() =>
        Assert.Contains(
            "contains {region_name}, which is not set",
            MemorySources.WithClouds("clouds: {lab: {auth: {auth_url: 'http://{region_name}.example', username: a, password: b}}}")
                .LoadFails().Message,
            StringComparison.Ordinal);
}
