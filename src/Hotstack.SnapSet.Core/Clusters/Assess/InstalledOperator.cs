using System.Text.Json;

namespace Hotstack.Clusters.Assess;

/// <summary>An operator that the operator lifecycle manager installed: a ClusterServiceVersion
/// (operators.coreos.com/v1alpha1).</summary>
internal sealed record InstalledOperator(string Title, string Phase, string? Message)
{
    public bool HasSucceeded => Phase == "Succeeded";

    public static InstalledOperator From(JsonElement item)
    {
        JsonElement status = item.Field("status") ?? default;
        return new(ObjectMetadata.TitleIn(item), status.Text("phase") ?? "", status.Told("message"));
    }
}
