using System.Security.Cryptography.X509Certificates;
using Hotstack.Sandbox.Cluster.Trust;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Cluster.Requests;

/// <summary>Authenticates requests: by client certificate, bearer token and impersonation.</summary>
internal static class KubeAccess
{
    public const string Operator = "sandbox-operator";
    public const string OperatorToken = "sandbox-operator-token";
    public const string Restricted = "sandbox-restricted";
    public const string RestrictedToken = "sandbox-restricted-token";

    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";

    /// <exception cref="KubeException">401: the credentials are unknown; 403: the user may not impersonate.</exception>
    public static KubeUser Authenticate(ApiCall call, DateTimeOffset now)
    {
        var user = UserOf(call, now);
        if (call.Header("Impersonate-User") is not { Length: > 0 } other)
        {
            return user;
        }

        if (!user.IsMaster)
        {
            throw user.Forbidden("impersonate", "", "users", "", other);
        }

        var groups = call.HeaderValues("Impersonate-Group");
        return new KubeUser(other, [.. groups.Length > 0 ? groups.Append("system:authenticated").Distinct() : DefaultGroups(other)]);
    }

    private static KubeUser UserOf(ApiCall call, DateTimeOffset now)
    {
        if (call.ClientCertificate is { } certificate)
        {
            var good = Pki.IsOurs(certificate) && now >= new DateTimeOffset(certificate.NotBefore)
                && now <= new DateTimeOffset(certificate.NotAfter);
            return good
                ? new KubeUser(Parts(certificate, CommonName).FirstOrDefault() ?? "",
                    [.. Parts(certificate, Organization), "system:authenticated"])
                : throw KubeException.Unauthorized();
        }

        return call.Header("Authorization") switch
        {
            null => KubeUser.Anonymous,
            "Bearer " + OperatorToken => new KubeUser(Operator, "system:authenticated"),
            "Bearer " + RestrictedToken => new KubeUser(Restricted, "system:authenticated"),
            _ => throw KubeException.Unauthorized(),
        };
    }

    private static IEnumerable<string> Parts(X509Certificate2 certificate, string oid) =>
        certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(p => !p.HasMultipleElements && p.GetSingleElementType().Value == oid)
            .Select(p => p.GetSingleElementValue() ?? "");

    private static string[] DefaultGroups(string user)
    {
        var parts = user.Split(':');
        return parts is ["system", "serviceaccount", var ns, _]
            ? ["system:serviceaccounts", "system:serviceaccounts:" + ns, "system:authenticated"]
            : ["system:authenticated"];
    }
}
