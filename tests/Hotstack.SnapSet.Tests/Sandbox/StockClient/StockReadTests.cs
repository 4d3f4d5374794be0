using System.Net;
using System.Text.Json;
using k8s;
using k8s.Models;
using Xunit;

namespace Hotstack.Sandbox.StockClient;

/// <summary>What people look at with the official client.</summary>
public sealed class StockReadTests : StockClientTest
{
    [Fact]
    public async Task Nodes()
    {
        V1NodeList nodes = await Client.CoreV1.ListNodeAsync(cancellationToken: Stop);
        Assert.Equal(Server.Cluster.Nodes.Order(StringComparer.Ordinal), nodes.Items.Select(node => node.Name()));

        V1Node master = await Client.CoreV1.ReadNodeAsync("master0", cancellationToken: Stop);
        Assert.Equal(("Node", "v1"), (master.Kind, master.ApiVersion));
        Assert.Equal("True", master.Status.Conditions.Single(condition => condition.Type == "Ready").Status);
        Assert.Equal(250, master.Status.Allocatable["pods"].ToInt32());
        Assert.Equal(10250, master.Status.DaemonEndpoints.KubeletEndpoint.Port);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Pods_of_all_namespaces_page_by_page(int limit)
    {
        var names = new List<string>();
        string? next = null;
        do
        {
            V1PodList page = await Client.CoreV1.ListPodForAllNamespacesAsync(limit: limit, continueParameter: next, cancellationToken: Stop);
            Assert.InRange(page.Items.Count, 1, limit);
            names.AddRange(page.Items.Select(pod => $"{pod.Namespace()}/{pod.Name()}"));
            next = page.Continue();
            Assert.Equal(next is null ? null : Server.Cluster.List("pods").Count - names.Count, (int?)page.Metadata.RemainingItemCount);
        }
        while (next is not null);

        Assert.Equal(Server.Cluster.List("pods").Count, names.Distinct().Count());
    }

    /// <summary>meta/v1 ListMeta: of a selection the rest is not counted.</summary>
    [Fact]
    public async Task What_is_left_of_a_selection_is_not_told()
    {
        V1PodList page = await Client.CoreV1.ListPodForAllNamespacesAsync(limit: 1, labelSelector: "app=web", cancellationToken: Stop);
        Assert.NotNull(page.Continue());
        Assert.Null(page.Metadata.RemainingItemCount);
    }

    [Fact]
    public async Task A_list_goes_on_only_while_its_moment_is_kept()
    {
        V1PodList page = await Client.CoreV1.ListPodForAllNamespacesAsync(limit: 1, cancellationToken: Stop);
        await Client.CoreV1.PatchNodeAsync(new V1Patch("""{"spec": {"unschedulable": true}}""", V1Patch.PatchType.MergePatch), "worker0", cancellationToken: Stop);
        Server.Cluster.ForgetEvents();

        V1Status status = await RefusedAsync(HttpStatusCode.Gone, () =>
            Client.CoreV1.ListPodForAllNamespacesAsync(limit: 1, continueParameter: page.Continue(), cancellationToken: Stop));

        Assert.Equal("Expired", status.Reason);
    }

    [Theory]
    [InlineData("node-role.kubernetes.io/master", null, 3)]
    [InlineData("!node-role.kubernetes.io/master", null, 2)]
    [InlineData("kubernetes.io/hostname in (master0,worker1)", null, 2)]
    [InlineData("kubernetes.io/hostname=worker0", null, 1)]
    [InlineData(null, "metadata.name=worker0", 1)]
    [InlineData(null, "metadata.name!=worker0,spec.unschedulable=false", 4)]
    public async Task Nodes_by_selectors(string? labels, string? fields, int count) =>
        Assert.Equal(count, (await Client.CoreV1.ListNodeAsync(labelSelector: labels, fieldSelector: fields, cancellationToken: Stop)).Items.Count);

    [Fact]
    public async Task Pods_by_selectors()
    {
        V1PodList pods = await Client.CoreV1.ListPodForAllNamespacesAsync(fieldSelector: "spec.nodeName=worker0,status.phase=Running", cancellationToken: Stop);
        Assert.All(pods.Items, pod => Assert.Equal(("worker0", "Running"), (pod.Spec.NodeName, pod.Status.Phase)));
        Assert.NotEmpty(pods.Items);
        Assert.Empty((await Client.CoreV1.ListNamespacedPodAsync("default", cancellationToken: Stop)).Items);
        V1Status refusal = await RefusedAsync(HttpStatusCode.BadRequest, () => Client.CoreV1.ListPodForAllNamespacesAsync(fieldSelector: "spec.image=x", cancellationToken: Stop));
        Assert.Equal("BadRequest", refusal.Reason);
    }

    [Fact]
    public async Task Secrets_and_maps()
    {
        V1Secret secret = await Client.CoreV1.ReadNamespacedSecretAsync("pull-secret", "openshift-config", cancellationToken: Stop);
        Assert.Equal(("Opaque", "x"), (secret.Type, System.Text.Encoding.UTF8.GetString(secret.Data["x"])));
        V1SecretList tls = await Client.CoreV1.ListSecretForAllNamespacesAsync(fieldSelector: "type=kubernetes.io/tls", cancellationToken: Stop);
        Assert.All(tls.Items, item => Assert.StartsWith("-----BEGIN CERTIFICATE-----", System.Text.Encoding.UTF8.GetString(item.Data["tls.crt"]), StringComparison.Ordinal));
        Assert.NotEmpty(tls.Items);
        V1ConfigMap map = await Client.CoreV1.ReadNamespacedConfigMapAsync("kubelet-bootstrap-kubeconfig", "openshift-config-managed", cancellationToken: Stop);
        Assert.Contains("ca-bundle.crt", map.Data.Keys);
    }

    [Fact]
    public async Task Heartbeats_workloads_accounts_and_api_services()
    {
        V1LeaseList leases = await Client.CoordinationV1.ListNamespacedLeaseAsync("kube-node-lease", cancellationToken: Stop);
        Assert.Equal(5, leases.Items.Count);
        Assert.All(leases.Items, lease => Assert.InRange((Clock.GetUtcNow() - lease.Spec.RenewTime!.Value).TotalSeconds, 0, 40));

        V1DaemonSet daemon = await Client.AppsV1.ReadNamespacedDaemonSetAsync("node-exporter", "openshift-monitoring", cancellationToken: Stop);
        Assert.Equal((5, 5, "RollingUpdate"), (daemon.Status.DesiredNumberScheduled, daemon.Status.NumberReady, daemon.Spec.UpdateStrategy.Type));
        Assert.Contains("default", (await Client.CoreV1.ListNamespacedServiceAccountAsync("demo-app", cancellationToken: Stop)).Items.Select(a => a.Name()));
        Assert.Equal("Active", (await Client.CoreV1.ReadNamespaceAsync("demo-app", cancellationToken: Stop)).Status.Phase);

        V1APIServiceList services = await Client.ApiregistrationV1.ListAPIServiceAsync(cancellationToken: Stop);
        V1APIService routes = services.Items.Single(service => service.Spec.Group == "route.openshift.io");
        Assert.Equal(("openshift-apiserver", "True"), (routes.Spec.Service.NamespaceProperty, routes.Status.Conditions.Single().Status));
    }

    [Theory]
    [InlineData("config.openshift.io", "v1", "clusterversions", "version", "desired")]
    [InlineData("config.openshift.io", "v1", "clusteroperators", "etcd", "conditions")]
    [InlineData("config.openshift.io", "v1", "infrastructures", "cluster", "apiServerURL")]
    [InlineData("operator.openshift.io", "v1", "etcds", "cluster", "nodeStatuses")]
    [InlineData("machineconfiguration.openshift.io", "v1", "machineconfigpools", "master", "machineCount")]
    public async Task Custom_objects_of_the_whole_cluster(string group, string version, string plural, string name, string field)
    {
        var item = await Client.CustomObjects.GetClusterCustomObjectAsync<JsonElement>(group, version, plural, name, Stop);
        Assert.Equal(name, item.GetProperty("metadata").GetProperty("name").GetString());
        Assert.True(item.GetProperty("status").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task What_the_lifecycle_manager_has_installed()
    {
        var list = await Client.CustomObjects.ListNamespacedCustomObjectAsync<JsonElement>(
            "operators.coreos.com", "v1alpha1", "openshift-operator-lifecycle-manager", "clusterserviceversions", labelSelector: "!olm.copiedFrom",
            cancellationToken: Stop);
        Assert.Equal("Succeeded", Assert.Single(list.GetProperty("items").EnumerateArray()).GetProperty("status").GetProperty("phase").GetString());
    }

    [Fact]
    public async Task Logs_and_metrics()
    {
        using Stream log = await Client.CoreV1.ReadNamespacedPodLogAsync("etcd-master0", "openshift-etcd", cancellationToken: Stop);
        Assert.Contains("started", await TextAsync(log), StringComparison.Ordinal);
        using Stream metrics = await Client.CoreV1.ConnectGetNodeProxyWithPathAsync("master0", "metrics", cancellationToken: Stop);
        Assert.Contains("kubelet_certificate_manager_client_ttl_seconds", await TextAsync(metrics), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_and_discovery()
    {
        Assert.Equal(("1", "31"), await Client.Version.GetCodeAsync(Stop) is { } version ? (version.Major, version.Minor) : default);
        Assert.Equal(["v1"], (await Client.Core.GetAPIVersionsAsync(Stop)).Versions);
        Assert.Equal("apps/v1", (await Client.Apps.GetAPIGroupAsync(Stop)).PreferredVersion.GroupVersion);
        V1APIResourceList apps = await Client.AppsV1.GetAPIResourcesAsync(Stop);
        Assert.Contains(apps.Resources, resource => (resource.Name, resource.Kind, resource.Namespaced) == ("daemonsets", "DaemonSet", true));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("operator", true)]
    [InlineData("restricted", false)]
    public async Task What_one_may(string? context, bool isAllowed)
    {
        using Kubernetes client = Connect(context);
        V1SelfSubjectAccessReview review = await client.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(
            new V1SelfSubjectAccessReview
            {
                Spec = new V1SelfSubjectAccessReviewSpec { ResourceAttributes = new V1ResourceAttributes { Verb = "list", Resource = "nodes" } },
            },
            cancellationToken: Stop);
        Assert.Equal(isAllowed, review.Status.Allowed);
        if (!isAllowed)
        {
            V1Status status = await RefusedAsync(HttpStatusCode.Forbidden, () => client.CoreV1.ListNodeAsync(cancellationToken: Stop));
            Assert.Equal(("Forbidden", "nodes"), (status.Reason, status.Details.Kind));
        }
    }

    private static async Task<string> TextAsync(Stream stream)
    {
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Stop);
    }
}
