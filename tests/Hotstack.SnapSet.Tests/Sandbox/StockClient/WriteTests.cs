using k8s;
using k8s.Models;
using Xunit;

namespace Hotstack.Sandbox.StockClient;

/// <summary>What people write with the official client.</summary>
public sealed class WriteTests : StockClientTest
{
    private static V1Pod Helper(string image) => new()
    {
        Metadata = new V1ObjectMeta { GenerateName = "helper-" },
        Spec = new V1PodSpec
        {
            NodeName = "worker0", RestartPolicy = "Never",
            Containers = [new V1Container { Name = "host", Image = image, Command = ["chroot", "/host", "shutdown", "-h", "+60"] }],
        },
    };

    [Theory]
    [InlineData(V1Patch.PatchType.MergePatch, """{"spec":{"unschedulable":true}}""")]
    [InlineData(V1Patch.PatchType.StrategicMergePatch, """{"spec":{"unschedulable":true}}""")]
    [InlineData(V1Patch.PatchType.JsonPatch, """[{"op":"add","path":"/spec/unschedulable","value":true}]""")]
    public async Task A_node_is_patched(V1Patch.PatchType kind, string patch)
    {
        V1Node node = await Stock.CoreV1.PatchNodeAsync(new V1Patch(patch, kind), "worker0", dryRun: "All", cancellationToken: Stop);
        Assert.True(node.Spec.Unschedulable);
        Assert.Null((await Stock.CoreV1.ReadNodeAsync("worker0", cancellationToken: Stop)).Spec.Unschedulable);

        node = await Stock.CoreV1.PatchNodeAsync(new V1Patch(patch, kind), "worker0", cancellationToken: Stop);
        Assert.Equal(("Node", "v1", true), (node.Kind, node.ApiVersion, node.Spec.Unschedulable));
        Assert.Equal("node.kubernetes.io/unschedulable", Assert.Single(node.Spec.Taints).Key);
    }

    [Fact]
    public async Task A_node_is_replaced_unless_it_is_old()
    {
        V1Node node = await Stock.CoreV1.ReadNodeAsync("worker0", cancellationToken: Stop);
        node.Spec.Unschedulable = true;
        V1Node written = await Stock.CoreV1.ReplaceNodeAsync(node, "worker0", cancellationToken: Stop);
        Assert.True(written.Spec.Unschedulable);
        V1Status refusal = await RefusalAsync(() => Stock.CoreV1.ReplaceNodeAsync(node, "worker0", cancellationToken: Stop));
        Assert.Equal((409, "Conflict", "nodes", "worker0"), (refusal.Code, refusal.Reason, refusal.Details.Kind, refusal.Details.Name));
    }

