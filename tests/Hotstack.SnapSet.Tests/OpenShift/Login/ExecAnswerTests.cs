using System.Text;
using Hotstack.OpenShift.Configuration;
using Xunit;

namespace Hotstack.OpenShift.Login;

/// <summary>What a plugin may answer. Each row was tried with kubectl 1.32, but where it says otherwise.</summary>
public sealed class ExecAnswerTests
{
    private const string Head = """
        "kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"
        """;

    private static readonly ExecPlugin Plugin = new() { Title = "user anna (/f)", Command = "login",
        ApiVersion = "client.authentication.k8s.io/v1" };

    [Theory]
    [InlineData("{" + Head + ""","status":{"token":"s3cr3t-Xy"}}""")]
    [InlineData("\n {" + Head + ""","status":{"token":"s3cr3t-Xy"}}""" + "\n\n")]
    [InlineData("\ufeff{" + Head + ""","status":{"token":"s3cr3t-Xy"}}""")] // kubectl does not bear the mark
    [InlineData("""{"apiVersion":"client.authentication.k8s.io/v1","status":{"token":"s3cr3t-Xy"}}""")]
    [InlineData("{" + Head + ""","spec":{"interactive":false},"unknown":[{}],"status":{"token":"s3cr3t-Xy","unknown":1,"clientCertificateData":"","expirationTimestamp":null}}""")]
    [InlineData("apiVersion: client.authentication.k8s.io/v1\nkind: ExecCredential\nstatus: {token: s3cr3t-Xy}\n")]
    [InlineData("{" + Head + ""","status":{"token":"s3cr3t-Xy\n"}}""")] // kubectl cannot send it
    public void A_token_is_taken(string output)
    {
        LoginCredential credential = Read(output);

        Assert.Equal(("s3cr3t-Xy", null, null), (credential.Token, credential.Certificate, credential.ExpiresAt));
        Assert.DoesNotContain("s3cr3t", credential.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-03-01T13:00:00Z", 13)]
    [InlineData("2026-03-01T13:00:00.123456789Z", 13)]
    [InlineData("2026-03-01T15:00:00+02:00", 13)]
    [InlineData("2020-01-01T00:00:00Z", -54024)]
    public void Its_time_is_read(string time, int hours) => Assert.Equal(
        new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddHours(hours),
        Read("{" + Head + $",\"status\":{{\"token\":\"t\",\"expirationTimestamp\":\"{time}\"}}}}").ExpiresAt);

    [Fact]
    public void A_certificate_is_taken_and_ends_with_its_time()
    {
        LoginCredential credential = Read(ExecAnswers.Certified(Identities.EcCertificate, Identities.EcKey, "2036-01-01T00:00:00Z"));

        Assert.Equal(new LoginCertificate(Identities.EcCertificate, Identities.EcKey), credential.Certificate);
        Assert.Equal((null, Identities.NotAfter), (credential.Token, credential.ExpiresAt));
        Assert.DoesNotContain("BEGIN", $"{credential} {credential.Certificate}", StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Refused => new()
    {
        { "", "wrote nothing to its output" },
        { " \n", "wrote nothing to its output" },
        { "hello s3cr3t", "did not write an ExecCredential" },
        { "[s3cr3t]", "did not write an ExecCredential" },
        { "hello: [s3cr3t", "wrote neither JSON nor YAML" },
        { "{" + Head + ""","status":{"token":"s3cr3t"}} x""", "wrote neither JSON nor YAML" },
        { "{" + Head + ""","status":{"token":"s3cr3t"}}{}""", "wrote neither JSON nor YAML" },
        { "Welcome!\n{" + Head + ""","status":{"token":"s3cr3t"}}""", "" },
        { "{" + Head + ""","status":{"token":"s3cr3t"},"status":{}}""", "wrote neither JSON nor YAML" }, // kubectl takes the last
        { """{"kind":"s3cr3t","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t"}}""",
            "of another kind than ExecCredential" },
        { """{"kind":"ExecCredential","status":{"token":"s3cr3t"}}""", "of another version than client.authentication.k8s.io/v1, which" },
        { """{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"s3cr3t"}}""",
            "of another version" },
        { """{"kind":"ExecCredential","apiVersion":["s3cr3t"],"status":{"token":"s3cr3t"}}""", "wrote neither JSON nor YAML" },
        { "{" + Head + "}", "without a status" },
        { "{" + Head + ""","status":null}""", "without a status" },
        { "{" + Head + ""","Status":{"Token":"s3cr3t"}}""", "without a status" },
        { "{" + Head + ""","status":["s3cr3t"]}""", "wrote neither JSON nor YAML" },
        { "{" + Head + ""","status":{}}""", "neither a token nor a client certificate" },
        { "{" + Head + ""","status":{"token":""}}""", "neither a token nor a client certificate" },
        { "{" + Head + ""","status":{"token":{"a":"s3cr3t"}}}""", "wrote neither JSON nor YAML" },
        { "{" + Head + ""","status":{"token":"s3cr3t Xy"}}""", "gave a token that is not valid: it holds blanks" },
        { "{" + Head + ""","status":{"token":"s3cr3t","expirationTimestamp":"tomorrow s3cr3t"}}""", "not a time of RFC 3339" },
        { "{" + Head + ""","status":{"token":"s3cr3t","expirationTimestamp":"2026-03-01 13:00"}}""", "not a time of RFC 3339" },
        { "{" + Head + ""","status":{"token":"s3cr3t","expirationTimestamp":"2026-13-01T13:00:00Z"}}""", "not a time of RFC 3339" },
        { "{" + Head + ""","status":{"token":"s3cr3t","clientCertificateData":"x"}}""", "a client certificate without its key" },
        { "{" + Head + ""","status":{"token":"s3cr3t","clientKeyData":"x"}}""", "a client key without its certificate" },
        { ExecAnswers.Certified("s3cr3t", "s3cr3t"), "a client certificate that cannot be used: it holds no certificate" },
        { ExecAnswers.Certified(Identities.RsaCertificate, Identities.EcKey), "cannot be used" },
        { ExecAnswers.Certified(Identities.EcCertificate, "s3cr3t"), "there is no private key" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Other_answers_are_refused_and_not_shown(string output, string problem)
    {
        LoginException error = Assert.Throws<LoginException>(() => Read(output));

        Assert.Equal(("ExecPluginAnswerInvalid", ErrorCause.ResponseInvalid, "login"), (error.Id, error.Cause, error.Target));
        Golden.Message(error);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error + error.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY-----", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_expired_certificate_is_refused_with_its_time() => Assert.Contains(
        "expired at 2026-03-11 12:00Z",
        Assert.Throws<LoginException>(
            () => Read(ExecAnswers.Certified(Identities.EcCertificate, Identities.EcKey), Identities.Now.AddDays(11))).Message,
            StringComparison.Ordinal);

    private static LoginCredential Read(string output, DateTimeOffset? now = null) =>
        ExecAnswer.Read(Encoding.UTF8.GetBytes(output), Plugin, new ManualClock(now ?? Identities.Now));
}
