using Hotstack.Http;
using Xunit;

namespace Hotstack.Tests.OpenStack.Configuration;

public class SettingsTests
{
    [Theory]
    [InlineData("", true, null)]
    [InlineData("verify: false", false, null)]
    [InlineData("verify: 'False'", false, null)]
    [InlineData("verify: no", false, null)]
    [InlineData("verify: off", false, null)]
    [InlineData("verify: 0", false, null)]
    [InlineData("verify: 'yes'", true, null)]
    [InlineData("insecure: true", false, null)]
    [InlineData("insecure: 1", false, null)]
    [InlineData("insecure: on", false, null)]
    [InlineData("insecure: false\nverify: false", false, null)]
    [InlineData("insecure: true\nverify: true", false, null)]
    [InlineData("cacert: ca.pem", true, "/project/ca.pem")]
    [InlineData("cacert: ~/ca.pem", true, "/home/anna/ca.pem")]
    [InlineData("verify: /etc/ca.pem", true, "/etc/ca.pem")]
    [InlineData("verify: ./x\ncacert: ca.pem", true, "/project/ca.pem")]
    public void Verification(string lines, bool verify, string? authorities)
    {
        var activity = new ActivityList();
        var tls = MemorySources.WithLab(lines).Load(activity: activity).Tls;
        Assert.Equal((verify, authorities), (tls.Verify, tls.CaCertificatePath));
        Assert.Equal(verify ? 0 : 1, activity.Warnings.Count);
    }

    [Theory]
    [InlineData("verify: maybe")]
    [InlineData("insecure: perhaps")]
    public void Neither_yes_nor_no_is_an_error(string line) =>
        Assert.Contains("has to be true or false", MemorySources.WithLab(line).LoadFails().Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("verify: false\ncacert: /ca.pem", "'verify' (/project/clouds.yaml, line 11, column 13)")]
    [InlineData("insecure: true\ncacert: /ca.pem", "read and change all traffic. Its cacert is not used.")]
    [InlineData("insecure: true", "TLS certificates are not verified for cloud 'lab', as 'insecure' (/project/clouds.yaml, line 11, column 15)")]
    [InlineData("key: /k.pem", "a key without a cert")]
    public void Contradictions_are_warnings(string lines, string message)
    {
        var activity = new ActivityList();
        var tls = MemorySources.WithLab(lines).Load(activity: activity).Tls;
        Assert.Contains(message, Assert.Single(activity.Warnings), StringComparison.Ordinal);
        Assert.Null(tls.CaCertificatePath ?? tls.ClientKeyPath);
    }

    [Fact]
    public void Client_certificates()
    {
        var tls = MemorySources.WithLab("cert: ~/c.pem\nkey: k.pem").Load().Tls;
        Assert.Equal(("/home/anna/c.pem", "/project/k.pem"), (tls.ClientCertificatePath, tls.ClientKeyPath));
    }

    [Fact]
    public void TLS_from_variables()
    {
        var sources = new MemorySources().Variable("OS_AUTH_TYPE", "none").Variable("OS_CERT", "/c").Variable("OS_KEY", "/k");
        Assert.Equal(
            new TlsConfiguration { Verify = true, CaCertificatePath = "/ca", ClientCertificatePath = "/c", ClientKeyPath = "/k" },
            sources.Variable("OS_CACERT", "/ca").Load().Tls);
        Assert.False(sources.Variable("OS_INSECURE", "1").Load().Tls.Verify);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("api_timeout: 30", 30.0)]
    [InlineData("api_timeout: '2.5'", 2.5)]
    public void Timeout(string line, double? seconds) =>
        Assert.Equal(seconds, MemorySources.WithLab(line).Load().ApiTimeout?.TotalSeconds);

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("1e99")]
    [InlineData("NaN")]
    public void A_timeout_that_is_none_is_an_error(string value) =>
        Assert.Contains("api_timeout", MemorySources.WithLab("api_timeout: " + value).LoadFails().Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("block_storage_endpoint_override: http://a.example/\nvolumev3_endpoint_override: http://b.example", "http://a.example")]
    [InlineData("volumev3_endpoint_override: http://a.example\nvolume_endpoint_override: http://b.example", "http://a.example")]
    [InlineData("volume_endpoint_override: http://a.example", "http://a.example")]
    [InlineData("volumev2_endpoint: http://a.example", "http://a.example")]
    [InlineData("volume_endpoint_override: http://a.example\nblock_storage_endpoint: http://b.example", "http://a.example")]
    [InlineData("compute_endpoint_override: http://a.example", null)]
    public void A_setting_of_a_service_goes_by_its_official_name_first_and_then_by_its_aliases(string lines, string? expected)
    {
        var cloud = MemorySources.WithLab(lines).Load();
        Assert.Equal(expected, cloud.EndpointOverride("block-storage"));
        Assert.Equal(expected, cloud.EndpointOverride("volumev3"));
    }

    [Theory]
    [InlineData("compute_endpoint_override: nowhere")]
    [InlineData("image_endpoint_override: http://{nothing}/")]
    [InlineData("volumev3_endpoint: http://anna:s3cr3t@a.example")]
    public void The_URL_of_a_service_is_checked(string line)
    {
        var error = MemorySources.WithLab(line).LoadFails();
        Assert.Equal("CloudConfigInvalid", error.Id);
        Assert.StartsWith("The " + line.Split(':')[0], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_Keystone_every_service_is_at_the_endpoint()
    {
        var cloud = MemorySources.WithClouds(
            "clouds: {lab: {auth_type: admin_token, image_endpoint_override: http://i.example, auth: {token: t, endpoint: http://a.example}}}").Load();
        Assert.Equal(("http://a.example", "http://i.example"), (cloud.EndpointOverride("compute"), cloud.EndpointOverride("image")));
    }

    [Theory]
    [InlineData("compute_api_version: 2.79", "2.79", "2.79")]
    [InlineData("compute_api_version: '2'", "2", null)]
    [InlineData("compute_api_version: 2.0", "2.0", null)]
    [InlineData("compute_api_version: 2.latest", null, null)]
    [InlineData("compute_default_microversion: 2.45\ncompute_api_version: 2.1", "2.1", "2.45")]
    [InlineData("", null, null)]
    public void Versions(string lines, string? version, string? microversion)
    {
        var cloud = MemorySources.WithLab(lines).Load();
        Assert.Equal((version, microversion), (cloud.ApiVersion("compute"), cloud.DefaultMicroversion("compute")));
    }

    [Fact]
    public void Other_settings_of_services()
    {
        var cloud = MemorySources.WithLab(
            """
            region_name: one
            interface: [internalURL, public]
            image_interface: admin
            image_region_name: two
            volume_service_type: volumev2
            compute_service_name: nova2
            status_code_retries: 2
            image_status_code_retries: 5
            compute_connect_retries: -1
            """).Load();
        Assert.Equal(["internal", "public"], cloud.Interfaces("compute"));
        Assert.Equal(["admin"], cloud.Interfaces("image"));
        Assert.Equal(("one", "two"), (cloud.RegionOf("compute"), cloud.RegionOf("image")));
        Assert.Equal(("volumev2", "compute"), (cloud.ServiceType("block-storage"), cloud.ServiceType("compute")));
        Assert.Equal(("nova2", null), (cloud.ServiceName("compute"), cloud.ServiceName("image")));
        Assert.Equal((2, 5, null), (cloud.StatusCodeRetries("compute"), cloud.StatusCodeRetries("image"), cloud.ConnectRetries("compute")));
        Assert.Equal(["public"], MemorySources.WithLab().Load().Interfaces("compute"));
    }
}
