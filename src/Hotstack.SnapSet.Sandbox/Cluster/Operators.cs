using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Cluster;

/// <summary>
/// What operators report: ClusterOperators, pools, the static pods' revisions, APIServices. After a boot they
/// first show what etcd held at the shutdown, then flap, then settle.
/// </summary>
internal sealed class Operators(OpenShift cluster)
{
    public const string Version = "4.18.9";

    public static readonly string[] Names =
    [
        "authentication", "baremetal", "cloud-controller-manager", "cloud-credential", "cluster-autoscaler", "config-operator", "console",
        "control-plane-machine-set", "csi-snapshot-controller", "dns", "etcd", "image-registry", "ingress", "insights", "kube-apiserver",
        "kube-controller-manager", "kube-scheduler", "kube-storage-version-migrator", "machine-api", "machine-approver", "machine-config",
        "marketplace", "monitoring", "network", "node-tuning", "openshift-apiserver", "openshift-controller-manager", "openshift-samples",
        "operator-lifecycle-manager", "operator-lifecycle-manager-catalog", "operator-lifecycle-manager-packageserver", "service-ca", "storage",
    ];

    private static readonly Flap[] Flaps =
    [
        new(
            "authentication", 60, 140, "A D", "OAuthServerRouteEndpointAccessibleController_EndpointUnavailable",
            "OAuthServerRouteEndpointAccessibleControllerAvailable: Get \"https://oauth-openshift.apps.example/healthz\": EOF"),
        new(
            "authentication", 175, 215, "P", "OAuthServerDeployment_PodsUpdating",
            "OAuthServerDeploymentProgressing: deployment/oauth-openshift.openshift-authentication: 2/3 pods have been updated"),
        new(
            "dns", 60, 110, "P", "DNSReportsProgressingIsTrue",
            "DNS \"default\" reports Progressing=True: \"Have 3 available DNS pods, want 5.\""),
        new(
            "network", 60, 130, "P", "Deploying",
            "DaemonSet \"/openshift-multus/multus\" is not available (awaiting 1 nodes)"),
        new(
            "openshift-apiserver", 65, 150, "A", "APIServices_Error",
            "APIServicesAvailable: \"route.openshift.io.v1\" is not ready: 503 (the server is currently unable to handle the request)"),
        new(
            "kube-apiserver", 75, 240, "P", "NodeInstaller",
            "NodeInstallerProgressing: 1 node is at revision 11; 2 nodes are at revision 12"),
        new(
            "ingress", 70, 100, "A D", "IngressUnavailable",
            "The \"default\" ingress controller reports Available=False: IngressControllerUnavailable: Minimum availability requirement is not met") { NeedsNodes = true },
        new(
            "console", 80, 140, "A", "RouteHealth_FailedGet",
            "RouteHealthAvailable: failed to GET route (https://console-openshift-console.apps.example): EOF") { NeedsNodes = true },
        new(
            "image-registry", 85, 60, "A P", "NoReplicasAvailable",
            "Available: The deployment does not have available replicas") { NeedsNodes = true },
        new(
            "monitoring", 90, 200, "A P D", "UpdatingPrometheusFailed",
            "UpdatingPrometheus: waiting for Prometheus openshift-monitoring/k8s: expected 2 replicas, got 1 available replicas") { NeedsNodes = true },
    ];

    private readonly HashSet<Flap> _settled = [.. Flaps];
    private readonly Dictionary<(string Operator, string Condition), (string Status, string Reason, string Message)> _forced = [];
    private DateTimeOffset? _nodesGoodSince = DateTimeOffset.MinValue;
    private DateTimeOffset _aggregatedFrom = DateTimeOffset.MinValue;

    /// <summary>Whether openshift-apiserver answers.</summary>
    public bool HasAggregatedApis => cluster.Now >= _aggregatedFrom;

    /// <summary>The API is back after a boot.</summary>
    public void Boot()
    {
        _settled.Clear();
        _nodesGoodSince = null;
        _aggregatedFrom = cluster.QuorumSince + cluster.Scaled(cluster.Durations.AggregatedApis);
        foreach (var at in Flaps.SelectMany(f => f.NeedsNodes ? new[] { f.From } : [f.From, f.Until]).Distinct())
        {
            cluster.After(TimeSpan.FromSeconds(at), Evaluate);
        }

        cluster.Cloud.At(_aggregatedFrom, Evaluate);
        Evaluate();
    }

    /// <summary>Sets a condition of an operator for good, or (null) leaves it to itself again.</summary>
    public void Force(string name, string condition, string? status, string reason, string message)
    {
        if (status is null)
        {
            _forced.Remove((name, condition));
        }
        else
        {
            _forced[(name, condition)] = (status, reason, message);
        }

        Evaluate();
    }

