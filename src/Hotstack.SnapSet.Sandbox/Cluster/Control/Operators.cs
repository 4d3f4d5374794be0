using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Objects;

namespace Hotstack.Sandbox.Cluster.Control;

/// <summary>
/// What operators report: ClusterOperators, pools, the static pods' revisions, APIServices. After a boot the reports are first those
/// that etcd held at the shutdown, then they flap, then they settle.
/// </summary>
internal sealed class Operators(
    ClusterClock clock, ObjectStore store, ControlPlane control, IReadOnlyList<ClusterNode> nodes, DateTimeOffset born)
{
    public const string Version = "4.18.9";

    public static readonly string[] Names =
    [
        "authentication", "baremetal", "cloud-controller-manager", "cloud-credential", "cluster-autoscaler", "config-operator", "console",
        "control-plane-machine-set", "csi-snapshot-controller", "dns", "etcd", "image-registry", "ingress", "insights", "kube-apiserver",
        "kube-controller-manager", "kube-scheduler", "kube-storage-version-migrator", "machine-api", "machine-approver", "machine-config",
        "marketplace", "monitoring", "network", "node-tuning", "openshift-apiserver", "openshift-controller-manager", "openshift-samples",
        "operator-lifecycle-manager", "operator-lifecycle-manager-catalog", "operator-lifecycle-manager-packageserver", "service-ca",
            "storage",
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
    public bool HasAggregatedApis => clock.Now >= _aggregatedFrom;

    /// <summary>Starts the flapping after a boot.</summary>
    public void Boot()
    {
        _settled.Clear();
        _nodesGoodSince = null;
        _aggregatedFrom = control.QuorumSince + clock.Scaled(clock.Durations.AggregatedApis);
        foreach (var at in Flaps.SelectMany(f => f.NeedsNodes ? new[] { f.From } : [f.From, f.Until]).Distinct())
        {
            clock.After(TimeSpan.FromSeconds(at), Evaluate);
        }

        clock.At(_aggregatedFrom, Evaluate);
        Evaluate();
    }

    /// <summary>Forces a condition of an operator; a null status ends that.</summary>
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

    /// <summary>Updates all reports to the state of the cluster.</summary>
    public void Evaluate()
    {
        if (!control.IsReady)
        {
            return;
        }

        var states = nodes.Select(n => (Node: n, IsGood: IsGood(n), IsReady: IsReady(n))).ToList();
        ScheduleFlapEnds(states);
        foreach (var name in Names)
        {
            Report(name, states.TrueForAll(n => n.IsReady));
        }

        new MachineConfigPools(store, SetCondition).Evaluate([.. states.Where(n => n.IsGood).Select(n => n.Node.Name)]);
        ReportApiServices();
        ReportEtcd();
    }

    /// <summary>Some operators settle only when all nodes are ready, and one of them takes new pods.</summary>
    private void ScheduleFlapEnds(List<(ClusterNode Node, bool IsGood, bool IsReady)> states)
    {
        var workers = states.Exists(n => !n.Node.IsMaster) ? states.FindAll(n => !n.Node.IsMaster) : states;
        if (!states.TrueForAll(n => n.Node.Beats && n.IsReady) || !workers.Exists(n => n.IsGood))
        {
            _nodesGoodSince = null;
        }
        else if (_nodesGoodSince is null)
        {
            _nodesGoodSince = clock.Now;
            foreach (var flap in Flaps.Where(f => f.NeedsNodes && !_settled.Contains(f)))
            {
                clock.At(End(flap, clock.Now), Evaluate);
            }
        }
    }

    private void ReportApiServices()
    {
        foreach (var service in store.List(ResourceTypes.ApiServices).Where(s => s.Find("spec", "service") is not null).ToList())
        {
            var (status, reason, message) = StateOf(service);
            store.Change(ResourceTypes.ApiServices, "", service.Name(), o => SetCondition(o, "Available", status, reason, message));
        }
    }

    private void ReportEtcd()
    {
        var up = control.Masters.Count(m => m.IsOn);
        var isWhole = up == control.Masters.Count();
        store.Change(ResourceTypes.Etcds, "", "cluster", o => SetCondition(
            o, "EtcdMembersAvailable", isWhole ? "True" : "False", isWhole ? "EtcdQuorate" : "EtcdMembersUnavailable",
            $"{up} of {control.Masters.Count()} members are available"));
    }

    /// <summary>Only OpenShift's own services exist: an APIService of another one fails, as after its operator was removed.</summary>
    private (string Status, string Reason, string Message) StateOf(JsonObject service) =>
        service.Text("spec", "service", "namespace") is var ns && ns != "openshift-apiserver"
            ? ("False", "ServiceNotFound", $"service/{service.Text("spec", "service", "name")} in \"{ns}\" is not present")
        : HasAggregatedApis ? ("True", "Passed", "all checks passed")
        : ("False", "FailedDiscoveryCheck", "failing or missing response from https://10.128.0.27:8443/apis: bad status: 503");

    private bool IsReady(ClusterNode node) =>
        store.Get(ResourceTypes.Nodes, "", node.Name)?.Condition("Ready").Text("status") == "True";

    private bool IsGood(ClusterNode node) => node.Beats && IsReady(node)
        && store.Get(ResourceTypes.Nodes, "", node.Name)?.IsTrue("spec", "unschedulable") == false;

    private void Report(string name, bool allReady)
    {
        var bad = Flaps.Where(f => f.Operator == name && IsActive(f)).ToList();
        if (!allReady && (name is "network" or "dns") && bad.Count == 0)
        {
            bad.Add(new Flap(name, 0, 0, "P", "Deploying", "waiting for pods on nodes that are not ready"));
        }

        store.Change(ResourceTypes.ClusterOperators, "", name, o =>
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
        var age = (clock.Now - control.ReadySince) * clock.Speed;
        if (_settled.Contains(flap) || age < TimeSpan.FromSeconds(flap.From))
        {
            return false;
        }

        if (clock.Now < End(flap, _nodesGoodSince))
        {
            return true;
        }

        _settled.Add(flap);
        return false;
    }

    private DateTimeOffset End(Flap flap, DateTimeOffset? nodesGoodSince)
    {
        var from = control.ReadySince;
        if (flap.NeedsNodes)
        {
            from += clock.Scaled(TimeSpan.FromSeconds(flap.From));
            from = nodesGoodSince is not { } good ? DateTimeOffset.MaxValue - TimeSpan.FromDays(1) : good > from ? good : from;
        }

        return from + clock.Scaled(TimeSpan.FromSeconds(flap.Until));
    }

    private void SetCondition(JsonObject o, string type, string status, string reason, string message)
    {
        if (o.Condition(type) is not { } condition)
        {
            condition = new JsonObject { ["type"] = type, ["lastTransitionTime"] = born.AddMinutes(40).Kube() };
            o.Child("status").Items("conditions").Add(condition);
        }
        else if (condition.Text("status") != status)
        {
            condition["lastTransitionTime"] = clock.Now.Kube();
        }

        (condition["status"], condition["reason"], condition["message"]) = (status, reason, message);
    }

    /// <summary>
    /// A period in which an operator reports trouble, in seconds after the API is ready. If it needs ready and schedulable nodes, its end
    /// counts from when there are such nodes, or from its begin if that is later.
    /// </summary>
    private sealed record Flap(string Operator, double From, double Until, string Wrong, string Reason, string Message)
    {
        public bool NeedsNodes { get; init; }
    }
}
