using System.Net;
using System.Text;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Xunit;

namespace Hotstack.Sandbox.StockClient;

/// <summary>What the official client sees in the details of answers: what an API server fills in, counts and says when it refuses.</summary>
public sealed class DetailTests : StockClientTest
{
    private const string Note = "sandbox-note";
    private const string Space = "demo-app";

    [Fact]
    public async Task A_condition_is_merged_into_the_others_by_its_type()
    {
        V1Node node = await Stock.CoreV1.PatchNodeStatusAsync(
            new V1Patch("""{"status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}}""", V1Patch.PatchType.StrategicMergePatch),
                "worker0",
            cancellationToken: Stop);
        Assert.Equal(4, node.Status.Conditions.Count);
        Assert.Equal(("Unknown", "KubeletReady"), node.Status.Conditions.Where(c => c.Type == "Ready").Select(c => (c.Status, c.Reason))
            .Single());
    }

    [Fact]
    public async Task A_secret_is_written_as_text_and_read_as_bytes()
    {
        V1Secret made = await Stock.CoreV1.CreateNamespacedSecretAsync(
            new V1Secret { Metadata = new V1ObjectMeta { Name = Note }, StringData = new Dictionary<string, string> { ["note"] = "häm" } },
                Space, cancellationToken: Stop);
        Assert.Equal(("Opaque", "häm"), (made.Type, Encoding.UTF8.GetString(made.Data["note"])));
        Assert.Null(made.StringData);

        made.StringData = new Dictionary<string, string> { ["more"] = "x" };
        V1Secret replaced = await Stock.CoreV1.ReplaceNamespacedSecretAsync(made, Note, Space, cancellationToken: Stop);
        Assert.Equal(["more", "note"], replaced.Data.Keys.Order(StringComparer.Ordinal));

        V1Status gone = await Stock.CoreV1.DeleteNamespacedSecretAsync(Note, Space, cancellationToken: Stop);
        Assert.Equal(("Success", Note, "secrets", made.Uid()), (gone.Status, gone.Details.Name, gone.Details.Kind, gone.Details.Uid));
        Assert.Null(gone.Details.Group);
    }

    [Fact]
    public async Task What_is_there_is_not_made_again()
    {
        var map = new V1ConfigMap { Metadata = new V1ObjectMeta { Name = Note }, Data = new Dictionary<string, string> { ["a"] = "b" } };
        V1ConfigMap made = await Stock.CoreV1.CreateNamespacedConfigMapAsync(map, Space, cancellationToken: Stop);
        Assert.Null(made.Metadata.Generation);
        V1Status status = await RefusedAsync(HttpStatusCode.Conflict,
            () => Stock.CoreV1.CreateNamespacedConfigMapAsync(map, Space, cancellationToken: Stop));
        Assert.Equal(("AlreadyExists", $"configmaps \"{Note}\" already exists"), (status.Reason, status.Message));

        made.Data["a"] = "c";
        await Stock.CoreV1.ReplaceNamespacedConfigMapAsync(made, Note, Space, cancellationToken: Stop);
        made.Data["a"] = "d";
        status = await RefusedAsync(HttpStatusCode.Conflict,
            () => Stock.CoreV1.ReplaceNamespacedConfigMapAsync(made, Note, Space, cancellationToken: Stop));
        Assert.Equal("Conflict", status.Reason);
    }

    [Fact]
    public async Task What_is_no_pod_is_refused_with_the_field()
    {
        V1Pod pod = Pod("helper");
        pod.Spec.Containers = [];
        V1Status status = await RefusedAsync(HttpStatusCode.UnprocessableEntity,
            () => Stock.CoreV1.CreateNamespacedPodAsync(pod, Space, cancellationToken: Stop));
        Assert.Equal(("Invalid", "Pod \"helper\" is invalid: spec.containers: Required value", "Pod"),
            (status.Reason, status.Message, status.Details.Kind));
        Assert.Null(status.Details.Group);
        Assert.Equal(("FieldValueRequired", "Required value", "spec.containers"),
            status.Details.Causes.Select(cause => (cause.Reason, cause.Message, cause.Field)).Single());
    }

