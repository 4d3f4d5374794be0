using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.Http;
using Hotstack.OpenShift;
using k8s;
using k8s.Models;

namespace Hotstack.Contract.Clusters;

/// <summary>Reads and writes the objects of any kind with all their fields, by the operations that the product uses.</summary>
internal sealed class RawObjects(Cluster cluster, string group, string version, string plural)
{
    private readonly ICustomObjectsOperations _objects = cluster.Client.CustomObjects;

    public async Task<RawObject> GetAsync(string name, CancellationToken stop, string? @namespace = null) => RawObject.From(
        @namespace is null
            ? await _objects.GetClusterCustomObjectAsync<JsonElement>(group, version, plural, name, stop)
            : await _objects.GetNamespacedCustomObjectAsync<JsonElement>(group, version, @namespace, plural, name, stop));

    public Task<RawObject?> FindAsync(string name, CancellationToken stop, string? @namespace = null) =>
        GetAsync(name, stop, @namespace).OrNullAsync();

    public async Task<IReadOnlyList<RawObject>> ListAsync(CancellationToken stop, ListQuery? query = null) =>
        (await cluster.ListAsync(new CustomKind<RawObject>(group, version, plural, RawObject.From), stop, query)).Items;

    public async Task<RawObject> CreateAsync(JsonObject body, CancellationToken stop, string? @namespace = null) => RawObject.From(
        @namespace is null
            ? await _objects.CreateClusterCustomObjectAsync<JsonElement>(body, group, version, plural, cancellationToken: stop)
            : await _objects.CreateNamespacedCustomObjectAsync<JsonElement>(body, group, version, @namespace, plural,
                cancellationToken: stop));

    public async Task<RawObject> PatchAsync(string name, V1Patch patch, CancellationToken stop, string? @namespace = null) =>
        RawObject.From(
        @namespace is null
            ? await _objects.PatchClusterCustomObjectAsync<JsonElement>(patch, group, version, plural, name, cancellationToken: stop)
            : await _objects.PatchNamespacedCustomObjectAsync<JsonElement>(patch, group, version, @namespace, plural, name,
                cancellationToken: stop));

    public async Task<RawObject> ReplaceAsync(string name, JsonObject body, CancellationToken stop, string? @namespace = null) =>
        RawObject.From(
        @namespace is null
            ? await _objects.ReplaceClusterCustomObjectAsync<JsonElement>(body, group, version, plural, name, cancellationToken: stop)
            : await _objects.ReplaceNamespacedCustomObjectAsync<JsonElement>(body, group, version, @namespace, plural, name,
                cancellationToken: stop));

    /// <summary>By its own path, which the product has no use for.</summary>
    public async Task<RawObject> ReplaceStatusAsync(string name, JsonObject body, CancellationToken stop) => RawObject.From(
        (await cluster.Api.SendAsync(cluster.Api.Request(HttpMethod.Put, $"apis/{group}/{version}/{plural}/{name}/status").WithJson(body),
            stop)).Json());

    /// <summary>Deletes an object, or has its deletion begin.</summary>
    /// <param name="name">The object.</param>
    /// <param name="stop">Ends the call.</param>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="uid">Delete only the very object with this uid.</param>
    /// <param name="grace">The seconds that a pod may take to end; null for its own time.</param>
    public Task DeleteAsync(string name, CancellationToken stop, string? @namespace = null, string? uid = null, int? grace = null)
    {
        var options = new V1DeleteOptions { GracePeriodSeconds = grace, Preconditions = uid is null ? null
            : new V1Preconditions { Uid = uid } };
        Task<object> call = @namespace is null
            ? _objects.DeleteClusterCustomObjectAsync(group, version, plural, name, options, cancellationToken: stop)
            : _objects.DeleteNamespacedCustomObjectAsync(group, version, @namespace, plural, name, options, cancellationToken: stop);
        return call.OrNullAsync();
    }
}

/// <summary>An object with all its fields.</summary>
internal sealed record RawObject(string Name, string? Uid, string? ResourceVersion, DateTimeOffset? CreatedAt, string Json)
{
    public static RawObject From(JsonElement item)
    {
        JsonElement meta = item.GetProperty("metadata");
        return new(meta.Text("name") ?? "", meta.Text("uid"), meta.Text("resourceVersion"), meta.Time("creationTimestamp"),
            item.GetRawText());
    }

    /// <summary>To be changed, and sent back.</summary>
    public JsonObject Copy() => JsonNode.Parse(Json)!.AsObject();
}

/// <summary>Changes, in the three languages that the API server reads.</summary>
internal static class Patches
{
    public static V1Patch Merge(JsonObject body) => new(body.ToJsonString(), V1Patch.PatchType.MergePatch);

    public static V1Patch Strategic(JsonObject body) => new(body.ToJsonString(), V1Patch.PatchType.StrategicMergePatch);

    public static V1Patch Json(JsonArray operations) => new(operations.ToJsonString(), V1Patch.PatchType.JsonPatch);
}
