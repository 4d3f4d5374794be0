using System.Globalization;
using Hotstack.Http;
using Hotstack.OpenStack.Configuration;
using Hotstack.OpenStack.Identity;

namespace Hotstack.OpenStack;

/// <summary>A Keystone in a few lines, and a configuration that leads to it.</summary>
internal static class KeystoneScript
{
    public const string Password = "s3cr3t-Xy";

    public static CloudConfiguration Configuration(string authUrl = "http://keystone.test/v3",
        params (string Key, string Value)[] settings) => new()
    {
        Name = "lab",
        AuthType = AuthTypes.Password,
        SourceFile = "/home/anna/clouds.yaml",
        Auth = new Dictionary<string, string>
        {
            ["auth_url"] = authUrl, ["username"] = "anna", ["user_domain_name"] = "Default", ["password"] = Password,
            ["project_name"] = "hot", ["project_domain_name"] = "Default",
        },
        Settings = settings.ToDictionary(s => s.Key, s => s.Value),
    };

    public static CloudConfiguration WithAuth(this CloudConfiguration configuration, string authType,
        params (string Key, string Value)[] auth) =>
        configuration with
        {
            AuthType = authType,
            Auth = auth.Append(("auth_url", configuration.Auth["auth_url"])).ToDictionary(a => a.Item1, a => a.Item2),
        };

    /// <summary>The answer that is a token.</summary>
    /// <param name="value">The secret.</param>
    /// <param name="expiresAt">As Keystone writes it, or leaves out.</param>
    /// <param name="scope">What stands in the token for its scope.</param>
    public static HttpResponseMessage Token(string value, string? expiresAt = null, string? scope = null) => ScriptedHandler.Answer(
        201,
        $$$"""
        {"token": {"methods": ["password"], "user": {"id": "u", "name": "anna"},
          "expires_at": {{{(expiresAt is null ? "null" : $"\"{expiresAt}\"")}}},
          {{{scope ?? """ "project": {"id": "p1", "name": "hot", "domain": {"id": "default", "name": "Default"}}, """}}}
          "catalog": [
            {"type": "image", "name": "glance", "endpoints": [{"interface": "public", "region_id": "one", "url": "http://glance.test"}]},
            {"type": "compute", "name": "nova", "endpoints": [{"interface": "public", "region_id": "one", "url": "http://nova.test/v2.1"}]},
            {"type": "volumev2", "name": "cinderv2", "endpoints": [{"interface": "public", "region_id": "one", "url": "http://cinder.test/v2/p1"}]},
            {"type": "volumev3", "name": "cinderv3", "endpoints": [{"interface": "public", "region_id": "one", "url": "http://cinder.test/v3/p1"}]}]}}
        """,
        "application/json",
        $"X-Subject-Token: {value}");

    /// <summary>An error in Keystone's words.</summary>
    public static HttpResponseMessage Error(int status, string message) => ScriptedHandler.Answer(
        status, $$$"""{"error": {"code": {{{status}}}, "message": "{{{message}}}", "title": "Some Title"}}""");

    public static string In(this TimeProvider clock, TimeSpan span, string end = "Z") =>
        (clock.GetUtcNow() + span).ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture) + end;

    public static TokenSource Tokens(this ScriptedHandler handler, CloudConfiguration? configuration = null, IActivity? activity = null) =>
        new(configuration ?? Configuration(), handler.Api(activity), handler.Clock);
}