    [Fact]
    public async Task A_namespace_comes_with_its_account_and_goes_with_all()
    {
        V1Namespace made = await Stock.CoreV1.CreateNamespaceAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { GenerateName = "probe-" } }, cancellationToken: Stop);
        Assert.Matches("^probe-[a-z0-9]{5}$", made.Name());
        Pass(5);
        Assert.Single((await Stock.CoreV1.ListNamespacedServiceAccountAsync(made.Name(), cancellationToken: Stop)).Items);

        await Stock.CoreV1.DeleteNamespaceAsync(made.Name(), cancellationToken: Stop);
        Assert.Equal("Terminating", (await Stock.CoreV1.ReadNamespaceAsync(made.Name(), cancellationToken: Stop)).Status.Phase);
        Pass(120);
        await RefusedAsync(HttpStatusCode.NotFound, () => Stock.CoreV1.ReadNamespaceAsync(made.Name(), cancellationToken: Stop));
    }

    [Fact]
    public async Task A_custom_object_takes_merge_patches_and_no_strategic_ones()
    {
        const string Patch = """{"spec": {"paused": true}}""";
        await Stock.CustomObjects.PatchClusterCustomObjectAsync(
            new V1Patch(Patch, V1Patch.PatchType.MergePatch), "machineconfiguration.openshift.io", "v1", "machineconfigpools", "worker",
                cancellationToken: Stop);
        V1Status status = await RefusedAsync(HttpStatusCode.UnsupportedMediaType, () => Stock.CustomObjects.PatchClusterCustomObjectAsync(
            new V1Patch(Patch, V1Patch.PatchType.StrategicMergePatch), "machineconfiguration.openshift.io", "v1", "machineconfigpools",
                "worker",
            cancellationToken: Stop));
        Assert.Equal("UnsupportedMediaType", status.Reason);
        Assert.True((bool?)Cluster.Get("machineconfigpools", "worker")!["spec"]!["paused"]);
    }

    [Fact]
    public async Task A_group_that_nobody_has_is_no_page()
    {
        var e = await Assert.ThrowsAsync<HttpOperationException>(
            () => Stock.CustomObjects.ListClusterCustomObjectAsync("nope.io", "v1", "things", cancellationToken: Stop));
        Assert.Equal((HttpStatusCode.NotFound, "404 page not found\n"), (e.Response.StatusCode, e.Response.Content));
    }

    [Fact]
    public async Task What_is_left_of_a_list_is_counted_and_of_a_selection_not()
    {
        V1PodList page = await Stock.CoreV1.ListPodForAllNamespacesAsync(limit: 1, cancellationToken: Stop);
        Assert.Equal(Cluster.List("pods").Count - 1, page.Metadata.RemainingItemCount);
        page = await Stock.CoreV1.ListPodForAllNamespacesAsync(limit: 1, labelSelector: "app=web", cancellationToken: Stop);
        Assert.NotNull(page.Continue());
        Assert.Null(page.Metadata.RemainingItemCount);
    }

    [Fact]
    public async Task What_the_lifecycle_manager_has_installed()
    {
        var list = await Stock.CustomObjects.ListNamespacedCustomObjectAsync<JsonElement>(
            "operators.coreos.com", "v1alpha1", "openshift-operator-lifecycle-manager", "clusterserviceversions",
                labelSelector: "!olm.copiedFrom",
            cancellationToken: Stop);
        Assert.Equal("Succeeded", Assert.Single(list.GetProperty("items").EnumerateArray()).GetProperty("status").GetProperty("phase")
            .GetString());
    }

    [Fact]
    public async Task Only_what_is_selected_is_told_by_a_watch()
    {
        V1ConfigMapList list = await Stock.CoreV1.ListNamespacedConfigMapAsync(Space, cancellationToken: Stop);
        foreach (string mine in (string[])["no", "yes"])
        {
            await Stock.CoreV1.CreateNamespacedConfigMapAsync(
                new V1ConfigMap { Metadata = new V1ObjectMeta { Name = mine,
                    Labels = new Dictionary<string, string> { ["mine"] = mine } } }, Space, cancellationToken: Stop);
        }

        await Stock.CoreV1.DeleteNamespacedConfigMapAsync("yes", Space, cancellationToken: Stop);
        var seen = new List<(WatchEventType, string)>();
        await foreach ((WatchEventType kind, V1ConfigMap map) in Stock.CoreV1.WatchListNamespacedConfigMapAsync(
            Space, labelSelector: "mine=yes", resourceVersion: list.ResourceVersion(), cancellationToken: Stop))
        {
            seen.Add((kind, map.Name()));
            if (seen.Count == 2)
            {
                break;
            }
        }

        Assert.Equal([(WatchEventType.Added, "yes"), (WatchEventType.Deleted, "yes")], seen);
    }

    private static async Task<V1Status> RefusedAsync(HttpStatusCode code, Func<Task> call)
    {
        V1Status status = await RefusalAsync(call);
        Assert.Equal((int)code, status.Code);
        return status;
    }

    private static V1Pod Pod(string name) => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        Spec = new V1PodSpec { NodeName = "worker0", Containers = [new V1Container { Name = "main", Image = "example.test/none" }] },
    };
}
