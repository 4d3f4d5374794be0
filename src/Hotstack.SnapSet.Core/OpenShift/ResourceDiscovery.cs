using System.Text.Json;
using Hotstack.Http;

namespace Hotstack.OpenShift;

/// <summary>A kind of objects that the API server serves.</summary>
/// <param name="Group">The API group; empty for the core's.</param>
/// <param name="Version">The version.</param>
/// <param name="Plural">Its name in paths: <c>openstackcontrolplanes</c>.</param>
internal sealed record ServedKind(string Group, string Version, string Plural)
{
    /// <summary>The other names by which <c>oc</c> finds it: singular, kind and short names, in lower case.</summary>
    public IReadOnlyList<string> OtherNames { get; init; } = [];

    /// <summary>Its short names: <c>osctlplane</c>.</summary>
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    /// <summary>Its name in messages and for <c>oc</c>: <c>openstackcontrolplanes.core.openstack.org</c>.</summary>
    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}

/// <summary>Finds kinds by the names that <c>oc</c> takes: plural, singular or short name, with or without the group.</summary>
/// <remarks>https://kubernetes.io/docs/reference/using-api/api-concepts/#api-discovery. Of several groups with the same name the core's
/// comes first, then the order of the API server's list, as with <c>oc</c>. A full name comes before a short one.</remarks>
internal static class ResourceDiscovery
{
    /// <param name="api">The API server.</param>
    /// <param name="names">The names: <c>nodes</c>, <c>bmh</c>, <c>openstackcontrolplane.core.openstack.org</c>.</param>
    /// <param name="stop">Cancels the calls.</param>
    /// <returns>The kind of each name that was found, and whether all groups that matter were readable: a name that is missing may be of
    /// another one.</returns>
    /// <exception cref="ServiceException">The list of groups cannot be read.</exception>
    public static async Task<(IReadOnlyDictionary<string, ServedKind> Found, bool IsComplete)> FindAsync(
        KubernetesApi api, IReadOnlyCollection<string> names, CancellationToken stop)
    {
        JsonElement list = (await api.SendAsync(api.Request(HttpMethod.Get, $"apis"), stop)).Json();
        (string Group, string Version)[] groups =
        [
            ("", "v1"),
            .. list.Items("groups").Select(group => (
                    Group: group.Text("name") ?? "", Version: group.Field("preferredVersion")?.Text("version") ?? ""))
                .Where(group => group is { Group.Length: > 0, Version.Length: > 0 }
                    && names.Any(name => GroupOf(name) is not { } asked || IsGroup(asked, group.Group, group.Version))),
        ];
        IReadOnlyList<ServedKind>?[] served = await Fanout.SelectAsync(
            groups, (group, token) => TryReadAsync(api, group.Group, group.Version, token), stop);
        ServedKind[] kinds = [.. served.OfType<IReadOnlyList<ServedKind>>().SelectMany(group => group)];
        var found = new Dictionary<string, ServedKind>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (Find(kinds, name) is { } kind)
            {
                found[name] = kind;
            }
        }

        return (found, served.All(group => group is not null));
    }

    private static ServedKind? Find(ServedKind[] kinds, string name)
    {
        string resource = name.Split('.', 2)[0];
        ServedKind[] ofGroup = GroupOf(name) is { } asked ? [.. kinds.Where(kind => IsGroup(asked, kind.Group, kind.Version))] : kinds;
        return Array.Find(ofGroup, kind => Is(kind.Plural, resource) || kind.OtherNames.Any(other => Is(other, resource)))
            ?? Array.Find(ofGroup, kind => kind.ShortNames.Any(other => Is(other, resource)));
    }

    private static bool Is(string name, string asked) => name.Equals(asked, StringComparison.OrdinalIgnoreCase);

    private static string? GroupOf(string name) => name.Split('.', 2) is [_, { } group] ? group : null;

    /// <summary>As for <c>oc</c>, the version may precede the group: <c>deployments.v1.apps</c>.</summary>
    private static bool IsGroup(string asked, string group, string version) => Is(group, asked) || Is($"{version}.{group}", asked);

    /// <returns>Null if the group does not answer: an API service of it may be down.</returns>
    private static async Task<IReadOnlyList<ServedKind>?> TryReadAsync(
        KubernetesApi api, string group, string version, CancellationToken stop)
    {
        try
        {
            ApiResponse answer = await api.SendAsync(api.Request(HttpMethod.Get, KubernetesApi.GroupPath(group, version)), stop);
            return
            [
                .. answer.Json().Items("resources")
                    .Where(item => item.Text("name") is { } name && !name.Contains('/', StringComparison.Ordinal)
                        && item.TextItems("verbs").Contains("list"))
                    .Select(item => new ServedKind(group, version, item.Text("name")!)
                    {
                        OtherNames = [.. new[] { item.Text("singularName"), item.Text("kind") }.OfType<string>()],
                        ShortNames = [.. item.TextItems("shortNames")],
                    }),
            ];
        }
        catch (ServiceException e) when (e.Cause is not ErrorCause.AuthenticationFailed)
        {
            return null;
        }
    }
}
