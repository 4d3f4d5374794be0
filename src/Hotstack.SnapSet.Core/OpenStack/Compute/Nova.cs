using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Http;

namespace Hotstack.OpenStack.Compute;

/// <summary>The calls of the compute service that we need.</summary>
public sealed class Nova
{
    /// <summary>Since 2.45 createImage answers with the image's id, since 2.47 a server shows its flavor's name.</summary>
    private const string UsualMicroversion = "2.47";

    /// <summary>For a volume-backed server Nova asks Cinder for a snapshot of each volume before it answers.</summary>
    private static readonly TimeSpan CreateImageTimeout = TimeSpan.FromSeconds(180);

    private readonly ServiceClient _client;
    private readonly Microversions _usual;
    private readonly Microversions _ofServers;

    /// <param name="client">The service.</param>
    /// <param name="microversion">The configured microversion; null for ours. All have what we read.</param>
    internal Nova(ServiceClient client, string? microversion = null)
    {
        _client = client;
        string usual = microversion ?? UsualMicroversion;
        _usual = new Microversions(usual);
        // Older ones hide the servers of a cell that is down: they are only the fallback.
        _ofServers = Microversions.IsAtLeast(usual, CellsMicroversion)
            ? new Microversions(usual, CellsMicroversion)
            : new Microversions(CellsMicroversion, usual);
    }

    /// <summary>A server by its UUID.</summary>
    /// <exception cref="HotstackException">There is none (<c>ServerNotFound</c>), or its part of the cloud cannot be
    /// reached (<c>CloudPartlyUnreachable</c>).</exception>
    public async Task<Server> GetServerAsync(string id, CancellationToken stop)
    {
        try
        {
            ApiRequest request = _client.Request(HttpMethod.Get, $"servers/{id}");
            ApiResponse response = await _ofServers.CallAsync(
                version => _client.SendAsync(WithMicroversion(request, version), stop));
            JsonElement server = response.Json().Field("server")
                ?? throw ServiceException.OfInvalidResponse(response, "it holds no server");
            return IsUnreachable(server) ? throw Unreachable(id, response) : Server.From(server);
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.NotFound)
        {
            throw ServerNotFound(id, e);
        }
    }

    /// <summary>All servers of the project with exactly this name.</summary>
    /// <exception cref="HotstackException">Part of the cloud cannot be reached and may hold a server of
    /// this name (<c>CloudPartlyUnreachable</c>).</exception>
    public async Task<IReadOnlyList<Server>> FindServersAsync(string name, CancellationToken stop)
    {
        // Filtered lists omit the servers of a cell that is down, so both lists are needed.
        Task complete = CheckReachableAsync(stop);
        // Nova expects a regular expression.
        ApiRequest request = _client.Request(HttpMethod.Get, "servers/detail") with { Query = [new("name", $"^{Regex.Escape(name)}$")] };
        Task<IReadOnlyList<JsonElement>> named = ListAsync(request, Paging.Limit.Always, stop);
        await Task.WhenAll(complete, named);
        return [.. (await named).Select(Server.From).Where(server => server.Name == name)];
    }

    /// <summary>All servers of the project.</summary>
    /// <exception cref="HotstackException">Part of the cloud cannot be reached (<c>CloudPartlyUnreachable</c>).</exception>
    public async Task<IReadOnlyList<Server>> ListServersAsync(CancellationToken stop)
    {
        IReadOnlyList<JsonElement> servers = await ListUnfilteredAsync("servers/detail", stop);
        RefuseUnreachable(servers);
        return [.. servers.Select(Server.From)];
    }

    /// <summary>The reachable servers of the project: enough for suggestions, not for a set.</summary>
    internal async Task<IReadOnlyList<Server>> ListReachableServersAsync(CancellationToken stop) =>
        [.. (await ListUnfilteredAsync("servers/detail", stop))
            .Where(server => !IsUnreachable(server)).Select(Server.From)];

