using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Control;
using Hotstack.Sandbox.Cluster.Kinds;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Cluster.Trust;

namespace Hotstack.Sandbox.Cluster;

/// <summary>Fills a new cluster with its objects.</summary>
internal sealed class ClusterSeed(OpenShiftCluster cluster)
{
    public const string Image = "quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:";

    /// <summary>The second container of the pods of DaemonSets.</summary>
    private const string Proxy = "kube-rbac-proxy";

    private static readonly string[] Namespaces =
    [
        "default", "kube-system", "kube-public", LeaseKind.NodeNamespace, "openshift", "openshift-config", "openshift-config-managed",
        "openshift-console", "openshift-etcd", "openshift-image-registry", "openshift-ingress", "openshift-ingress-operator",
        CertificateInventory.Kas, CertificateInventory.KasOperator, CertificateInventory.Kcm, CertificateInventory.KcmOperator,
            "openshift-machine-config-operator",
        "openshift-monitoring", "openshift-multus", "openshift-operator-lifecycle-manager", "openshift-service-ca", "demo-app",
    ];

    private ObjectStore Store => cluster.Store;

    private DateTimeOffset Born => cluster.Born;

    public void Plant()
    {
        foreach (var name in Namespaces)
        {
            Add(ResourceTypes.Namespaces, $$"""
                {"metadata": {"name": "{{name}}", "labels": {"kubernetes.io/metadata.name": "{{name}}"} },
                 "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"} }
                """);
            Add(ResourceTypes.ServiceAccounts, $$"""{"metadata": {"name": "default", "namespace": "{{name}}"} }""");
        }

        foreach (var node in cluster.Nodes)
        {
            Node(node);
        }

        Secrets();
        Configuration();
        Workloads();
        cluster.Operators.Evaluate();
    }

    private static string ImageOf(string container) =>
        Image + string.Concat(Enumerable.Repeat(container.Length.ToString("x2", System.Globalization.CultureInfo.InvariantCulture), 32));

    private static string[] Names(string app, string? sidecar) => sidecar is null ? [app] : [app, sidecar];

    private static string Containers(string app, string? sidecar) => "[" + string.Join(", ", Names(app, sidecar).Select(c => $$"""
        {"name": "{{c}}", "image": "{{ImageOf(c)}}", "command": ["/usr/bin/{{c}}"], "resources": {} }
        """)) + "]";

    private JsonObject Add(ResourceType type, string json) => Store.Add(type, ObjectJson.Parse(json), Born);

