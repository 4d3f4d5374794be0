namespace Hotstack.OpenShift;

/// <summary>A kind of objects of the Kubernetes API, as its paths name it.</summary>
/// <param name="Group">The API group; empty for the core's.</param>
/// <param name="Version">The group's version.</param>
/// <param name="Plural">The kind's name in paths.</param>
internal sealed record ResourceType(string Group, string Version, string Plural)
{
    /// <summary>Where the group's version is: <c>api/v1</c>, <c>apis/apps/v1</c>.</summary>
    public string GroupPath => PathOf(Group, Version);

    public static string PathOf(string group, string version) => group.Length == 0 ? $"api/{version}" : $"apis/{group}/{version}";

    /// <summary>The path of all objects, of a namespace's, of one, or of a part of one.</summary>
    public string Path(string? @namespace, string? name = null, string? subresource = null)
    {
        string path = @namespace is null ? GroupPath : $"{GroupPath}/namespaces/{Uri.EscapeDataString(@namespace)}";
        path += $"/{Plural}";
        path += name is null ? "" : $"/{Uri.EscapeDataString(name)}";
        return subresource is null ? path : $"{path}/{subresource}";
    }

    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}
