using Hotstack.OpenShift;

namespace Hotstack.Clusters;

/// <summary>Objects of an API server of OpenShift's own that every cluster with routes has. Discovery alone is no proof that objects
/// can be read.</summary>
internal static class ConsoleRoutes
{
    public const string Group = "route.openshift.io";

    /// <exception cref="HotstackException">They cannot be read.</exception>
    public static Task<string> ReadAsync(Cluster cluster, CancellationToken stop) =>
        cluster.Api.GetTextAsync($"apis/{Group}/v1/namespaces/openshift-console/routes", stop, [new("limit", "1")]);
}
