using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Http;

namespace Hotstack.OpenStack.Compute;

/// <summary>The compute service: the calls of it that we need.</summary>
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
    /// <param name="microversion">The one that the user's configuration asks for; null for ours. What we read is there
    /// in all of them.</param>
    internal Nova(ServiceClient client, string? microversion = null)
    {
        _client = client;
        string usual = microversion ?? UsualMicroversion;
        _usual = new Microversions(usual);
        // An older one hides the servers of a cell that is down, so it is asked for only where there is no newer one.
        _ofServers = Microversions.IsAtLeast(usual, UnreachableServers.Microversion)
            ? new Microversions(usual, UnreachableServers.Microversion)
            : new Microversions(UnreachableServers.Microversion, usual);
    }

    /// <summary>A server by its UUID.</summary>
    /// <exception cref="HotstackException">There is none (<c>ServerNotFound</c>), or it is in a part of the cloud that cannot be
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
            return UnreachableServers.Holds(server) ? throw UnreachableServers.Of(id, response) : Server.From(server);
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.NotFound)
        {
            throw ServerNotFound(id, e);
        }
    }

    /// <summary>All servers of the project with exactly this name; several may have it.</summary>
    /// <exception cref="HotstackException">Part of the cloud cannot be reached, so that it is not known whether a server there has
    /// this name (<c>CloudPartlyUnreachable</c>).</exception>
    public async Task<IReadOnlyList<Server>> FindServersAsync(string name, CancellationToken stop)
    {
        // Nova leaves the servers of a cell that is down out of every list that it filters, so both lists are needed.
        Task complete = CheckReachableAsync(stop);
        // Nova takes a regular expression.
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
        UnreachableServers.RefuseIn(servers);
        return [.. servers.Select(Server.From)];
    }

    /// <summary>The servers of the project that can be reached: enough for a suggestion, not for a set.</summary>
    internal async Task<IReadOnlyList<Server>> ListReachableServersAsync(CancellationToken stop) =>
        [.. (await ListUnfilteredAsync("servers/detail", stop))
            .Where(server => !UnreachableServers.Holds(server)).Select(Server.From)];

    private async Task CheckReachableAsync(CancellationToken stop) =>
        UnreachableServers.RefuseIn(await ListUnfilteredAsync("servers", stop));

    /// <summary>Nova names what it cannot reach only in an answer to a query without anything, <c>limit</c> included.</summary>
    private Task<IReadOnlyList<JsonElement>> ListUnfilteredAsync([ConstantExpected] string path, CancellationToken stop) =>
        ListAsync(_client.Request(HttpMethod.Get, path), Paging.Limit.AfterFirst, stop);

    private Task<IReadOnlyList<JsonElement>> ListAsync(ApiRequest request, Paging.Limit limit, CancellationToken stop) =>
        _ofServers.CallAsync(version => Paging.ListAsync(
            _client, WithMicroversion(request, version), "servers", page => Paging.HasNextLink(page, "servers_links"), stop, limit));

    /// <summary>Asks a server to shut down; ask for its state to see when it has.</summary>
    public Task StopServerAsync(string id, CancellationToken stop) => ActAsync(id, "os-stop", null, stop);

    /// <summary>Starts a server that is shut off.</summary>
    public Task StartServerAsync(string id, CancellationToken stop) => ActAsync(id, "os-start", null, stop);

    /// <summary>Notes something of a server; what it has under other keys stays.</summary>
    /// <param name="id">The server; it may be busy, but not locked.</param>
    /// <param name="metadata">Keys and values of at most 255 characters.</param>
    /// <param name="stop">Ends the call.</param>
    public Task AddMetadataAsync(string id, IReadOnlyDictionary<string, string> metadata, CancellationToken stop) =>
        // Twice has the effect of once.
        SendToServerAsync(id, Metadata(HttpMethod.Post, id, metadata) with { IsRepeatSafe = true }, stop);

    /// <summary>Notes this of a server, and nothing else.</summary>
    public Task ReplaceMetadataAsync(string id, IReadOnlyDictionary<string, string> metadata, CancellationToken stop) =>
        SendToServerAsync(id, Metadata(HttpMethod.Put, id, metadata), stop);

    /// <summary>Begins to make an image of a server.</summary>
    /// <param name="serverId">The server; its task state must be empty.</param>
    /// <param name="imageName">1 to 255 characters.</param>
    /// <param name="metadata">Become the image's properties; values of at most 255 characters.</param>
    /// <param name="stop">Ends the call, not the snapshot.</param>
    /// <returns>The id of the image, which is <c>queued</c> now.</returns>
    /// <remarks>Doing it twice makes two images: after a lost answer (<see cref="ServiceException.IsOutcomeUnknown"/>)
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

    /// <summary>What was done with a server, the latest first.</summary>
    public async Task<IReadOnlyList<InstanceAction>> ListActionsAsync(string serverId, CancellationToken stop)
    {
        ApiResponse response = await SendAsync(
            _client.Request(HttpMethod.Get, $"servers/{serverId}/os-instance-actions"), stop)
            ;
        return [.. response.Json().Items("instanceActions").Select(InstanceAction.From)
            .OrderByDescending(action => action.StartedAt)];
    }

    /// <summary>All flavors that we may use.</summary>
    public async Task<IReadOnlyList<Flavor>> ListFlavorsAsync(CancellationToken stop)
    {
        ApiRequest request = _client.Request(HttpMethod.Get, "flavors/detail").AsOptional();
        IReadOnlyList<JsonElement> flavors = await _usual.CallAsync(version => Paging.ListAsync(
            _client, WithMicroversion(request, version), "flavors", page => Paging.HasNextLink(page, "flavors_links"), stop))
            ;
        return [.. flavors.Select(Flavor.From)];
    }

    /// <summary>How much of its quota the project uses.</summary>
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

    /// <summary>A change of a server, which Nova may refuse in its present state.</summary>
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
                Hint = $"'openstack server show {CommandArgument.Of(id)}' tells its state: wait until it is idle, or unlock it.",
            };
        }
    }

    private Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken stop) =>
        _usual.CallAsync(version => _client.SendAsync(WithMicroversion(request, version), stop));

    /// <summary>Before 2.45 the id stands in an address: …/images/ID</summary>
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
}
