using System.Net;
using System.Text;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Xunit;

namespace Hotstack.Sandbox.StockClient;

/// <summary>What people change with the official client, and how they are refused.</summary>
public sealed class StockWriteTests : StockClientTest
{
    private const string Name = "sandbox-note";
    private const string Space = "demo-app";

    [Theory]
    [InlineData(V1Patch.PatchType.MergePatch, """{"spec": {"unschedulable": true}}""")]
    [InlineData(V1Patch.PatchType.StrategicMergePatch, """{"spec": {"unschedulable": true}}""")]
    [InlineData(V1Patch.PatchType.JsonPatch, """[{"op": "add", "path": "/spec/unschedulable", "value": true}]""")]
    public async Task A_node_is_cordoned_by_any_kind_of_patch(V1Patch.PatchType kind, string patch)
    {
        V1Node cordoned = await Client.CoreV1.PatchNodeAsync(new V1Patch(patch, kind), "worker0", cancellationToken: Stop);
        Assert.True(cordoned.Spec.Unschedulable);
        Assert.Contains(cordoned.Spec.Taints, taint => (taint.Key, taint.Effect) == ("node.kubernetes.io/unschedulable", "NoSchedule"));

        V1Node free = await Client.CoreV1.PatchNodeAsync(
            new V1Patch("""{"spec": {"unschedulable": null}}""", V1Patch.PatchType.MergePatch), "worker0", cancellationToken: Stop);
        Assert.Null(free.Spec.Unschedulable);
        Assert.Null(free.Spec.Taints);
    }

    [Fact]
    public async Task A_condition_is_merged_into_the_others_by_its_type()
    {
        V1Node node = await Client.CoreV1.PatchNodeStatusAsync(
            new V1Patch("""{"status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}}""", V1Patch.PatchType.StrategicMergePatch), "worker0",
            cancellationToken: Stop);
        Assert.Equal(4, node.Status.Conditions.Count);
        Assert.Equal(("Unknown", "KubeletReady"), node.Status.Conditions.Where(c => c.Type == "Ready").Select(c => (c.Status, c.Reason)).Single());
    }

    [Fact]
    public async Task A_pod_comes_runs_and_goes()
    {
        V1Pod made = await Client.CoreV1.CreateNamespacedPodAsync(Pod("helper"), Space, cancellationToken: Stop);
        Assert.Equal(("Pending", "default", "ClusterFirst", "Always"), (made.Status.Phase, made.Spec.ServiceAccountName, made.Spec.DnsPolicy, made.Spec.Containers[0].ImagePullPolicy));

        Pass(60);
        V1Pod runs = await Client.CoreV1.ReadNamespacedPodAsync("helper", Space, cancellationToken: Stop);
        Assert.Equal("ErrImagePull", runs.Status.ContainerStatuses.Single().State.Waiting.Reason);

        V1Pod going = await Client.CoreV1.DeleteNamespacedPodAsync("helper", Space, gracePeriodSeconds: 5, cancellationToken: Stop);
        Assert.Equal((made.Uid(), 5L), (going.Uid(), going.Metadata.DeletionGracePeriodSeconds));
        Assert.NotNull(going.DeletionTimestamp());

        V1Pod gone = await Client.CoreV1.DeleteNamespacedPodAsync("helper", Space, gracePeriodSeconds: 0, cancellationToken: Stop);
        Assert.Equal(("Pod", made.Uid()), (gone.Kind, gone.Uid()));
        V1Status status = await RefusedAsync(HttpStatusCode.NotFound, () => Client.CoreV1.ReadNamespacedPodAsync("helper", Space, cancellationToken: Stop));
        Assert.Equal(("NotFound", "pods \"helper\" not found", "helper", "pods"), (status.Reason, status.Message, status.Details.Name, status.Details.Kind));
    }

