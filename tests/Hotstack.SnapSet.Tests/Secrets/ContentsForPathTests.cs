using System.Security.Cryptography;
using Hotstack.Configuration;
using Hotstack.Deployments;
using Hotstack.Http;
using Hotstack.OpenShift.Configuration;
using Hotstack.Templates;
using Hotstack.Tests.OpenStack.Configuration;
using Xunit;

namespace Hotstack.SecretsKept;

/// <summary>What a file holds, put where its path belongs: told as that, and never shown.</summary>
public sealed class ContentsForPathTests
{
    private const string Body = "MHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04fSeQ6tF1aY5mJoAoGCCqGSM49";
    private const string Pem = $"-----BEGIN EC PRIVATE KEY-----\n{Body}\n-----END EC PRIVATE KEY-----\n";
    private const string Token = "eyJhbGciOiJSUzI1NiIsImtpZCI6IlhZIn0.eyJzdWIiOiJzeXN0ZW06c2EifQ.c2lnbmF0dXJlWHk5";

    private readonly RecordingActivity _activity = new();

    /// <summary>Each with what of it must not show.</summary>
    public static TheoryData<string, string, string> Contents => new()
    {
        { Pem, Body, "holds PEM text in place of the path" },
        { Pem.Replace("\n", "\r\n", StringComparison.Ordinal), Body, "holds PEM text in place of the path" },
        { Pem.Replace("\n", " ", StringComparison.Ordinal), Body, "holds PEM text in place of the path" },
        { Pem.Replace("\n", "\\n", StringComparison.Ordinal), Body, "holds PEM text in place of the path" },
        { $"Bag Attributes\n{Pem}", Body, "holds PEM text in place of the path" },
        { $"{Body}\n{Body}", Body, "holds text of several lines in place of the path" },
        { "hunter2\n", "hunter2", "holds text of several lines in place of the path" },
        { Body, Body, "the value is not shown" },
        { Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Pem)), "LS0tLS1CRUdJTi", "the value is not shown" },
        { Token, "c2lnbmF0dXJlWHk5", "the value is not shown" },
        { "sha256~a9dQ3kTnq0b7Zp_XxV2mYw", "a9dQ3kTnq0b7Zp", "the value is not shown" },
        { "gAAAAABlY2xvdWRzLXRva2VuLWZlcm5ldA", "ZXJuZX", "the value is not shown" },
        { "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "9f86d081", "the value is not shown" },
        { "https://anna:hunter2@host/ca.pem", "hunter2", "the value is not shown" },
    };

    [Theory, MemberData(nameof(Contents))]
    public void In_clouds_yaml(string content, string secret, string told)
    {
        foreach (string lines in new[] { "cacert: {0}", "cert: {0}", "cert: /c.pem\nkey: {0}", "verify: {0}" })
        {
            string text = string.Format(null, lines, Quoted(content));
            var e = Assert.Throws<HotstackException>(() => MemorySources.WithLab(text).Load(activity: _activity));

            if (lines.StartsWith("verify", StringComparison.Ordinal)
                && !e.Message.Contains("in place of the path", StringComparison.Ordinal)
                && !e.Message.Contains("the value is not shown", StringComparison.OrdinalIgnoreCase))
            {
                Assert.Contains("has to be true or false", e.Message, StringComparison.Ordinal);
                told = PathValue.NotShown;
            }

            Hides(e, secret);
            Assert.Equal("CloudConfigInvalid", e.Id);
            Assert.Contains(told, e.Message, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("/project/clouds.yaml", e.Message, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Contents))]
    public void In_a_variable(string content, string secret, string told)
    {
        foreach (string name in new[] { "OS_CACERT", "OS_CERT", "OS_KEY" })
        {
            var sources = new MemorySources().Variable("OS_AUTH_TYPE", "none").Variable("OS_ENDPOINT", "https://ironic.test")
                .Variable("OS_CERT", "/c.pem");

            var e = Assert.Throws<HotstackException>(() => sources.Variable(name, content).Load(activity: _activity));

            Hides(e, secret);
            Assert.Contains(told, e.Message, StringComparison.OrdinalIgnoreCase);
            Assert.Contains(name, e.Message, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Contents))]
    public void In_a_kubeconfig(string content, string secret, string told)
    {
        foreach ((string user, string cluster) in new[]
        {
            ($"client-key: {Quoted(content)}\nclient-certificate: /c.pem", ""),
            ($"client-certificate: {Quoted(content)}\nclient-key: /k.pem", ""),
            ($"tokenFile: {Quoted(content)}", ""),
            ($"tokenFile: {Quoted(content)}\ntoken: abc", ""),
            ("token: abc", $"\ncertificate-authority: {Quoted(content)}"),
        })
        {
            MemorySources sources = KubeconfigFixture.Home(KubeconfigFixture.Yaml(user, "server: https://api.lab.example:6443" + cluster))
                .File("/c.pem", Identities.EcCertificate);

            var e = Assert.Throws<HotstackException>(() => new KubeconfigLoader(sources.Build()).Load(null, null, _activity));

            Hides(e, secret);
            Assert.Equal("KubeconfigInvalid", e.Id);
            Assert.Contains(told, e.Message, StringComparison.OrdinalIgnoreCase);
            Assert.Contains(KubeconfigFixture.HomeFile, e.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A list of paths is split at colons, and a piece of a file's contents could be a token alone.</summary>
    [Theory]
    [InlineData("KUBECONFIG", "apiVersion: v1\nusers:\n- name: a\n  user:\n    token: hunter2-Xy")]
    [InlineData("OS_CLIENT_CONFIG_FILE", "clouds:\n  lab:\n    auth: {password: hunter2-Xy}")]
    [InlineData("OS_CLIENT_SECURE_FILE", "clouds:\n  lab:\n    auth: {password: hunter2-Xy}")]
    public void In_a_variable_that_names_a_file_of_configuration(string name, string content)
    {
        MemorySources sources = MemorySources.WithLab().Variable(name, content);

        var e = Assert.Throws<HotstackException>(() => _ = name == "KUBECONFIG"
            ? (object)new KubeconfigLoader(sources.Build()).Load(null, null, _activity)
            : sources.Load(activity: _activity));

        Hides(e, "hunter2-Xy");
        Golden.Message(e);
        Assert.Contains(name, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_used_is_not_looked_at()
    {
        string key = $"key: {Quoted(Pem)}\ncacert: {Quoted(Pem)}\nverify: false";

        Assert.False(MemorySources.WithLab(key).Load(activity: _activity).Tls.Verify);

        Assert.DoesNotContain(Body, string.Concat(_activity.Everything), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Contents))]
    public void Where_files_are_opened(string content, string secret, string told)
    {
        _ = told;
        foreach (Action use in new Action[]
        {
            () => InputFile.ReadText(content),
            () => InputFile.ReadText("/nonexistent/" + content),
            () => HttpTransport.Create(new() { CaCertificatePath = "/nonexistent/" + content }),
            () => HttpTransport.Create(new() { ClientCertificatePath = "/nonexistent/" + content, ClientKeyPath = content }),
            () => SnapSetFile.Read(content),
            () => ParameterFile.Read(content),
        })
        {
            Hides(Assert.ThrowsAny<Exception>(use), secret);
        }
    }

    [Theory]
    [InlineData("/etc/openstack/clouds.yaml")]
    [InlineData("~/.config/openstack/hs-multi-ca-2026-11-28.pem")]
    [InlineData("/home/anna/.kube/649416c7-d812-49f4-b01f-3c791446af8b/client-key.pem")]
    [InlineData("C:\\Users\\anna\\MyOpenStackProjectCertificates2024\\ca.crt")]
    [InlineData("/var/run/secrets/kubernetes.io/serviceaccount/token")]
    [InlineData("/etc/pki/ca-trust/extracted/openssl/ca-bundle.trust.crt")]
    [InlineData("ca.pem")]
    [InlineData("/srv/My Certificates (old)/käse-zertifikat.pem")]
    public void A_path_that_is_not_there_is_shown(string path)
    {
        Assert.Equal(path, PathValue.Shown(path));
        Assert.Contains(path, Assert.Throws<HotstackException>(() => HttpTransport.Create(new() { CaCertificatePath = path })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_there_is_used_and_shown_whatever_its_name()
    {
        string folder = Directory.CreateTempSubdirectory("hotstack-names-").FullName;
        string path = Path.Combine(folder, Convert.ToHexString(RandomNumberGenerator.GetBytes(20)));
        File.WriteAllText(path, "no certificate");
        try
        {
            Assert.Contains(path, Assert.Throws<HotstackException>(() => HttpTransport.Create(new() { CaCertificatePath = path })).Message,
                StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Quoted(string value) => System.Text.Json.JsonSerializer.Serialize(value);

    private void Hides(Exception error, string secret)
    {
        Assert.DoesNotContain(secret, error.ToString() + string.Concat(_activity.Everything), StringComparison.Ordinal);
        for (Exception? e = error; e is not null; e = e.InnerException)
        {
            Assert.DoesNotContain(secret, e is HotstackException told ? $"{told.Hint} {told.Target}" : "", StringComparison.Ordinal);
        }
    }
}