    private async Task CheckReachableAsync(CancellationToken stop) =>
        RefuseUnreachable(await ListUnfilteredAsync("servers", stop));

    /// <summary>Nova names unreachable servers only in lists without any parameter, even <c>limit</c>.</summary>
    private Task<IReadOnlyList<JsonElement>> ListUnfilteredAsync([ConstantExpected] string path, CancellationToken stop) =>
        ListAsync(_client.Request(HttpMethod.Get, path), Paging.Limit.AfterFirst, stop);

    private Task<IReadOnlyList<JsonElement>> ListAsync(ApiRequest request, Paging.Limit limit, CancellationToken stop) =>
        _ofServers.CallAsync(version => Paging.ListAsync(
            _client, WithMicroversion(request, version), "servers", page => Paging.HasNextLink(page, "servers_links"), stop, limit));

    /// <summary>Begins to shut down a server; poll its state.</summary>
    public Task StopServerAsync(string id, CancellationToken stop) => ActAsync(id, "os-stop", null, stop);

    /// <summary>Begins to start a server that is shut off.</summary>
    public Task StartServerAsync(string id, CancellationToken stop) => ActAsync(id, "os-start", null, stop);

    /// <summary>Adds metadata to a server; other keys stay.</summary>
    /// <param name="id">The server; it may be busy, but not locked.</param>
    /// <param name="metadata">Keys and values of at most 255 characters.</param>
    /// <param name="stop">Ends the call.</param>
    public Task AddMetadataAsync(string id, IReadOnlyDictionary<string, string> metadata, CancellationToken stop) =>
        // Repeating it has no further effect.
        SendToServerAsync(id, Metadata(HttpMethod.Post, id, metadata) with { IsRepeatSafe = true }, stop);

    /// <summary>Replaces all metadata of a server.</summary>
    public Task ReplaceMetadataAsync(string id, IReadOnlyDictionary<string, string> metadata, CancellationToken stop) =>
        SendToServerAsync(id, Metadata(HttpMethod.Put, id, metadata), stop);

    /// <summary>Begins to create an image of a server.</summary>
    /// <param name="serverId">The server; its task state must be empty.</param>
    /// <param name="imageName">1 to 255 characters.</param>
    /// <param name="metadata">The image's properties; values of at most 255 characters.</param>
    /// <param name="stop">Ends the call, not the snapshot.</param>
    /// <returns>The id of the image, which is <c>queued</c> now.</returns>
    /// <remarks>A repeated call creates a second image: after a lost answer (<see cref="ServiceException.IsOutcomeUnknown"/>)
    /// look for the image by its properties.</remarks>
    public async Task<string> CreateImageAsync(
        string serverId, string imageName, IReadOnlyDictionary<string, string> metadata, CancellationToken stop)
    {
        var body = new JsonObject { ["name"] = imageName, ["metadata"] = Json(metadata) };
        ApiResponse response = await ActAsync(serverId, "createImage", body, stop);
        string id = (response.Body.Length > 0 ? response.Json().Text("image_id") : null) ?? ImageIdOf(response)
            ?? throw ServiceException.OfInvalidResponse(response, "it names no image");
        _client.NewObjects.Add(id);
        return id;
    }

    /// <summary>The actions on a server, the latest first.</summary>
    public async Task<IReadOnlyList<InstanceAction>> ListActionsAsync(string serverId, CancellationToken stop)
    {
        ApiResponse response = await SendAsync(
            _client.Request(HttpMethod.Get, $"servers/{serverId}/os-instance-actions"), stop);
        return [.. response.Json().Items("instanceActions").Select(InstanceAction.From)
            .OrderByDescending(action => action.StartedAt)];
    }

