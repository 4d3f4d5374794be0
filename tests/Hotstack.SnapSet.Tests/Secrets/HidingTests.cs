using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Hotstack.SecretsKept;

/// <summary>Secrets that are known, and others by their looks, in texts of services.</summary>
public sealed class HidingTests
{
    private const string Secret = "p&ss <w0rd>+\"ü/=?";

    public static TheoryData<string> Quotes =>
    [
        $"value '{Secret}' is wrong",
        $"value {Uri.EscapeDataString(Secret)}",
        $"value {WebUtility.UrlEncode(Secret)}",
        $"value {WebUtility.HtmlEncode(Secret)}",
        $"value {JsonSerializer.Serialize(Secret)}",
        $"value {JsonSerializer.Serialize(new { password = Secret })}",
        $"value {Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret))}",
        $"value {Convert.ToBase64String(Encoding.UTF8.GetBytes("a" + Secret + "bcd"))}",
        $"value {Convert.ToBase64String(Encoding.UTF8.GetBytes("anna:" + Secret))}",
        $"value {Convert.ToBase64String(Encoding.UTF8.GetBytes("ab" + Secret)).Replace('+', '-').Replace('/', '_')}",
    ];

    [Theory]
    [MemberData(nameof(Quotes))]
    public void A_secret_is_hidden_in_whatever_form(string text)
    {
        var detector = new LeakDetector(Secret, Secret[4..^4]);
        Assert.NotEmpty(detector.FoundIn(text));

        string hidden = Secrets.Hide(text, [Secret]);

        Assert.Empty(detector.FoundIn(hidden));
        Assert.StartsWith("value", hidden, StringComparison.Ordinal);
        Assert.Contains("***", hidden, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_secret_of_many_lines_each_is_hidden() => Assert.Equal(
        "line 3: *** ***", Secrets.Hide("line 3: MIIEvQIBADAN Bgkqhkiq2w0B",
            ["-----BEGIN KEY-----\nMIIEvQIBADAN\r\nBgkqhkiq2w0B\n-----END KEY-----\n"]));

    [Fact]
    public void A_word_is_no_secret() => Assert.Equal("the key abc is not", Secrets.Hide("the key abc is not", ["abc", "", "no"]));

    [Theory]
    [InlineData("could not log in as anna:hunter22@x", "could not log in as anna:hunter22@x")]
    [InlineData("GET https://anna:hunter22@proxy:3128/x failed", "GET https://***@proxy:3128/x failed")]
    [InlineData("Invalid input {'adminPass': 'hunter22x', 'name': 'a'}", "Invalid input {'adminPass': ***, 'name': 'a'}")]
    [InlineData("Invalid input {\"db_password\": \"hunter22x\"}", "Invalid input {\"db_password\": ***}")]
    [InlineData("bad line: password=hunter22", "bad line: password=***")]
    [InlineData("bad line: password: hunter22", "bad line: password: ***")]
    [InlineData("token gAAAAABmX3u-_abcdefghijklmnop= is gone", "token *** is gone")]
    [InlineData("token sha256~abcdefghijklmnopqrstuvw is gone", "token *** is gone")]
    [InlineData("token eyJhbGciOiJS.eyJpc3MiOiJrdWJl.c2ln is gone", "token *** is gone")]
    [InlineData("Authorization: Basic YW5uYTpodW50ZXI=", "Authorization: Basic ***")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIE", "***")]
    public void What_looks_like_a_secret_is_hidden(string text, string hidden) => Assert.Equal(hidden, LikelySecrets.Hide(text));

    [Theory]
    [InlineData("The password has expired.")]
    [InlineData("secrets \"pull-secret\" is forbidden: User \"system:anonymous\" cannot get resource \"secrets\"")]
    [InlineData("Invalid token: The token has expired")]
    [InlineData("Property error: : resources.master0.properties.user_data: Value must be a string")]
    [InlineData("Quota exceeded for instances: Requested 1, but already used 10 of 10 instances")]
    [InlineData("No valid host was found. There are not enough hosts available.")]
    public void Other_texts_stay_as_they_are(string text) => Assert.Equal(text, LikelySecrets.Hide(text));

    [Theory]
    [InlineData("password", true)]
    [InlineData("os_admin_password", true)]
    [InlineData("application_credential_secret", true)]
    [InlineData("pull_secret", true)]
    [InlineData("auth-token", true)]
    [InlineData("private_key", true)]
    [InlineData("pull_secret_files", true)]
    [InlineData("secret_profile", true)]
    [InlineData("pull_secret_file", false)]
    [InlineData("dataplane_ssh_private_key_file", false)]
    [InlineData("password_path", false)]
    [InlineData("dataplane_ssh_pub_key", false)]
    [InlineData("hw_disk_bus", false)]
    [InlineData("tokenFile", false)]
    [InlineData("key_name", false)]
    [InlineData("passthrough", false)]
    [InlineData("os_require_quiesce", false)]
    public void Names_tell_what_is_secret(string name, bool isSecret) => Assert.Equal(isSecret, LikelySecrets.IsNameOfOne(name));
}
