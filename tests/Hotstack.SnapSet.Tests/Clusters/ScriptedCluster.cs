using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Certificates;
using Hotstack.Http;
using Hotstack.OpenShift;

namespace Hotstack.Clusters;

/// <summary>An API server that answers by a table of paths: a healthy cluster of one master and one worker, three days old.</summary>
internal sealed class ScriptedCluster : IAsyncDisposable
{
    private const string TypeLabel = "auth.openshift.io/managed-certificate-type";

    private static readonly string[] OperatorNames = ["authentication", "console", "insights"];
    private static readonly Dictionary<(DateTimeOffset, DateTimeOffset), string> Pems = [];

    private readonly WireServer _server;

    public ScriptedCluster()
    {
        Facts = new ClusterLife().At(TimeSpan.FromDays(3));
        Clock = new ManualClock(Facts.Now) { AutoAdvance = true };
        Fill();
        _server = new WireServer(Answer);
        Cluster = Cluster.Connect(
            new ClusterConfiguration
            {
                Context = "lab",
                ClusterName = "lab",
                Server = new Uri(_server.Address.AbsoluteUri.TrimEnd('/')),
                Tls = new TlsConfiguration(),
                ClientCertificateNotAfter = Facts.KubeconfigNotAfter,
            },
            new RecordingActivity(), Clock);
    }

    public CertificateFacts Facts { get; }

    public ManualClock Clock { get; }

    public Cluster Cluster { get; }

    /// <summary>What a path answers; a path that is not here answers 404.</summary>
    public Dictionary<string, JsonNode> Objects { get; } = [];

    /// <summary>Texts by path.</summary>
    public Dictionary<string, string> Texts { get; } = [];

    /// <summary>Statuses by path, in place of an answer.</summary>
    public Dictionary<string, int> Refusals { get; } = [];

    /// <summary>How far the cluster's clock is ahead of ours; null for answers without a date.</summary>
    public TimeSpan? Skew { get; set; } = TimeSpan.Zero;

    public IReadOnlyList<string> Requests => _server.Requests;

    public async ValueTask DisposeAsync()
    {
        Cluster.Dispose();
        await _server.DisposeAsync();
    }

    /// <summary>A condition as operators write it.</summary>
    public static JsonObject Condition(string type, string status, string reason = "AsExpected", string message = "all is well") => new()
    {
        ["type"] = type, ["status"] = status, ["reason"] = reason, ["message"] = message, ["lastTransitionTime"] = "2026-01-02T00:00:00Z",
    };

    public static JsonObject Conditions(params (string Type, string Status)[] conditions) =>
        new() { ["conditions"] = new JsonArray([.. conditions.Select(c => Condition(c.Type, c.Status))]) };

    public JsonArray Items(string path) => Objects[path]["items"]!.AsArray();

    /// <summary>Sets the condition of an object of a list.</summary>
    public void SetCondition(string path, string name, string type, string status) =>
        SetConditionOf(Items(path).Single(item => (string?)item!["metadata"]!["name"] == name)!, type, status);

    public static void SetConditionOf(JsonNode item, string type, string status)
    {
        JsonArray conditions = item["status"]!["conditions"]!.AsArray();
        conditions.Remove(conditions.FirstOrDefault(c => (string?)c!["type"] == type));
        conditions.Add(Condition(type, status, "Broken", "it is broken"));
    }