    /// <summary>What a server has written to its serial console since it was started, as far as Nova keeps it.</summary>
    /// <exception cref="HotstackException">There is no such server (<c>ServerNotFound</c>), it has not started (<c>ServerBusy</c>), or the
    /// cloud has no such console.</exception>
    public async Task<string> GetConsoleOutputAsync(string serverId, CancellationToken stop)
    {
        ApiRequest request = _client.Request(HttpMethod.Post, $"servers/{serverId}/action")
            .WithJson(new JsonObject { ["os-getConsoleOutput"] = new JsonObject() }) with
        {
            Action = "os-getConsoleOutput",
            IsQuestion = true,
        };
        return (await SendToServerAsync(serverId, request.AsOptional(), stop)).Json().Text("output") ?? "";
    }

    /// <summary>All flavors of the project.</summary>
    public async Task<IReadOnlyList<Flavor>> ListFlavorsAsync(CancellationToken stop)
    {
        ApiRequest request = _client.Request(HttpMethod.Get, "flavors/detail").AsOptional();
        IReadOnlyList<JsonElement> flavors = await _usual.CallAsync(version => Paging.ListAsync(
            _client, WithMicroversion(request, version), "flavors", page => Paging.HasNextLink(page, "flavors_links"), stop));
        return [.. flavors.Select(Flavor.From)];
    }

    /// <summary>The project's quotas and usage.</summary>
    public async Task<IReadOnlyList<Quota>> GetQuotasAsync(CancellationToken stop)
    {
        ApiResponse response = await SendAsync(_client.Request(HttpMethod.Get, "limits").AsOptional(), stop);
        return response.Json().Field("limits")?.Field("absolute") is { } absolute
            ?
            [
                Quota.From(absolute, "instances", "maxTotalInstances", "totalInstancesUsed"),
                Quota.From(absolute, "cores", "maxTotalCores", "totalCoresUsed"),
                Quota.From(absolute, "ram", "maxTotalRAMSize", "totalRAMUsed"),
            ]
            : [];
    }

    private async Task<ApiResponse> ActAsync(string id, string action, JsonObject? argument, CancellationToken stop)
    {
        ApiRequest request = _client.Request(HttpMethod.Post, $"servers/{id}/action")
            .WithJson(new JsonObject { [action] = argument }) with { Action = action };
        if (action == "createImage" && request.Timeout < CreateImageTimeout)
        {
            request = request with { Timeout = CreateImageTimeout };
        }

        return await SendToServerAsync(id, request, stop);
    }

    private ApiRequest Metadata(HttpMethod method, string id, IReadOnlyDictionary<string, string> metadata) =>
        _client.Request(method, $"servers/{id}/metadata").WithJson(new JsonObject { ["metadata"] = Json(metadata) });

