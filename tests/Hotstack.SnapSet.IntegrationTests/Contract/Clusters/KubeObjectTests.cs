using System.Text;
using System.Text.Json.Nodes;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Xunit;
using k8s;
using k8s.Models;

namespace Hotstack.Contract.Clusters;

/// <summary>Objects are read, written and listed.</summary>
public abstract class KubeObjectTests(ContractCluster on) : KubeContractTests(on)
{
    private const string MetadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    [ContractFact]
    public async Task A_list_comes_page_by_page_and_whole()
    {
        string group = NewName();
        for (int i = 0; i < 5; i++)
        {
            await AddConfigMapAsync($"{group}-{i}", group: group);
        }

        var selection = new ListQuery { Namespace = On.Namespace, Labels = $"group={group}" };
        int before = CallsTo("configmaps");

        IReadOnlyList<RawObject> found = await ConfigMaps.ListAsync(Stop, selection with { PageSize = 2 });

        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"{group}-{i}"), found.Select(o => o.Name));
        Assert.Equal(3, CallsTo("configmaps") - before);
        IReadOnlyList<RawObject> metadata = await ConfigMaps.ListAsync(Stop, selection with { PageSize = 2, IsMetadataOnly = true });
        Assert.Equal(found.Select(o => o.Uid), metadata.Select(m => m.Uid));
    }

    [ContractFact]
    public async Task A_list_that_is_no_longer_kept_is_begun_anew()
    {
        string group = NewName();
        for (int i = 0; i < 3; i++)
        {
            await AddConfigMapAsync($"{group}-{i}", group: group);
        }

        var selection = new ListQuery { Namespace = On.Namespace, Labels = $"group={group}" };

        // The server may still know the moment of the first page, or not; the list is whole in either case.
        await On.ForgetChangesAsync(Stop);
        IReadOnlyList<RawObject> found = await ConfigMaps.ListAsync(Stop, selection with { PageSize = 1 });

        Assert.Equal(3, found.Count);
    }

    [ContractFact]
    public async Task Lists_can_be_narrowed_by_label_field_and_namespace()
    {
        string name = NewName();
        await AddConfigMapAsync(name);

        Assert.Single(await ConfigMaps.ListAsync(Stop, new ListQuery { Labels = $"group={name}" }));
        Assert.Empty(await ConfigMaps.ListAsync(Stop, new ListQuery { Labels = $"group={name}", Namespace = "default" }));
        IReadOnlyList<V1Pod> daemons = (await Cluster.ListPodsAsync(Stop, new() { Fields = $"spec.nodeName={On.Worker}" })).Items;
        Assert.NotEmpty(daemons);
        Assert.All(daemons, pod => Assert.Equal(On.Worker, pod.NodeName));
    }

    [ContractFact]
    public async Task The_metadata_of_secrets_come_without_what_is_secret()
    {
        KubernetesApi api = Cluster.Api;
        var selection = new ListQuery { Labels = "auth.openshift.io/managed-certificate-type" };

        IReadOnlyList<V1Secret> secrets = (await Cluster.ListSecretsAsync(Stop, selection with { IsMetadataOnly = true })).Items;
        ApiResponse answer = await api.SendAsync(
            api.Request(HttpMethod.Get, $"api/v1/secrets",
                [new("labelSelector", selection.Labels!)]) with { Headers = [new("Accept", MetadataList)] }, Stop);

        Assert.Contains(secrets, secret => secret.Name == "csr-signer-signer" && secret.Annotations.Count > 0);
        Assert.DoesNotContain("tls.key", answer.Text.Replace("f:tls.key", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("\"data\":{", answer.Text, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task The_certificate_of_a_secret_can_be_read()
    {
        TlsSecret? secret = await Cluster.FindTlsSecretAsync("openshift-kube-controller-manager-operator", "csr-signer-signer", Stop);

        Assert.StartsWith("-----BEGIN CERTIFICATE-----", secret?.Certificates, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task What_is_not_there_is_null_or_an_error()
    {
        Assert.Null(await Cluster.Client.CoreV1.ReadNodeAsync("nobody", cancellationToken: Stop).OrNullAsync());

        ServiceException e = await FailsAsync(ErrorCause.NotFound, "NotFound",
            () => Cluster.Client.CoreV1.ReadNodeAsync("nobody", cancellationToken: Stop));

        Assert.Contains("nodes \"nobody\" not found", e.Message, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task A_name_can_be_taken_once()
    {
        string name = NewName();
        RawObject made = await AddConfigMapAsync(name);

        ServiceException e = await FailsAsync(ErrorCause.AlreadyExists, "AlreadyExists", () => AddConfigMapAsync(name));

        Assert.Contains($"\"{name}\" already exists", e.Reason, StringComparison.Ordinal);
        Assert.Equal(made.Uid, (await ConfigMaps.GetAsync(name, Stop, On.Namespace)).Uid);
        Assert.NotNull(made.CreatedAt);
    }

    [ContractFact]
    public async Task A_merge_patch_sets_removes_and_leaves()
    {
        string name = NewName();
        await AddConfigMapAsync(name);
        var patch = new JsonObject { ["data"] = new JsonObject { ["text"] = null, ["more"] = "new" } };

        JsonObject now = (await ConfigMaps.PatchAsync(name, Patches.Merge(patch), Stop, On.Namespace)).Copy();

        Assert.Equal("""{"more":"new"}""", now["data"]!.ToJsonString());
        Assert.Equal(name, (string?)now["metadata"]!["labels"]!["group"]);
    }

    [ContractFact]
    public async Task A_json_patch_is_done_whole_or_not_at_all()
    {
        string name = NewName();
        await AddConfigMapAsync(name);
        static JsonArray Operations(string expected) =>
        [
            new JsonObject { ["op"] = "add", ["path"] = "/data/more", ["value"] = "new" },
            new JsonObject { ["op"] = "test", ["path"] = "/data/text", ["value"] = expected },
        ];

        await FailsAsync(
            ErrorCause.RequestRejected, "RequestRejected",
            () => ConfigMaps.PatchAsync(name, Patches.Json(Operations("other")), Stop, On.Namespace));
        Assert.Null((await ConfigMaps.GetAsync(name, Stop, On.Namespace)).Copy()["data"]!["more"]);

        JsonObject now = (await ConfigMaps.PatchAsync(name, Patches.Json(Operations("old")), Stop, On.Namespace)).Copy();
        Assert.Equal("new", (string?)now["data"]!["more"]);
    }

    [ContractFact]
    public async Task A_strategic_patch_merges_lists_by_key_and_through_the_status_reaches_only_that()
    {
        V1Node before = await Admin.Client.CoreV1.ReadNodeAsync(On.Worker, cancellationToken: Stop);

        V1Node marked = await PatchStatusAsync(new JsonObject { ["type"] = "Contract", ["status"] = "True" });
        V1Node after = await PatchStatusAsync(new JsonObject { ["type"] = "Contract", ["$patch"] = "delete" });

        Assert.True(marked.Conditions.Find("Contract")?.IsTrue);
        Assert.True(marked.Conditions.Find("Ready")?.IsTrue);
        Assert.Equal(before.IsUnschedulable, marked.IsUnschedulable);
        Assert.Null(after.Conditions.Find("Contract"));
        Assert.Equal(before.Conditions.Count, after.Conditions.Count);

        Task<V1Node> PatchStatusAsync(JsonObject condition) => PatchNodeStatusAsync(
            Patches.Strategic(new JsonObject
            {
                ["spec"] = new JsonObject { ["unschedulable"] = true },
                ["status"] = new JsonObject { ["conditions"] = new JsonArray(condition) },
            }));
    }

    [ContractFact]
    public async Task A_strategic_patch_replaces_the_taints_of_a_node()
    {
        var nodes = new RawObjects(Admin, "", "v1", "nodes");
        try
        {
            await PatchTaintsAsync("contract/one");
            JsonObject node = (await PatchTaintsAsync("contract/two")).Copy();

            IEnumerable<string> taints = node["spec"]!["taints"]!.AsArray().Select(taint => (string)taint!["key"]!);
            Assert.Equal(["contract/two"], taints.Where(taint => taint.StartsWith("contract/", StringComparison.Ordinal)));
        }
        finally
        {
            await nodes.PatchAsync(On.Worker, Patches.Merge(new JsonObject { ["spec"] = new JsonObject { ["taints"] = null } }), Stop);
        }

        Task<RawObject> PatchTaintsAsync(string key) => nodes.PatchAsync(
            On.Worker,
            Patches.Strategic(new JsonObject
            {
                ["spec"] = new JsonObject { ["taints"] = new JsonArray(new JsonObject { ["key"] = key, ["effect"] = "PreferNoSchedule" }) },
            }),
            Stop);
    }

    [ContractFact]
    public async Task There_is_no_strategic_patch_of_a_custom_resource()
    {
        ServiceException e = await FailsAsync(
            ErrorCause.RequestRejected, "RequestRejected",
            () => new RawObjects(Admin, "config.openshift.io", "v1", "clusteroperators").PatchAsync("dns",
                Patches.Strategic(new JsonObject { ["spec"] = new JsonObject() }), Stop));

        Assert.Equal(415, e.Status);
    }

    [ContractFact]
    public async Task Only_the_newest_version_can_be_replaced()
    {
        string name = NewName();
        RawObject first = await AddConfigMapAsync(name);
        RawObject second = await ReplaceAsync(first, "second");

        ServiceException e = await FailsAsync(ErrorCause.Conflict, "Conflict", () => ReplaceAsync(first, "third"));

        Assert.Contains("the object has been modified", e.Reason, StringComparison.Ordinal);
        RawObject now = await ConfigMaps.GetAsync(name, Stop, On.Namespace);
        Assert.Equal(second.ResourceVersion, now.ResourceVersion);
        Assert.Equal("second", (string?)now.Copy()["data"]!["text"]);

        Task<RawObject> ReplaceAsync(RawObject known, string text)
        {
            JsonObject next = known.Copy();
            next["data"] = new JsonObject { ["text"] = text };
            return ConfigMaps.ReplaceAsync(name, next, Stop, On.Namespace);
        }
    }

    [ContractFact]
    public async Task The_status_of_a_custom_resource_is_written_by_its_own_path()
    {
        var pools = new RawObjects(Admin, "machineconfiguration.openshift.io", "v1", "machineconfigpools");
        string name = NewName();
        RawObject made = await pools.CreateAsync(
            new JsonObject
            {
                ["apiVersion"] = "machineconfiguration.openshift.io/v1",
                ["kind"] = "MachineConfigPool",
                ["metadata"] = new JsonObject { ["name"] = name },
                ["spec"] = new JsonObject { ["paused"] = false },
            },
            Stop);
        try
        {
            JsonObject next = made.Copy();
            next["spec"]!["paused"] = true;
            // The operator, where there is one, writes a status of its own, but not this.
            next["status"] = new JsonObject { ["observedGeneration"] = 7 };

            RawObject byMain = await pools.ReplaceAsync(name, next, Stop);
            next["metadata"]!["resourceVersion"] = byMain.ResourceVersion;
            next["spec"]!["paused"] = false;
            JsonObject now = (await pools.ReplaceStatusAsync(name, next, Stop)).Copy();

            Assert.Null(byMain.Copy()["status"]?["observedGeneration"]);
            Assert.Equal(7, (int?)now["status"]!["observedGeneration"]);
            Assert.True((bool?)now["spec"]!["paused"]);
        }
        finally
        {
            await pools.DeleteAsync(name, Stop);
        }
    }

    [ContractFact]
    public async Task Only_the_very_object_is_deleted()
    {
        string name = NewName();
        string? uid = (await AddConfigMapAsync(name)).Uid;

        await FailsAsync(
            ErrorCause.Conflict, "Conflict",
            () => ConfigMaps.DeleteAsync(name, Stop, On.Namespace, uid: "00000000-0000-4000-8000-000000000000"));
        Assert.NotNull(await ConfigMaps.FindAsync(name, Stop, On.Namespace));

        await ConfigMaps.DeleteAsync(name, Stop, On.Namespace, uid);
        Assert.Null(await ConfigMaps.FindAsync(name, Stop, On.Namespace));
        await ConfigMaps.DeleteAsync(name, Stop, On.Namespace, uid);
    }

    [ContractFact]
    public async Task A_pod_is_given_the_time_that_it_needs_to_end_or_none()
    {
        string patient = await AddPodAsync(On.Worker);
        string hasty = await AddPodAsync(On.Worker);

        await Pods.DeleteAsync(patient, Stop, On.Namespace);
        V1Pod? leaving = await FindPodAsync(patient);
        await Pods.DeleteAsync(hasty, Stop, On.Namespace, grace: 0);

        Assert.True(leaving is null || leaving.IsBeingDeleted);
        Assert.Null(await FindPodAsync(hasty));
        await On.UntilAsync("the pod is gone", async () => await FindPodAsync(patient) is null, Stop);
    }

    [ContractFact]
    public async Task The_log_of_a_container_can_be_read()
    {
        var daemons = new ListQuery { Namespace = "openshift-machine-config-operator" };
        V1Pod daemon = (await Cluster.ListPodsAsync(Stop, daemons)).Items[0];

        string log = await Cluster.Api.GetTextAsync(
            $"api/v1/namespaces/{daemon.Namespace}/pods/{daemon.Name}/log", Stop,
                [new("container", daemon.Containers[0].Name), new("tailLines", "1")]);

        Assert.EndsWith("\n", log, StringComparison.Ordinal);
        Assert.Single(log.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [ContractFact]
    public async Task Of_several_containers_one_has_to_be_named_for_its_log()
    {
        string pod = await AddPodAsync(On.Worker, "one", "two");

        ServiceException e = await FailsAsync(
            ErrorCause.RequestRejected, "RequestRejected", () => Cluster.ReadPodLogAsync(On.Namespace, pod, Stop));
        await Pods.DeleteAsync(pod, Stop, On.Namespace, grace: 0);

        Assert.Contains("a container name must be specified", e.Reason, StringComparison.Ordinal);
    }

    /// <summary>By its own path, which the product has no use for.</summary>
    private async Task<V1Node> PatchNodeStatusAsync(V1Patch patch)
    {
        ApiRequest request = Admin.Api.Request(HttpMethod.Patch, $"api/v1/nodes/{On.Worker}/status");
        ApiResponse answer = await Admin.Api.SendAsync(
            request with { Body = Encoding.UTF8.GetBytes((string)patch.Content), ContentType = "application/strategic-merge-patch+json" },
                Stop);
        return ModelJson.Read<V1Node>(answer);
    }

    private Task<V1Pod?> FindPodAsync(string name) =>
        Cluster.Client.CoreV1.ReadNamespacedPodAsync(name, On.Namespace, cancellationToken: Stop).OrNullAsync();

    private int CallsTo(string plural) =>
        On.Activity.Everything.Count(line => line.Contains($"/{plural} -> 200", StringComparison.Ordinal));
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxKubeObjectTests(SandboxContractCluster on) : KubeObjectTests(on), IClassFixture<SandboxContractCluster>;

[Trait("Contract", "KubeLab"), Collection(KubeLabCollection.Name)]
public sealed class LabKubeObjectTests(LabCluster on) : KubeObjectTests(on), IOnKubeLab;
