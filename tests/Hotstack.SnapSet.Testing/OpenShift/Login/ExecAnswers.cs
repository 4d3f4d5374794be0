using System.Text.Json;

namespace Hotstack.OpenShift.Login;

/// <summary>What exec plugins answer.</summary>
internal static class ExecAnswers
{
    public static string Certified(string certificate, string key, string? expires = null) => JsonSerializer.Serialize(new
    {
        kind = "ExecCredential",
        apiVersion = "client.authentication.k8s.io/v1",
        status = new { clientCertificateData = certificate, clientKeyData = key, expirationTimestamp = expires },
    });
}
