using System.Text;
using Hotstack.Configuration;

namespace Hotstack.OpenShift.Configuration;

/// <summary>PEM text of an entry, and where it comes from.</summary>
/// <param name="Text">The text, of which nothing is checked.</param>
/// <param name="Place">For messages: <c>client-key-data of the user admin (/home/anna/.kube/config)</c>.</param>
internal sealed record PemText(string Text, string Place);

/// <summary>Reads the files of an entry, and the PEM that stands in it as base64: <c>KEY-data</c> beats the file that <c>KEY</c> names.</summary>
internal sealed class PemReader(ConfigurationSources sources, IActivity? activity)
{
    /// <summary>What it reads from.</summary>
    public ConfigurationSources Sources => sources;

    public const string TokenFileKey = "tokenFile";

    /// <returns>Null if the entry has neither.</returns>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>.</exception>
    public PemText? Read(KubeconfigEntry entry, string key)
    {
        string dataKey = key + "-data";
        if (entry.Values.Text(dataKey) is not { } data)
        {
            return PathOf(entry, key) is { } path
                ? new PemText(TextOf(entry, key, path), $"{path} ({key} of the {entry.Title})")
                : null;
        }

        if (entry.Values.Text(key) is not null)
        {
            activity?.Warning($"The {entry.Title} has both {dataKey} and {key}: the file is not used.");
        }

        return new PemText(Decoded(data, entry.Values[dataKey]!.Mark, dataKey), $"{dataKey} of the {entry.Title}");
    }

    /// <summary>The path of a file: a relative one starts from where the kubeconfig is. Null if none is given.</summary>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>: it is no path, or may be a secret instead of one.</exception>
    public string? PathOf(KubeconfigEntry entry, string key)
    {
        if (entry.Values.Text(key) is not { } value)
        {
            return null;
        }

        string path = entry.Resolve(sources, value);
        return PathValue.ContentOf(value) is not null || (PathValue.MayBeSecret(value) && !InputFile.IsThere(sources, path))
            ? throw PathValue.Refusal(
                entry.Values[key]!.Mark, key, value,
                key == TokenFileKey
                    ? "Name a file in 'tokenFile', or put the token itself into 'token'."
                    : $"Name a file in '{key}', or put its contents into '{key}-data' as base64 (base64 -w0 FILE).")
            : path;
    }

    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>: it cannot be read.</exception>
    public string TextOf(KubeconfigEntry entry, string key, string path)
    {
        try
        {
            using Stream? stream = sources.OpenFile(path);
            string text = stream is null
                ? throw Unreadable("there is no such file.", null)
                : ConfigurationText.Read(stream, new SourceMark(path, KubeconfigErrors.InvalidId));
            if (key == TokenFileKey || LikelySecrets.Shows(text))
            {
                SecretFiles.Warn(path, SecretFiles.OpenMode(stream), key == TokenFileKey ? "a token" : "a private key", activity);
            }

            return text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e.Message, e);
        }

        HotstackException Unreadable(string reason, Exception? inner) => KubeconfigErrors.Invalid(
            $"The {key} of the {entry.Title}, {path}, cannot be read: {reason}",
            "A relative path starts from the directory of the kubeconfig. A kubeconfig that is moved needs these files too, or"
            + " has to hold them: kubectl config view --flatten --raw.",
            path,
            inner);
    }

    /// <summary>Warns of a token file that others can read; nothing else is done with it here.</summary>
    public void WarnIfOpen(string tokenFile) => SecretFiles.WarnIfOpen(sources, tokenFile, "a token", activity);

    /// <summary>What <c>kubectl config view</c> writes in place of a secret, or of anything long, without --raw.</summary>
    public static bool IsLeftOut(string text) => text is "REDACTED" or "DATA+OMITTED";

    private static string Decoded(string data, SourceMark mark, string key)
    {
        if (IsLeftOut(data))
        {
            throw ConfigurationErrors.At(mark, $"{key} is left out.", "Write the kubeconfig anew: kubectl config view --raw.");
        }

        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(data));
        }
        catch (FormatException)
        {
            // The cause is left out, for it could show what is there.
            throw ConfigurationErrors.At(
                mark, $"{key} is not base64.", $"It has to hold a PEM file as base64 (base64 -w0 FILE); the path of one belongs into {key[..^5]}.");
        }
    }
}
