using Hotstack.Http;

namespace Hotstack.OpenShift;

/// <summary>
/// The address of a generated operation, taken apart. KubernetesClient puts names into it as they are, so a name like <c>../secrets</c>
/// or <c>a?b</c> would make another address. Here it is one of the API's own forms
/// (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris), or it is refused.
/// </summary>
/// <param name="Path">The path, each of its segments checked.</param>
/// <param name="Query">The query; none for a single object.</param>
/// <param name="Resource">The kind's name in paths: <c>pods</c>.</param>
/// <param name="Subresource">The part of an object: <c>log</c>; null for the object itself.</param>
internal sealed record OperationAddress(
    ApiPath Path, IReadOnlyList<KeyValuePair<string, string>> Query, string Resource, string? Subresource)
{
    private const string Namespaces = "namespaces";

    /// <summary>The parts of objects that we use.</summary>
    private static readonly string[] Subresources = ["approval", "eviction", "log", "proxy/metrics", "status"];

    /// <summary>A POST of it only asks.</summary>
    public bool IsReview => Resource is "selfsubjectaccessreviews";

    /// <param name="relative">As the generated code makes it: <c>api/v1/namespaces/a/pods?limit=500</c>.</param>
    /// <exception cref="HotstackException">A name in it cannot stand in an address (<c>IdInvalid</c>). Nothing was sent.</exception>
    public static OperationAddress Parse(string relative)
    {
        string path = relative.Split('?', 2)[0];
        string[] segments = path.Split('/');
        int root = segments[0] == "api" ? 2 : 3;
        string[] rest = [.. segments.Skip(root)];
        bool isNamespaced = rest.Length > 2 && rest[0] == Namespaces;
        string[] own = isNamespaced ? rest[2..] : rest;
        string? subresource = own.Length > 2 ? string.Join('/', own[2..]) : null;
        bool isKnown = subresource is null || Subresources.Contains(subresource);
        bool isOne = own.Length > 1;
        bool hasQuery = relative.Length > path.Length;
        return new OperationAddress(
            // Joined, the segments of a name that is none are refused by the sign that parted them.
            isKnown && !(isOne && hasQuery) ? PathOf(segments) : PathOf([.. segments.Take(root), string.Join('/', rest) + relative[path.Length..]]),
            [.. QueryOf(relative[path.Length..].TrimStart('?'))],
            own.Length > 0 ? own[0] : "", subresource);
    }

    private static ApiPath PathOf(IReadOnlyList<string> segments)
    {
        ApiPath first = $"{segments[0]}";
        return segments.Skip(1).Aggregate(first, (path, segment) => path.With(segment));
    }

    private static IEnumerable<KeyValuePair<string, string>> QueryOf(string query) =>
        query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .Select(pair => new KeyValuePair<string, string>(pair[0], Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? "")));
}
