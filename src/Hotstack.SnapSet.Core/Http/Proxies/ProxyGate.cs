namespace Hotstack.Http;

/// <summary>Tells of a proxy variable that is broken, which the platform would pass over, and of the proxy where a call fails.</summary>
internal sealed class ProxyGate(ProxyRule rule, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ProxyAddress? proxy = rule.For(request.RequestUri!);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e) when (proxy is not null)
        {
            throw new ProxiedCallException(proxy, e);
        }
    }
}

/// <summary>A call through a proxy failed. It knows the proxy only by texts: Get-Error shows all that an exception holds.</summary>
internal sealed class ProxiedCallException(ProxyAddress proxy, HttpRequestException inner)
    : HttpRequestException(inner.HttpRequestError, inner.Message, inner, inner.StatusCode)
{
    /// <summary>The address and what names it, without a password.</summary>
    public string Proxy { get; } = proxy.ToString();

    /// <summary>Its host and what names it.</summary>
    public string ProxyHost { get; } = $"{proxy.Address.Host}, the proxy of {proxy.Origin}";
}
