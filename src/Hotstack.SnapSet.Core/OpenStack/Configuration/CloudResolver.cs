using System.Globalization;
using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>Works a cloud's profile, its own keys and its region into one configuration.</summary>
internal sealed class CloudResolver(ConfigurationSources sources, IActivity? activity)
{
    /// <summary>Above this a timeout is a mistake, and more than HTTP clients accept.</summary>
    private const double LongestTimeoutSeconds = 24 * 60 * 60;

    private static readonly string[] EndpointKeys =
    [
        .. ServiceTypeNames.Used
            .SelectMany(ServiceTypeNames.All)
            .Select(name => name.Replace('-', '_'))
            .SelectMany(name => new[] { $"{name}_endpoint_override", $"{name}_endpoint" }),
    ];

    /// <exception cref="HotstackException">What <see cref="CloudConfigurationLoader.Load"/> says.</exception>
    public CloudConfiguration Resolve(CloudEntry cloud, string? asked, CloudCredential? credential = null)
    {
        var profile = VendorProfile.Of(cloud, sources, activity);
        var region = RegionChoice.Choose(RegionChoice.Listed(cloud, profile, activity), asked, cloud);
        var keys = Layered(cloud, profile, region);
        var origins = new ValueOrigins(cloud, keys, sources);
        origins.WarnOfMixedFolders(activity);
        var auth = AuthValues.Gather(keys);
        var authType = AuthTypeChoice.Of(keys.Text("auth_type"), auth, cloud);
        credential?.ApplyTo(auth, authType, cloud);
        var settings = Settings(keys, region?.Name);
        CompleteAuth(auth, authType, cloud, settings, region?.Name);
        foreach (var key in EndpointKeys.Where(settings.ContainsKey))
        {
            settings[key] = ServiceUrl.CheckOverride(key, settings[key], cloud);
        }

        return new CloudConfiguration
        {
            Name = cloud.Name,
            Region = region?.Name,
            AuthType = authType,
            Auth = auth.AsReadOnly(),
            Tls = TlsSettings.Read(settings, keys, cloud, sources, activity),
            ApiTimeout = Timeout(settings.GetValueOrDefault("api_timeout"), cloud),
            Settings = settings.Where(setting => !TlsSettings.Owns(setting.Key)).ToDictionary().AsReadOnly(),
            SourceFile = cloud.File,
            HasGivenCredential = credential is not null,
            IsOfCurrentDirectory = origins.IsAnyOfCurrentDirectory,
        };
    }

    private static ConfigMap Layered(CloudEntry cloud, ConfigMap? profile, CloudRegion? region)
    {
        var keys = profile is null ? cloud.Settings : profile.OverlaidBy(cloud.Settings);
        keys = region?.Values is { } values ? keys.OverlaidBy(values) : keys;
        return keys.Without("profile", "cloud", "regions", "region_name");
    }

    private void CompleteAuth(
        Dictionary<string, string> auth, string authType, CloudEntry cloud, Dictionary<string, string> settings, string? region)
    {
        if (authType is AuthTypes.AdminToken or AuthTypes.None)
        {
            // An older name of the same.
            if (auth.Remove("url", out var url))
            {
                auth.TryAdd("endpoint", url);
            }
        }
        else
        {
            if (authType == AuthTypes.ApplicationCredential)
            {
                AuthScope.DropForApplicationCredential(auth, cloud, activity);
            }

            DomainFilling.Apply(auth, authType, cloud, activity);
            AuthScope.Check(auth, cloud);
        }

        AuthRequirements.Check(authType, auth, cloud, sources);
        if (auth.TryGetValue("auth_url", out var authUrl))
        {
            authUrl = new FieldExpansion(name => Field(settings, name, region)).Expand(authUrl, out var unknown);
            auth["auth_url"] = unknown is null
                ? ServiceUrl.CheckAuthUrl(authUrl, cloud)
                : throw CloudErrors.Invalid(
                    $"The auth_url of the {cloud.Title} contains {{{unknown}}}, which is not set.", target: cloud.Name);
        }

        if (auth.TryGetValue("endpoint", out var endpoint))
        {
            auth["endpoint"] = ServiceUrl.CheckOverride("endpoint", endpoint, cloud);
        }
    }

    /// <summary>The single values and lists of them that have nothing to do with authentication, fields expanded.</summary>
    private static Dictionary<string, string> Settings(ConfigMap keys, string? region)
    {
        var plain = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, node) in keys.Entries.Where(entry => entry.Key is not ("auth" or "auth_type") && !AuthValues.Owns(entry.Key)))
        {
            var items = node.Usable() is ConfigList list ? list.Items : [node];
            string[] texts = [.. items.Select(item => item.Usable()).OfType<ConfigScalar>().Select(item => item.Text ?? "").Where(text => text.Length > 0)];
            if (texts.Length > 0)
            {
                plain[key] = string.Join(',', texts);
            }
        }

        var expansion = new FieldExpansion(name => Field(plain, name, region));
        return plain.ToDictionary(setting => setting.Key, setting => expansion.Expand(setting.Value, out _), StringComparer.Ordinal);
    }

    private static string? Field(Dictionary<string, string> settings, string name, string? region) =>
        name == "region_name" ? region : settings.GetValueOrDefault(name);

    private static TimeSpan? Timeout(string? text, CloudEntry cloud)
    {
        if (text is null)
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and <= LongestTimeoutSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw CloudErrors.Invalid(
                $"The api_timeout of the {cloud.Title} has to be a number of seconds, more than 0 and at most a day, not {text}.",
                target: cloud.Name);
    }
}
