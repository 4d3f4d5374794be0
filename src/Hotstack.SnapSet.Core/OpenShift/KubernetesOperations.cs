using System.Net;
using Hotstack.Http;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Hotstack.OpenShift;

/// <summary>
/// The generated operations and models of KubernetesClient (<c>client.CoreV1.ListNodeAsync</c>), over our own connection: TLS,
/// proxies, credentials, retries, limits and errors are those of <see cref="KubernetesApi"/>. The package itself opens no connection.
/// </summary>
/// <remarks>
/// An operation returns its model or throws <see cref="ServiceException"/>, never <see cref="HttpOperationException"/>, which holds
/// the request with its token. The timeout is <see cref="KubernetesApi.Timeout"/> for each attempt.
/// </remarks>
internal sealed class KubernetesOperations(KubernetesApi api) : AbstractKubernetes
{
    /// <summary>As kubectl; logs are text.</summary>
    private const string Accept = "application/json, */*";

    /// <summary>The package's timeout for all attempts: none, as each attempt has its own.</summary>
    public override TimeSpan HttpClientTimeout
    {
        get => Timeout.InfiniteTimeSpan;
        set => throw new NotSupportedException();
    }

    protected override async Task<HttpResponseMessage> SendRequest<T>(
        string relativeUri, HttpMethod method, IReadOnlyDictionary<string, IReadOnlyList<string>>? customHeaders, T body,
        CancellationToken cancellationToken)
    {
        OperationAddress address = OperationAddress.Parse(method, relativeUri);
        ApiRequest request = api.Request(method, address.Path, address.Query) with
        {
            Headers = [.. Fields(customHeaders)],
            IsQuestion = address.IsReview,
        };
        if (body is not null)
        {
            request = request with { Body = ModelJson.Write(body), ContentType = GetHeader(body).MediaType! };
        }

        if (address.Subresource == "eviction")
        {
            // A refusal is an answer: a disruption budget forbids the eviction now.
            request = request with { StatusRetries = 0 };
        }
        else if (method == HttpMethod.Post && body is IMetadata<V1ObjectMeta> { Metadata.Name: { } name })
        {
            // Before the call: its answer may be lost.
            api.NewObjects.Add(name);
        }

        return new Answer(method, await api.SendAsync(request, cancellationToken));
    }

    protected override Task<HttpOperationResponse<T>> CreateResultAsync<T>(
        HttpRequestMessage httpRequest, HttpResponseMessage httpResponse, bool? watch, CancellationToken cancellationToken) =>
        Task.FromResult(new HttpOperationResponse<T>
        {
            Request = httpRequest,
            Response = httpResponse,
            // The API server answers a deletion with the object or a Status. Neither is used.
            Body = httpRequest.Method == HttpMethod.Delete ? default! : ModelJson.Read<T>(AnswerOf(httpResponse)),
        });

    /// <summary>The API server's answer to an operation.</summary>
    internal static ApiResponse AnswerOf(HttpResponseMessage response) => ((Answer)response).Read;

    private static IEnumerable<KeyValuePair<string, string>> Fields(IReadOnlyDictionary<string, IReadOnlyList<string>>? custom)
    {
        if (custom?.ContainsKey("Accept") != true)
        {
            yield return new("Accept", Accept);
        }

        foreach ((string name, IReadOnlyList<string> values) in custom ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            yield return new(name, string.Join(", ", values));
        }
    }

    /// <summary>A complete answer for the generated code. Its request holds no header fields.</summary>
    private sealed class Answer : HttpResponseMessage
    {
        public Answer(HttpMethod method, ApiResponse read)
            : base((HttpStatusCode)read.Status)
        {
            Read = read;
            Content = new ByteArrayContent(read.Body);
            RequestMessage = new HttpRequestMessage(method, read.Request.Uri);
        }

        public ApiResponse Read { get; }
    }

    /// <summary>
    /// The parsed address of a generated operation. KubernetesClient inserts names unchecked: <c>../secrets</c> or <c>a?b</c> would
    /// lead to another address. So names from outside pass <see cref="ApiPath.Segment"/> first; and as a second line of defence this
    /// type rejects an address that is not one of the API's forms
    /// (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris).
    /// </summary>
    /// <param name="Path">The path, each of its segments checked.</param>
    /// <param name="Query">The query; none for a single object.</param>
    /// <param name="Resource">The kind's name in paths: <c>pods</c>.</param>
    /// <param name="Subresource">The part of an object: <c>log</c>; null for the object itself.</param>
    private sealed record OperationAddress(
        ApiPath Path, IReadOnlyList<KeyValuePair<string, string>> Query, string Resource, string? Subresource)
    {
        private const string Namespaces = "namespaces";

        /// <summary>A POST of it changes nothing.</summary>
        public bool IsReview => Resource is "selfsubjectaccessreviews";

        /// <param name="method">The verb.</param>
        /// <param name="relative">From the generated code: <c>api/v1/namespaces/a/pods?limit=500</c>.</param>
        /// <exception cref="HotstackException">A name in it is not valid in an address (<c>IdInvalid</c>). Nothing was sent.</exception>
        public static OperationAddress Parse(HttpMethod method, string relative)
        {
            string path = relative.Split('?', 2)[0];
            string query = relative[path.Length..];
            string[] segments = path.Split('/');
            int root = segments[0] == "api" ? 2 : 3;
            string[] rest = [.. segments.Skip(root)];
            string[] own = rest.Length > 2 && rest[0] == Namespaces ? rest[2..] : rest;
            string? subresource = own.Length > 2 ? string.Join('/', own[2..]) : null;
            return new OperationAddress(
                // Rejoined, a name of several segments is rejected for its separator.
                IsRegular(method, own.Length, subresource, query) ? PathOf(segments)
                    : PathOf([.. segments.Take(root), string.Join('/', rest) + query]),
                [.. QueryOf(query.TrimStart('?'))],
                own.Length > 0 ? own[0] : "", subresource);
        }

        /// <summary>Whether it is an address of one of our operations, for any names.</summary>
        private static bool IsRegular(HttpMethod method, int segments, string? subresource, string query) => segments switch
        {
            // All objects of a kind.
            1 => method == HttpMethod.Get || method == HttpMethod.Post,
            // One of them.
            2 => method != HttpMethod.Post && query.Length == 0,
            _ => query.Length == 0 && method == MethodOf(subresource),
        };

        /// <summary>The verb for a subresource; null if we do not use it.</summary>
        private static HttpMethod? MethodOf(string? subresource) => subresource switch
        {
            "approval" => HttpMethod.Put,
            "eviction" => HttpMethod.Post,
            "log" or "proxy/metrics" => HttpMethod.Get,
            _ => null,
        };

        private static ApiPath PathOf(string[] segments)
        {
            ApiPath first = $"{segments[0]}";
            return segments.Skip(1).Aggregate(first, (path, segment) => path.With(segment));
        }

        private static IEnumerable<KeyValuePair<string, string>> QueryOf(string query) =>
            query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
                .Select(pair => new KeyValuePair<string, string>(pair[0], Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? "")));
    }
}