    public static JsonObject Item(string name, JsonObject? status = null, string? @namespace = null) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = @namespace, ["creationTimestamp"] = "2026-01-01T00:00:00Z" },
        ["spec"] = new JsonObject(),
        ["status"] = status ?? [],
    };

    public void SetMetrics(string node, double? client, double? serving) =>
        Texts[$"/api/v1/nodes/{node}/proxy/metrics"] =
            (client is { } c ? $"kubelet_certificate_manager_client_ttl_seconds {c.ToString(CultureInfo.InvariantCulture)}\n" : "")
            + (serving is { } s ? $"kubelet_certificate_manager_server_ttl_seconds {(double.IsInfinity(s) ? "+Inf" : s.ToString(CultureInfo.InvariantCulture))}\n" : "");

    private void Fill()
    {
        string[] groups = ["config", "route", "image", "project"];
        Objects["/apis"] = new JsonObject
        {
            ["groups"] = new JsonArray(
                [.. groups.Select(g => $"{g}.openshift.io").Append("operators.coreos.com").Select(g => new JsonObject { ["name"] = g })]),
        };
        foreach (string group in groups)
        {
            Objects[$"/apis/{group}.openshift.io/v1"] = new JsonObject();
        }

        Texts["/readyz"] = "ok";
        Texts["/apis/route.openshift.io/v1/namespaces/openshift-console/routes"] = "{}";
        JsonObject version = Item("version", Conditions(("Available", "True"), ("Progressing", "False"), ("Failing", "False")));
        version["spec"]!["clusterID"] = "3f1e";
        version["status"]!["desired"] = new JsonObject { ["version"] = "4.18.6" };
        Objects["/apis/config.openshift.io/v1/clusterversions/version"] = version;
        List("/apis/config.openshift.io/v1/clusteroperators", [.. OperatorNames.Select(
            name => Item(name, Conditions(("Available", "True"), ("Progressing", "False"), ("Degraded", "False"))))]);
        List("/apis/machineconfiguration.openshift.io/v1/machineconfigpools", Pool("master"), Pool("worker"));
        List("/apis/apiregistration.k8s.io/v1/apiservices", Item("v1.route.openshift.io", Conditions(("Available", "True"))),
            Item("v1.", Conditions(("Available", "True"))));
        List("/apis/certificates.k8s.io/v1/certificatesigningrequests");
        List("/apis/operators.coreos.com/v1alpha1/clusterserviceversions",
            Item("metallb.v1", new JsonObject { ["phase"] = "Succeeded" }, "metallb-system"));
        List("/api/v1/pods", Pod("openshift-dns", "dns-1", "Running"), Pod("openshift-etcd", "installer-1", "Succeeded"),
            Pod("mine", "stuck", "Pending"));
        foreach (string plural in new[] { "etcds", "kubeapiservers", "kubecontrollermanagers" })
        {
            JsonObject status = Conditions(("EtcdMembersAvailable", "True"));
            status["latestAvailableRevision"] = 7;
            status["nodeStatuses"] = new JsonArray(new JsonObject { ["nodeName"] = "master-0", ["currentRevision"] = 7 });
            Objects[$"/apis/operator.openshift.io/v1/{plural}/cluster"] = Item("cluster", status);
        }

        FillNodes();
        FillSecrets();
    }

    private void FillNodes()
    {
        List("/api/v1/nodes", Node("master-0", "master"), Node("worker-0", "worker"));
        List("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", Lease("master-0"), Lease("worker-0"));
        List("/apis/coordination.k8s.io/v1/namespaces/kube-system/leases", Lease("apiserver-x"));
        foreach (NodeCertificates node in Facts.Nodes)
        {
            SetMetrics(node.Node, (node.ClientNotAfter - Facts.Now)!.Value.TotalSeconds,
                (node.ServingNotAfter - Facts.Now)!.Value.TotalSeconds);
        }
    }

    private void FillSecrets()
    {
        var scanned = new List<JsonObject>();
        foreach (ClusterCertificate certificate in Facts.All)
        {
            JsonObject secret = Item(certificate.Name, null, certificate.Namespace);
            secret["metadata"]!["annotations"] = new JsonObject
            {
                ["auth.openshift.io/certificate-not-before"] = $"{certificate.NotBefore:yyyy-MM-ddTHH:mm:ssZ}",
                ["auth.openshift.io/certificate-not-after"] = $"{certificate.NotAfter:yyyy-MM-ddTHH:mm:ssZ}",
                ["auth.openshift.io/certificate-issuer"] = certificate.Issuer,
            };
            secret["metadata"]!["labels"] = new JsonObject { [TypeLabel] = "target" };
            if (certificate.ToString() != "openshift-kube-controller-manager/csr-signer" && certificate.Namespace != "openshift-service-ca")
            {
                scanned.Add((JsonObject)secret.DeepClone());
            }

            secret["data"] = new JsonObject
            {
                ["tls.crt"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(Pem(certificate))),
                ["tls.key"] = Convert.ToBase64String("a key"u8.ToArray()),
            };
            Objects[$"/api/v1/namespaces/{certificate.Namespace}/secrets/{certificate.Name}"] = secret;
        }

        JsonObject copy = Item("aggregator-client-7", null, "openshift-kube-apiserver");
        copy["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject { ["kind"] = "ConfigMap", ["name"] = "revision-status-7" });
        List("/api/v1/secrets", [.. scanned, copy]);
    }

    private static string Pem(ClusterCertificate certificate)
    {
        (DateTimeOffset From, DateTimeOffset Until) dates = (certificate.NotBefore!.Value, certificate.NotAfter!.Value);
        lock (Pems)
        {
            if (!Pems.TryGetValue(dates, out string? pem))
            {
                using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                using X509Certificate2 made = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSelfSigned(dates.From,
                    dates.Until);
                Pems[dates] = pem = made.ExportCertificatePem();
            }

            return pem;
        }
    }

    private void List(string path, params JsonObject[] items) => Objects[path] = new JsonObject { ["items"] = new JsonArray([.. items]) };

    private static JsonObject Pool(string name)
    {
        JsonObject status = Conditions(("Updated", "True"), ("Updating", "False"), ("Degraded", "False"));
        status["machineCount"] = 1;
        status["readyMachineCount"] = 1;
        status["updatedMachineCount"] = 1;
        JsonObject pool = Item(name, status);
        pool["spec"]!["configuration"] = new JsonObject { ["name"] = $"rendered-{name}-1" };
        pool["spec"]!["nodeSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { [$"node-role.kubernetes.io/{name}"] = "" } };
        return pool;
    }

    private JsonObject Lease(string name)
    {
        JsonObject lease = Item(name);
        lease["spec"]!["renewTime"] = $"{Facts.Now.AddSeconds(-5):yyyy-MM-ddTHH:mm:ss.ffffffZ}";
        return lease;
    }

    private JsonObject Node(string name, string role)
    {
        JsonObject node = Item(name, Conditions(("Ready", "True"), ("MemoryPressure", "False")));
        node["metadata"]!["labels"] = new JsonObject { [$"node-role.kubernetes.io/{role}"] = "" };
        node["status"]!["conditions"]![0]!["lastHeartbeatTime"] = $"{Facts.Now.AddMinutes(-4):yyyy-MM-ddTHH:mm:ssZ}";
        node["status"]!["nodeInfo"] = new JsonObject { ["bootID"] = $"boot of {name}" };
        return node;
    }

    public static JsonObject Pod(string @namespace, string name, string phase)
    {
        JsonObject pod = Item(name, new JsonObject { ["phase"] = phase }, @namespace);
        pod["spec"]!["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "i" });
        return pod;
    }

    private string Answer(string request)
    {
        string path = request.Split(' ')[1].Split('?')[0];
        string date = Skew is { } skew ? $"Date: {(Clock.GetUtcNow() + skew).ToString("r", CultureInfo.InvariantCulture)}\r\n" : "";
        return Refusals.TryGetValue(path, out int status) ? WireServer.Reply(status, Refusal(status), headers: date)
            : Texts.TryGetValue(path, out string? text) ? WireServer.Reply(200, text, "text/plain", date)
            : Objects.TryGetValue(path, out JsonNode? item) ? WireServer.Reply(200, item.ToJsonString(), headers: date)
            : WireServer.Reply(404, Refusal(404), headers: date);
    }

    private static string Refusal(int status) =>
        new JsonObject { ["kind"] = "Status", ["status"] = "Failure", ["message"] = $"the server says {status}",
            ["code"] = status }.ToJsonString();
}
