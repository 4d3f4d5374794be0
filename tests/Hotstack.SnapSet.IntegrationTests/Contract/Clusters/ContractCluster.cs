using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Xunit;

namespace Hotstack.Contract.Clusters;

/// <summary>A cluster that the contract is tried on: the sandbox's or a real one. Shared by the tests of a class.</summary>
public abstract class ContractCluster : IAsyncLifetime
{
    /// <summary>Certificates by which no clock of any cluster has expired.</summary>
    internal static readonly DateTimeOffset LongAgo = new(2021, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal static readonly DateTimeOffset FarOff = new(2049, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const string KubeconfigPath = "/contract/kubeconfig";

    private readonly List<Cluster> _connections = [];

    internal RecordingActivity Activity { get; } = new();

    /// <summary>As a user who may do what Suspend and Revive need, and nothing more.</summary>
    internal Cluster Cluster { get; private set; } = null!;

    /// <summary>As one who may do all, to set up what a test looks at.</summary>
    internal Cluster Admin { get; private set; } = null!;

    /// <summary>Where tests make what they need.</summary>
    internal string Namespace { get; } = $"contract-{Guid.NewGuid().ToString("N")[..8]}";

    internal abstract TimeProvider Time { get; }

    /// <summary>The pause between two looks at what is to come about.</summary>
    internal abstract TimeSpan Pause { get; }

    internal abstract IReadOnlyList<string> Nodes { get; }

    internal string Worker => Nodes[^1];

    /// <summary>The version of <c>policy</c> that the API server would rather be asked by.</summary>
    internal abstract string PolicyVersion { get; }

    /// <summary>Signs client certificates that the API server trusts.</summary>
    internal abstract (X500DistinguishedName Name, X509SignatureGenerator Key) Authority { get; }

    public async ValueTask InitializeAsync()
    {
        await StartAsync(TestContext.Current.CancellationToken);
        await ReconnectAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        try
        {
            if (Admin is not null)
            {
                var namespaces = new RawObjects(Admin, "", "v1", "namespaces");
                await namespaces.DeleteAsync(Namespace, CancellationToken.None);
                await UntilAsync(
                    $"namespace {Namespace} is gone",
                    async () => await namespaces.FindAsync(Namespace, CancellationToken.None) is null, CancellationToken.None);
            }
        }
        finally
        {
            Disconnect();
            await EndAsync();
        }
    }

    /// <summary>The text of a kubeconfig: of <c>admin</c>, <c>operator</c> or <c>restricted</c>, who may read ClusterVersions.</summary>
    internal abstract string Kubeconfig(string user);

    internal abstract Task StopApiAsync(CancellationToken stop);

    /// <summary>Ends when it is on its way back, or is back.</summary>
    internal abstract Task StartApiAsync(CancellationToken stop);

    /// <summary>Has what a watch could be told of the past be forgotten, with or without an outage.</summary>
    internal abstract Task ForgetChangesAsync(CancellationToken stop);

    /// <summary>Sets a condition of a ClusterOperator.</summary>
    internal abstract Task SetOperatorAsync(string name, string condition, string status, CancellationToken stop);

    /// <summary>What becomes of helper pods on a node: <c>ok</c>, <c>fail</c>, <c>hang</c> or <c>image</c>.</summary>
    internal abstract Task SetHelperAsync(string node, string fate, CancellationToken stop);

    /// <summary>How long a node's certificates are still valid.</summary>
    internal abstract Task SetKubeletAsync(string node, TimeSpan client, TimeSpan serving, CancellationToken stop);

    /// <summary>Has the cluster be one of two hours, with the installer's certificates.</summary>
    internal abstract Task RejuvenateAsync(CancellationToken stop);

    /// <summary>Has a node fall silent, without a word.</summary>
    internal abstract Task PowerOffAsync(string node, CancellationToken stop);

    internal abstract Task PowerOnAsync(string node, CancellationToken stop);

    /// <summary>Adds pending requests of a node's kubelet.</summary>
    /// <param name="node">The node.</param>
    /// <param name="key"><c>ecdsa</c> or <c>rsa</c>.</param>
    /// <param name="kinds"><c>client</c> (as the bootstrapper), <c>serving</c>, <c>renewal</c> (client, as the node).</param>
    /// <param name="stop">Ends it.</param>
    internal abstract Task<IReadOnlyList<string>> AddCsrsAsync(string node, string key, string[] kinds, CancellationToken stop);

    /// <summary>Adds requests that nobody should approve.</summary>
    internal abstract Task<IReadOnlyList<string>> AddHostileCsrsAsync(CancellationToken stop);

    /// <summary>An API group that is registered, and whose server does not answer.</summary>
    internal abstract Task<string> AddBrokenGroupAsync(CancellationToken stop);

    /// <summary>Everything as it was at the start.</summary>
    internal abstract Task RestoreAsync(CancellationToken stop);

    /// <summary>A kubeconfig, read as a user's.</summary>
    internal ClusterConfiguration Load(string kubeconfig, TimeProvider? time = null)
    {
        var sources = ConfigurationSources.OfThisProcess();
        Func<string, Stream?> files = sources.OpenFile;
        sources = sources with
        {
            Platform = ConfigurationPlatform.Linux,
            OpenFile = path => path == KubeconfigPath ? new MemoryStream(Encoding.UTF8.GetBytes(kubeconfig)) : files(path),
        };
        return new KubeconfigLoader(sources, time).Load(KubeconfigPath, null, Activity);
    }

    /// <summary>The same cluster with another user.</summary>
    /// <param name="user">The fields of the kubeconfig's user.</param>
    /// <param name="time">By which certificates are checked before they are used; null for this machine's.</param>
    internal ClusterConfiguration ConfigurationOf(JsonObject user, TimeProvider? time = null)
    {
        ClusterConfiguration known = Load(Kubeconfig("operator"));
        var kubeconfig = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Config",
            ["clusters"] = new JsonArray(new JsonObject
            {
                ["name"] = "cluster",
                ["cluster"] = new JsonObject
                {
                    ["server"] = known.Server.AbsoluteUri, ["certificate-authority-data"] = Base64(known.Tls.CaCertificates!),
                },
            }),
            ["users"] = new JsonArray(new JsonObject { ["name"] = "user", ["user"] = user }),
            ["contexts"] = new JsonArray(new JsonObject
            {
                ["name"] = "contract", ["context"] = new JsonObject { ["cluster"] = "cluster", ["user"] = "user" },
            }),
            ["current-context"] = "contract",
        };
        return Load(kubeconfig.ToJsonString(), time);
    }

    /// <summary>A user by client certificate, an administrator.</summary>
    /// <param name="key">RSA or EC.</param>
    /// <param name="from">The certificate's begin.</param>
    /// <param name="until">Its end.</param>
    /// <param name="isForeign">Signed by somebody else.</param>
    internal JsonObject UserWith(AsymmetricAlgorithm key, DateTimeOffset from, DateTimeOffset until, bool isForeign = false)
    {
        var subject = new X500DistinguishedName("O=system:masters, CN=contract-admin");
        CertificateRequest request = key is ECDsa ec
            ? new CertificateRequest(subject, ec, HashAlgorithmName.SHA256)
            : new CertificateRequest(subject, (RSA)key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        (X500DistinguishedName name, X509SignatureGenerator signer) =
            isForeign ? (new X500DistinguishedName("CN=foreign-ca"), X509SignatureGenerator.CreateForECDsa(foreign)) : Authority;
        byte[] serial = RandomNumberGenerator.GetBytes(8);
        serial[0] = (byte)((serial[0] & 0x7f) | 1);
        using X509Certificate2 certificate = request.Create(name, signer, from, until, serial);
        return new JsonObject
        {
            ["client-certificate-data"] = Base64(certificate.ExportCertificatePem()),
            ["client-key-data"] = Base64(key.ExportPkcs8PrivateKeyPem()),
        };
    }

    /// <summary>A connection that is closed with the fixture.</summary>
    internal Cluster Connect(ClusterConfiguration configuration, IActivity? activity = null)
    {
        var cluster = Cluster.Connect(configuration, activity ?? Activity, Time);
        _connections.Add(cluster);
        return cluster;
    }

    /// <summary>Waits by the cluster's clock, but gives up by the real one: others who wait may have the former run on.</summary>
    internal async Task UntilAsync(string what, Func<Task<bool>> isSo, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), $"Not so after two minutes: {what}.");
            await Task.Delay(Pause, Time, stop);
        }
    }

    private protected abstract Task StartAsync(CancellationToken stop);

    private protected abstract ValueTask EndAsync();

    /// <summary>The connections that all use, and the namespace.</summary>
    private protected async Task ReconnectAsync(CancellationToken stop)
    {
        Disconnect();
        Cluster = Connect(Load(Kubeconfig("operator")));
        Admin = Connect(Load(Kubeconfig("admin")));
        var namespaces = new RawObjects(Admin, "", "v1", "namespaces");
        if (await namespaces.FindAsync(Namespace, stop) is null)
        {
            await namespaces.CreateAsync(new JsonObject { ["metadata"] = new JsonObject { ["name"] = Namespace } }, stop);
        }

        await UntilAsync(
            "the namespace has its service account",
            async () => await new RawObjects(Admin, "", "v1", "serviceaccounts").FindAsync("default", stop, Namespace) is not null, stop);
    }

    private void Disconnect()
    {
        _connections.ForEach(cluster => cluster.Dispose());
        _connections.Clear();
    }

    internal static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
