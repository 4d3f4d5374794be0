using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Cluster.Requests;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Cluster.Api;

/// <summary>Answers reads of objects: one, a list in pages, a watch.</summary>
internal sealed class ObjectReader(SandboxCloud cloud, OpenShiftCluster cluster)
{
    private readonly ObjectForms _forms = new(cluster.Store, cluster.Clock);

    private ObjectStore Store => cluster.Store;

    /// <exception cref="KubeException">There is no such object.</exception>
    public JsonObject Existing(KubeRequest request) =>
        Store.Get(request.Type, request.Namespace, request.Name) ?? throw KubeException.NotFound(request.Type, request.Name);

    public Reply Get(KubeRequest request) => Answer(request, 200, Existing(request));

    /// <summary>Answers with an object, in the form that the client accepts.</summary>
    public Reply Answer(KubeRequest request, int status, JsonObject stored) =>
        Reply.Json(status, _forms.Write(FormOf(request), request.Type, stored));

    /// <summary>The selected objects of a request without a name, or the one with its name.</summary>
    public List<JsonObject> Select(KubeRequest request) => [.. Store.List(request.Type, request.Namespace).Where(Selector(request))];

    public Reply List(KubeRequest request)
    {
        var all = Select(request);
        var metadata = Metadata();
        if (request.Call.Value("continue") is { Length: > 0 } token)
        {
            var (revision, last) = ReadContinue(token);
            if (revision < Store.Forgotten)
            {
                throw new KubeException(
                    410, "Expired",
                    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.");
            }

            metadata["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture);
            all.RemoveAll(o => string.CompareOrdinal(o.Key(), last) <= 0);
        }

        if (int.TryParse(request.Call.Value("limit"), CultureInfo.InvariantCulture, out var limit) && limit > 0 && all.Count > limit)
        {
            metadata["continue"] = Convert.ToBase64String(
                Encoding.UTF8.GetBytes($"{metadata.Text("resourceVersion")} {all[limit - 1].Key()}"))
                .Replace('+', '-').Replace('/', '_').TrimEnd('=');
            if (request.Call.Value("labelSelector") is not { Length: > 0 } && request.Call.Value("fieldSelector") is not { Length: > 0 })
            {
                // The rest of a selection is not counted.
                metadata["remainingItemCount"] = all.Count - limit;
            }

            all.RemoveRange(limit, all.Count - limit);
        }

        return new Reply(200, _forms.WriteList(FormOf(request), request.Type, all, metadata), "application/json");
    }

    /// <summary>Answers with a list of whole objects.</summary>
    public Reply AnswerAll(KubeRequest request, IReadOnlyList<JsonObject> all) =>
        new(200, _forms.WriteList(ObjectForm.Whole, request.Type, all, Metadata()), "application/json");

    private JsonObject Metadata() => new() { ["resourceVersion"] = Store.Revision.ToString(CultureInfo.InvariantCulture) };

    private static (long Revision, string Last) ReadContinue(string token)
    {
        try
        {
            var padded = token.Replace('-', '+').Replace('_', '/').PadRight((token.Length + 3) / 4 * 4, '=');
            var parts = Encoding.UTF8.GetString(Convert.FromBase64String(padded)).Split(' ');
            return (long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
        }
        catch (Exception error) when (error is FormatException or IndexOutOfRangeException)
        {
            throw KubeException.BadRequest("continue key is not valid: " + error.Message);
        }
    }

    public WatchReply Watch(KubeRequest request)
    {
        var from = request.Call.Value("resourceVersion");
        var since = string.IsNullOrEmpty(from) || from == "0" ? (long?)null
            : long.TryParse(from, CultureInfo.InvariantCulture, out var revision) ? revision
            : throw KubeException.BadRequest($"Invalid value: \"{from}\": resourceVersion");
        return new WatchReply(
            cloud, cluster, request.Type, request.Namespace, Selector(request), FormOf(request), since)
        {
            Timeout = double.TryParse(request.Call.Value("timeoutSeconds"), CultureInfo.InvariantCulture, out var seconds) && seconds > 0
                ? TimeSpan.FromSeconds(seconds)
                : TimeSpan.FromMinutes(45),
            WantsBookmarks = request.Call.Value("allowWatchBookmarks") is "true" or "1",
        };
    }

    private static ObjectForm FormOf(KubeRequest request) => ObjectForms.Accepted(request.Call.Header("Accept"));

    private static Func<JsonObject, bool> Selector(KubeRequest request)
    {
        var selected = Selectors.Read(request.Type, request.Call.Value("labelSelector"), request.Call.Value("fieldSelector"));
        return request.Name.Length == 0 ? selected : o => o.Name() == request.Name && selected(o);
    }
}
