using Hotstack.OpenStack.Configuration;
using Xunit;

namespace Hotstack.Tests.OpenStack.Configuration;

public class CredentialTests
{
    private const string Id = "0123456789abcdef0123456789ABCDEF";

    [Fact]
    public void It_counts_before_user_and_password_of_the_file()
    {
        CloudConfiguration cloud = Load("auth_url: http://a.example, user_id: u1, password: old, project_id: p");
        Assert.Equal(("anna", "n3w-secret"), (cloud.Auth["username"], cloud.Auth["password"]));
        Assert.False(cloud.Auth.ContainsKey("user_id"));
        Assert.True(cloud.HasGivenCredential);
    }

    [Fact]
    public void With_it_the_file_needs_neither() =>
        Assert.Equal(
            "n3w-secret",
            Load("auth_url: http://a.example, project_name: p, user_domain_name: Default, project_domain_name: Default").Auth["password"]);

    [Theory]
    [InlineData(Id, "application_credential_id", "application_credential_name")]
    [InlineData("snapshots", "application_credential_name", "application_credential_id")]
    public void Of_an_application_credential_it_is_id_or_name_and_secret(string name, string set, string unset)
    {
        CloudConfiguration cloud = Load(
            "auth_url: http://a.example, user_id: u, application_credential_id: x, application_credential_secret: old",
                "v3applicationcredential", name);
        Assert.Equal((name, "n3w-secret"), (cloud.Auth[set], cloud.Auth["application_credential_secret"]));
        Assert.False(cloud.Auth.ContainsKey(unset));
    }

    [Fact]
    public void The_name_of_an_application_credential_needs_its_user()
    {
        HotstackException error = Fails("auth_url: http://a.example", "v3applicationcredential", "snapshots");
        Assert.Equal("CloudConfigInvalid", error.Id);
        Golden.Message(error);
    }

    [Theory]
    [InlineData("auth_url: http://a.example, token: t", "", "authenticates by token")]
    [InlineData("endpoint: http://a.example, token: t", "admin_token", "authenticates by admin_token")]
    [InlineData("endpoint: http://a.example", "none", "authenticates by none")]
    public void Where_there_is_no_place_for_it_it_is_refused(string auth, string type, string why)
    {
        HotstackException error = Fails(auth, type, "anna");
        Assert.Equal((ErrorCause.InputInvalid, "CredentialNotUsable", "lab"), (error.Cause, error.Id, error.Target));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Golden.Message(error);
    }

    [Theory]
    [InlineData("", "n3w-secret", "user name")]
    [InlineData("anna", "", "password")]
    public void Both_of_its_parts_are_needed(string name, string secret, string missing)
    {
        HotstackException error = Assert.Throws<HotstackException>(() => Load("auth_url: http://a.example", "", name, secret));
        Assert.Equal("CredentialNotUsable", error.Id);
        Assert.Contains(missing, error.Message, StringComparison.Ordinal);
        Golden.Message(error);
    }

    [Fact]
    public void Its_secret_is_told_nowhere()
    {
        var activity = new RecordingActivity();
        new CloudConfigurationLoader(Lab("auth_url: http://a.example, project_id: p").Build()).Load("lab", null, activity,
            new("anna", "n3w-secret"));
        Assert.Contains(activity.Steps, step => step.EndsWith("as anna.", StringComparison.Ordinal));
        Assert.DoesNotContain(activity.Everything, line => line.Contains("n3w-secret", StringComparison.Ordinal));
        Assert.DoesNotContain("n3w-secret", new CloudCredential("anna", "n3w-secret").ToString(), StringComparison.Ordinal);
    }

    private static CloudConfiguration Load(string auth, string type = "", string name = "anna", string secret = "n3w-secret") =>
        new CloudConfigurationLoader(Lab(auth, type).Build()).Load("lab", null, null, new CloudCredential(name, secret));

    private static HotstackException Fails(string auth, string type, string name) =>
        Assert.Throws<HotstackException>(() => Load(auth, type, name));

    private static MemorySources Lab(string auth, string type = "") =>
        MemorySources.WithClouds($"clouds: {{lab: {{auth_type: {type}, auth: {{{auth}}}}}}}");
}
