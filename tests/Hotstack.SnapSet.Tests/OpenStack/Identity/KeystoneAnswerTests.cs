using Hotstack.Http;
using Xunit;

namespace Hotstack.OpenStack.Identity;

/// <summary>Answers of Keystone that look like a wrong password and are not.</summary>
public sealed class KeystoneAnswerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""[["password", "totp"]]""", "password and totp")]
    [InlineData("""[["password", "totp"], ["password", "custom-auth"]]""", "password and totp, or password and custom-auth")]
    public async Task A_receipt_says_which_methods_are_wanted(string rules, string wanted)
    {
        using var handler = new ScriptedHandler(_ => ScriptedHandler.Answer(
            401,
            $$"""{"receipt": {"methods": ["password"], "user": {"id": "u1", "name": "anna-the-user"}, "expires_at": "2026-11-28T20:00:00Z"}, "required_auth_methods": {{rules}}}""",
            "application/json", "Openstack-Auth-Receipt: gAAAA-receipt"));
        using TokenSource tokens = handler.Tokens();

        var e = await Assert.ThrowsAsync<HotstackException>(() => tokens.GetAsync(Stop));

        Assert.Equal(("AuthMethodsMissing", ErrorCause.AuthenticationFailed), (e.Id, e.Cause));
        Assert.Contains(wanted, e.Message, StringComparison.Ordinal);
        Golden.Message(e);
        Assert.DoesNotContain("gAAAA-receipt", e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("anna-the-user", e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The resource could not be found.", "AuthUrlInvalid")]
    [InlineData("The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.", "AuthUrlInvalid")]
    [InlineData("Could not find Application Credential: 0.", "AuthenticationFailed")]
    [InlineData("Could not find user: anna.", "AuthenticationFailed")]
    [InlineData("This is not a recognized Fernet token", "AuthenticationFailed")]
    public async Task A_404_of_Keystone_is_about_the_address_or_about_the_user(string message, string id)
    {
        using var handler = new ScriptedHandler(_ => KeystoneScript.Error(404, message));
        using TokenSource tokens = handler.Tokens(KeystoneScript.Configuration("http://keystone.test/v3/v3"));

        var e = await Assert.ThrowsAsync<HotstackException>(() => tokens.GetAsync(Stop));

        Assert.Equal(id, e.Id);
    }
}
