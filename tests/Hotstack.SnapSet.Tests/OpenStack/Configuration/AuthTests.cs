using Xunit;

namespace Hotstack.Tests.OpenStack.Configuration;

public class AuthTests
{
    private static MemorySources Lab(string auth, string authType = "") =>
        MemorySources.WithClouds($"clouds: {{lab: {{auth_type: {authType}, auth: {{{auth}}}}}}}");

    [Theory]
    [InlineData("auth_url: http://a.example, username: a, password: b", "", "password")]
    [InlineData("auth_url: http://a.example, username: a, password: b", "v3password", "password")]
    [InlineData("auth_url: http://a.example, username: a, password: b, token: t", "", "password")]
    [InlineData("auth_url: http://a.example, token: t", "", "token")]
    [InlineData("auth_url: http://a.example, token: t", "V3Token", "token")]
    [InlineData("auth_url: http://a.example, auth_token: t", "", "token")]
    [InlineData("auth_url: http://a.example, application_credential_id: i, application_credential_secret: s", "", "v3applicationcredential")]
    [InlineData("auth_url: http://a.example, application_credential_id: i, application_credential_secret: s", "v3applicationcredential", "v3applicationcredential")]
    [InlineData("endpoint: http://a.example, token: t", "", "admin_token")]
    [InlineData("endpoint: http://a.example, token: t", "token_endpoint", "admin_token")]
    [InlineData("url: http://a.example, token: t", "admin_token", "admin_token")]
    [InlineData("endpoint: http://a.example", "none", "none")]
    [InlineData("", "None", "none")]
    public void The_type_is_the_one_named_or_what_the_values_suggest(string auth, string named, string expected)
    {
        var cloud = Lab(auth, named).Load();
        Assert.Equal(expected, cloud.AuthType);
        Assert.Equal(expected is not ("admin_token" or "none"), cloud.UsesKeystone);
    }

    [Theory]
    [InlineData("v2password", "version 2")]
    [InlineData("v2token", "version 2")]
    [InlineData("v3totp", "passcode")]
    [InlineData("v3multifactor", "passcode")]
    [InlineData("v3oidcpassword", "federated")]
    [InlineData("v3oidcclientcredentials", "federated")]
    [InlineData("v3samlpassword", "federated")]
    [InlineData("v3adfspassword", "federated")]
    [InlineData("v3kerberos", "federated")]
    [InlineData("http_basic", "not known")]
    [InlineData("pasword", "not known")]
    public void Other_types_are_refused_by_name(string named, string why)
    {
        var error = Lab("auth_url: http://a.example, username: a, password: b", named).LoadFails();
        Assert.Equal(("AuthTypeNotSupported", named), (error.Id, error.Target));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Golden.Message(error);
    }

