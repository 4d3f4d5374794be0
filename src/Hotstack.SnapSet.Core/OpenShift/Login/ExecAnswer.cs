using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Hotstack.Configuration;
using Hotstack.Http.Trust;

namespace Hotstack.OpenShift.Login;

/// <summary>
/// Reads a plugin's output: an ExecCredential with a status, as JSON or YAML. As strict as kubectl 1.32, compared case by case: the
/// version must be the requested one, the kind may be missing, and unknown fields are ignored.
/// </summary>
internal static partial class ExecAnswer
{
    /// <summary>The credentials of an answer.</summary>
    /// <exception cref="LoginException"><c>ExecPluginAnswerInvalid</c>; it quotes nothing of the output.</exception>
    public static LoginCredential Read(byte[] output, ExecPlugin plugin, TimeProvider time)
    {
        try
        {
            return Credential(Status(Root(output, plugin), plugin), plugin, time);
        }
        catch (HotstackException e) when (e is not LoginException)
        {
            // Its message names the place of the problem, and may quote a key.
            throw plugin.AnswerInvalid("wrote neither JSON nor YAML");
        }
    }

    private static DocMap Root(byte[] output, ExecPlugin plugin)
    {
        var mark = new SourceMark("the answer", ExecPlugin.AnswerInvalidId);
        using var stream = new MemoryStream(output);
        string text = InputFile.ReadText(stream, mark);
        if (string.IsNullOrWhiteSpace(text))
        {
            throw plugin.AnswerInvalid("wrote nothing to its output");
        }

        DocNode? root = text.AsSpan().TrimStart().StartsWith("{") ? JsonDocReader.Read(mark, text, isLazy: true)
            : DocReader.Read(mark, text, DocRules.Lazy);
        return root as DocMap ?? throw plugin.AnswerInvalid("did not write an ExecCredential");
    }

    private static DocMap Status(DocMap root, ExecPlugin plugin)
    {
        if (root.Text("kind") is { } kind && kind != "ExecCredential")
        {
            throw plugin.AnswerInvalid("wrote an object of another kind than ExecCredential");
        }

        return root.Text("apiVersion") != plugin.ApiVersion
            ? throw plugin.AnswerInvalid(
                $"wrote an ExecCredential of another version than {plugin.ApiVersion}, which the kubeconfig requests")
            : root.Map("status") ?? throw plugin.AnswerInvalid("wrote an ExecCredential without a status");
    }

    private static LoginCredential Credential(DocMap status, ExecPlugin plugin, TimeProvider time)
    {
        string? token = status.Text("token");
        (string? certificate, string? key) = (status.Text("clientCertificateData"), status.Text("clientKeyData"));
        if ((certificate is null) != (key is null))
        {
            throw plugin.AnswerInvalid($"gave a client {(key is null ? "certificate without its key" : "key without its certificate")}");
        }

        if ((token ?? certificate) is null)
        {
            throw plugin.AnswerInvalid("gave neither a token nor a client certificate");
        }

        DateTimeOffset? expires = status.Text("expirationTimestamp") is { } text ? Expiry(text, plugin) : null;
        DateTimeOffset? certified = certificate is null ? null : EndOf(certificate, key!, plugin, time.GetUtcNow());
        return new LoginCredential(
            token is null ? null : LoginCredential.TokenFault(token) is { } fault
                ? throw plugin.AnswerInvalid($"gave a token that is {fault}") : token.Trim(),
            certificate is null ? null : new LoginCertificate(certificate, key!),
            expires is null || certified < expires ? certified ?? expires : expires);
    }

    /// <summary>RFC 3339, as Go reads it.</summary>
    private static DateTimeOffset Expiry(string text, ExecPlugin plugin) =>
        Rfc3339().Match(text) is { Success: true } match
        && DateTimeOffset.TryParse(match.Groups[1].Value + match.Groups[2].Value, CultureInfo.InvariantCulture,
            DateTimeStyles.AdjustToUniversal, out DateTimeOffset time)
            ? time
            : throw plugin.AnswerInvalid("gave an expirationTimestamp that is not a time of RFC 3339 such as 2026-03-14T09:00:00Z");

    /// <summary>When a certificate expires.</summary>
    private static DateTimeOffset EndOf(string certificate, string key, ExecPlugin plugin, DateTimeOffset now)
    {
        X509Certificate2 read;
        try
        {
            read = PemCertificates.ReadWithKey(certificate, key);
        }
        catch (CryptographicException e)
        {
            throw plugin.AnswerInvalid($"gave a client certificate that cannot be used: {e.Message.TrimEnd('.')}");
        }

        using (read)
        {
            var end = new DateTimeOffset(read.NotAfter.ToUniversalTime());
            return now <= end ? end : throw plugin.AnswerInvalid($"gave a client certificate that expired at {TimeText.Of(end)}");
        }
    }

    [GeneratedRegex(@"\A(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();
}
