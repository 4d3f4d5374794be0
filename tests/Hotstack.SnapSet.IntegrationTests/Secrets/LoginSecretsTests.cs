using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Hotstack.OpenShift.Login;
using Xunit;

namespace Hotstack.SecretsKept;

/// <summary>What a login is given, and what it gives, is nowhere to be seen: also where the program, the issuer or the cluster says it.</summary>
public sealed class LoginSecretsTests : IDisposable
{
    private const string Token = "pLuGiN-T0ken-of-anna";
    private const string Value = "vAlUe-of-a-variable-7";
    private const string Argument = "aRgUmEnT-secret-42";
    private const string Refresh = "rEfReSh-token-of-anna";
    private const string Client = "cLiEnT-secret-of-kube";
    private const string IdToken = "e30.eyJleHAiOjk5OTk5OTk5OTl9.iDtOkEn0signature";

    private static readonly LeakDetector Detector = new(Token, Value, Argument, Refresh, Client, "iDtOkEn0signature",
        Identities.EcKey.Split('\n')[1].Trim());

    private readonly RecordingActivity _activity = new();
    private readonly ManualClock _clock = new(Identities.Now);
    private ScriptedPlugin? _plugin;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>What the program does beside, and what the server answers; {0} stands for what it was sent.</summary>
    public static TheoryData<string, int, string> Programs => new()
    {
        { ScriptedPlugin.Answer(Token), 200, "{}" },
        { ScriptedPlugin.Answer(Token), 401, """{"message":"no such token: {0}"}""" },
        { ScriptedPlugin.Answer(Token), 403, """{"message":"{0} may not"}""" },
        { $"env >&2; echo \"$@\" >&2; {ScriptedPlugin.Answer(Token)}", 200, "{}" },
        { "env >&2; echo \"$@\" >&2; exit 1", 200, "{}" },
        { $"{ScriptedPlugin.Answer(Token)}\necho {Token} >&2; exit 1", 200, "{}" },
        { $"echo {Token}", 200, "{}" },
        { $"echo '{{\"kind\":\"{Token}\",\"apiVersion\":\"{Token}\"'", 200, "{}" },
        { $"echo '{{\"kind\":\"ExecCredential\",\"apiVersion\":\"{Token}\"}}'", 200, "{}" },
        { $"cat <<'E'\n{ExecAnswers.Certified(Identities.RsaCertificate, Identities.EcKey)}\nE", 200, "{}" },
        { $"cat <<'E'\n{ExecAnswers.Certified(Identities.EcCertificate, Identities.EcKey)}\nE", 401, """{"message":"{0}"}""" },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Of_a_program(string script, int status, string answer)
    {
        Assert.SkipUnless(ScriptedPlugin.IsPossible, "needs a shell");
        _plugin = new ScriptedPlugin(script);
        var plugin = new ExecPlugin
        {
            Title = "user anna (/f)", Command = _plugin.Program, ApiVersion = "client.authentication.k8s.io/v1",
            Arguments = [$"--client-secret={Argument}", "--password", Argument], Variables = [new("SETTING", Value)],
        };

        await MustBeKeptAsync(Configuration with { Exec = plugin },
            sent => ScriptedHandler.Answer(status,
            answer.Replace("{0}", sent.Headers.Replace("\n", " ", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal)
            .Replace("\"", "'", StringComparison.Ordinal), StringComparison.Ordinal)));
    }

    /// <summary>What the issuer answers; {0} stands for what it was sent.</summary>
    [Theory]
    [InlineData(200, $$"""{"id_token":"{{IdToken}}","refresh_token":"{{Refresh}}-next"}""", 200)]
    [InlineData(200, $$"""{"id_token":"{{IdToken}}"}""", 401)]
    [InlineData(400, """{"error":"invalid_grant","error_description":"{0}"}""", 200)]
    [InlineData(500, """{"error":"{0}"}""", 200)]
    [InlineData(200, """["{0}"]""", 200)]
    [InlineData(200, "{0}", 200)]
    public async Task Of_an_issuer(int status, string answer, int clusterStatus)
    {
        var provider = new OidcProvider
        {
            Title = "user anna (/f)", Issuer = new Uri($"https://login.test/{Guid.NewGuid():N}"), ClientId = "kube", ClientSecret = Client,
                RefreshToken = Refresh, Tls = new TlsConfiguration(),
        };
        using var issuer = new ScriptedHandler(
            _ => ScriptedHandler.Answer(200, """{"token_endpoint":"https://login.test/token"}"""),
            sent => ScriptedHandler.Answer(status,
                answer.Replace("{0}", sent.Body + sent.Headers.Replace("\n", " ", StringComparison.Ordinal)
                .Replace("\r", "", StringComparison.Ordinal), StringComparison.Ordinal)))
        {
            Clock = _clock,
        };
        _clock.AutoAdvance = true;
        using var session = new LoginSession(new OidcLogin(provider, () => issuer.Api(_activity), _activity, _clock),
            _ => throw new InvalidOperationException(), _clock);
        using var cluster = new ScriptedHandler(
            sent => ScriptedHandler.Answer(clusterStatus,
            $$"""{"message":"{{sent.Headers.Replace("\n", " ", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal)}}"}""")) { Clock = _clock };
        var link = new ClusterLink();
        link.Open(Configuration with { Oidc = provider }, cluster.Api(_activity), new Credentials(Configuration with { Oidc = provider }, _clock), session);
        var api = new KubernetesApi(link, new ServerClock(_clock), new NewObjects(_clock));

        MustBeKept(await Record.ExceptionAsync(() => api.GetTextAsync("version", Stop)));
    }

    public void Dispose() => _plugin?.Dispose();

    private static ClusterConfiguration Configuration => new()
    {
        Context = "lab", ClusterName = "lab", Server = new Uri("https://api.test:6443"),
            Tls = new TlsConfiguration { Hints = ConnectionHints.Kubeconfig },
    };

    private async Task MustBeKeptAsync(ClusterConfiguration configuration, Func<Sent, HttpResponseMessage> answer)
    {
        var wire = new ScriptedHandler(answer) { Clock = _clock };
        var login = new ExecLogin(configuration.Exec!, configuration, _activity, _clock) { HasTerminal = () => false };
        using var session = new LoginSession(login, _ => new ScriptedHandler(answer) { Clock = _clock }.Api(_activity), _clock);
        var link = new ClusterLink();
        link.Open(configuration, wire.Api(_activity), new Credentials(configuration, _clock), session);
        var api = new KubernetesApi(link, new ServerClock(_clock), new NewObjects(_clock));

        MustBeKept(await Record.ExceptionAsync(() => api.GetTextAsync("version", Stop)), configuration.ToString());
    }

    private void MustBeKept(Exception? failure, string more = "")
    {
        string all = $"{LeakDetector.Shown(failure)}\n{string.Join('\n', _activity.Everything)}\n{string.Join('\n', _activity.Reports)}\n{more}";
        Assert.Empty(Detector.FoundIn(all));
    }
}