    [Fact]
    public async Task A_pod_lives_its_life()
    {
        string image = (await Stock.CoreV1.ListNamespacedPodAsync("openshift-machine-config-operator",
            cancellationToken: Stop)).Items[0].Spec.Containers[0].Image;
        V1Namespace ns = await Stock.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = "helpers" } },
            cancellationToken: Stop);
        Assert.Equal(("Active", "kubernetes"), (ns.Status.Phase, Assert.Single(ns.Spec.Finalizers)));
        Pass(1);
        V1Pod made = await Stock.CoreV1.CreateNamespacedPodAsync(Helper(image), "helpers", dryRun: "All", cancellationToken: Stop);
        Assert.Equal("Pod", made.Kind);
        Assert.Empty((await Stock.CoreV1.ListNamespacedPodAsync("helpers", cancellationToken: Stop)).Items);

        made = await Stock.CoreV1.CreateNamespacedPodAsync(Helper(image), "helpers", cancellationToken: Stop);
        Assert.Equal("Pending", made.Status.Phase);
        Pass(3);
        V1Pod done = await Stock.CoreV1.ReadNamespacedPodAsync(made.Name(), "helpers", cancellationToken: Stop);
        Assert.Equal(("Succeeded", 0), (done.Status.Phase, Assert.Single(done.Status.ContainerStatuses).State.Terminated.ExitCode));
        using (var log = new StreamReader(await Stock.CoreV1.ReadNamespacedPodLogAsync(made.Name(), "helpers", cancellationToken: Stop)))
        {
            Assert.Contains("Shutdown scheduled", await log.ReadToEndAsync(Stop), StringComparison.Ordinal);
        }

        V1Pod gone = await Stock.CoreV1.DeleteNamespacedPodAsync(
            made.Name(), "helpers", new V1DeleteOptions { GracePeriodSeconds = 0,
                Preconditions = new V1Preconditions { Uid = made.Uid() } }, cancellationToken: Stop);
        Assert.Equal((made.Uid(), "Pod"), (gone.Uid(), gone.Kind));
        V1Status refusal = await RefusalAsync(() => Stock.CoreV1.ReadNamespacedPodAsync(made.Name(), "helpers", cancellationToken: Stop));
        Assert.Equal((404, "NotFound", "pods", made.Name()), (refusal.Code, refusal.Reason, refusal.Details.Kind, refusal.Details.Name));

        V1Status end = await Stock.CoreV1.DeleteNamespaceAsync("helpers", cancellationToken: Stop);
        Assert.Equal("Terminating", end.ObjectView<V1Namespace>().Status.Phase);
        Pass(10);
        await RefusalAsync(() => Stock.CoreV1.ReadNamespaceAsync("helpers", cancellationToken: Stop));
    }

    [Fact]
    public async Task A_pod_is_evicted_where_its_budget_allows_it()
    {
        V1Pod pod = (await Stock.CoreV1.ListNamespacedPodAsync("demo-app", cancellationToken: Stop)).Items[0];
        var eviction = new V1Eviction { Metadata = new V1ObjectMeta { Name = pod.Name(), NamespaceProperty = "demo-app" } };
        Cluster.RefuseEvictions("demo-app");
        V1Status refusal = await RefusalAsync(
            () => Stock.CoreV1.CreateNamespacedPodEvictionAsync(eviction, pod.Name(), "demo-app", cancellationToken: Stop));
        Assert.Equal((429, "TooManyRequests", "DisruptionBudget"),
            (refusal.Code, refusal.Reason, Assert.Single(refusal.Details.Causes).Reason));
        Assert.True(Cluster.Remove("poddisruptionbudgets", "nothing-goes", "demo-app"));
        await Stock.CoreV1.CreateNamespacedPodEvictionAsync(eviction, pod.Name(), "demo-app", cancellationToken: Stop);
        Assert.NotNull((await Stock.CoreV1.ReadNamespacedPodAsync(pod.Name(), "demo-app", cancellationToken: Stop)).DeletionTimestamp());
    }

    [Fact]
    public async Task A_signing_request_is_approved()
    {
        byte[] pem = SandboxCluster.Request("CN=somebody");
        V1CertificateSigningRequest csr = await Stock.CertificatesV1.CreateCertificateSigningRequestAsync(
            new V1CertificateSigningRequest
            {
                Metadata = new V1ObjectMeta { Name = "mine" },
                Spec = new V1CertificateSigningRequestSpec
                {
                    SignerName = "kubernetes.io/kube-apiserver-client", Request = pem, Usages = ["digital signature", "client auth"],
                },
            },
            cancellationToken: Stop);
        Assert.Equal("system:admin", csr.Spec.Username);
        Assert.Equal(pem, csr.Spec.Request);
        csr.Status.Conditions =
        [
            new V1CertificateSigningRequestCondition { Type = "Approved", Status = "True", Reason = "Mine", Message = "asked for",
                LastUpdateTime = DateTime.UtcNow },
        ];
        csr = await Stock.CertificatesV1.ReplaceCertificateSigningRequestApprovalAsync(csr, "mine", cancellationToken: Stop);
        Assert.Equal(("Approved", "Mine"), (Assert.Single(csr.Status.Conditions).Type, csr.Status.Conditions[0].Reason));
        Pass(5);
        csr = Assert.Single((await Stock.CertificatesV1.ListCertificateSigningRequestAsync(fieldSelector: "metadata.name=mine",
            cancellationToken: Stop)).Items);
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", System.Text.Encoding.UTF8.GetString(csr.Status.Certificate),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "list", "nodes", true)]
    [InlineData("restricted", "list", "nodes", false)]
    public async Task Rights_are_asked_for(string? context, string verb, string resource, bool allowed)
    {
        V1SelfSubjectAccessReview review = await ClientOf(context).AuthorizationV1.CreateSelfSubjectAccessReviewAsync(
            new V1SelfSubjectAccessReview
            {
                Spec = new V1SelfSubjectAccessReviewSpec { ResourceAttributes = new V1ResourceAttributes { Verb = verb,
                    Resource = resource } },
            },
            cancellationToken: Stop);
        Assert.Equal(("SelfSubjectAccessReview", allowed), (review.Kind, review.Status.Allowed));
    }

    [Fact]
    public async Task Refusals_say_why()
    {
        V1Status refusal = await RefusalAsync(
            () => Stock.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = "default" } },
            cancellationToken: Stop));
        Assert.Equal((409, "AlreadyExists", "namespaces"), (refusal.Code, refusal.Reason, refusal.Details.Kind));
        refusal = await RefusalAsync(
            () => Stock.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = "Not_A_Name" } },
            cancellationToken: Stop));
        Assert.Equal((422, "Invalid", "metadata.name"), (refusal.Code, refusal.Reason, Assert.Single(refusal.Details.Causes).Field));
        refusal = await RefusalAsync(() => ClientOf("restricted").CoreV1.ListNodeAsync(cancellationToken: Stop));
        Assert.Equal((403, "Forbidden", "nodes"), (refusal.Code, refusal.Reason, refusal.Details.Kind));
        refusal = await RefusalAsync(() => Stock.CoreV1.ListNodeAsync(fieldSelector: "status.phase=Running", cancellationToken: Stop));
        Assert.Equal((400, "BadRequest"), (refusal.Code, refusal.Reason));
    }
}
