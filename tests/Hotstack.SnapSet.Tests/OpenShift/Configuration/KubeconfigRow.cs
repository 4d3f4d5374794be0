using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hotstack.Tests.OpenStack.Configuration;

namespace Hotstack.OpenShift.Configuration;

/// <summary>
/// A row of kubeconfigs.jsonl: files, and what comes of them. A row says only how it differs from the standard file of the first line.
/// </summary>
/// <param name="Is">Its name.</param>
/// <param name="Files">Further files, by absolute path or from the folder of the kubeconfig.</param>
/// <param name="Variable">The value of <c>KUBECONFIG</c>; null if it is not set.</param>
/// <param name="Options">Options of kubectl: <c>--context</c>, <c>--kubeconfig</c>.</param>
/// <param name="Kubectl">
/// What kubectl was measured to do (tests/lab/kubeconfigs.py): <c>sends …</c>, with all that the server sees of it, <c>asks: …</c> or <c>refuses: …</c>.
/// </param>
/// <param name="Ours">What we do: <c>sends …</c> or the id of an error; null for the same as kubectl.</param>
/// <param name="Why">Why the two differ; null where they do not.</param>
internal sealed partial record KubeconfigRow(
    string Is, IReadOnlyDictionary<string, string>? Files, string? Variable, IReadOnlyList<string>? Options, string Kubectl, string? Ours,
        string? Why)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        ["ca.crt"] = Identities.RsaCertificate,
        ["client.crt"] = Identities.EcCertificate,
        ["client.key"] = Identities.EcKey,
        ["foreign.crt"] = Identities.RsaCertificate,
        ["foreign.key"] = Identities.Of("RSA PKCS#8").Key,
    };

    /// <summary>The text of the kubeconfig in the home directory; null for none.</summary>
    private string? Text { get; init; }

    private Encoding Encoding { get; init; } = new UTF8Encoding(false);

    public static IReadOnlyList<KubeconfigRow> All { get; } = Read();

    /// <summary>The path after <c>--kubeconfig</c>; null for none.</summary>
    public string? Path => Option("--kubeconfig=");

    /// <summary>The context after <c>--context</c>; null for none.</summary>
    public string? Context => Option("--context=");

    public MemorySources Sources()
    {
        var sources = new MemorySources();
        foreach ((string path, string text) in Files ?? new Dictionary<string, string>())
        {
            sources.File(path.StartsWith('/') ? path : "/home/anna/.kube/" + path, Encoding.UTF8.GetBytes(Filled(text)));
        }

        if (Text is { } home)
        {
            sources.File(KubeconfigFixture.HomeFile, [.. Encoding.GetPreamble(), .. Encoding.GetBytes(Filled(home))]);
        }

        return Variable is { } list ? sources.Variable("KUBECONFIG", Filled(list)) : sources;
    }

    public override string ToString() => Is;

    private static KubeconfigRow[] Read()
    {
        string[] lines = File.ReadAllLines(
            System.IO.Path.Combine(AppContext.BaseDirectory, "OpenShift", "Configuration", "kubeconfigs.jsonl"));
        string standard = JsonDocument.Parse(lines[0]).RootElement.GetProperty("standard").GetString()!;
        return [.. lines.Skip(1).Select(line => Of(JsonDocument.Parse(line).RootElement, standard))];
    }

    private static KubeconfigRow Of(JsonElement row, string standard)
    {
        string text = standard;
        foreach ((string part, string usual) in new[] { ("context", ""), ("cluster", "server: https://api.lab.example:6443"),
            ("user", "token: s3cr3t-Xy") })
        {
            string lines = row.TryGetProperty(part, out JsonElement given) ? given.GetString()! : usual;
            text = text.Replace($"@{part}@", lines.Replace("\n", "\n    ", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        return row.Deserialize<KubeconfigRow>(Json)! with
        {
            Text = row.TryGetProperty("file", out JsonElement file) ? file.GetString() : text,
            Encoding = row.TryGetProperty("encoding", out JsonElement encoding)
                ? System.Text.Encoding.GetEncoding(encoding.GetString()!)
                : new UTF8Encoding(false),
        };
    }

    private static string Filled(string text) => Placeholder().Replace(
        text,
        match => match.Groups["name"].Value is "" ? "" : match.Groups["form"].Value switch
        {
            "base64" => Identities.Base64(Texts[match.Groups["name"].Value]),
            "crlf" => Texts[match.Groups["name"].Value].ReplaceLineEndings("\r\n"),
            _ => Texts[match.Groups["name"].Value],
        });

    private string? Option(string name) =>
        Options?.Where(option => option.StartsWith(name, StringComparison.Ordinal)).Select(option => Filled(option[name.Length..]))
            .FirstOrDefault();

    [GeneratedRegex(@"%root%|%(?<name>\w+\.(crt|key))(:(?<form>\w+))?%")]
    private static partial Regex Placeholder();
}