    /// <summary>Brings all reports up to the cluster's state.</summary>
    public void Evaluate()
    {
        if (!cluster.IsReady)
        {
            return;
        }

        var nodes = cluster.Nodes.Select(n => (Node: n, Good: IsGood(n), Ready: IsReady(n))).ToList();
        // Their pods need all nodes, and one that takes new ones.
        var takers = nodes.Exists(n => !n.Node.IsMaster) ? nodes.FindAll(n => !n.Node.IsMaster) : nodes;
        if (!nodes.TrueForAll(n => n.Node.Beats && n.Ready) || !takers.Exists(n => n.Good))
        {
            _nodesGoodSince = null;
        }
        else if (_nodesGoodSince is null)
        {
            _nodesGoodSince = cluster.Now;
            foreach (var flap in Flaps.Where(f => f.NeedsNodes && !_settled.Contains(f)))
            {
                cluster.Cloud.At(End(flap, cluster.Now), Evaluate);
            }
        }

        foreach (var name in Names)
        {
            Report(name, nodes.TrueForAll(n => n.Ready));
        }

        new MachineConfigPools(cluster, SetCondition).Evaluate([.. nodes.Where(n => n.Good).Select(n => n.Node.Name)]);
        foreach (var service in cluster.Store.List(ResourceTypes.ApiServices).Where(s => s.Find("spec", "service") is not null).ToList())
        {
            var (status, reason, message) = StateOf(service);
            cluster.Store.Change(ResourceTypes.ApiServices, "", service.Name(), o => SetCondition(o, "Available", status, reason, message));
        }

        var up = cluster.Masters.Count(m => m.Server.IsOn);
        cluster.Store.Change(ResourceTypes.Etcds, "", "cluster", o => SetCondition(
            o, "EtcdMembersAvailable", up == cluster.Masters.Count() ? "True" : "False",
            up == cluster.Masters.Count() ? "EtcdQuorate" : "EtcdMembersUnavailable",
            $"{up} of {cluster.Masters.Count()} members are available"));
    }

    /// <summary>No services are here but OpenShift's own: so that of anybody else's API is gone, as after its operator was removed.</summary>
    private (string Status, string Reason, string Message) StateOf(JsonObject service) =>
        service.Text("spec", "service", "namespace") is var ns && ns != "openshift-apiserver"
            ? ("False", "ServiceNotFound", $"service/{service.Text("spec", "service", "name")} in \"{ns}\" is not present")
        : HasAggregatedApis ? ("True", "Passed", "all checks passed")
        : ("False", "FailedDiscoveryCheck", "failing or missing response from https://10.128.0.27:8443/apis: bad status: 503");

    private bool IsReady(ClusterNode node) =>
        cluster.Store.Get(ResourceTypes.Nodes, "", node.Name)?.Condition("Ready").Text("status") == "True";

    private bool IsGood(ClusterNode node) => node.Beats && IsReady(node)
        && cluster.Store.Get(ResourceTypes.Nodes, "", node.Name)?.IsTrue("spec", "unschedulable") == false;

    private void Report(string name, bool allReady)
    {
        var bad = Flaps.Where(f => f.Operator == name && IsActive(f)).ToList();
        if (!allReady && (name is "network" or "dns") && bad.Count == 0)
        {
            bad.Add(new Flap(name, 0, 0, "P", "Deploying", "waiting for pods on nodes that are not ready"));
        }

        cluster.Store.Change(ResourceTypes.ClusterOperators, "", name, o =>
        {
            Set("Available", 'A', "True", "False");
            Set("Progressing", 'P', "False", "True");
            Set("Degraded", 'D', "False", "True");

            void Set(string type, char letter, string good, string wrong)
            {
                if (_forced.TryGetValue((name, type), out var forced))
                {
                    SetCondition(o, type, forced.Status, forced.Reason, forced.Message);
                    return;
                }

                var flap = bad.Find(f => f.Wrong.Contains(letter, StringComparison.Ordinal));
                SetCondition(o, type, flap is null ? good : wrong, flap?.Reason ?? "AsExpected", flap?.Message ?? "All is well");
            }
        });
    }

    private bool IsActive(Flap flap)
    {
        var age = (cluster.Now - cluster.ReadySince) * cluster.Cloud.Options.Speed;
        if (_settled.Contains(flap) || age < TimeSpan.FromSeconds(flap.From))
        {
            return false;
        }

        if (cluster.Now < End(flap, _nodesGoodSince))
        {
            return true;
        }

        _settled.Add(flap);
        return false;
    }

    private DateTimeOffset End(Flap flap, DateTimeOffset? nodesGoodSince)
    {
        var from = cluster.ReadySince;
        if (flap.NeedsNodes)
        {
            from += cluster.Scaled(TimeSpan.FromSeconds(flap.From));
            from = nodesGoodSince is not { } good ? DateTimeOffset.MaxValue - TimeSpan.FromDays(1) : good > from ? good : from;
        }

        return from + cluster.Scaled(TimeSpan.FromSeconds(flap.Until));
    }

    private void SetCondition(JsonObject o, string type, string status, string reason, string message)
    {
        if (o.Condition(type) is not { } condition)
        {
            condition = new JsonObject { ["type"] = type, ["lastTransitionTime"] = cluster.Born.AddMinutes(40).Kube() };
            o.Child("status").Items("conditions").Add(condition);
        }
        else if (condition.Text("status") != status)
        {
            condition["lastTransitionTime"] = cluster.Now.Kube();
        }

        (condition["status"], condition["reason"], condition["message"]) = (status, reason, message);
    }

    /// <summary>
    /// A time in which an operator reports trouble, in seconds after the API is ready. If it needs nodes that are
    /// ready and schedulable, it ends as long after those, or after its beginning.
    /// </summary>
    private sealed record Flap(string Operator, double From, double Until, string Wrong, string Reason, string Message)
    {
        public bool NeedsNodes { get; init; }
    }
}