    private static JsonObject Json(IReadOnlyDictionary<string, string> metadata) =>
        new(metadata.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value)));

    /// <summary>A change of a server, which Nova may refuse in its current state.</summary>
    private async Task<ApiResponse> SendToServerAsync(string id, ApiRequest request, CancellationToken stop)
    {
        try
        {
            return await SendAsync(request, stop);
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.NotFound)
        {
            throw ServerNotFound(id, e);
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.Conflict)
        {
            throw new HotstackException(ErrorCause.Conflict, "ServerBusy", $"Server {id}: {e.Reason}", e)
            {
                Target = id,
                Hint = $"'openstack server show {CommandArgument.Of(id)}' shows its state: wait until it is idle, or unlock it.",
            };
        }
    }

    private Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken stop) =>
        _usual.CallAsync(version => _client.SendAsync(WithMicroversion(request, version), stop));

    /// <summary>Before 2.45 the id is in the Location header: …/images/ID</summary>
    internal static string? ImageIdOf(ApiResponse response) => response.Header("Location")?.TrimEnd('/').Split('/')[^1];

    private static ApiRequest WithMicroversion(ApiRequest request, string? version) => version is null
        ? request
        : request with
        {
            Headers =
            [
                .. request.Headers,
                new("OpenStack-API-Version", $"compute {version}"),
                new("X-OpenStack-Nova-API-Version", version),
            ],
        };

    private static HotstackException ServerNotFound(string id, ServiceException e) =>
        new(ErrorCause.NotFound, "ServerNotFound", $"There is no server {id} in this project. {e.Message}", e)
        {
            Target = id,
            Hint = "It may have been deleted, or belong to another project or region.",
        };

    /// <summary>The wanted microversions, the best first. If the cloud lacks one (406), the next is used; at last none: the base version
    /// shows
    /// enough.</summary>
    /// <param name="wanted">For example <c>2.69</c>, <c>2.47</c>.</param>
    private sealed class Microversions(params string[] wanted)
    {
        private readonly string?[] _wanted = [.. wanted.Distinct(StringComparer.Ordinal), null];
        private int _index;

        /// <summary>Makes a call with the best microversion of the cloud, and remembers it.</summary>
        public async Task<T> CallAsync<T>(Func<string?, Task<T>> call)
        {
            while (true)
            {
                int index = Volatile.Read(ref _index);
                try
                {
                    return await call(_wanted[index]);
                }
                catch (ServiceException e) when (e.Status == 406 && _wanted[index] is not null)
                {
                    // Another call may have moved on already.
                    Interlocked.CompareExchange(ref _index, index + 1, index);
                }
            }
        }

        /// <summary>Whether a microversion is this or a later one; <c>latest</c> is.</summary>
        public static bool IsAtLeast(string microversion, string least) =>
            microversion == "latest" || (Minor(microversion) is { } minor && minor >= Minor(least));

        private static int? Minor(string microversion) =>
            int.TryParse(microversion[(microversion.IndexOf('.', StringComparison.Ordinal) + 1)..], NumberStyles.None,
                CultureInfo.InvariantCulture, out int minor)
                ? minor
                : null;
    }

    /// <summary>The first microversion that shows servers in a cell that is down: id and status <c>UNKNOWN</c>, no name (Nova's API guide,
    /// "Handling Down Cells").</summary>
    private const string CellsMicroversion = "2.69";

    private const string UnreachableId = "CloudPartlyUnreachable";
    private const int MaxNamed = 10;

    /// <summary>Whether a server is in a cell that is down.</summary>
    private static bool IsUnreachable(JsonElement server) => server.Text("status") == "UNKNOWN" && server.Field("name") is null;

    /// <exception cref="HotstackException">The list has such servers (<c>CloudPartlyUnreachable</c>).</exception>
    private static void RefuseUnreachable(IEnumerable<JsonElement> servers)
    {
        string[] ids = [.. servers.Where(IsUnreachable).Select(server => server.Text("id")).OfType<string>()];
        if (ids.Length == 0)
        {
            return;
        }

        string more = ids.Length > MaxNamed ? $" and {ids.Length - MaxNamed} more" : "";
        throw new HotstackException(
            ErrorCause.ServiceUnavailable, UnreachableId,
            $"Part of the cloud cannot be reached: Nova cannot show the names of {CountText.Of(ids.Length, "server")} of this project "
            + $"({string.Join(", ", ids.Take(MaxNamed))}{more}). The list of matching servers is incomplete.")
        {
            Hint = "Wait, or ask the cloud's operator: a cell of Nova is down. 'openstack server list' shows these servers as UNKNOWN. "
                + "Servers that you name by id are found in other cells.",
        };
    }

    /// <summary>The error for one such server. A wait treats it as transient.</summary>
    private static ServiceException Unreachable(string id, ApiResponse response) => new(
        ErrorCause.ServiceUnavailable, UnreachableId, response.Request,
        $"part of the cloud cannot be reached: server {id} exists, but Nova cannot show its name and state")
    {
        Status = response.Status,
        RequestId = response.RequestId,
        Hint = "Wait, or ask the cloud's operator: a cell of Nova is down. "
            + $"'openstack server show {CommandArgument.Of(id)}' shows the server as UNKNOWN until the cell is back.",
    };
}
