using Hotstack.Http;

namespace Hotstack.OpenShift;

/// <summary>A kind of objects of the Kubernetes API, as its paths name it.</summary>
/// <param name="Group">The API group; empty for the core's.</param>
/// <param name="Version">The group's version.</param>
/// <param name="Plural">The kind's name in paths.</param>
internal sealed record ResourceType(string Group, string Version, string Plural)
{
    /// <summary>Where the group's version is: <c>api/v1</c>, <c>apis/apps/v1</c>.</summary>
    public ApiPath GroupPath => PathOf(Group, Version);

    public static ApiPath PathOf(string group, string version)
    {
        ApiPath core = $"api/{version}";
        ApiPath other = $"apis/{group}/{version}";
        return group.Length == 0 ? core : other;
    }

    /// <summary>The path of all objects, of a namespace's, of one, or of a part of one.</summary>
    /// <param name="namespace">The namespace; null for all, or for a kind without.</param>
    /// <param name="name">The object; null for all.</param>
    /// <param name="subresource">The part, as the code names it: <c>log</c>, <c>proxy/metrics</c>.</param>
    public ApiPath Path(string? @namespace, string? name = null, string? subresource = null)
    {
        ApiPath path = GroupPath;
        path = @namespace is null ? path : path.With("namespaces").With(@namespace);
        path = path.With(Plural);
        path = name is null ? path : path.With(name);
        return subresource is null ? path : subresource.Split('/').Aggregate(path, (made, part) => made.With(part));
    }

    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}
