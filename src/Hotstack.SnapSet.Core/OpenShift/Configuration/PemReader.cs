using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hotstack.Configuration;
using Hotstack.Http;
using Hotstack.Http.Trust;

namespace Hotstack.OpenShift.Configuration;

/// <summary>PEM text of an entry, and its origin.</summary>
/// <param name="Text">The text, unchecked.</param>
/// <param name="Place">For messages: <c>client-key-data of the user admin (/home/anna/.kube/config)</c>.</param>
internal sealed record PemText(string Text, string Place);

/// <summary>Reads the files that an entry names, and its PEM in base64: <c>KEY-data</c> overrides the file that <c>KEY</c> names.</summary>
internal sealed class PemReader(ConfigurationSources sources, IActivity? activity)
{
    /// <summary>The variables, directories and files.</summary>
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

    /// <summary>The path of a file, null if none is given; a relative one starts from the folder of the kubeconfig.</summary>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>: it is not a path, or may be a secret.</exception>
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
                : InputFile.ReadText(stream, new SourceMark(path, KubeconfigFile.InvalidId));
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

        HotstackException Unreadable(string reason, Exception? inner) => KubeconfigFile.Invalid(
            $"The {key} of the {entry.Title}, {path}, cannot be read: {reason}",
            "A relative path starts from the directory of the kubeconfig. A kubeconfig that is moved needs these files too, or"
            + " has to hold them: kubectl config view --flatten --raw.",
            path,
            inner);
    }

    /// <summary>Warns of a token file that others can read.</summary>
    public void WarnIfOpen(string tokenFile) => SecretFiles.WarnIfOpen(sources, tokenFile, "a token", activity);

    /// <summary>Whether it is the text of <c>kubectl config view</c> without --raw in place of a secret or certificate.</summary>
    public static bool IsLeftOut(string text) => text is "REDACTED" or "DATA+OMITTED";

    private static string Decoded(string data, SourceMark mark, string key)
    {
        if (IsLeftOut(data))
        {
            throw mark.Error($"{key} is left out.", "Write the kubeconfig again: kubectl config view --raw.");
        }

        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(data));
        }
        catch (FormatException)
        {
            // The cause is left out, as it could show the value.
            throw mark.Error($"{key} is not base64.",
                $"It has to hold a PEM file as base64 (base64 -w0 FILE); put the path of a file into {key[..^5]}.");
        }
    }
}

/// <summary>A user's client certificate, checked.</summary>
/// <param name="Certificate">PEM text: the certificate, then its issuers.</param>
/// <param name="Key">PEM text of its private key.</param>
/// <param name="NotAfter">When it expires.</param>
internal sealed record ClientCertificate(string Certificate, string Key, DateTimeOffset NotAfter)
{
    private static readonly TimeSpan Soon = TimeSpan.FromHours(24);

    private const string NewOne = "Get a kubeconfig whose certificate is valid: the installer's auth/kubeconfig, or one with a token"
        + " ('oc login', 'oc create token').";

    /// <returns>Null if the user has none.</returns>
    /// <exception cref="HotstackException">
    /// <c>KubeconfigInvalid</c>, <c>ClientCertificateExpired</c>, <c>ClientCertificateNotYetValid</c>.
    /// </exception>
    public static ClientCertificate? Of(KubeconfigEntry user, string context, PemReader reader, TimeProvider time, IActivity? activity)
    {
        PemText? certificate = reader.Read(user, "client-certificate");
        if (certificate is null)
        {
            if (user.Values.Text("client-key") is not null || user.Values.Text("client-key-data") is not null)
            {
                activity?.Warning($"The {user.Title} has a client-key without a client-certificate: it is not used.");
            }

            return null;
        }

        PemText key = reader.Read(user, "client-key")
            ?? throw KubeconfigFile.Invalid(
                $"The {user.Title} has a client-certificate without a client-key.", "Add its client-key-data or client-key.", user.Name);
        using X509Certificate2 read = Read(certificate, key);
        var notAfter = new DateTimeOffset(read.NotAfter.ToUniversalTime());
        CheckValidity(new DateTimeOffset(read.NotBefore.ToUniversalTime()), notAfter, user, context, time.GetUtcNow());
        if (notAfter - time.GetUtcNow() < Soon)
        {
            activity?.Warning($"The client certificate of context {context} expires soon, at {Text(notAfter)}. {NewOne}");
        }

        return new ClientCertificate(certificate.Text, key.Text, notAfter);
    }

    private static X509Certificate2 Read(PemText certificate, PemText key)
    {
        try
        {
            return PemCertificates.ReadWithKey(certificate.Text, key.Text);
        }
        catch (CryptographicException e)
        {
            throw KubeconfigFile.Invalid(
                $"{certificate.Place} cannot be used together with {key.Place}: {e.Message}",
                ConnectionHints.Kubeconfig.CertificateFile, inner: e);
        }
    }

    private static void CheckValidity(
        DateTimeOffset notBefore, DateTimeOffset notAfter, KubeconfigEntry user, string context, DateTimeOffset now)
    {
        if (now > notAfter)
        {
            throw new HotstackException(
                ErrorCause.AuthenticationFailed, "ClientCertificateExpired",
                $"The client certificate of context {context}, of the {user.Title}, expired at {Text(notAfter)}.")
            {
                Hint = NewOne,
                Target = context,
            };
        }

        if (now < notBefore)
        {
            throw new HotstackException(
                ErrorCause.AuthenticationFailed, "ClientCertificateNotYetValid",
                $"The client certificate of context {context}, of the {user.Title}, is valid from {Text(notBefore)}; it is {Text(now)}.")
            {
                Hint = "Check the clock of this machine.",
                Target = context,
            };
        }
    }

    private static string Text(DateTimeOffset when) =>
        when.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
