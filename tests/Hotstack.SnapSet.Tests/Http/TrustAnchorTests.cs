using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hotstack.Http.Proxies;
using Hotstack.Http.Trust;
using Xunit;

namespace Hotstack.Http;

/// <summary>What a bundle of the user's makes trusted, over real TLS: each of its certificates is an anchor, and nothing else is.</summary>
public sealed class TrustAnchorTests : IDisposable
{
    private const string Server = "1.3.6.1.5.5.7.3.1";
    private const string Client = "1.3.6.1.5.5.7.3.2";

    private readonly Certificates _files = new();
    private readonly Dictionary<string, X509Certificate2> _made = [];

    public TrustAnchorTests()
    {
        Add("root", null, true);
        Add("sub", "root", true);
        Add("subsub", "sub", true);
        Add("leaf", "sub", false, host: "localhost");
        Add("deep", "subsub", false, host: "localhost");
        Add("own", null, false, host: "localhost", usage: Server);
        Add("plain", "sub", null, host: "localhost");
        Add("expired", "sub", false, host: "localhost", days: -1);
        Add("elsewhere", "sub", false, host: "elsewhere.test");
        Add("forClients", "sub", false, host: "localhost", usage: Client);
        Add("oldSub", "root", true, days: -1);
        Add("underOldSub", "oldSub", false, host: "localhost");
        Add("clientSub", "root", true, usage: Client);
        Add("underClientSub", "clientSub", false, host: "localhost");
        Add("short", "root", true, pathLength: 0);
        Add("ofShort", "short", false, host: "localhost");
        Add("underShort", "short", true);
        Add("tooDeep", "underShort", false, host: "localhost");
        Add("ofLeaf", "leaf", false, host: "localhost");
        Add("ofOwn", "own", false, host: "localhost");
        Add("ofPlain", "plain", false, host: "localhost");
        Add("otherRoot", null, true);
        Add("otherLeaf", "otherRoot", false, host: "localhost");
        Add("forgedSub", "otherRoot", true, subject: "sub");
        Add("forgedLeaf", "forgedSub", false, host: "localhost");
        Add("falseLeaf", "forgedSub", false, host: "localhost");
        using ECDsa key = _made["oldSub"].GetECDsaPrivateKey()!;
        _made["freshSub"] = Certificates.Make("oldSub", "none.test", _made["otherRoot"], true,
            key: ECDsa.Create(key.ExportParameters(true)));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    /// <summary>The bundle; what the server shows: its certificate, then those above it.</summary>
    [Theory]
    [InlineData("root", "leaf sub")]
    [InlineData("root sub", "leaf")]
    [InlineData("sub", "leaf")]
    [InlineData("sub", "leaf sub")]
    [InlineData("sub", "leaf sub root")]
    [InlineData("sub", "deep subsub")]
    [InlineData("subsub", "deep")]
    [InlineData("subsub", "deep subsub sub")]
    [InlineData("subsub", "deep subsub sub root")]
    [InlineData("leaf", "leaf")]
    [InlineData("leaf", "leaf sub root")]
    [InlineData("plain", "plain")]
    [InlineData("own", "own")]
    [InlineData("otherRoot own sub", "leaf")]
    [InlineData("short", "ofShort")]
    public async Task Any_certificate_of_the_bundle_is_an_anchor(string bundle, string shown)
    {
        Assert.Equal(200, (await GetAsync(bundle, shown)).Status);
    }

    [Theory]
    [InlineData("sub", "expired", "NotTimeValid")]
    [InlineData("expired", "expired", "NotTimeValid")]
    [InlineData("oldSub", "underOldSub", "NotTimeValid")]
    [InlineData("oldSub", "underOldSub freshSub", "NotTimeValid")]
    [InlineData("sub", "elsewhere", "RemoteCertificateNameMismatch")]
    [InlineData("elsewhere", "elsewhere", "RemoteCertificateNameMismatch")]
    [InlineData("sub", "forClients", "NotValidForUsage")]
    [InlineData("forClients", "forClients", "NotValidForUsage")]
    [InlineData("clientSub", "underClientSub", "NotValidForUsage")]
    [InlineData("sub", "otherLeaf", "PartialChain")]
    [InlineData("leaf", "otherLeaf", "PartialChain")]
    [InlineData("leaf", "deep subsub sub", "PartialChain")]
    [InlineData("leaf", "ofLeaf leaf", "InvalidBasicConstraints")]
    [InlineData("leaf", "ofLeaf", "InvalidBasicConstraints")]
    [InlineData("own", "ofOwn", "InvalidBasicConstraints")]
    [InlineData("plain", "ofPlain", "")]
    [InlineData("sub", "ofLeaf leaf", "InvalidBasicConstraints")]
    [InlineData("short", "tooDeep underShort", "InvalidBasicConstraints")]
    [InlineData("sub", "falseLeaf", "NotSignatureValid")]
    [InlineData("sub", "falseLeaf forgedSub", "NotSignatureValid")]
    [InlineData("sub", "falseLeaf forgedSub otherRoot", "NotSignatureValid")]
    [InlineData("root", "falseLeaf forgedSub otherRoot", "")]
    public async Task All_that_it_does_not_vouch_for_is_refused(string bundle, string shown, string reason)
    {
        var e = await Assert.ThrowsAsync<ServiceException>(() => GetAsync(bundle, shown));

        Assert.Equal("CertificateNotTrusted", e.Id);
        Assert.True(e.Message.Contains(reason, StringComparison.Ordinal), e.Message);
    }

    [Theory]
    [InlineData("root", "leaf", "Add the certificate of sub, the issuer, to 'cacert'")]
    [InlineData("root", "deep subsub", "Add the certificate of sub, the issuer, to 'cacert'")]
    [InlineData("sub", "otherLeaf", "Add the certificate of otherRoot, the issuer, to 'cacert'")]
    [InlineData("sub", "own", "Name the CA that signed")]
    public async Task An_authority_that_is_missing_is_named(string bundle, string shown, string hint)
    {
        var e = await Assert.ThrowsAsync<ServiceException>(() => GetAsync(bundle, shown));

        Assert.Contains(hint, e.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("broken", "certificate 1 of 2 is broken")]
    [InlineData("cut", "certificate 2 of 2 is broken")]
    [InlineData("notbase64", "certificate 1 of 2 is broken")]
    [InlineData("rejected", "certificate 1 of 2 is marked as not trusted for servers")]
    [InlineData("trusted", null)]
    [InlineData("x509", null)]
    [InlineData("request", null)]
    [InlineData("text", null)]
    public void Of_a_bundle_what_can_be_read_is_used(string what, string? complaint)
    {
        string good = _made["sub"].ExportCertificatePem() + "\n";
        string text = what switch
        {
            "broken" => "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" + good,
            "cut" => good + good[..80],
            "notbase64" => "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n" + good,
            "rejected" => Trusted(_made["root"], [], [Server]) + good,
            "trusted" => Trusted(_made["sub"], [Server], []),
            "x509" => good.Replace("CERTIFICATE", "X509 CERTIFICATE", StringComparison.Ordinal),
            "request" => "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n" + good,
            _ => "# our CA\n" + good.Replace("\n", "\r\n", StringComparison.Ordinal),
        };

        CertificateBundle bundle = CertificateBundle.Read(text);

        Assert.Equal(_made["sub"].RawData, Assert.Single(bundle.Certificates).RawData);
        Assert.Equal(complaint is null ? [] : [complaint], bundle.Complaints);
    }

    [Theory]
    [InlineData(new[] { Server }, new string[0], true)]
    [InlineData(new string[0], new string[0], true)]
    [InlineData(new[] { Client }, new string[0], false)]
    [InlineData(new[] { Server, Client }, new[] { Server }, false)]
    [InlineData(new string[0], new[] { "2.5.29.37.0" }, false)]
    [InlineData(new[] { "2.5.29.37.0" }, new[] { Client }, true)]
    public void A_trusted_certificate_counts_by_what_it_is_trusted_for(string[] trusted, string[] rejected, bool counts)
    {
        string text = Trusted(_made["sub"], trusted, rejected);

        if (counts)
        {
            Assert.Single(CertificateBundle.Read(text).Certificates);
            return;
        }

        Assert.Contains("not trusted for servers", Assert.Throws<CryptographicException>(() => CertificateBundle.Read(text)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_folder_the_files_named_by_hashes_count()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_files.Folder, "certs")).FullName;
        TlsConfiguration tls = new() { CaCertificatePath = folder };
        File.WriteAllText(Path.Combine(folder, "sub.pem"), _made["sub"].ExportCertificatePem());
        Assert.Contains("openssl rehash", Assert.Throws<HotstackException>(() => HttpTransport.Create(tls)).Message,
            StringComparison.Ordinal);

        File.CreateSymbolicLink(Path.Combine(folder, "5ad8a5d6.0"), "sub.pem");
        Assert.Equal(200, (await GetAsync(tls, "leaf")).Status);

        File.WriteAllText(Path.Combine(folder, "root.pem"), _made["otherRoot"].ExportCertificatePem());
        await Assert.ThrowsAsync<ServiceException>(() => GetAsync(tls, "otherLeaf otherRoot"));
    }

    [Fact]
    public void A_certificate_that_is_not_used_is_warned_of_by_its_number_once()
    {
        var activity = new RecordingActivity();
        string path = _files.Write("bundle.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
            + _made["root"].ExportCertificatePem());

        HttpTransport.Create(new() { CaCertificatePath = path }, ProxyRule.OfCloud, false, null, activity).Dispose();

        Assert.Equal($"The CA certificate {path}: certificate 1 of 2 is broken. The others are used.", Assert.Single(activity.Warnings));
    }

    /// <summary>Keys made by openssl genpkey, for nothing else than this.</summary>
    [Theory]
    [InlineData("PRIVATE KEY", "MC4CAQAwBQYDK2VwBCIEIGN4KQ7RGz9B2oHmoY3PSLn8Z0eQXfHgs7Xn0n2fNq6T", "of kind Ed25519, which .NET cannot use")]
    [InlineData("PRIVATE KEY", "MEcCAQAwBQYDK2VxBDsEOWN4KQ7RGz9B2oHmoY3PSLn8Z0eQXfHgs7Xn0n2fNq6TY3gpDtEbP0HageahjcO3uzz8Z0eQXfHgsw==", "of kind Ed448, which .NET cannot use")]
    [InlineData("DSA PRIVATE KEY", "AAAA", "of kind DSA, which .NET cannot use")]
    [InlineData("OPENSSH PRIVATE KEY", "AAAA", "in the form of OpenSSH")]
    [InlineData("PRIVATE KEY", "AAAA", "its private key is broken")]
    [InlineData("EC PRIVATE KEY", "AAAA", "its private key is broken")]
    [InlineData("RSA PRIVATE KEY", "!!!!", "its private key is broken")]
    [InlineData("another", "", "its private key belongs to another certificate")]
    [InlineData("another RSA", "", "its private key belongs to another certificate")]
    [InlineData("another SEC 1", "", "its private key belongs to another certificate")]
    public void A_client_key_that_cannot_be_used_is_told_by_its_reason(string label, string data, string reason)
    {
        using RSA rsa = RSA.Create(2048);
        string key = label switch
        {
            "another" => _made["root"].GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(),
            "another RSA" => rsa.ExportRSAPrivateKeyPem(),
            "another SEC 1" => _made["root"].GetECDsaPrivateKey()!.ExportECPrivateKeyPem(),
            _ => $"-----BEGIN {label}-----\n{data}\n-----END {label}-----\n",
        };

        var e = Assert.Throws<HotstackException>(
            () => HttpTransport.Create(new() { ClientCertificate = _made["leaf"].ExportCertificatePem(), ClientKey = key }));

        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Y3PSLn8Z0eQXfHgs7Xn0n2f", e.ToString(), StringComparison.Ordinal);
    }

    private static string Trusted(X509Certificate2 certificate, string[] trusted, string[] rejected)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (trusted.Length > 0)
            {
                Write(null, trusted);
            }

            if (rejected.Length > 0)
            {
                Write(new(System.Formats.Asn1.TagClass.ContextSpecific, 0), rejected);
            }
        }

        return PemEncoding.WriteString("TRUSTED CERTIFICATE", [.. certificate.RawData, .. writer.Encode()]) + "\n";

        void Write(System.Formats.Asn1.Asn1Tag? tag, string[] usages)
        {
            using (writer.PushSequence(tag))
            {
                Array.ForEach(usages, usage => writer.WriteObjectIdentifier(usage));
            }
        }
    }

