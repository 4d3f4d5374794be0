using System.Text;
using Hotstack.OpenShift.Login;
using Hotstack.Tests.OpenStack.Configuration;
using Xunit;

namespace Hotstack.OpenShift.Configuration;

/// <summary>
/// What we do with the kubeconfigs of kubeconfigs.jsonl, beside what a stock kubectl was measured to do with them. Where both send a request,
/// it goes to the same server, as the same user; where we differ, the row says why.
/// </summary>
public sealed class KubeconfigComparisonTests : KubeconfigFixture
{
    public static TheoryData<string> Names => [.. KubeconfigRow.All.Select(row => row.Is)];

    [Theory]
    [MemberData(nameof(Names))]
    public void We_do_what_kubectl_does_or_the_row_says_why_not(string name)
    {
        KubeconfigRow row = KubeconfigRow.All.Single(row => row.Is == name);

        Assert.Equal(row.Ours ?? row.Kubectl, Verdict(row));
        Assert.True(Activity.Warnings.Count > 0 || row.Why?.Contains("a warning", StringComparison.Ordinal) is not true);
    }

    [Fact]
    public void A_row_gives_a_reason_exactly_where_we_differ() =>
        Assert.Empty(KubeconfigRow.All.Where(row => Differs(row) != row.Why is not null).Select(row => row.Is));

    /// <summary>Both refuse, or both send the same: the text of a refusal is everybody's own.</summary>
    private static bool Differs(KubeconfigRow row) =>
        row.Ours is { } ours && !(row.Kubectl.StartsWith("refuses", StringComparison.Ordinal)
            && !ours.StartsWith("sends", StringComparison.Ordinal));

    private string Verdict(KubeconfigRow row)
    {
        MemorySources sources = row.Sources();
        try
        {
            return Sent(Load(sources, row.Path, row.Context), sources);
        }
        catch (HotstackException error)
        {
            string said = error.Message + error.Hint + error.InnerException?.Message + string.Concat(Activity.Everything);
            Assert.DoesNotContain("s3cr3t", said, StringComparison.Ordinal);
            Assert.True(error.Id != "KubeconfigInvalid" || sources.Opened.Any(file => said.Contains(file, StringComparison.Ordinal)), said);
            return error.Id;
        }
    }

    /// <summary>What a server sees of the connection, as tests/lab/kubeconfigs.py says it of kubectl.</summary>
    private static string Sent(ClusterConfiguration cluster, MemorySources sources)
    {
        if (cluster.Proxy is not null)
        {
            return "sends by the proxy of the cluster";
        }

        if (cluster.Oidc is { } provider && ValidToken(provider) is null)
        {
            return $"sends to https://{provider.Issuer.Host}:{provider.Issuer.Port}/.well-known/openid-configuration; as nobody";
        }

        string host = cluster.Server.HostNameType == UriHostNameType.IPv6 ? cluster.Server.Host : cluster.Server.IdnHost;
        var told = new StringBuilder(
            $"sends to {cluster.Server.Scheme}://{host}:{cluster.Server.Port}{cluster.Server.AbsolutePath.TrimEnd('/')}");
        told.Append("; as ").Append(User(cluster, sources));
        told.Append(cluster.Tls.ClientCertificate is null ? "" : "; with its certificate");
        if (cluster.Tls.ServerName is { } name && name != host && Uri.CheckHostName(name) == UriHostNameType.Dns)
        {
            // RFC 6066, 3: an address is not told to the server.
            told.Append("; to a server named ").Append(name);
        }

        // RFC 9110, 5.5: blanks around are no part of a field's value.
        told.AppendJoin("", Impersonation(cluster).OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => $"; impersonate-{field.Key}: {field.Value.Trim()}"));
        return told + (cluster.Tls.Verify || cluster.Server.Scheme == "http" ? "" : "; the server is not verified");
    }

    private static string User(ClusterConfiguration cluster, MemorySources sources)
    {
        string? token = cluster.TokenFile is { } path && Content(path, sources) is { Length: > 0 } text ? text : cluster.Token;
        return (token ?? (cluster.Oidc is { } provider ? ValidToken(provider) : null)) is { } told ? $"{told} (Bearer)"
            : cluster.BasicUser is { } user ? $"{user}:{cluster.BasicPassword} (Basic)"
            : cluster.Exec is { } exec ? $"whom {exec.Command} says"
            : "nobody";
    }

    private static string? ValidToken(OidcProvider provider) =>
        provider.IdToken is { } token && OidcLogin.TryReadExpiry(token, out DateTimeOffset expiry) && expiry > Identities.Now ? token
            : null;

    private static string? Content(string path, MemorySources sources)
    {
        using Stream? stream = sources.Build().OpenFile(path);
        return stream is null ? null : new StreamReader(stream).ReadToEnd().Trim();
    }

    private static IEnumerable<(string Key, string Value)> Impersonation(ClusterConfiguration cluster)
    {
        if (cluster.ImpersonateUser is { } user)
        {
            yield return ("user", user);
        }

        if (cluster.ImpersonateUid is { } uid)
        {
            yield return ("uid", uid);
        }

        foreach ((string key, IReadOnlyList<string> values) in cluster.ImpersonateExtra.Append(new("", cluster.ImpersonateGroups)))
        {
            if (values.Count > 0)
            {
                yield return (ReferenceEquals(values, cluster.ImpersonateGroups) ? "group"
                    : $"extra-{Uri.EscapeDataString(key).ToLowerInvariant()}", string.Join(", ", values));
            }
        }
    }
}
