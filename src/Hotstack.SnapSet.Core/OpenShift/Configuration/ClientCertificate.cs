using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hotstack.Configuration;
using Hotstack.Http;

namespace Hotstack.OpenShift.Configuration;

/// <summary>The certificate by which a user is known, checked.</summary>
/// <param name="Certificate">PEM text: the certificate, then those above it.</param>
/// <param name="Key">PEM text of its private key.</param>
/// <param name="NotAfter">When it expires.</param>
internal sealed record ClientCertificate(string Certificate, string Key, DateTimeOffset NotAfter)
{
    private static readonly TimeSpan Soon = TimeSpan.FromHours(24);

    private const string NewOne = "Get a kubeconfig whose certificate is valid: the installer's auth/kubeconfig, or one with a token"
        + " ('oc login', 'oc create token').";

    /// <returns>Null if the user has none.</returns>
    /// <exception cref="HotstackException">
    /// <c>KubeconfigInvalid</c>, <c>ClientCertificateExpired</c>, <c>ClientCertificateNotYetValid</c>.
    /// </exception>
    public static ClientCertificate? Of(KubeconfigEntry user, string context, PemReader reader, TimeProvider time, IActivity? activity)
    {
        PemText? certificate = reader.Read(user, "client-certificate");
        if (certificate is null)
        {
            if (user.Values.Text("client-key") is not null || user.Values.Text("client-key-data") is not null)
            {
                activity?.Warning($"The {user.Title} has a client-key without a client-certificate: it is not used.");
            }

            return null;
        }

        PemText key = reader.Read(user, "client-key")
            ?? throw KubeconfigErrors.Invalid(
                $"The {user.Title} has a client-certificate without a client-key.", "Add its client-key-data or client-key.", user.Name);
        using X509Certificate2 read = Read(certificate, key);
        var notAfter = new DateTimeOffset(read.NotAfter.ToUniversalTime());
        CheckValidity(new DateTimeOffset(read.NotBefore.ToUniversalTime()), notAfter, user, context, time.GetUtcNow());
        if (notAfter - time.GetUtcNow() < Soon)
        {
            activity?.Warning($"The client certificate of context {context} expires soon, at {Text(notAfter)}. {NewOne}");
        }

        return new ClientCertificate(certificate.Text, key.Text, notAfter);
    }

    private static X509Certificate2 Read(PemText certificate, PemText key)
    {
        try
        {
            return PemCertificates.ReadWithKey(certificate.Text, key.Text);
        }
        catch (CryptographicException e)
        {
            throw KubeconfigErrors.Invalid(
                $"{certificate.Place} cannot be used together with {key.Place}: {e.Message}",
                ConnectionHints.Kubeconfig.CertificateFile, inner: e);
        }
    }

    private static void CheckValidity(
        DateTimeOffset notBefore, DateTimeOffset notAfter, KubeconfigEntry user, string context, DateTimeOffset now)
    {
        if (now > notAfter)
        {
            throw new HotstackException(
                ErrorCause.AuthenticationFailed, "ClientCertificateExpired",
                $"The client certificate of context {context}, of the {user.Title}, expired at {Text(notAfter)}.")
            {
                Hint = NewOne,
                Target = context,
            };
        }

        if (now < notBefore)
        {
            throw new HotstackException(
                ErrorCause.AuthenticationFailed, "ClientCertificateNotYetValid",
                $"The client certificate of context {context}, of the {user.Title}, is valid from {Text(notBefore)}; it is {Text(now)}.")
            {
                Hint = "Is this machine's clock right?",
                Target = context,
            };
        }
    }

    private static string Text(DateTimeOffset when) =>
        when.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
