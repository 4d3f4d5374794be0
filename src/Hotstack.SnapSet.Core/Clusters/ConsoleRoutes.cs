using Hotstack.OpenShift;

namespace Hotstack.Clusters;

/// <summary>The objects by which OpenShift's own API server proves that it serves, since discovery lists APIs that cannot be read. Every
/// cluster with routes has them.</summary>
internal static class ConsoleRoutes
{
    public const string Group = "route.openshift.io";

    /// <exception cref="HotstackException">They cannot be read.</exception>
    public static Task<string> ReadAsync(Cluster cluster, CancellationToken stop) =>
        cluster.Api.GetTextAsync($"apis/{Group}/v1/namespaces/openshift-console/routes", stop, [new("limit", "1")]);
}
