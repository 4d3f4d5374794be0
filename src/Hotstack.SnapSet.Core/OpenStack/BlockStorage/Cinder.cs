using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.Http;

namespace Hotstack.OpenStack.BlockStorage;

/// <summary>The block storage service, version 3: the calls of it that we need.</summary>
public sealed class Cinder
{
    private readonly ServiceClient _client;

    internal Cinder(ServiceClient client) => _client = client;

    /// <summary>All volumes of the project.</summary>
    public async Task<IReadOnlyList<Volume>> ListVolumesAsync(CancellationToken stop)
    {
        IReadOnlyList<JsonElement> volumes = await Paging.ListAsync(
            _client, _client.Request(HttpMethod.Get, "volumes/detail"), "volumes",
            page => Paging.HasNextLink(page, "volumes_links"), stop).ConfigureAwait(false);
        return [.. volumes.Select(Volume.From)];
    }

    /// <summary>All volume snapshots of the project.</summary>
    public async Task<IReadOnlyList<VolumeSnapshot>> ListSnapshotsAsync(CancellationToken stop)
    {
        IReadOnlyList<JsonElement> snapshots = await Paging.ListAsync(
            _client, _client.Request(HttpMethod.Get, "snapshots/detail"), "snapshots",
            page => Paging.HasNextLink(page, "snapshots_links"), stop).ConfigureAwait(false);
        return [.. snapshots.Select(VolumeSnapshot.From)];
    }

    /// <summary>A volume snapshot by its id; null if there is none.</summary>
    public async Task<VolumeSnapshot?> FindSnapshotAsync(string id, CancellationToken stop)
    {
        try
        {
            ApiResponse response = await _client.SendAsync(
                _client.Request(HttpMethod.Get, Path(id)), stop).ConfigureAwait(false);
            return response.Json().Field("snapshot") is { } snapshot
                ? VolumeSnapshot.From(snapshot)
                : throw ServiceException.OfInvalidResponse(response, "it holds no snapshot");
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.NotFound)
        {
            return null;
        }
    }

    /// <summary>Begins to make a snapshot of a volume, also of one that is attached.</summary>
    /// <param name="volumeId">The volume.</param>
    /// <param name="name">At most 255 characters.</param>
    /// <param name="metadata">Keys and values of at most 255 characters.</param>
    /// <param name="stop">Ends the call, not the snapshot.</param>
    /// <returns>The snapshot, which is <c>creating</c> now.</returns>
    /// <exception cref="ServiceException">A quota is used up (<c>QuotaExceeded</c>), the volume is busy (400), or the answer was
    /// lost (<see cref="ServiceException.IsOutcomeUnknown"/>): look for it by its metadata, since doing it twice makes two.</exception>
    public async Task<VolumeSnapshot> CreateSnapshotAsync(
        string volumeId, string name, IReadOnlyDictionary<string, string> metadata, CancellationToken stop)
    {
        var body = new JsonObject
        {
            ["snapshot"] = new JsonObject
            {
                ["volume_id"] = volumeId,
                ["name"] = name,
                // Without it, before microversion 3.66, only of volumes that are not attached.
                ["force"] = true,
                ["metadata"] = new JsonObject(metadata.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value))),
            },
        };
        ApiResponse response = await _client.SendAsync(
            _client.Request(HttpMethod.Post, "snapshots").WithJson(body), stop).ConfigureAwait(false);
        return response.Json().Field("snapshot") is { } snapshot && snapshot.Text("id") is not null
            ? VolumeSnapshot.From(snapshot)
            : throw ServiceException.OfInvalidResponse(response, "it holds no snapshot");
    }

    /// <summary>Begins to delete a volume snapshot, which goes on after the answer; one that is gone is no error.</summary>
    /// <exception cref="HotstackException">It is busy, or volumes depend on it (<c>VolumeSnapshotInUse</c>).</exception>
    public async Task DeleteSnapshotAsync(string id, CancellationToken stop)
    {
        try
        {
            await _client.SendAsync(_client.Request(HttpMethod.Delete, Path(id)), stop).ConfigureAwait(false);
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.NotFound)
        {
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

    /// <summary>How much of its quota the project uses.</summary>
    public async Task<IReadOnlyList<Quota>> GetQuotasAsync(CancellationToken stop)
    {
        ApiResponse response = await _client.SendAsync(
            _client.Request(HttpMethod.Get, "limits").AsOptional(), stop).ConfigureAwait(false);
        return response.Json().Field("limits")?.Field("absolute") is { } absolute
            ?
            [
                Quota.From(absolute, "volumes", "maxTotalVolumes", "totalVolumesUsed"),
                Quota.From(absolute, "gigabytes", "maxTotalVolumeGigabytes", "totalGigabytesUsed"),
                Quota.From(absolute, "snapshots", "maxTotalSnapshots", "totalSnapshotsUsed"),
            ]
            : [];
    }

    private static string Path(string id) => $"snapshots/{Uri.EscapeDataString(id)}";
}
