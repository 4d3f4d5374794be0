using System.Text.RegularExpressions;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Compute;

/// <summary>The filters of the server lists.</summary>
internal sealed class ServerQuery(ApiCall call)
{
    public IEnumerable<Server> Run(IEnumerable<Server> servers)
    {
        var everywhere = (call.Value("all_tenants") ?? call.Value("all_projects")) is "1" or "True" or "true" or "";
        if (everywhere && !call.Token.IsAdmin)
        {
            throw new ApiException(403, "Policy doesn't allow os_compute_api:servers:detail:get_all_tenants to be performed.");
        }

        var project = everywhere ? call.Value("project_id") ?? call.Value("tenant_id") : call.Token.ProjectId;
        return servers
            .Where(s => project is null || s.ProjectId == project)
            .Where(Matches)
            .OrderByDescending(s => s.CreatedAt).ThenByDescending(s => s.Id, StringComparer.Ordinal);
    }

    private bool Matches(Server server) =>
        NameMatches(server.Name)
        && Any("status", v => string.Equals(v, server.Status, StringComparison.OrdinalIgnoreCase))
        && Any("vm_state", v => v == server.VmState)
        && Any("task_state", v => v == server.TaskState)
        && Any("flavor", v => v == server.Flavor.Id)
        && Any("image", v => v == server.ImageId)

        // Everybody but an admin may ask only for what Nova lists as open to all; the rest is dropped unsaid.
        && (!call.Token.IsAdmin || (Any("uuid", v => v == server.Id) && Any("host", v => v == server.Host)));

    private bool Any(string key, Func<string, bool> matches) => call.Value(key) is null || call.Values(key).Any(matches);

    /// <summary>The database's regular expressions: found anywhere, without regard to case.</summary>
    private bool NameMatches(string name)
    {
        if (call.Value("name") is not { } pattern)
        {
            return true;
        }

        try
        {
            return Regex.IsMatch(name, pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        }
        catch (ArgumentException)
        {
            throw new ApiException(400, $"Invalid input for query parameters name. Value: {pattern}. '{pattern}' is not a 'regex'");
        }
    }
}
