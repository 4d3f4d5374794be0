using System.Text.Json;
using k8s;
using k8s.Models;
using Xunit;

namespace Hotstack.Sandbox.StockClient;

/// <summary>What people read with the official client.</summary>
public sealed class ReadTests : StockClientTest
{
    [Fact]
    public async Task Whole_nodes()
    {
        V1NodeList nodes = await Stock.CoreV1.ListNodeAsync(cancellationToken: Stop);
        Assert.Equal(("NodeList", "v1"), (nodes.Kind, nodes.ApiVersion));
        Assert.Equal(Cluster.Nodes.Order(), nodes.Items.Select(node => node.Name()));
        Assert.All(nodes.Items, node => Assert.Equal("True", node.Status.Conditions.Single(c => c.Type == "Ready").Status));

        V1Node master = await Stock.CoreV1.ReadNodeAsync("master0", cancellationToken: Stop);
        Assert.Equal(("Node", "v1", "master0"), (master.Kind, master.ApiVersion, master.Name()));
        Assert.Equal("linux", master.Status.NodeInfo.OperatingSystem);
        Assert.Equal(12, master.Status.Capacity["cpu"].ToInt32());
        Assert.Equal("NoSchedule", Assert.Single(master.Spec.Taints).Effect);
        Assert.NotNull(master.CreationTimestamp());
    }

    [Fact]
    public async Task Pods_of_all_namespaces_in_pages()
    {
        V1PodList whole = await Stock.CoreV1.ListPodForAllNamespacesAsync(cancellationToken: Stop);
        var names = new List<string>();
        string? next = null;
        do
        {
            V1PodList page = await Stock.CoreV1.ListPodForAllNamespacesAsync(limit: 5, continueParameter: next, cancellationToken: Stop);
            Assert.True(page.Items.Count <= 5);
            Assert.Equal(whole.Metadata.ResourceVersion, page.Metadata.ResourceVersion);
            names.AddRange(page.Items.Select(pod => pod.Name()));
            next = page.Metadata.ContinueProperty;
            Assert.Equal(next is null ? null : whole.Items.Count - names.Count, page.Metadata.RemainingItemCount);
        }
        while (next is not null);
        Assert.Equal(whole.Items.Select(pod => pod.Name()), names);
        Assert.All(whole.Items.Where(pod => pod.Status.Phase == "Running"),
            pod => Assert.All(pod.Status.ContainerStatuses, c => Assert.NotNull(c.State.Running.StartedAt)));
    }

    [Theory]
    [InlineData("node-role.kubernetes.io/worker", null, "worker0 worker1")]
    [InlineData("node-role.kubernetes.io/worker=,kubernetes.io/hostname in (worker1,master0)", null, "worker1")]
    [InlineData("!node-role.kubernetes.io/worker,kubernetes.io/hostname notin (master0)", null, "master1 master2")]
    [InlineData(null, "metadata.name=worker0", "worker0")]
    [InlineData(null, "spec.unschedulable=true", "")]
    public async Task Nodes_by_selectors(string? labels, string? fields, string expected)
    {
        V1NodeList nodes = await Stock.CoreV1.ListNodeAsync(labelSelector: labels, fieldSelector: fields, cancellationToken: Stop);
        Assert.Equal(expected, string.Join(' ', nodes.Items.Select(node => node.Name())));
    }

    [Fact]
    public async Task Pods_of_a_node()
    {
        V1PodList pods = await Stock.CoreV1.ListPodForAllNamespacesAsync(fieldSelector: "spec.nodeName=master0,status.phase=Succeeded",
            cancellationToken: Stop);
        Assert.All(pods.Items, pod => Assert.Equal("master0", pod.Spec.NodeName));
        Assert.NotEmpty(pods.Items);
    }