    [Theory]
    [InlineData("", "", "lacks auth_url, username or user_id and password.")]
    [InlineData("auth_url: '', username: a, password: ", "", "lacks auth_url and password.")]
    [InlineData("auth_url: http://a.example, user_id: a", "", "lacks password.")]
    [InlineData("auth_url: http://a.example", "token", "lacks token.")]
    [InlineData("auth_url: http://a.example", "v3applicationcredential", "lacks application_credential_id or application_credential_name and application_credential_secret.")]
    [InlineData("auth_url: http://a.example, application_credential_name: n, application_credential_secret: s", "", "lacks username or user_id.")]
    [InlineData("", "admin_token", "lacks endpoint and token.")]
    public void All_that_is_missing_is_named_at_once(string auth, string type, string message)
    {
        var error = Lab(auth, type).LoadFails();
        Assert.Equal("CloudConfigInvalid", error.Id);
        Golden.Message(error);
        Assert.EndsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_variables_lack_is_named_as_a_variable()
    {
        var error = new MemorySources().Variable("OS_AUTH_URL", "http://a.example").Variable("OS_USERNAME", "anna").LoadFails();
        Golden.Message(error);
    }

    [Theory]
    [InlineData("keystone.example", "is not a URL")]
    [InlineData("/v3", "begins with file:")]
    [InlineData("ftp://a.example", "begins with ftp:")]
    [InlineData("https://anna:topsecret@a.example", "holds a user or password")]
    [InlineData("https://a.example?token=topsecret", "has a part after ?")]
    [InlineData("http://a.example:5000/v2.0/", "version 2 of the Identity API")]
    [InlineData("http://a b.example", "is not a URL")]
    public void The_auth_url_is_checked(string url, string problem)
    {
        var error = Lab($"auth_url: '{url}', username: a, password: b").LoadFails();
        Assert.Equal("CloudConfigInvalid", error.Id);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    // The domain beside a project fills in for both; an own one stays alone.
    [InlineData("project_name: p, domain_id: d", "project_domain_id=d user_domain_id=d")]
    [InlineData("project_name: p, domain_name: d, user_domain_id: u", "project_domain_name=d user_domain_id=u")]
    [InlineData("project_id: p, domain_name: d", "project_domain_name=d user_domain_name=d")]
    [InlineData("project_name: p, default_domain_id: d, project_domain_name: e", "default_domain_id=d project_domain_name=e user_domain_id=d")]
    [InlineData("project_name: p, default_domain_name: d", "default_domain_name=d project_domain_name=d user_domain_name=d")]
    [InlineData("project_name: p, default_domain: d", "default_domain=d project_domain_id=d user_domain_id=d")]
    [InlineData("project_name: p", "project_domain_id=default user_domain_id=default")]
    [InlineData("project_id: p", "user_domain_id=default")]
    // Without a project it is the scope.
    [InlineData("domain_name: d, user_domain_name: u", "domain_name=d user_domain_name=u")]
    [InlineData("domain_name: d", "domain_name=d user_domain_id=default")]
    public void Domains_are_filled_in(string lines, string expected)
    {
        var cloud = Lab($"auth_url: http://a.example, username: a, password: b, {lines}").Load();
        Assert.Equal(
            expected,
            string.Join(' ', cloud.Auth.Where(entry => entry.Key.Contains("domain", StringComparison.Ordinal))
                .OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}={entry.Value}")));
    }

    [Fact]
    public void Falling_back_to_the_default_domain_is_told()
    {
        var activity = new ActivityList();
        Lab("auth_url: http://a.example, username: a, password: b").Load(activity: activity);
        Assert.Contains(activity.Verboses, text => text.Contains("no user_domain_name or user_domain_id", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("project_name: p, trust_id: t", "project_name and trust_id")]
    [InlineData("project_id: p, system_scope: all", "project_id and system_scope")]
    [InlineData("domain_id: p, trust_id: t", "domain_id and trust_id")]
    public void Several_scopes_are_an_error(string lines, string named) =>
        Assert.Contains(
            $"several scopes at once, by {named};",
            Lab($"auth_url: http://a.example, username: a, password: b, {lines}").LoadFails().Message,
            StringComparison.Ordinal);

    [Fact]
    public void The_system_is_no_scope_for_us() =>
        Assert.Equal("ScopeNotSupported", Lab("auth_url: http://a.example, username: a, password: b, system_scope: all").LoadFails().Id);

    [Fact]
    public void An_application_credential_keeps_its_own_project()
    {
        var activity = new ActivityList();
        var cloud = Lab(
            "auth_url: http://a.example, application_credential_id: i, application_credential_secret: s,"
            + " project_name: p, project_domain_name: d, domain_id: u").Load(activity: activity);
        Assert.DoesNotContain(cloud.Auth.Keys, key => key is "project_name" or "project_domain_name" or "domain_id");
        Assert.Contains(activity.Verboses,
            text => text.Contains("ignoring project_name and project_domain_name", StringComparison.Ordinal));
    }

    [Fact]
    public void No_secret_shows_in_texts()
    {
        var activity = new ActivityList();
        var cloud = MemorySources.WithLab("password: 2-s3cr3t-Xy\nnote: 3-s3cr3t-Xy").Load(activity: activity);
        var sources = MemorySources.WithLab().Variable("OS_PASSWORD", "4-s3cr3t-Xy").Build();
        Assert.Equal("lab: password at https://keystone.example:5000/v3, from /project/clouds.yaml", cloud.ToString());
        Assert.DoesNotContain("s3cr3t", sources.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(activity.Verboses.Concat(activity.Warnings), text => text.Contains("s3cr3t", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("clouds: {lab: {auth: {password: s3cr3t, password: s3cr3t}}}")]
    [InlineData("clouds: {lab: {auth: {password: [s3cr3t]}}}")]
    [InlineData("clouds: {lab: {auth: {password: s3cr3t: x}}}")]
    [InlineData("clouds: {lab: {auth: {password: 's3cr3t}}}")]
    [InlineData("clouds: {lab: {auth: {password: \"s3cr3t\\q\"}}}")]
    [InlineData("clouds: {lab: {auth: {password: @s3cr3t}}}")]
    [InlineData("clouds: {lab: {auth: {password: %s3cr3t}}}")]
    [InlineData("clouds: {lab: {auth: {password: s3cr3t}}")]
    [InlineData("clouds: {lab: {auth: {password: s3cr3t}}}")]
    [InlineData("clouds: {lab: {auth: s3cr3t}}")]
    [InlineData("clouds: {lab: {auth: {password: s3cr3t}, regions: [[s3cr3t]]}}")]
    public void No_secret_shows_in_errors(string yaml) =>
        Assert.DoesNotContain("s3cr3t", MemorySources.WithClouds(yaml).LoadFails() is var e ? e + e.Hint : "", StringComparison.Ordinal);
}
