using System.Text;
using System.Text.Json.Nodes;
using Hotstack.OpenShift.Configuration;

namespace Hotstack.OpenShift.Login;

/// <summary>What a plugin is told: the value of its variable <c>KUBERNETES_EXEC_INFO</c>.</summary>
/// <remarks>https://kubernetes.io/docs/reference/config-api/client-authentication.v1/; v1beta1 has the same fields.</remarks>
internal static class ExecInfo
{
    public const string Variable = "KUBERNETES_EXEC_INFO";

    /// <summary>JSON of an ExecCredential without a status.</summary>
    public static string Of(ExecPlugin plugin, ClusterConfiguration configuration, bool isInteractive)
    {
        var spec = new JsonObject { ["interactive"] = isInteractive };
        if (plugin.ProvidesClusterInfo)
        {
            spec["cluster"] = Cluster(plugin, configuration);
        }

        return new JsonObject { ["kind"] = "ExecCredential", ["apiVersion"] = plugin.ApiVersion, ["spec"] = spec }.ToJsonString();
    }

    /// <summary>The keys of a kubeconfig's cluster, with the authorities always in it; the proxy is the kubeconfig's, and not a variable's.</summary>
    private static JsonObject Cluster(ExecPlugin plugin, ClusterConfiguration configuration)
    {
        var cluster = new JsonObject { ["server"] = configuration.Server.AbsoluteUri.TrimEnd('/') };
        Add("tls-server-name", configuration.Tls.ServerName);
        Add("insecure-skip-tls-verify", configuration.Tls.Verify ? null : true);
        Add("certificate-authority-data", configuration.Tls.CaCertificates is { } pem ? Convert.ToBase64String(Encoding.UTF8.GetBytes(pem)) : null);
        Add("proxy-url", configuration.Proxy?.OriginalString);
        Add("disable-compression", plugin.DisablesCompression ? true : null);
        cluster["config"] = plugin.ClusterConfig is { } config ? JsonNode.Parse(config) : null;
        return cluster;

        void Add(string key, JsonNode? value)
        {
            if (value is not null)
            {
                cluster[key] = value;
            }
        }
    }
}