    [Fact]
    public async Task Kinds_of_the_core_group_and_others()
    {
        V1Secret secret = await Stock.CoreV1.ReadNamespacedSecretAsync("aggregator-client-signer", "openshift-kube-apiserver-operator",
            cancellationToken: Stop);
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", System.Text.Encoding.UTF8.GetString(secret.Data["tls.crt"]),
            StringComparison.Ordinal);
        Assert.Contains((await Stock.CoreV1.ListConfigMapForAllNamespacesAsync(cancellationToken: Stop)).Items,
            map => map.Data.ContainsKey("ca-bundle.crt"));
        V1Lease lease = await Stock.CoordinationV1.ReadNamespacedLeaseAsync("worker0", "kube-node-lease", cancellationToken: Stop);
        Assert.Equal(("worker0", "Node"), (lease.Spec.HolderIdentity, Assert.Single(lease.OwnerReferences()).Kind));
        Assert.NotNull(lease.Spec.RenewTime);
        V1APIServiceList services = await Stock.ApiregistrationV1.ListAPIServiceAsync(cancellationToken: Stop);
        Assert.All(services.Items, service => Assert.Equal("True", service.Status.Conditions.Single(c => c.Type == "Available").Status));
        Assert.Contains(services.Items, service => service.Spec.Service?.Port == 443);
        Assert.Contains((await Stock.CoreV1.ListNamespaceAsync(cancellationToken: Stop)).Items,
            ns => ns is { Status.Phase: "Active", Metadata.Name: "openshift-etcd" });
        Assert.Equal("default", Assert.Single(
            (await Stock.CoreV1.ListNamespacedServiceAccountAsync("default", cancellationToken: Stop)).Items).Name());
        V1DaemonSetList sets = await Stock.AppsV1.ListDaemonSetForAllNamespacesAsync(cancellationToken: Stop);
        Assert.All(sets.Items, set => Assert.Equal(Cluster.Nodes.Count, set.Status.NumberReady));
        Assert.Empty((await Stock.CoreV1.ListEventForAllNamespacesAsync(cancellationToken: Stop)).Items);
    }

    [Theory]
    [InlineData("config.openshift.io", "clusteroperators", "ClusterOperatorList")]
    [InlineData("config.openshift.io", "clusterversions", "ClusterVersionList")]
    [InlineData("config.openshift.io", "infrastructures", "InfrastructureList")]
    [InlineData("operator.openshift.io", "etcds", "EtcdList")]
    [InlineData("operator.openshift.io", "ingresscontrollers", "IngressControllerList")]
    [InlineData("machineconfiguration.openshift.io", "machineconfigpools", "MachineConfigPoolList")]
    [InlineData("route.openshift.io", "routes", "RouteList")]
    public async Task Kinds_of_OpenShift(string group, string plural, string kind)
    {
        JsonElement list = await Stock.CustomObjects.ListClusterCustomObjectAsync<JsonElement>(group, "v1", plural,
            cancellationToken: Stop);
        Assert.Equal((kind, group + "/v1"), (list.GetProperty("kind").GetString(), list.GetProperty("apiVersion").GetString()));
        Assert.NotEqual(0, list.GetProperty("items").GetArrayLength());

        // Only what comes of a definition says in each item what it is.
        Assert.All(list.GetProperty("items").EnumerateArray(),
            item => Assert.Equal(group != "route.openshift.io", item.TryGetProperty("kind", out _)));
    }

    [Fact]
    public async Task Only_metadata()
    {
        using var answer = await Stock.CoreV1.ListPodForAllNamespacesWithHttpMessagesAsync(
            limit: 1,
            customHeaders: new Dictionary<string, IReadOnlyList<string>> { ["Accept"] = ["application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"] },
            cancellationToken: Stop);
        Assert.Equal(("PartialObjectMetadataList", "meta.k8s.io/v1"), (answer.Body.Kind, answer.Body.ApiVersion));
        Assert.Null(Assert.Single(answer.Body.Items).Spec);
    }

    [Fact]
    public async Task Version_and_discovery()
    {
        VersionInfo version = await Stock.Version.GetCodeAsync(Stop);
        Assert.Equal(("1", "31"), (version.Major, version.Minor));
        Assert.Contains("v1", (await Stock.Core.GetAPIVersionsAsync(Stop)).Versions);
        V1APIGroupList groups = await Stock.Apis.GetAPIVersionsAsync(Stop);
        Assert.All(groups.Groups, group => Assert.Equal(
            group.Name + group.Name switch { "operators.coreos.com" or "metal3.io" => "/v1alpha1", "core.openstack.org" => "/v1beta1", _ => "/v1" },
            group.PreferredVersion.GroupVersion));
        Assert.Contains(groups.Groups, group => group.Name == "config.openshift.io");
        Assert.Contains((await Stock.CoreV1.GetAPIResourcesAsync(Stop)).Resources, r => r is { Name: "pods/eviction", Kind: "Eviction" });
        Assert.Contains((await Stock.CertificatesV1.GetAPIResourcesAsync(Stop)).Resources,
            r => r.Name == "certificatesigningrequests/approval");
        Assert.Contains((await Stock.AuthorizationV1.GetAPIResourcesAsync(Stop)).Resources, r => r.Name == "selfsubjectaccessreviews");
        Assert.Equal("apps", (await Stock.Apps.GetAPIGroupAsync(Stop)).Name);
    }
}
