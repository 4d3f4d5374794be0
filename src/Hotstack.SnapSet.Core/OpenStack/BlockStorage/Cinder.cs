using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Http;

namespace Hotstack.OpenStack.BlockStorage;

/// <summary>The calls of the block storage service, version 3, that we need.</summary>
public sealed partial class Cinder
{
    /// <summary>3.5 filters messages by their resource; 3.3, the first with messages, returns all of the project.</summary>
    private const string MessagesMicroversion = "3.5";

    private const int LongestMessage = 300;

    private readonly ServiceClient _client;

    internal Cinder(ServiceClient client) => _client = client;

    /// <summary>All volumes of the project.</summary>
    public Task<IReadOnlyList<Volume>> ListVolumesAsync(CancellationToken stop) =>
        ListVolumesAsync(_client.Request(HttpMethod.Get, "volumes/detail"), stop);

    /// <summary>All volumes of the project. An optional call.</summary>
    internal Task<IReadOnlyList<Volume>> ListVolumesIfAnsweredAsync(CancellationToken stop) =>
        ListVolumesAsync(_client.Request(HttpMethod.Get, "volumes/detail").AsOptional(), stop);

    private async Task<IReadOnlyList<Volume>> ListVolumesAsync(ApiRequest request, CancellationToken stop)
    {
        IReadOnlyList<JsonElement> volumes = await Paging.ListAsync(
            _client, request, "volumes",
            page => Paging.HasNextLink(page, "volumes_links"), stop);
        return [.. volumes.Select(Volume.From)];
    }

    /// <summary>A volume by its id; null if there is none. An optional call.</summary>
    public async Task<Volume?> FindVolumeAsync(string id, CancellationToken stop)
    {
        ApiResponse? response = await _client.SendAsync(_client.Request(HttpMethod.Get, $"volumes/{id}").AsOptional(), stop).OrNullAsync();
        return response is null ? null
            : response.Json().Field("volume") is { } volume ? Volume.From(volume)
            : throw ServiceException.OfInvalidResponse(response, "it holds no volume");
    }

    /// <summary>The names of the volume types that the project can use, by their ids.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ListTypesAsync(CancellationToken stop)
    {
        IReadOnlyList<JsonElement> types = await Paging.ListAsync(
            _client, _client.Request(HttpMethod.Get, "types").AsOptional(), "volume_types",
            page => Paging.HasNextLink(page, "volume_type_links"), stop);
        return types.GroupBy(type => type.Text("id") ?? "")
            .ToDictionary(g => g.Key, g => g.First().Text("name") ?? "", StringComparer.Ordinal);
    }

    /// <summary>All volume snapshots of the project.</summary>
    public async Task<IReadOnlyList<VolumeSnapshot>> ListSnapshotsAsync(CancellationToken stop)
    {
        IReadOnlyList<JsonElement> snapshots = await Paging.ListAsync(
            _client, _client.Request(HttpMethod.Get, "snapshots/detail"), "snapshots",
            page => Paging.HasNextLink(page, "snapshots_links"), stop);
        return [.. snapshots.Select(VolumeSnapshot.From)];
    }

    /// <summary>A volume snapshot by its id; null if there is none.</summary>
    public async Task<VolumeSnapshot?> FindSnapshotAsync(string id, CancellationToken stop)
    {
        ApiResponse? response = await _client.SendAsync(_client.Request(HttpMethod.Get, Path(id)), stop).OrNullAsync();
        return response is null ? null
            : response.Json().Field("snapshot") is { } snapshot ? VolumeSnapshot.From(snapshot)
            : throw ServiceException.OfInvalidResponse(response, "it holds no snapshot");
    }