    [Fact]
    public async Task A_pod_is_evicted_unless_a_budget_holds_it()
    {
        V1Pod pod = (await Client.CoreV1.ListNamespacedPodAsync(Space, cancellationToken: Stop)).Items[0];
        var eviction = new V1Eviction { Metadata = new V1ObjectMeta { Name = pod.Name(), NamespaceProperty = Space } };
        await Client.CoreV1.CreateNamespacedPodEvictionAsync(eviction, pod.Name(), Space, cancellationToken: Stop);
        Assert.NotNull((await Client.CoreV1.ReadNamespacedPodAsync(pod.Name(), Space, cancellationToken: Stop)).DeletionTimestamp());

        Server.Cluster.RefuseEvictions("openshift-ingress");
        pod = (await Client.CoreV1.ListNamespacedPodAsync("openshift-ingress", cancellationToken: Stop)).Items[0];
        V1Status status = await RefusedAsync(HttpStatusCode.TooManyRequests, () =>
            Client.CoreV1.CreateNamespacedPodEvictionAsync(new V1Eviction { Metadata = new V1ObjectMeta { Name = pod.Name() } }, pod.Name(), "openshift-ingress", cancellationToken: Stop));
        Assert.Equal(("TooManyRequests", "DisruptionBudget"), (status.Reason, status.Details.Causes.Single().Reason));
    }

    [Fact]
    public async Task A_signing_request_is_made_approved_and_signed()
    {
        V1CertificateSigningRequest made = await Client.CertificatesV1.CreateCertificateSigningRequestAsync(
            new V1CertificateSigningRequest
            {
                Metadata = new V1ObjectMeta { Name = "anna" },
                Spec = new V1CertificateSigningRequestSpec
                {
                    Request = Cluster.SandboxCluster.Request("CN=anna"), SignerName = "kubernetes.io/kube-apiserver-client", Usages = ["client auth"],
                },
            },
            cancellationToken: Stop);
        Assert.Equal("system:admin", made.Spec.Username);
        Assert.Contains("system:masters", made.Spec.Groups);

        made.Status ??= new V1CertificateSigningRequestStatus();
        made.Status.Conditions = [new V1CertificateSigningRequestCondition { Type = "Approved", Status = "True", Reason = "Test", Message = "ok" }];
        V1CertificateSigningRequest approved = await Client.CertificatesV1.ReplaceCertificateSigningRequestApprovalAsync(made, "anna", cancellationToken: Stop);
        Assert.NotNull(approved.Status.Conditions.Single().LastUpdateTime);

        Pass(60);
        V1CertificateSigningRequest signed = (await Client.CertificatesV1.ListCertificateSigningRequestAsync(cancellationToken: Stop)).Items.Single(csr => csr.Name() == "anna");
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", Encoding.UTF8.GetString(signed.Status.Certificate), StringComparison.Ordinal);

        // The object has changed since it was read.
        V1Status conflict = await RefusedAsync(HttpStatusCode.Conflict, () =>
            Client.CertificatesV1.ReplaceCertificateSigningRequestApprovalAsync(made, "anna", cancellationToken: Stop));
        Assert.Equal(("Conflict", "anna", "certificates.k8s.io", "certificatesigningrequests"),
            (conflict.Reason, conflict.Details.Name, conflict.Details.Group, conflict.Details.Kind));
    }

    [Fact]
    public async Task A_secret_is_written_as_text_and_read_as_bytes()
    {
        V1Secret made = await Client.CoreV1.CreateNamespacedSecretAsync(
            new V1Secret { Metadata = new V1ObjectMeta { Name = Name }, StringData = new Dictionary<string, string> { ["note"] = "häm" } }, Space, cancellationToken: Stop);
        Assert.Equal(("Opaque", "häm"), (made.Type, Encoding.UTF8.GetString(made.Data["note"])));
        Assert.Null(made.StringData);

        made.StringData = new Dictionary<string, string> { ["more"] = "x" };
        V1Secret replaced = await Client.CoreV1.ReplaceNamespacedSecretAsync(made, Name, Space, cancellationToken: Stop);
        Assert.Equal(["more", "note"], replaced.Data.Keys.Order(StringComparer.Ordinal));

        V1Status gone = await Client.CoreV1.DeleteNamespacedSecretAsync(Name, Space, cancellationToken: Stop);
        Assert.Equal(("Success", Name, "secrets", made.Uid()), (gone.Status, gone.Details.Name, gone.Details.Kind, gone.Details.Uid));
        Assert.Null(gone.Details.Group);
    }