    private void Add(
        string id, string? by, bool? isAuthority, string? host = null, string? subject = null, int days = 10, int? pathLength = null,
            string? usage = null) =>
        _made[id] = Certificates.Make(subject ?? id, host ?? "none.test", by is null ? null : _made[by], isAuthority, days, pathLength,
            usage);

    private Task<ApiResponse> GetAsync(string bundle, string shown) => GetAsync(
        new TlsConfiguration { CaCertificates = string.Join('\n', bundle.Split(' ').Select(id => _made[id].ExportCertificatePem())) },
            shown);

    private async Task<ApiResponse> GetAsync(TlsConfiguration tls, string shown)
    {
        X509Certificate2[] chain = [.. shown.Split(' ').Select(id => _made[id])];
        await using var server = new WireServer(_ => WireServer.Reply(200), async stream =>
        {
            var secured = new SslStream(stream);
            await secured.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(chain[0],
                    [.. chain[1..]], offline: true) }, Stop);
            return secured;
        });
        var activity = new RecordingActivity();
        using var api = new Api(HttpTransport.Create(tls), new RetryPolicy(new ManualClock { AutoAdvance = true }, activity), activity);
        return await api.SendAsync(new ApiRequest("identity", HttpMethod.Get, new Uri($"https://localhost:{server.Port}/v3")), Stop);
    }
}
