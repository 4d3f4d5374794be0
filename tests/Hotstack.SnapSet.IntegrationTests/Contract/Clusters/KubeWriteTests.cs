using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.Http;
using Hotstack.OpenShift;
using Xunit;

namespace Hotstack.Contract.Clusters;

/// <summary>What the API server checks and completes when objects are written, and how it selects and watches them.</summary>
public abstract class KubeWriteTests(ContractCluster on) : KubeContractTests(on)
{
    private const string Merge = "application/merge-patch+json";
    private const string Operations = "application/json-patch+json";

    private string Maps => $"/api/v1/namespaces/{On.Namespace}/configmaps";

    [ContractFact]
    public async Task A_name_is_generated_from_its_begin()
    {
        ApiResponse answer = await CallAsync("POST", Maps, Object("""{"metadata": {"generateName": "tmp-"}}"""));

        Assert.Equal(201, answer.Status);
        Assert.Matches("^tmp-[a-z0-9]{5}$", Metadata(answer.Json(), "name"));
        Assert.True(Guid.TryParse(Metadata(answer.Json(), "uid"), out _));
    }

    [ContractFact]
    public async Task An_object_needs_an_existing_namespace_and_a_valid_name()
    {
        ApiResponse nowhere = await CallAsync(
            "POST", "/api/v1/namespaces/contract-nowhere/configmaps", Object("""{"metadata": {"name": "a"}}"""));
        ApiResponse invalid = await CallAsync("POST", Maps, Object("""{"metadata": {"name": "Not_A_Name"}}"""));

        Assert.Equal(404, nowhere.Status);
        Assert.Equal("namespaces \"contract-nowhere\" not found", nowhere.Json().GetProperty("message").GetString());
        Assert.Equal((422, "Invalid"), (invalid.Status, invalid.Json().GetProperty("reason").GetString()));
    }

    [ContractFact]
    public async Task A_dry_run_stores_nothing()
    {
        string name = NewName();
        ApiResponse made = await CallAsync("POST", Maps + "?dryRun=All", Object($$$"""{"metadata": {"name": "{{{name}}}"}}"""));
        ApiResponse patched = await CallAsync(
            "PATCH", $"/api/v1/nodes/{On.Worker}?dryRun=All", Object("""{"spec": {"unschedulable": true}}"""), Merge);

        Assert.Equal((201, 200), (made.Status, patched.Status));
        Assert.True(patched.Json().GetProperty("spec").GetProperty("unschedulable").GetBoolean());
        Assert.Null(await ConfigMaps.FindAsync(name, Stop, On.Namespace));
        Assert.DoesNotContain(await NodesAsync(), node => node.Metadata.Name == On.Worker && node.Spec.Unschedulable == true);
    }

    [ContractFact]
    public async Task An_update_without_a_change_keeps_the_version()
    {
        RawObject made = await AddConfigMapAsync(NewName());

        RawObject written = await ConfigMaps.ReplaceAsync(made.Name, made.Copy(), Stop, On.Namespace);

        Assert.Equal(made.ResourceVersion, written.ResourceVersion);
    }

    [ContractFact]
    public async Task A_json_patch_reads_escaped_names_and_refuses_what_does_not_apply()
    {
        string path = $"{Maps}/{(await AddConfigMapAsync(NewName())).Name}";

        ApiResponse good = await CallAsync(
            "PATCH", path,
            Array("""
                [{"op": "test", "path": "/data/text", "value": "old"},
                 {"op": "add", "path": "/metadata/annotations", "value": {"a/b": "c"}},
                 {"op": "replace", "path": "/metadata/annotations/a~1b", "value": "d"}]
                """),
            Operations);
        ApiResponse wrong = await CallAsync("PATCH", path, Array("""[{"op": "remove", "path": "/data/nope"}]"""), Operations);

        Assert.Equal(200, good.Status);
        Assert.Equal("d", good.Json().GetProperty("metadata").GetProperty("annotations").GetProperty("a/b").GetString());
        Assert.Equal(422, wrong.Status);
    }

