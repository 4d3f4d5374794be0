using System.Text.Json;
using Hotstack.Http;

namespace Hotstack.OpenStack.Compute;

/// <summary>
/// Servers in a cell of Nova that is down. From 2.69 on Nova shows their ids with the status <c>UNKNOWN</c> and without a name; before,
/// its lists leave them out (Nova's API guide, "Handling Down Cells").
/// </summary>
internal static class UnreachableServers
{
    /// <summary>The first microversion in which Nova tells of them.</summary>
    public const string Microversion = "2.69";

    private const string ErrorId = "CloudPartlyUnreachable";
    private const int MostShown = 10;

    /// <summary>Whether this is all that Nova knows of a server now.</summary>
    public static bool Holds(JsonElement server) => server.Text("status") == "UNKNOWN" && server.Field("name") is null;

    /// <exception cref="HotstackException">The list holds such servers (<c>CloudPartlyUnreachable</c>).</exception>
    public static void RefuseIn(IEnumerable<JsonElement> servers)
    {
        string[] ids = [.. servers.Where(Holds).Select(server => server.Text("id")).OfType<string>()];
        if (ids.Length == 0)
        {
            return;
        }

        string more = ids.Length > MostShown ? $" and {ids.Length - MostShown} more" : "";
        throw new HotstackException(
            ErrorCause.ServiceUnavailable, ErrorId,
            $"Part of the cloud cannot be reached: Nova does not know the names of {CountText.Of(ids.Length, "server")} of this project now "
            + $"({string.Join(", ", ids.Take(MostShown))}{more}). Which servers match is not known.")
        {
            Hint = "Wait, or ask the cloud's operator: a cell of Nova is down. 'openstack server list' shows these servers as UNKNOWN. "
                + "Servers that are given by their ids are found if they are elsewhere.",
        };
    }

    /// <summary>The error for a server that was asked for by its id. Who waits for a server takes it for a passing failure.</summary>
    public static ServiceException Of(string id, ApiResponse response) => new(
        ErrorCause.ServiceUnavailable, ErrorId, response.Request,
        $"part of the cloud cannot be reached: server {id} exists, but Nova does not know its name and its state now")
    {
        Status = response.Status,
        RequestId = response.RequestId,
        Hint = "Wait, or ask the cloud's operator: a cell of Nova is down. "
            + $"'openstack server show {CommandArgument.Of(id)}' shows the server as UNKNOWN until the cell is back.",
    };
}
