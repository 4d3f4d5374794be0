using System.Text.Json.Nodes;
using Hotstack.Sandbox.Identity;

namespace Hotstack.Sandbox.Http;

internal delegate Reply Handler(ApiCall call);

/// <summary>What the six OpenStack services have in common: a prefix, a shape of errors, a look at the token.</summary>
internal abstract class Service(SandboxCloud cloud, string name, string prefix)
{
    private const string NotAuthenticated = "The request you have made requires authentication.";

    /// <summary>The name in the call log and in faults.</summary>
    public string Name { get; } = name;

    public string Prefix { get; } = prefix;

    protected SandboxCloud Cloud { get; } = cloud;

    public abstract void Map(Routes routes);

    public abstract Reply Error(ApiException error, ApiCall call);

    /// <summary>The answer to a path the service does not have.</summary>
    public virtual Reply NotFound(ApiCall call) => Reply.Html(call, 404, "The resource could not be found.");

    /// <summary>Runs a handler on the cloud, which the caller has locked and brought up to date.</summary>
    public Reply Answer(ApiCall call, Handler handler, bool open)
    {
        Reply reply;
        try
        {
            Prepare(call);
            var token = Cloud.Accounts.Find(call.Header("X-Auth-Token"), Cloud.Now);
            if (token is null && !open)
            {
                reply = Unauthorized(call);
            }
            else
            {
                call.Token = token ?? Token.None;
                reply = handler(call);
            }
        }
        catch (ApiException error)
        {
            reply = Error(error, call);
        }
        catch (InvalidOperationException)
        {
            // A value in the body is of another type than the API's.
            reply = Error(new ApiException(400, "Invalid input: a value in the request body is of the wrong type."), call);
        }

        Finish(call, reply);
        return reply;
    }

    /// <summary>Before the token is looked at: microversions.</summary>
    protected virtual void Prepare(ApiCall call)
    {
    }

    /// <summary>After the answer is known: the headers every answer of the service has.</summary>
    public virtual void Finish(ApiCall call, Reply reply) => reply.With("X-Openstack-Request-Id", call.RequestId);

    protected virtual Reply Unauthorized(ApiCall call) => Reply.Json(401, new JsonObject
    {
        ["error"] = new JsonObject { ["code"] = 401, ["title"] = "Unauthorized", ["message"] = NotAuthenticated },
    }).With("WWW-Authenticate", $"Keystone uri=\"{call.Origin}/identity\"");

    /// <summary>
    /// Cuts a page out of a list: after the marker, at most the limit; says if more may follow. What a
    /// marker that is not in the list means differs: an error, or (<paramref name="lenient"/>) nothing.
    /// </summary>
    protected static (List<T> Page, bool More) Page<T>(
        ApiCall call, IEnumerable<T> all, Func<T, string> id, int most, bool lenient = false)
    {
        var limit = most;
        if (call.Value("limit") is { } text)
        {
            if (!int.TryParse(text, out var asked) || asked < 0)
            {
                throw new ApiException(400, $"Invalid input for query parameters limit. Value: {text}. '{text}' does not match '^[0-9]*$'");
            }

            limit = Math.Min(asked, most);
        }

        var list = all.ToList();
        if (call.Value("marker") is { Length: > 0 } marker)
        {
            var at = list.FindIndex(item => id(item) == marker);
            if (at < 0 && !lenient)
            {
                throw MarkerMissing(call, marker);
            }

            list.RemoveRange(0, at + 1);
        }

        // As the services do: a full page is said to have a next one, even when it is the last.
        var page = list.Take(limit).ToList();
        return (page, page.Count == limit);
    }

    private static ApiException MarkerMissing(ApiCall call, string marker) => call.Service == "volume"
        ? new ApiException(404, $"{(call.Path.Contains("/snapshots", StringComparison.Ordinal) ? "Snapshot" : "Volume")} {marker} could not be found.")
        : new ApiException(400, $"marker [{marker}] not found");

    /// <summary>The link to the next page: the same query with another marker.</summary>
    protected static string NextLink(ApiCall call, string marker)
    {
        var pairs = call.Query.Where(p => p.Key != "marker").Append(new("marker", marker));
        return $"{call.Origin}{call.Path}?{string.Join('&', pairs.Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"))}";
    }
}
