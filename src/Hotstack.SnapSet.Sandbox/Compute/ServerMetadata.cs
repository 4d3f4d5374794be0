using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Compute;

/// <summary><c>/servers/{id}/metadata</c>: what users note of a server.</summary>
internal sealed class ServerMetadata(Func<ApiCall, Server> find)
{
    /// <summary>Nova's <c>metadata_items</c>.</summary>
    public const int Most = 128;

    public void Map(Routes routes, string server)
    {
        var all = server + "/metadata";
        routes.Get(all, call => Show(find(call)));
        routes.Post(all, call => Set(call, "metadata", "update metadata", server => new(server.Metadata), MetadataInput.Read));
        routes.Put(all, call => Set(call, "metadata", "update metadata", _ => [], MetadataInput.Read));
        routes.Get(all + "/{key}", call => ShowOne(call, find(call)));
        routes.Put(all + "/{key}", call =>
        {
            Set(call, "meta", "update metadata", server => new(server.Metadata), node => ReadOne(call, node));
            return ShowOne(call, find(call));
        });
        routes.Delete(all + "/{key}", Delete);
    }

    private static Reply Show(Server server) => Reply.Ok(new JsonObject { ["metadata"] = Json(server.Metadata) });

    private static Reply ShowOne(ApiCall call, Server server) => Reply.Ok(new JsonObject
    {
        ["meta"] = new JsonObject { [call.Route("key")] = Item(call, server) },
    });

    private static string Item(ApiCall call, Server server) =>
        server.Metadata.GetValueOrDefault(call.Route("key")) ?? throw new ApiException(404, "Metadata item was not found");

    private static Dictionary<string, string> ReadOne(ApiCall call, JsonNode? node)
    {
        var one = MetadataInput.Read(node);
        return one.Count == 1 && one.ContainsKey(call.Route("key"))
            ? one
            : throw new ApiException(400, "Request body and URI mismatch");
    }

    private Reply Set(
        ApiCall call, string root, string action, Func<Server, Dictionary<string, string>> start,
            Func<JsonNode?, Dictionary<string, string>> read)
    {
        var server = find(call);
        if (call.Chunked || call.ParseBody() is not JsonObject { Count: 1 } body || !body.ContainsKey(root))
        {
            throw new ApiException(400, $"Invalid input for field/attribute {root}. '{root}' is a required property");
        }

        var metadata = start(server);
        foreach (var (key, value) in read(body[root]))
        {
            metadata[key] = value;
        }

        CheckState(call, server, action);
        if (metadata.Count > Most)
        {
            throw new ApiException(403, $"Maximum number of metadata items exceeds {Most}");
        }

        server.Metadata.Clear();
        foreach (var (key, value) in metadata)
        {
            server.Metadata[key] = value;
        }

        return Show(server);
    }

    private Reply Delete(ApiCall call)
    {
        var server = find(call);
        Item(call, server);
        CheckState(call, server, "delete metadata");
        server.Metadata.Remove(call.Route("key"));
        return Reply.Empty(204);
    }

    private static void CheckState(ApiCall call, Server server, string action)
    {
        ServerActions.CheckLock(call, server);
        ServerActions.CheckVmState(server, action, "active", "paused", "suspended", "stopped");
    }

    private static JsonObject Json(Dictionary<string, string> metadata) =>
        new(metadata.Select(p => new KeyValuePair<string, JsonNode?>(p.Key, p.Value)));
}
