using System.Text.Json;

namespace Hotstack.OpenShift.Objects;

/// <summary>The networks that a cluster makes for itself (config.openshift.io/v1, <c>networks</c>, its one object <c>cluster</c>).</summary>
/// <param name="Ranges">The ranges of pods and of services: <c>10.128.0.0/14</c>, <c>172.30.0.0/16</c>.</param>
internal sealed record ClusterNetwork(IReadOnlyList<string> Ranges)
{
    /// <summary>What is configured and what is in use: they differ while the network is being changed.</summary>
    internal static ClusterNetwork From(JsonElement item)
    {
        JsonElement[] parts = [.. new[] { item.Field("status"), item.Field("spec") }.OfType<JsonElement>()];
        return new ClusterNetwork(
        [
            .. parts.SelectMany(part => part.TextItems("serviceNetwork").Concat(part.Items("clusterNetwork").Select(range => range.Text("cidr")).OfType<string>()))
                .Distinct(StringComparer.Ordinal),
        ]);
    }
}
