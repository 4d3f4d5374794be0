using System.Text.Json;

namespace Hotstack.OpenShift;

/// <summary>A kind for which KubernetesClient has no model, and what we read of its objects.</summary>
/// <typeparam name="T">What of an object we read.</typeparam>
/// <param name="Group">The API group.</param>
/// <param name="Version">The group's version.</param>
/// <param name="Plural">The kind's name in paths.</param>
/// <param name="Read">Reads an object.</param>
internal sealed record CustomKind<T>(string Group, string Version, string Plural, Func<JsonElement, T> Read)
{
    /// <summary>As messages name it: <c>clusteroperators.config.openshift.io</c>.</summary>
    public override string ToString() => $"{Plural}.{Group}";
}
