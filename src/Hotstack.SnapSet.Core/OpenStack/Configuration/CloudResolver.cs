using System.Globalization;
using System.Text.RegularExpressions;
using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>Merges a cloud's profile, its own keys and its region into one configuration.</summary>
internal sealed partial class CloudResolver(ConfigurationSources sources, IActivity? activity)
{
    /// <summary>A longer timeout is a mistake, and more than HTTP clients accept.</summary>
    private const double MaxTimeoutSeconds = 24 * 60 * 60;

    private static readonly string[] EndpointKeys =
    [
        .. ServiceTypeNames.Used
            .SelectMany(ServiceTypeNames.All)
            .Select(name => name.Replace('-', '_'))
            .SelectMany(name => new[] { $"{name}_endpoint_override", $"{name}_endpoint" }),
    ];

    /// <exception cref="HotstackException">Those of <see cref="CloudConfigurationLoader.Load"/>.</exception>
    public CloudConfiguration Resolve(CloudEntry cloud, string? asked, CloudCredential? credential = null)
    {
        var profile = CloudLayers.ProfileOf(cloud, sources, activity);
        var regions = CloudRegion.Listed(cloud, profile, activity);
        var region = CloudRegion.Choose(regions, asked, cloud);
        var keys = Layered(cloud, profile, region);
        var origins = new ValueOrigins(cloud, keys, sources);
        origins.WarnOfMixedFolders(activity);
        var authentication = new CloudAuth(cloud, sources, activity);
        var auth = CloudAuth.Values(keys);
        var authType = authentication.TypeOf(keys.Text("auth_type"), auth);
        credential?.ApplyTo(auth, authType, cloud);
        var settings = Settings(keys, region?.Name);
        authentication.Complete(auth, authType);
        CheckAddresses(auth, cloud, settings, region?.Name);

        return new CloudConfiguration
        {
            Name = cloud.Name,
            Region = region?.Name,
            FirstRegion = CloudRegion.Choose(regions, null, cloud)?.Name,
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

    private static DocMap Layered(CloudEntry cloud, DocMap? profile, CloudRegion? region)
    {
        var keys = profile is null ? cloud.Settings : profile.OverlaidBy(cloud.Settings);
        keys = region?.Values is { } values ? keys.OverlaidBy(values) : keys;
        return keys.Where(key => key is not ("profile" or "cloud" or "regions" or "region_name"));
    }

    private static void CheckAddresses(Dictionary<string, string> auth, CloudEntry cloud, Dictionary<string, string> settings,
        string? region)
    {
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

        foreach (string key in EndpointKeys.Where(settings.ContainsKey))
        {
            settings[key] = ServiceUrl.CheckOverride(key, settings[key], cloud);
        }
    }

    /// <summary>The single values and lists of them that do not belong to authentication, fields expanded.</summary>
    private static Dictionary<string, string> Settings(DocMap keys, string? region)
    {
        var plain = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((DocScalar key, DocNode node) in keys.Entries.Where(entry => !CloudAuth.Owns(entry.Key.Value)))
        {
            var items = node.Usable() is DocList list ? list.Items : [node];
            string[] texts = [.. items.Select(item => item.Usable()).OfType<DocScalar>().Select(item => item.Text ?? "")
                .Where(text => text.Length > 0)];
            if (texts.Length > 0)
            {
                plain[key.Value] = string.Join(',', texts);
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
            && seconds is > 0 and <= MaxTimeoutSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw CloudErrors.Invalid(
                $"The api_timeout of the {cloud.Title} has to be a number of seconds, more than 0 and at most a day, not {text}.",
                target: cloud.Name);
    }

    /// <summary>
    /// Puts other settings of a cloud into texts: <c>https://{region_name}.example</c>; <c>{{</c> is a brace. Of Python's format
    /// strings only plain names are supported.
    /// </summary>
    /// <param name="field">A field's value; null if it is not set.</param>
    private sealed partial class FieldExpansion(Func<string, string?> field)
    {
        /// <summary>Far more than all addresses of a cloud; a long text that is repeated beyond it stays unexpanded.</summary>
        private int _charactersLeft = 256 * 1024;

        /// <param name="text">The text.</param>
        /// <param name="unknown">The first field that is not set, which stays as it is; null if there is none.</param>
        public string Expand(string text, out string? unknown)
        {
            string? missing = null;
            var expanded = Field().Replace(text, match =>
            {
                if (!match.Groups["name"].Success)
                {
                    return match.Value[..1];
                }

                var value = field(match.Groups["name"].Value);
                missing ??= value is null ? match.Groups["name"].Value : null;
                if (value is null || value.Length > _charactersLeft)
                {
                    return match.Value;
                }

                _charactersLeft -= value.Length;
                return value;
            });
            unknown = missing;
            return expanded;
        }

        [GeneratedRegex(@"\{\{|\}\}|\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant)]
        private static partial Regex Field();
    }
}

/// <summary>The files that the values of a cloud come from, after all layers are merged.</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="keys">Its keys, each with its place.</param>
/// <param name="sources">Where they were found.</param>
internal sealed class ValueOrigins(CloudEntry cloud, DocMap keys, ConfigurationSources sources)
{
    private static readonly string[] FileVariables = ["OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE"];

    private readonly (string Key, string File)[] _values = [.. Scalars("", keys).Where(value => sources.IsAbsolute(value.File))];

    private readonly string[] _named = [.. Variables(sources).Select(path => sources.Resolve(path))];

    /// <summary>Without relative paths: those name another file in every folder.</summary>
    private readonly string[] _namedForAllFolders = [.. Variables(sources)
        .Where(path => path.StartsWith('~') || sources.IsAbsolute(path)).Select(path => sources.Resolve(path))];

    /// <summary>
    /// A value comes from a file that was found only because of the current directory: whoever wrote the file chose the cloud.
    /// </summary>
    public bool IsAnyOfCurrentDirectory =>
        sources.CurrentDirectory.Length > 0 && CloudsFile.IsOnlyCurrent(sources)
        && _values.Any(value => !_namedForAllFolders.Contains(value.File)
            && FolderOf(value.File) == FolderOf(sources.Join(sources.CurrentDirectory, "any")));

    /// <summary>Warns if a secret of one folder is sent to an address of another: whoever plants the address gets the secret.</summary>
    public void WarnOfMixedFolders(IActivity? activity)
    {
        foreach ((string key, string file) in _values.Where(value => LikelySecrets.IsNameOfOne(value.Key)))
        {
            (string? address, string? other) = _values.FirstOrDefault(
                value => IsAddress(value.Key) && FolderOf(value.File) != FolderOf(file)
                    && !(_named.Contains(value.File) && _named.Contains(file)));
            if (other is not null)
            {
                activity?.Warning(
                    $"The {key} of cloud '{cloud.Name}' comes from {file} and is sent to the {address} of {other}, a file of another folder. If that "
                    + "address is not yours, change the secret. Otherwise keep both in one folder, or name both files in OS_CLIENT_CONFIG_FILE and "
                    + "OS_CLIENT_SECURE_FILE.");
                return;
            }
        }
    }

    private static IEnumerable<string> Variables(ConfigurationSources sources) =>
        FileVariables.Select(sources.Variable).OfType<string>();

    private static bool IsAddress(string key) =>
        key is "auth_url" or "endpoint" or "url" || key.EndsWith("_endpoint", StringComparison.Ordinal)
        || key.EndsWith("_endpoint_override", StringComparison.Ordinal);

    private static IEnumerable<(string Key, string File)> Scalars(string key, DocNode node) => node switch
    {
        DocMap map => map.Entries.SelectMany(entry => Scalars(entry.Key.Value, entry.Value)),
        DocList list => list.Items.SelectMany(item => Scalars(key, item)),
        DocScalar { Text.Length: > 0 } => [(key, node.Mark.Source)],
        _ => [],
    };

    private string FolderOf(string file) => sources.FolderOf(file);
}
