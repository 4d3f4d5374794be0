using System.Text.Json.Nodes;
using Hotstack.OpenStack.Configuration;
using Hotstack.OpenStack.Identity;
using Hotstack.Tests.OpenStack.Configuration;
using Xunit;

namespace Hotstack.Tests.OpenStack.Identity;

public class TokenRequestTests
{
    private const string Anna = "username: anna, user_domain_name: U, password: pw";
    private const string AnnaJson =
        """{"methods":["password"],"password":{"user":{"name":"anna","domain":{"name":"U"},"password":"pw"}}}""";

    private static TokenRequest Request(string auth, string url = "http://a.example/v3") =>
        TokenRequest.From(MemorySources.WithClouds($"clouds: {{lab: {{auth: {{auth_url: '{url}', {auth}}}}}}}").Load());

    [Theory]
    [InlineData(Anna, AnnaJson)]
    [InlineData("user_id: u1, password: pw", """{"methods":["password"],"password":{"user":{"id":"u1","password":"pw"}}}""")]
    [InlineData("user_id: u1, username: anna, user_domain_id: d, password: pw", """{"methods":["password"],"password":{"user":{"id":"u1","password":"pw"}}}""")]
    [InlineData("username: anna, user_domain_id: d, user_domain_name: D, password: pw", """{"methods":["password"],"password":{"user":{"name":"anna","domain":{"id":"d"},"password":"pw"}}}""")]
    [InlineData("token: t1", """{"methods":["token"],"token":{"id":"t1"}}""")]
    [InlineData("application_credential_id: i, application_credential_secret: s, project_name: p", """{"methods":["application_credential"],"application_credential":{"id":"i","secret":"s"}}""")]
    [InlineData("application_credential_name: n, application_credential_secret: s, user_id: u1", """{"methods":["application_credential"],"application_credential":{"name":"n","user":{"id":"u1"},"secret":"s"}}""")]
    [InlineData("application_credential_name: n, application_credential_secret: s, username: anna, domain_name: U", """{"methods":["application_credential"],"application_credential":{"name":"n","user":{"name":"anna","domain":{"name":"U"}},"secret":"s"}}""")]
    public void Who_asks(string auth, string identity) =>
        Assert.Equal($$$"""{"auth":{"identity":{{{identity}}}}}""", Request(auth).Body.ToJsonString());

    [Theory]
    [InlineData("project_id: p1, project_name: p", """{"project":{"id":"p1"}}""")]
    [InlineData("project_name: p, project_domain_name: P", """{"project":{"name":"p","domain":{"name":"P"}}}""")]
    [InlineData("project_name: p, project_domain_id: d", """{"project":{"name":"p","domain":{"id":"d"}}}""")]
    [InlineData("domain_id: d", """{"domain":{"id":"d"}}""")]
    [InlineData("domain_name: D", """{"domain":{"name":"D"}}""")]
    [InlineData("trust_id: t", """{"OS-TRUST:trust":{"id":"t"}}""")]
    public void What_the_token_is_good_for(string scope, string json)
    {
        Assert.Equal($$$"""{"auth":{"identity":{{{AnnaJson}}},"scope":{{{json}}}}}""", Request($"{Anna}, {scope}").Body.ToJsonString());
        Assert.Equal(json, Request($"token: t1, {scope}").Body["auth"]!["scope"]!.ToJsonString());
    }

    [Theory]
    [InlineData("http://a.example", "http://a.example/v3/auth/tokens")]
    [InlineData("http://a.example:5000/", "http://a.example:5000/v3/auth/tokens")]
    [InlineData("http://a.example/v3", "http://a.example/v3/auth/tokens")]
    [InlineData("http://a.example/identity/v3//", "http://a.example/identity/v3/auth/tokens")]
    [InlineData("https://a.example/identity", "https://a.example/identity/v3/auth/tokens")]
    [InlineData("https://[fd00::1]:5000/v3", "https://[fd00::1]:5000/v3/auth/tokens")]
    public void Where_it_goes(string url, string expected) => Assert.Equal(expected, Request(Anna, url).Url.AbsoluteUri);

    [Fact]
    public void Its_text_holds_no_secret_and_its_body_cannot_be_changed()
    {
        var request = Request(Anna);
        Assert.Equal("POST http://a.example/v3/auth/tokens", request.ToString());
        request.Body["auth"] = JsonValue.Create("changed");
        Assert.Contains("anna", request.Body.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AuthTypes.AdminToken)]
    [InlineData(AuthTypes.None)]
    public void There_is_none_without_Keystone(string type) =>
        Assert.Throws<ArgumentException>(() => TokenRequest.From(new CloudConfiguration { Name = "lab", AuthType = type }));

    [Fact]
    public void A_value_that_is_not_there_is_named()
    {
        var cloud = new CloudConfiguration { Name = "lab", AuthType = AuthTypes.Password,
            Auth = new Dictionary<string, string> { ["username"] = "anna" } };
        var error = Assert.Throws<HotstackException>(() => TokenRequest.From(cloud));
        Assert.Equal("CloudConfigInvalid", error.Id);
        Golden.Message(error);
    }
}
