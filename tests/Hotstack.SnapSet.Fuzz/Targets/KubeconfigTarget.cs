using System.Text;
using System.Text.Json;
using Hotstack.Fuzz.Inputs;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Hotstack.OpenShift.Login;

namespace Hotstack.Fuzz.Targets;

/// <summary>A kubeconfig, with files that it names.</summary>
internal sealed class KubeconfigTarget : FuzzTarget
{
    private const int MostContexts = 3;
    private const string Path = "/w/kubeconfig";

    /// <summary>The last has what files hold in place of their paths, and is refused unless something of it is lost.</summary>
    private static readonly Tree[] Examples = Corpus.Trees(
        "kubeconfig.yaml", "kubeconfig.json", "kubeconfig.yaml", "kubeconfig.json", "kubeconfig.yaml", "kubeconfig.json",
            "kubeconfig-logins.yaml", "kubeconfig-contents.yaml");

    public override string Name => "kubeconfig";

    public override IReadOnlyList<byte[]> Hostile => [.. Bombs.Yaml, .. Bombs.Json];

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>(
        Bombs.GrowingYaml)
    {
        ["contexts"] = length => "contexts:\n"
            + string.Concat(Enumerable.Range(0, length / 40).Select(i => $"- {{name: c{i}, context: {{cluster: a, user: b}}}}\n")),
    };

    public override byte[] Generate(Random random)
    {
        byte[] made = TreeInputs.YamlOrJson(Examples, random);
        string text = Encoding.Latin1.GetString(made);
        text = text.Replace("CERTIFICATE", Identity.CertificateData, StringComparison.Ordinal)
            .Replace("PRIVATE-KEY", Identity.KeyData, StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes(text);
    }

    public override Verdict Run(byte[] input) => Verdict.Of(() =>
    {
        var sources = new Sources
        {
            [Path] = input,
            ["/w/token.txt"] = Bytes(Secret.Marker),
            ["/w/crt.pem"] = Bytes(Identity.Certificate),
            ["/w/key.pem"] = Bytes(Identity.Key),
        };
        var loader = new KubeconfigLoader(sources.Build(), Identity.Clock);
        IReadOnlyList<KubeconfigContext> contexts = loader.ListContexts(Path);
        foreach (KubeconfigContext context in contexts.Take(MostContexts).DefaultIfEmpty(new("", "", null, null, false)))
        {
            Use(loader.Load(Path, context.Name, new WatchedActivity()));
        }
    });

    private static void Use(ClusterConfiguration cluster)
    {
        Secret.MustNotBeIn(cluster.ToString());
        Secret.MustNotBeIn(cluster.Tls.ToString());
        if (cluster.TokenFile is null)
        {
            new Credentials(cluster, Identity.Clock).Get();
        }

        if (cluster.Exec is { } plugin)
        {
            using var _ = JsonDocument.Parse(ExecLogin.InfoOf(plugin, cluster, isInteractive: false));
            Secret.MustNotBeIn(plugin.ToString());
        }

        Secret.MustNotBeIn(cluster.Oidc?.ToString());
    }
}