    private void Node(ClusterNode node)
    {
        var roles = cluster.Nodes.Count == 1 ? ["master", "control-plane", "worker"]
            : node.IsMaster ? new[] { "master", "control-plane" }
            : ["worker"];
        var labels = string.Concat(roles.Select(r => $", \"node-role.kubernetes.io/{r}\": \"\""));
        var taints = node.IsMaster && cluster.Nodes.Count > 1
            ? """{"taints": [{"key": "node-role.kubernetes.io/master", "effect": "NoSchedule"}]}"""
            : "{}";
        var mac = node.Server!.Ports[0].MacAddress;
        var gateway = new JsonObject
        {
            ["default"] = new JsonObject
            {
                ["mode"] = "shared", ["bridge-id"] = "br-ex", ["interface-id"] = "br-ex_" + node.Name, ["mac-address"] = mac,
                ["ip-addresses"] = new JsonArray(node.Address + "/24"), ["next-hops"] = new JsonArray("192.168.32.1"),
                ["node-port-enable"] = "true", ["vlan-id"] = "0",
            },
        }.ToJsonString();
        var pool = node.IsMaster ? "master" : "worker";
        var made = Add(ResourceTypes.Nodes, $$"""
            {"metadata": {"name": "{{node.Name}}",
               "labels": {"kubernetes.io/hostname": "{{node.Name}}", "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"{{labels}} },
               "annotations": {"machineconfiguration.openshift.io/currentConfig": "rendered-{{pool}}-0",
                 "machineconfiguration.openshift.io/desiredConfig": "rendered-{{pool}}-0", "machineconfiguration.openshift.io/state": "Done"} },
             "spec": {{taints}},
             "status": {
               "addresses": [{"type": "InternalIP", "address": "{{node.Address}}"}, {"type": "Hostname", "address": "{{node.Name}}"}],
               "capacity": {"cpu": "12", "memory": "32881660Ki", "pods": "250"}, "allocatable": {"cpu": "11500m", "memory": "31730684Ki", "pods": "250"},
               "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250} },
               "nodeInfo": {"machineID": "{{cluster.Names.NewId().Replace("-", "", StringComparison.Ordinal)}}", "systemUUID": "{{node.Origin}}", "bootID": "{{node.BootId}}",
                 "kernelVersion": "5.14.0-427.62.1.el9_4.x86_64", "osImage": "Red Hat Enterprise Linux CoreOS 418.94.202504080525-0",
                 "containerRuntimeVersion": "cri-o://1.31.7-2.rhaos4.18.git1234567.el9", "kubeletVersion": "v1.31.7", "kubeProxyVersion": "v1.31.7",
                 "operatingSystem": "linux", "architecture": "amd64"} } }
            """);
        Store.Change(ResourceTypes.Nodes, "", node.Name, o =>
        {
            o.Metadata().Child("annotations")["k8s.ovn.org/l3-gateway-config"] = gateway;
            o.Child("status")["conditions"] = NodeConditions.Good(Born, Born.AddMinutes(10));
        });
        Add(ResourceTypes.Leases, $$"""
            {"metadata": {"name": "{{node.Name}}", "namespace": "{{LeaseKind.NodeNamespace}}",
               "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": "{{node.Name}}", "uid": "{{made.Text("metadata", "uid")}}"}]},
             "spec": {"holderIdentity": "{{node.Name}}", "leaseDurationSeconds": 40, "renewTime": "{{Born.KubeMicro()}}"} }
            """);
        if (node.IsMaster)
        {
            Add(ResourceTypes.Leases, $$"""
                {"metadata": {"name": "apiserver-{{cluster.Names.NewId().Replace("-", "", StringComparison.Ordinal)[..26]}}", "namespace": "kube-system",
                   "labels": {"apiserver.kubernetes.io/identity": "kube-apiserver", "kubernetes.io/hostname": "{{node.Name}}"},
                   "annotations": {"kubernetes.io/hostname": "{{node.Name}}"} },
                 "spec": {"holderIdentity": "apiserver_{{node.Name}}", "leaseDurationSeconds": 3600, "renewTime": "{{Born.KubeMicro()}}"} }
                """);
        }
    }