    [Fact]
    public async Task What_is_there_is_not_made_again()
    {
        var map = new V1ConfigMap { Metadata = new V1ObjectMeta { Name = Name }, Data = new Dictionary<string, string> { ["a"] = "b" } };
        V1ConfigMap made = await Client.CoreV1.CreateNamespacedConfigMapAsync(map, Space, cancellationToken: Stop);
        Assert.Null(made.Metadata.Generation);
        V1Status status = await RefusedAsync(HttpStatusCode.Conflict, () => Client.CoreV1.CreateNamespacedConfigMapAsync(map, Space, cancellationToken: Stop));
        Assert.Equal(("AlreadyExists", $"configmaps \"{Name}\" already exists"), (status.Reason, status.Message));

        made.Data["a"] = "c";
        await Client.CoreV1.ReplaceNamespacedConfigMapAsync(made, Name, Space, cancellationToken: Stop);
        made.Data["a"] = "d";
        status = await RefusedAsync(HttpStatusCode.Conflict, () => Client.CoreV1.ReplaceNamespacedConfigMapAsync(made, Name, Space, cancellationToken: Stop));
        Assert.Equal("Conflict", status.Reason);
    }

    [Fact]
    public async Task What_is_no_pod_is_refused_with_the_field()
    {
        V1Pod pod = Pod("helper");
        pod.Spec.Containers = [];
        V1Status status = await RefusedAsync(HttpStatusCode.UnprocessableEntity, () => Client.CoreV1.CreateNamespacedPodAsync(pod, Space, cancellationToken: Stop));
        Assert.Equal(("Invalid", "Pod \"helper\" is invalid: spec.containers: Required value", "Pod"), (status.Reason, status.Message, status.Details.Kind));
        Assert.Null(status.Details.Group);
        Assert.Equal(("FieldValueRequired", "Required value", "spec.containers"),
            status.Details.Causes.Select(cause => (cause.Reason, cause.Message, cause.Field)).Single());
    }

    [Fact]
    public async Task A_namespace_comes_with_its_account_and_goes_with_all()
    {
        V1Namespace made = await Client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { GenerateName = "probe-" } }, cancellationToken: Stop);
        Assert.Matches("^probe-[a-z0-9]{5}$", made.Name());
        Pass(5);
        Assert.Single((await Client.CoreV1.ListNamespacedServiceAccountAsync(made.Name(), cancellationToken: Stop)).Items);

        await Client.CoreV1.DeleteNamespaceAsync(made.Name(), cancellationToken: Stop);
        Assert.Equal("Terminating", (await Client.CoreV1.ReadNamespaceAsync(made.Name(), cancellationToken: Stop)).Status.Phase);
        Pass(120);
        await RefusedAsync(HttpStatusCode.NotFound, () => Client.CoreV1.ReadNamespaceAsync(made.Name(), cancellationToken: Stop));
    }

    [Fact]
    public async Task A_custom_object_takes_merge_patches_and_no_strategic_ones()
    {
        const string Patch = """{"spec": {"paused": true}}""";
        await Client.CustomObjects.PatchClusterCustomObjectAsync(
            new V1Patch(Patch, V1Patch.PatchType.MergePatch), "machineconfiguration.openshift.io", "v1", "machineconfigpools", "worker", cancellationToken: Stop);
        V1Status status = await RefusedAsync(HttpStatusCode.UnsupportedMediaType, () => Client.CustomObjects.PatchClusterCustomObjectAsync(
            new V1Patch(Patch, V1Patch.PatchType.StrategicMergePatch), "machineconfiguration.openshift.io", "v1", "machineconfigpools", "worker",
            cancellationToken: Stop));
        Assert.Equal("UnsupportedMediaType", status.Reason);
        Assert.True((bool?)Server.Cluster.Get("machineconfigpools", "worker")!["spec"]!["paused"]);
    }

    [Fact]
    public async Task A_group_that_nobody_has_is_no_page()
    {
        var e = await Assert.ThrowsAsync<HttpOperationException>(() => Client.CustomObjects.ListClusterCustomObjectAsync("nope.io", "v1", "things", cancellationToken: Stop));
        Assert.Equal((HttpStatusCode.NotFound, "404 page not found\n"), (e.Response.StatusCode, e.Response.Content));
    }

    private static V1Pod Pod(string name) => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        Spec = new V1PodSpec { NodeName = "worker0", Containers = [new V1Container { Name = "main", Image = "example.test/none" }] },
    };
}