    [ContractFact]
    public async Task Objects_are_selected_by_labels_and_fields()
    {
        string group = NewName();
        string[] names = [.. Enumerable.Range(0, 3).Select(i => $"{group}-{i}")];
        foreach (string name in names)
        {
            await CallAsync("POST", Maps, new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["group"] = group, ["part"] = name[^1..] } },
            });
        }

        foreach ((string query, int[] expected) in ((string, int[])[])
        [
            ($"labelSelector=group={group}", [0, 1, 2]), ($"labelSelector=group=={group},part=1", [1]),
            ($"labelSelector=group={group},part!=1", [0, 2]),
            ($"labelSelector=group={group},part in (0,2)", [0, 2]), ($"labelSelector=group={group},part notin (0,2)", [1]),
            ($"labelSelector=group={group},!part", []), ($"fieldSelector=metadata.name={group}-2", [2]),
            ($"labelSelector=group={group}&fieldSelector=metadata.name!={group}-2", [0, 1]),
        ])
        {
            JsonElement list = (await CallAsync("GET", $"{Maps}?{query}")).Json();
            Assert.Equal(
                (query, string.Join(' ', expected.Select(i => names[i]))),
                (query, string.Join(' ', list.GetProperty("items").EnumerateArray().Select(o => Metadata(o, "name")))));
        }
    }

    [ContractFact]
    public async Task A_field_that_cannot_be_selected_is_refused()
    {
        ApiResponse answer = await CallAsync("GET", "/api/v1/pods?fieldSelector=spec.nope=1");

        Assert.Equal(400, answer.Status);
        Assert.Contains("field label not supported: spec.nope", answer.Json().GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task Selected_objects_are_deleted_together()
    {
        string group = NewName();
        await AddConfigMapAsync($"{group}-0", group: group);
        await AddConfigMapAsync($"{group}-1", group: group);
        await AddConfigMapAsync($"{group}-2", group: "another");

        Assert.Equal(200, (await CallAsync("DELETE", $"{Maps}?labelSelector=group={group}")).Status);

        Assert.Empty(await ConfigMaps.ListAsync(Stop, new ListQuery { Namespace = On.Namespace, Labels = $"group={group}" }));
        Assert.NotNull(await ConfigMaps.FindAsync($"{group}-2", Stop, On.Namespace));
    }

    [ContractFact]
    public async Task A_namespace_is_deleted_with_everything_in_it()
    {
        string name = NewName();
        await CallAsync("POST", "/api/v1/namespaces", Object($$$"""{"metadata": {"name": "{{{name}}}"}}"""));
        await CallAsync("POST", $"/api/v1/namespaces/{name}/configmaps", Object("""{"metadata": {"name": "a"}}"""));

        JsonElement going = (await CallAsync("DELETE", $"/api/v1/namespaces/{name}")).Json();

        Assert.Equal("Terminating", going.GetProperty("status").GetProperty("phase").GetString());
        await On.UntilAsync(
            $"namespace {name} is gone", async () => (await CallAsync("GET", $"/api/v1/namespaces/{name}")).Status == 404, Stop);
        Assert.Equal(404, (await CallAsync("GET", $"/api/v1/namespaces/{name}/configmaps/a")).Status);
    }

    [ContractFact]
    public async Task A_watch_reports_what_happened_to_the_selected_objects()
    {
        string name = NewName();
        var labels = new JsonObject { ["watched"] = name };
        string version = Metadata((await CallAsync("GET", Maps)).Json(), "resourceVersion");
        await AddConfigMapAsync(NewName());
        await CallAsync(
            "POST", Maps, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = labels.DeepClone() } });
        await CallAsync("PATCH", $"{Maps}/{name}", Object("""{"data": {"k": "v"}}"""), Merge);
        await CallAsync("PATCH", $"{Maps}/{name}", Object("""{"metadata": {"labels": {"watched": null}}}"""), Merge);
        await CallAsync("PATCH", $"{Maps}/{name}", new JsonObject { ["metadata"] = new JsonObject { ["labels"] = labels } }, Merge);
        await CallAsync("DELETE", $"{Maps}/{name}");

        JsonNode[] events = await WatchAsync($"{Maps}?watch=true&resourceVersion={version}&labelSelector=watched={name}&timeoutSeconds=2");

        Assert.Equal(["ADDED", "MODIFIED", "DELETED", "ADDED", "DELETED"], events.Select(e => (string?)e["type"]));
        Assert.All(events, e => Assert.Equal(name, (string?)e["object"]!["metadata"]!["name"]));
    }

    [ContractFact]
    public async Task A_watch_without_a_version_begins_with_what_exists()
    {
        JsonNode[] first = [.. (await WatchAsync("/api/v1/nodes?watch=1&timeoutSeconds=1")).Take(On.Nodes.Count)];

        Assert.All(first, e => Assert.Equal("ADDED", (string?)e["type"]));
        Assert.Equal(On.Nodes.Order(), first.Select(e => (string)e["object"]!["metadata"]!["name"]!).Order());
    }

    /// <summary>The events of a watch that ends by itself; our client reads no streams of JSON.</summary>
    private async Task<JsonNode[]> WatchAsync(string path)
    {
        ClusterConfiguration admin = On.Load(On.Kubeconfig("admin"));
        using HttpClient http = HttpTransport.Create(admin.Tls);
        string text = await http.GetStringAsync(new Uri(admin.Server, path), Stop);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    private static JsonObject Object(string json) => JsonNode.Parse(json)!.AsObject();

    private static JsonArray Array(string json) => JsonNode.Parse(json)!.AsArray();

    private static string Metadata(JsonElement o, string key) => o.GetProperty("metadata").GetProperty(key).GetString() ?? "";
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxKubeWriteTests(SandboxContractCluster on) : KubeWriteTests(on), IClassFixture<SandboxContractCluster>;

[Trait("Contract", "KubeLab"), Collection(KubeLabCollection.Name)]
public sealed class LabKubeWriteTests(LabCluster on) : KubeWriteTests(on), IOnKubeLab;
