using System.Text.Json;

namespace Hotstack.OpenStack;

/// <summary>The addresses of a cloud's services, as Keystone lists them for a project.</summary>
/// <param name="Endpoints">All endpoints, in Keystone's order.</param>
public sealed record ServiceCatalog(IReadOnlyList<ServiceCatalog.Endpoint> Endpoints)
{
    internal static ServiceCatalog From(IEnumerable<JsonElement> services) => new(
        [.. services.SelectMany(service => service.Items("endpoints").Select(endpoint => new Endpoint(
            service.Text("type") ?? "",
            service.Text("name") ?? "",
            endpoint.Text("interface") ?? "",
            endpoint.Text("region_id") ?? endpoint.Text("region") ?? "",
            endpoint.Text("url") ?? "")))]);

    /// <summary>The address of a service.</summary>
    /// <param name="cloud">The cloud's name, for the message.</param>
    /// <param name="types">The service's type and its aliases, the best first.</param>
    /// <param name="interfaces">Acceptable interfaces, the best first: <c>public</c>, <c>internal</c>, <c>admin</c>.</param>
    /// <param name="region">The region; null for any.</param>
    /// <param name="name">The service's name, if a cloud has several of one type; null for any.</param>
    /// <exception cref="HotstackException">There is none (<c>EndpointNotFound</c>).</exception>
    public Uri Find(
        string cloud, IReadOnlyList<string> types, IReadOnlyList<string> interfaces, string? region, string? name)
    {
        foreach (string type in types)
        {
            foreach (string @interface in interfaces)
            {
                foreach (Endpoint endpoint in Endpoints)
                {
                    if (endpoint.Type == type && endpoint.Interface == @interface
                        && (region is null || endpoint.Region == region)
                        && (name is null || endpoint.Name == name)
                        && Uri.TryCreate(endpoint.Url, UriKind.Absolute, out Uri? address)
                        && address.Scheme is "http" or "https")
                    {
                        return address;
                    }
                }
            }
        }

        string named = name is null ? "" : $" named '{name}'";
        string inRegion = region is null ? "" : $" in region '{region}'";
        string[] held = [.. Endpoints
            .Select(e => $"{e.Type}/{e.Interface}/{e.Region}").Distinct().Order(StringComparer.Ordinal)];
        throw new HotstackException(
            ErrorCause.NotFound, "EndpointNotFound",
            $"Cloud '{cloud}' has no {string.Join(" or ", interfaces)} endpoint of type {types[0]}{named}{inRegion}. "
            + $"Its catalogue holds (type/interface/region): {(held.Length == 0 ? "nothing" : string.Join(", ", held))}.")
        {
            Target = types[0],
            Hint = "Choose another region or interface, or set the service's *_endpoint_override in clouds.yaml.",
        };
    }

    /// <summary>One line of a service catalogue.</summary>
    /// <param name="Type">The service type: <c>compute</c>.</param>
    /// <param name="Name">The service's name: <c>nova</c>.</param>
    /// <param name="Interface"><c>public</c>, <c>internal</c> or <c>admin</c>.</param>
    /// <param name="Region">The region's id.</param>
    /// <param name="Url">The address as in the catalogue.</param>
    public sealed record Endpoint(string Type, string Name, string Interface, string Region, string Url);
}