    /// <summary>Begins to create a snapshot of a volume, even an attached one.</summary>
    /// <param name="volumeId">The volume.</param>
    /// <param name="name">At most 255 characters.</param>
    /// <param name="metadata">Keys and values of at most 255 characters.</param>
    /// <param name="stop">Ends the call, not the snapshot.</param>
    /// <returns>The snapshot, which is <c>creating</c> now.</returns>
    /// <exception cref="ServiceException">A quota is exceeded (<c>QuotaExceeded</c>), the volume is busy (400), or the answer was
    /// lost (<see cref="ServiceException.IsOutcomeUnknown"/>): find it by its metadata; a repeated call creates a second one.</exception>
    public async Task<VolumeSnapshot> CreateSnapshotAsync(
        string volumeId, string name, IReadOnlyDictionary<string, string> metadata, CancellationToken stop)
    {
        var body = new JsonObject
        {
            ["snapshot"] = new JsonObject
            {
                ["volume_id"] = volumeId,
                ["name"] = name,
                // Needed for attached volumes before microversion 3.66.
                ["force"] = true,
                ["metadata"] = new JsonObject(metadata.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value))),
            },
        };
        ApiResponse response = await _client.SendAsync(
            _client.Request(HttpMethod.Post, "snapshots").WithJson(body), stop);
        VolumeSnapshot made = response.Json().Field("snapshot") is { } snapshot && snapshot.Text("id") is not null
            ? VolumeSnapshot.From(snapshot)
            : throw ServiceException.OfInvalidResponse(response, "it holds no snapshot");
        _client.NewObjects.Add(made.Id);
        return made;
    }

    /// <summary>Begins to delete a volume snapshot; a deleted one is no error.</summary>
    /// <exception cref="HotstackException">It is busy, or volumes depend on it (<c>VolumeSnapshotInUse</c>).</exception>
    public async Task DeleteSnapshotAsync(string id, CancellationToken stop)
    {
        try
        {
            await _client.SendAsync(_client.Request(HttpMethod.Delete, Path(id)), stop).OrNullAsync();
        }
        catch (ServiceException e) when (e.Status == 400)
        {
            throw new HotstackException(
                ErrorCause.Conflict, "VolumeSnapshotInUse", $"Volume snapshot {id} cannot be deleted: {e.Reason}", e)
            {
                Target = id,
            };
        }
    }

    /// <summary>The project's quotas and usage.</summary>
    public async Task<IReadOnlyList<Quota>> GetQuotasAsync(CancellationToken stop)
    {
        ApiResponse response = await _client.SendAsync(
            _client.Request(HttpMethod.Get, "limits").AsOptional(), stop);
        return response.Json().Field("limits")?.Field("absolute") is { } absolute
            ?
            [
                Quota.From(absolute, "volumes", "maxTotalVolumes", "totalVolumesUsed"),
                Quota.From(absolute, "gigabytes", "maxTotalVolumeGigabytes", "totalGigabytesUsed"),
                Quota.From(absolute, "snapshots", "maxTotalSnapshots", "totalSnapshotsUsed"),
            ]
            : [];
    }

    /// <summary>Cinder's latest error message for the users of a volume or snapshot.</summary>
    /// <param name="resourceId">The volume or snapshot.</param>
    /// <param name="stop">Ends the call.</param>
    /// <returns>Null if there is none, or it cannot be read.</returns>
    /// <remarks>A message is an action and a reason: <c>create snapshot:Snapshot failed to create.</c> (cinder:
    /// message/message_field.py).</remarks>
    public async Task<string?> FindMessageAsync(string resourceId, CancellationToken stop)
    {
        ApiRequest request = _client.Request(HttpMethod.Get, $"messages").AsOptional() with
        {
            Query = [new("resource_uuid", resourceId)],
            Headers = [new("OpenStack-API-Version", $"volume {MessagesMicroversion}")],
        };
        try
        {
            ApiResponse response = await _client.SendAsync(request, stop);
            return response.Json().Items("messages")
                .Where(message => message.Text("resource_uuid") == resourceId && (message.Text("message_level") ?? "ERROR") == "ERROR")
                .OrderByDescending(message => message.Time("created_at"))
                .Select(message => message.Told("user_message"))
                .OfType<string>().Select(OneLine).FirstOrDefault();
        }
        catch (HotstackException)
        {
            // The call follows a failure, which another one must not hide.
            return null;
        }
    }

    /// <summary>Action and reason on one line; Cinder separates them by a mere colon.</summary>
    private static string OneLine(string message)
    {
        string line = DisplayText.OfProse(message);
        line = line.Length <= LongestMessage ? line : line[..LongestMessage] + "…";
        return MessageColon().Replace(line, ": ", 1);
    }

    [GeneratedRegex(@"(?<=^[a-z ]{1,60}):(?=\S)")]
    private static partial Regex MessageColon();

    private static ApiPath Path(string id) => $"snapshots/{id}";
}
