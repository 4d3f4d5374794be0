using System.Collections.Concurrent;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.OpenStack;

/// <summary>
/// Warns, once for each service, of an address in the catalogue that is not https where Keystone's is: our token goes there in
/// the clear. It is sent nevertheless, since the catalogue is the cloud's own word; an <c>endpoint_override</c> is the user's.
/// </summary>
internal sealed class PlainEndpoints(CloudConfiguration configuration, IActivity activity)
{
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);
    private readonly bool _isKeystonePlain =
        !configuration.Auth.GetValueOrDefault("auth_url", "").StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Looks at the address of a service.</summary>
    public void Look(string service, Uri address)
    {
        if (!_isKeystonePlain && address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback && _told.TryAdd(service, true))
        {
            activity.Warning(
                $"The catalogue of cloud '{configuration.Name}' gives {Http.ServiceException.Address(address)} for {service}, which is not https:"
                + $" the token goes there unencrypted. If the service speaks TLS, set {service.Replace('-', '_')}_endpoint_override in clouds.yaml.");
        }
    }
}
