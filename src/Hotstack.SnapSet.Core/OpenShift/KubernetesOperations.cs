using System.Net;
using Hotstack.Http;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Hotstack.OpenShift;

/// <summary>
/// The generated operations and models of KubernetesClient (<c>client.CoreV1.ListNodeAsync</c>), sent over our own connection: TLS,
/// proxies, credentials, repeats, limits and errors are <see cref="KubernetesApi"/>'s. Nothing of the package opens a connection.
/// </summary>
/// <remarks>
/// So an operation ends with its model or with a <see cref="ServiceException"/>; <see cref="HttpOperationException"/>, which keeps the
/// request with its token, is never made. Time limits are those of <see cref="KubernetesApi.Timeout"/>, for each attempt.
/// </remarks>
internal sealed class KubernetesOperations(KubernetesApi api) : AbstractKubernetes
{
    /// <summary>As kubectl asks; logs are text.</summary>
    private const string Accept = "application/json, */*";

    /// <summary>The package's own limit, over all attempts. There is none: each attempt has its own.</summary>
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
            // A refusal is an answer: a disruption budget does not allow it now.
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

    /// <summary>What the API server answered to an operation.</summary>
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

    /// <summary>An answer that has been read, as the generated code takes it. Its request holds no header fields.</summary>
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
}
