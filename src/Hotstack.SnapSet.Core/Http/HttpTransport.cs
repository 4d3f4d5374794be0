using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hotstack.Http;

/// <summary>Makes the pooled connections, each pool with its own trust; nothing here is process-wide.</summary>
public static class HttpTransport
{
    /// <summary>The longest lists have some 2 MB; more than this is no answer, but an attack on our memory.</summary>
    private const int LargestAnswer = 64 << 20;

    /// <summary>A client without a time limit of its own: each <see cref="ApiRequest"/> brings one.</summary>
    /// <exception cref="HotstackException">A certificate or key file cannot be read (<c>CertificateFileInvalid</c>).</exception>
    public static HttpClient Create(TlsConfiguration tls, Uri? proxy = null) => new(CreateHandler(tls, proxy))
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = LargestAnswer,
    };

    private static SocketsHttpHandler CreateHandler(TlsConfiguration tls, Uri? proxy)
    {
        var options = new SslClientAuthenticationOptions();
        if (!tls.Verify)
        {
            // The user's own configuration says so (insecure, or verify: false).
#pragma warning disable CA5359
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (tls.CaCertificatePath is { } path)
        {
            options.CertificateChainPolicy = Trusting(LoadRoots(path));
        }

        if (tls.ClientCertificatePath is { } clientPath)
        {
            options.ClientCertificates = [LoadClientCertificate(clientPath, tls.ClientKeyPath)];
        }

        return new SocketsHttpHandler
        {
            // By hand in Api: a token must not follow a redirect to a foreign host.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(20),
            // So that a changed DNS record is seen during a long wait.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxConnectionsPerServer = 16,
            SslOptions = options,
            UseCookies = false,
            Proxy = proxy is null ? null : new WebProxy(proxy),
        };
    }

    private static X509ChainPolicy Trusting(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }

    private static X509Certificate2Collection LoadRoots(string path)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Unreadable("CA certificate", path, e);
        }

        return roots.Count > 0 ? roots : throw Unreadable("CA certificate", path, null);
    }

    private static X509Certificate2 LoadClientCertificate(string path, string? keyPath)
    {
        try
        {
            using X509Certificate2 pem = X509Certificate2.CreateFromPemFile(path, keyPath ?? path);
            // Windows' TLS needs a key that is not ephemeral, which the round trip through PKCS#12 gives.
#pragma warning disable SYSLIB0057 // its successor came with .NET 9
            return new X509Certificate2(pem.Export(X509ContentType.Pkcs12));
#pragma warning restore SYSLIB0057
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Unreadable("client certificate", keyPath is null ? path : $"{path} with key {keyPath}", e);
        }
    }

    private static HotstackException Unreadable(string what, string path, Exception? reason) => new(
        ErrorCause.ConfigurationInvalid, "CertificateFileInvalid",
        $"The {what} {path} cannot be used: {reason?.Message ?? "it holds no certificate in PEM form."}", reason)
    {
        Target = path,
        Hint = "Name an existing PEM file as 'cacert', 'cert' or 'key' in clouds.yaml (or OS_CACERT, OS_CERT, OS_KEY).",
    };
}