    private void Secrets()
    {
        var revision = Add(ResourceTypes.ConfigMaps,
            $$"""{"metadata": {"name": "revision-status-7", "namespace": "{{CertificateInventory.Kas}}"}, "data": {"status": "Succeeded"} }""");
        var inventory = cluster.Certificates.Inventory;
        foreach (var certificate in inventory.All.Append(inventory.CsrSigner).Concat(inventory.Revisioned))
        {
            var secret = ObjectJson.Parse($$"""
                {"metadata": {"name": "{{certificate.Name}}", "namespace": "{{certificate.Namespace}}"}, "type": "kubernetes.io/tls", "data": {} }
                """);
            if (certificate.IsMarked)
            {
                secret.Metadata()["labels"] = new JsonObject { ["auth.openshift.io/managed-certificate-type"] = certificate.IsSigner
                    ? "signer" : "target" };
                Certificates.Annotate(secret, certificate);
            }

            if (inventory.Revisioned.Contains(certificate))
            {
                secret.Metadata()["ownerReferences"] = new JsonArray(new JsonObject
                {
                    ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["name"] = "revision-status-7",
                        ["uid"] = revision.Text("metadata", "uid"),
                });
            }

            Store.Add(ResourceTypes.Secrets, secret, Born);
        }

        const string Signer = "CN=kubelet-bootstrap-kubeconfig-signer";
        Store.Add(ResourceTypes.ConfigMaps, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "kubelet-bootstrap-kubeconfig", ["namespace"] = "openshift-config-managed" },
            ["data"] = new JsonObject { ["ca-bundle.crt"] = Pki.AuthorityPem(Signer, Born) },
        }, Born);
        Add(ResourceTypes.Secrets,
            """{"metadata": {"name": "pull-secret", "namespace": "openshift-config"}, "type": "Opaque", "data": {"x": "eA=="}}""");
    }

    private void Configuration()
    {
        var id = cluster.Names.NewId();
        Add(ResourceTypes.ClusterVersions, $$"""
            {"metadata": {"name": "version"}, "spec": {"clusterID": "{{id}}", "channel": "stable-4.18"},
             "status": {"desired": {"version": "{{Operators.Version}}", "image": "quay.io/openshift-release-dev/ocp-release@sha256:{{new string('0', 64)}}"},
               "observedGeneration": 1, "versionHash": "sandbox", "availableUpdates": null,
               "history": [{"state": "Completed", "version": "{{Operators.Version}}", "image": "quay.io/openshift-release-dev/ocp-release@sha256:{{new string('0', 64)}}",
                 "verified": false, "startedTime": "{{Born.Kube()}}", "completionTime": "{{Born.AddMinutes(45).Kube()}}"}],
               "conditions": [
                 {"type": "Available", "status": "True", "message": "Done applying {{Operators.Version}}", "lastTransitionTime": "{{Born.AddMinutes(45).Kube()}}"},
                 {"type": "Failing", "status": "False", "lastTransitionTime": "{{Born.AddMinutes(45).Kube()}}"},
                 {"type": "Progressing", "status": "False", "message": "Cluster version is {{Operators.Version}}", "lastTransitionTime": "{{Born.AddMinutes(45).Kube()}}"}]} }
            """);
        var topology = cluster.Nodes.Count == 1 ? "SingleReplica" : "HighlyAvailable";
        Add(ResourceTypes.Infrastructures, $$"""
            {"metadata": {"name": "cluster"}, "spec": {"platformSpec": {"type": "None"} },
             "status": {"infrastructureName": "{{cluster.Name}}-x7k2p", "platform": "None", "platformStatus": {"type": "None"},
               "apiServerURL": "https://api.{{cluster.Name}}.example:6443",
               "apiServerInternalURI": "https://api-int.{{cluster.Name}}.example:6443", "controlPlaneTopology": "{{topology}}", "infrastructureTopology": "{{topology}}"} }
            """);
        const string Networks = """ "clusterNetwork": [{"cidr": "10.128.0.0/14", "hostPrefix": 23}], "serviceNetwork": ["172.30.0.0/16"], "networkType": "OVNKubernetes" """;
        Add(ResourceTypes.Networks,
            $$"""{"metadata": {"name": "cluster"}, "spec": { {{Networks}} }, "status": { {{Networks}}, "clusterNetworkMTU": 1400 } }""");
        Add(ResourceTypes.ApiServers, """{"metadata": {"name": "cluster"}, "spec": {"audit": {"profile": "Default"} } }""");
        Add(ResourceTypes.Ingresses, $$"""{"metadata": {"name": "cluster"}, "spec": {"domain": "apps.{{cluster.Name}}.example"} }""");
        Add(ResourceTypes.IngressControllers, $$"""
            {"metadata": {"name": "default", "namespace": "openshift-ingress-operator"}, "spec": {"replicas": {{Math.Min(2, cluster.Nodes.Count)}} },
             "status": {"domain": "apps.{{cluster.Name}}.example", "availableReplicas": {{Math.Min(2, cluster.Nodes.Count)}} } }
            """);
        foreach (var name in Operators.Names)
        {
            Add(ResourceTypes.ClusterOperators, $$"""
                {"metadata": {"name": "{{name}}"}, "spec": {}, "status": {"versions": [{"name": "operator", "version": "{{Operators.Version}}"}],
                  "conditions": [{"type": "Upgradeable", "status": "True", "reason": "AsExpected", "lastTransitionTime": "{{Born.AddMinutes(40).Kube()}}"}]} }
                """);
        }

        foreach (var pool in new[] { "master", "worker" })
        {
            Add(ResourceTypes.Pools, $$"""
                {"metadata": {"name": "{{pool}}"}, "spec": {"paused": false, "configuration": {"name": "rendered-{{pool}}-0"},
                   "nodeSelector": {"matchLabels": {"node-role.kubernetes.io/{{pool}}": ""} } },
                 "status": {"observedGeneration": 1, "configuration": {"name": "rendered-{{pool}}-0"} } }
                """);
        }

        foreach (var type in new[] { ResourceTypes.Etcds, ResourceTypes.KubeApiServers, ResourceTypes.KubeControllerManagers })
        {
            var revisions = string.Join(", ",
                cluster.Control.Masters.Select(m => $$"""{"nodeName": "{{m.Name}}", "currentRevision": 12, "targetRevision": 0}"""));
            Add(type, $$"""
                {"metadata": {"name": "cluster"}, "spec": {"managementState": "Managed"},
                 "status": {"latestAvailableRevision": 12, "nodeStatuses": [{{revisions}}],
                   "conditions": [{"type": "NodeInstallerProgressing", "status": "False", "reason": "AllNodesAtLatestRevision", "lastTransitionTime": "{{Born.AddMinutes(40).Kube()}}"}]} }
                """);
        }

        foreach (var group in ResourceTypes.Groups.Prepend(""))
        {
            var version = ResourceTypes.VersionOf(group);
            var named = group.Length > 0 ? $"\"group\": \"{group}\", " : "";
            var service = ResourceTypes.Aggregated.Contains(group)
                ? """, "service": {"namespace": "openshift-apiserver", "name": "api", "port": 443}"""
                : "";
            var (reason, message) = service.Length > 0 ? ("Passed", "all checks passed")
                : ("Local", "Local APIServices are always available");
            Add(ResourceTypes.ApiServices, $$"""
                {"metadata": {"name": "{{version}}.{{group}}"}, "spec": { {{named}}"version": "{{version}}", "groupPriorityMinimum": 9900, "versionPriority": 15{{service}} },
                 "status": {"conditions": [{"type": "Available", "status": "True", "reason": "{{reason}}", "message": "{{message}}", "lastTransitionTime": "{{Born.AddMinutes(40).Kube()}}"}]} }
                """);
        }

        // Of the lifecycle manager itself: every cluster has it.
        Add(ResourceTypes.InstalledOperators, $$"""
            {"metadata": {"name": "packageserver", "namespace": "openshift-operator-lifecycle-manager"},
             "spec": {"displayName": "Package Server", "version": "0.0.1-snapshot", "minKubeVersion": "1.11.0"},
             "status": {"phase": "Succeeded", "reason": "InstallSucceeded", "message": "install strategy completed with no errors",
               "lastTransitionTime": "{{Born.AddMinutes(40).Kube()}}", "lastUpdateTime": "{{Born.AddMinutes(40).Kube()}}"} }
            """);
        Add(ResourceTypes.Routes, $$"""
            {"metadata": {"name": "console", "namespace": "openshift-console"},
             "spec": {"host": "console-openshift-console.apps.{{cluster.Name}}.example", "to": {"kind": "Service", "name": "console", "weight": 100} },
             "status": {"ingress": [{"host": "console-openshift-console.apps.{{cluster.Name}}.example", "routerName": "default"}]} }
            """);
    }

    private void Workloads()
    {
        var count = cluster.Nodes.Count;
        foreach (var (ns, name) in new[] { ("openshift-machine-config-operator", "machine-config-daemon"),
            ("openshift-monitoring", "node-exporter") })
        {
            var set = Add(ResourceTypes.DaemonSets, $$$"""
                {"metadata": {"name": "{{{name}}}", "namespace": "{{{ns}}}"},
                 "spec": {"selector": {"matchLabels": {"app": "{{{name}}}"} },
                   "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0} }, "revisionHistoryLimit": 10,
                   "template": {"metadata": {"creationTimestamp": null, "labels": {"app": "{{{name}}}"} }, "spec": {"containers": {{{Containers(name, Proxy)}}} } } },
                 "status": {"currentNumberScheduled": {{{count}}}, "numberMisscheduled": 0, "desiredNumberScheduled": {{{count}}}, "numberReady": {{{count}}},
                   "observedGeneration": 1, "updatedNumberScheduled": {{{count}}}, "numberAvailable": {{{count}}} } }
                """);
            foreach (var node in cluster.Nodes)
            {
                Pod(node, ns, name, $"{name}-{cluster.Names.NewSuffix()}", set, sidecar: Proxy);
            }
        }

        foreach (var node in cluster.Control.Masters)
        {
            foreach (var (ns, name) in new[] { ("openshift-etcd", "etcd"), (CertificateInventory.Kas, "kube-apiserver"),
                (CertificateInventory.Kcm, "kube-controller-manager") })
            {
                Pod(node, ns, name, $"{name}-{node.Name}", Store.Get(ResourceTypes.Nodes, "", node.Name)!, isStatic: true);
            }

            var revision = Store.Get(ResourceTypes.ConfigMaps, CertificateInventory.Kas, "revision-status-7")!;
            Pod(node, CertificateInventory.Kas, "installer", "installer-7-" + node.Name, revision, phase: "Succeeded");
        }

        var web = Add(ResourceTypes.ReplicaSets, $$$"""
            {"metadata": {"name": "web-6d5f9c7b8", "namespace": "demo-app"},
             "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "web"} },
               "template": {"metadata": {"labels": {"app": "web"} }, "spec": {"containers": {{{Containers("web", null)}}} } } },
             "status": {"replicas": 2, "observedGeneration": 1} }
            """);
        foreach (var node in cluster.Nodes.Where(n => !n.IsMaster || cluster.Nodes.Count == 1))
        {
            Pod(node, "demo-app", "web", $"web-6d5f9c7b8-{cluster.Names.NewSuffix()}", web,
                volume: """{"name": "scratch", "emptyDir": {}}""");
            Pod(node, "openshift-ingress", "router", $"router-default-7c9d5b6f4-{cluster.Names.NewSuffix()}", web);
            Pod(node, "openshift-image-registry", "image-pruner", $"image-pruner-29382720-{cluster.Names.NewSuffix()}", null,
                phase: "Succeeded");
        }
    }

    private void Pod(
        ClusterNode node, string ns, string app, string name, JsonObject? owner, string phase = "Running", bool isStatic = false,
            string volume = "",
        string? sidecar = null)
    {
        var metadata = new JsonObject { ["name"] = name, ["namespace"] = ns, ["labels"] = new JsonObject { ["app"] = app } };
        if (owner is not null)
        {
            metadata["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = owner.Text("apiVersion"), ["kind"] = owner.Text("kind"), ["name"] = owner.Name(),
                    ["uid"] = owner.Text("metadata", "uid"),
                ["controller"] = true,
            });
        }

        if (isStatic)
        {
            metadata["annotations"] = new JsonObject
            {
                ["kubernetes.io/config.mirror"] = cluster.Names.NewId().Replace("-", "", StringComparison.Ordinal),
                    ["kubernetes.io/config.source"] = "file",
            };
        }

        var running = phase == "Running";
        var state = running
            ? $$$"""{"running": {"startedAt": "{{{Born.AddMinutes(30).Kube()}}}"}}"""
            : $$$"""{"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": "{{{Born.AddMinutes(30).Kube()}}}", "finishedAt": "{{{Born.AddMinutes(31).Kube()}}}"}}""";
        var statuses = string.Join(", ", Names(app, sidecar).Select(c => $$"""
            {"name": "{{c}}", "image": "{{ImageOf(c)}}", "imageID": "{{ImageOf(c)}}", "ready": {{(running ? "true" : "false")}}, "restartCount": 0, "state": {{state}}, "lastState": {} }
            """));
        var spec = ObjectJson.Parse($$"""
            {"nodeName": "{{node.Name}}", "restartPolicy": "{{(running ? "Always" : "Never")}}", "priorityClassName": "system-node-critical",
             "containers": {{Containers(app, sidecar)}}, "volumes": [{{volume}}]}
            """);
        var made = Store.Add(ResourceTypes.Pods, new JsonObject
        {
            ["metadata"] = metadata,
            ["spec"] = spec,
            ["status"] = ObjectJson.Parse($$"""
                {"phase": "{{phase}}", "hostIP": "{{node.Address}}", "hostIPs": [{"ip": "{{node.Address}}"}], "podIP": "{{node.Address}}", "podIPs": [{"ip": "{{node.Address}}"}],
                 "startTime": "{{Born.AddMinutes(30).Kube()}}", "qosClass": "Burstable",
                 "conditions": [{"type": "Ready", "status": "{{running}}", "lastProbeTime": null, "lastTransitionTime": "{{Born.AddMinutes(30).Kube()}}"}],
                 "containerStatuses": [{{statuses}}]}
                """),
        }, Born.AddMinutes(30));
        cluster.Pods.AddRunning(made);
    }
}
