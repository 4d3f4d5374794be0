using System.Text;
using Hotstack.Sandbox.Cluster.Requests;
using Hotstack.Sandbox.Cluster.Trust;

namespace Hotstack.Sandbox.Cluster.Api;

/// <summary>Writes a kubeconfig for the sandbox's cluster.</summary>
internal static class Kubeconfig
{
    public static string Write(Uri address, string cluster, DateTimeOffset born)
    {
        using var admin = Pki.Issue("O=system:masters, CN=system:admin", "CN=sandbox-ca", born, born.AddYears(10), Pki.ClientAuth);
        return $"""
            # A Hotstack sandbox. This file is useless when the sandbox has ended.
            apiVersion: v1
            kind: Config
            clusters:
            - name: {cluster}
              cluster:
                server: {address.ToString().TrimEnd('/')}
                certificate-authority-data: {Base64(Pki.Authority.ExportCertificatePem())}
            users:
            - name: admin
              user:
                client-certificate-data: {Base64(admin.ExportCertificatePem())}
                client-key-data: {Base64(Pki.KeyPem)}
            - name: operator
              user:
                token: {KubeAccess.OperatorToken}
            - name: restricted
              user:
                token: {KubeAccess.RestrictedToken}
            contexts:
            - name: {cluster}
              context:
                cluster: {cluster}
                user: admin
            - name: operator
              context:
                cluster: {cluster}
                user: operator
            - name: restricted
              context:
                cluster: {cluster}
                user: restricted
            current-context: {cluster}

            """;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text + "\n"));
}
