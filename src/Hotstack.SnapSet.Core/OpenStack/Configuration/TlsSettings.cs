using Hotstack.Configuration;
using Hotstack.Http;

namespace Hotstack.OpenStack.Configuration;

/// <summary>Reads the settings of TLS: <c>insecure</c> overrides <c>verify</c>, which overrides <c>cacert</c>.</summary>
internal static class TlsSettings
{
    private static readonly string[] Keys = ["verify", "insecure", "cacert", "cert", "key"];

    public static bool Owns(string key) => Keys.Contains(key);

    /// <param name="settings">The cloud's settings, fields expanded.</param>
    /// <param name="keys">The same as in their files.</param>
    /// <param name="cloud">The cloud, for messages.</param>
    /// <param name="sources">Relative paths of variables start from its current directory; those of a file from the file's folder.</param>
    /// <param name="activity">Gets warnings of doubtful settings.</param>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c> where a value is neither yes nor no.</exception>
    public static TlsConfiguration Read(
        IReadOnlyDictionary<string, string> settings, DocMap keys, CloudEntry cloud, ConfigurationSources sources, IActivity? activity)
    {
        var verifyText = settings.GetValueOrDefault("verify");

        // The HTTP library of openstacksdk takes a path here as well.
        var verifyPath = verifyText is not null
            && (verifyText.AsSpan().ContainsAny('/', '\\', '.') || PathValue.ContentOf(verifyText) is not null) ? verifyText : null;
        var insecure = Boolean("insecure", settings.GetValueOrDefault("insecure") ?? "false", cloud);
        var verify = (verifyPath is not null || Boolean("verify", verifyText ?? "true", cloud)) && !insecure;
        bool hasAuthorities = settings.ContainsKey("cacert") || verifyPath is not null;
        if (!verify)
        {
            string key = insecure ? "insecure" : "verify";
            activity?.Warning(
                $"TLS certificates are not verified for cloud '{cloud.Name}', as '{key}' ({keys[key]?.Mark}) says: anyone on the network can read"
                + $" and change all traffic.{(hasAuthorities ? " Its cacert is not used." : "")}");
        }

        var certificate = Path("cert");
        var certificateKey = certificate is null ? null : Path("key");
        if (settings.ContainsKey("key") && certificate is null)
        {
            activity?.Warning($"The {cloud.Title} has a key without a cert: it is not used.");
        }

        if ((certificateKey ?? certificate) is { } keyFile && certificate is not null)
        {
            SecretFiles.WarnIfOpen(sources, keyFile, "a private key", activity);
        }

        return new TlsConfiguration
        {
            Verify = verify,
            CaCertificatePath = !verify ? null : Path("cacert") ?? (verifyPath is null ? null : Resolved("verify", verifyPath)),
            ClientCertificatePath = certificate,
            ClientKeyPath = certificateKey,
        };

        string? Path(string name) => settings.TryGetValue(name, out var path) ? Resolved(name, path) : null;

        string Resolved(string name, string path) => Checked(name, path, keys, sources);
    }

    /// <summary>A relative path starts from the folder of its file: any user may write to the current directory.</summary>
    private static string Checked(string name, string value, DocMap keys, ConfigurationSources sources)
    {
        SourceMark mark = keys[name]?.Mark ?? new SourceMark(name, CloudErrors.InvalidId);
        ConfigurationSources from = sources.IsAbsolute(mark.Source)
            ? sources with { CurrentDirectory = sources.FolderOf(mark.Source) }
            : sources;
        string path = from.Resolve(value);
        return PathValue.ContentOf(value) is not null || (PathValue.MayBeSecret(value) && !InputFile.IsThere(sources, path))
            ? throw PathValue.Refusal(mark, name, value,
                $"Write it to a file that only you can read (chmod 600), and set {name} to the file's path.")
            : path;
    }

    /// <summary>The words of YAML 1.1, quoted or not, and 1 and 0, as variables have them.</summary>
    private static bool Boolean(string key, string text, CloudEntry cloud) => text.Trim().ToLowerInvariant() switch
    {
        "true" or "yes" or "on" or "y" or "1" => true,
        "false" or "no" or "off" or "n" or "0" => false,
        _ => throw CloudErrors.Invalid(
            $"The {key} of the {cloud.Title} has to be true or false, not {PathValue.Shown(text)}.", target: cloud.Name),
    };
}
