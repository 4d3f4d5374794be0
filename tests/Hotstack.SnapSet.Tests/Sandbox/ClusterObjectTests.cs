using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Sandbox;

/// <summary>Reads, writes and watches of objects.</summary>
public sealed class ClusterObjectTests : ClusterTest
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string Merge = "application/merge-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json";

    [Fact]
    public async Task An_object_lives_its_life()
    {
        var made = await DoAsync("POST", Maps, """{"metadata": {"name": "a", "labels": {"x": "1"}}, "data": {"k": "v"}}""");
        Assert.Equal(("ConfigMap", "v1", "default"), ((string?)made["kind"], (string?)made["apiVersion"], (string?)made["metadata"]!["namespace"]));
        Assert.True(Guid.TryParse((string?)made["metadata"]!["uid"], out _));

        var changed = made.DeepClone();
        changed["data"]!["k"] = "w";
        var stored = await DoAsync("PUT", Maps + "/a", changed.ToJsonString());
        Assert.NotEqual(Version(made), Version(stored));
        var (status, json) = await CallAsync("PUT", Maps + "/a", changed.ToJsonString());
        Assert.Equal(409, status);
        Assert.Equal(
            "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again",
            (string?)json["message"]);

        (status, json) = await CallAsync("POST", Maps, """{"metadata": {"name": "a"}}""");
        Assert.Equal((409, "AlreadyExists"), (status, (string?)json["reason"]));
        (status, json) = await CallAsync("DELETE", Maps + "/a", """{"preconditions": {"uid": "other"}}""");
        Assert.Equal((409, "Conflict"), (status, (string?)json["reason"]));
        (status, json) = await CallAsync("DELETE", Maps + "/a");
        Assert.Equal((200, "Success"), (status, (string?)json["status"]));
        (status, json) = await CallAsync("GET", Maps + "/a");
        Assert.Equal((404, "configmaps \"a\" not found"), (status, (string?)json["message"]));
    }

    [Fact]
    public async Task Names_are_made_up_and_namespaces_must_be_there()
    {
        Assert.Matches("^tmp-[a-z0-9]{5}$", Name(await DoAsync("POST", Maps, """{"metadata": {"generateName": "tmp-"}}""")));
        var (status, json) = await CallAsync("POST", "/api/v1/namespaces/nowhere/configmaps", """{"metadata": {"name": "a"}}""");
        Assert.Equal((404, "namespaces \"nowhere\" not found"), (status, (string?)json["message"]));
        (status, _) = await CallAsync("POST", Maps, """{"metadata": {"name": "Not_A_Name"}}""");
        Assert.Equal(422, status);
    }

    [Fact]
    public async Task A_dry_run_stores_nothing()
    {
        await DoAsync("POST", Maps + "?dryRun=All", """{"metadata": {"name": "a"}}""");
        Assert.DoesNotContain("a", await NamesAsync(Maps));
        await DoAsync("PATCH", Nodes + "/worker0?dryRun=All", """{"spec": {"unschedulable": true}}""", Merge);
        Assert.Null((await GetAsync(Nodes + "/worker0"))["spec"]!["unschedulable"]);
    }

    [Theory]
    [InlineData("labelSelector=node-role.kubernetes.io/worker", 2)]
    [InlineData("labelSelector=!node-role.kubernetes.io/worker", 3)]
    [InlineData("labelSelector=kubernetes.io/hostname=master1", 1)]
    [InlineData("labelSelector=kubernetes.io/hostname==master1", 1)]
    [InlineData("labelSelector=kubernetes.io/hostname!=master1", 4)]
    [InlineData("labelSelector=kubernetes.io/hostname in (master1,worker0),kubernetes.io/os=linux", 2)]
    [InlineData("labelSelector=kubernetes.io/hostname notin (master1,worker0)", 3)]
    [InlineData("fieldSelector=metadata.name=master0", 1)]
    [InlineData("fieldSelector=metadata.name!=master0", 4)]
    [InlineData("fieldSelector=spec.unschedulable=false", 5)]
    public async Task Selectors_select(string query, int count) => Assert.Equal(count, (await NamesAsync($"{Nodes}?{query}")).Length);

    [Fact]
    public async Task Pods_are_selected_by_node_and_phase()
    {
        Assert.All(await NamesAsync("/api/v1/pods?fieldSelector=spec.nodeName=master0,status.phase=Succeeded"), n => Assert.Equal("installer-7-master0", n));
        var (status, json) = await CallAsync("GET", "/api/v1/pods?fieldSelector=spec.nope=1");
        Assert.Equal((400, "field label not supported: spec.nope"), (status, (string?)json["message"]));
    }

    [Fact]
    public async Task A_list_comes_in_pages()
    {
        var names = new List<string>();
        var token = "";
        do
        {
            var page = await GetAsync($"{Operators}?limit=10&continue={token}");
            Assert.InRange(page["items"]!.AsArray().Count, 1, 10);
            names.AddRange(page["items"]!.AsArray().Select(Name));
            token = (string?)page["metadata"]!["continue"] ?? "";
        }
        while (token.Length > 0);
        Assert.Equal(await NamesAsync(Operators), names);

        var first = await GetAsync(Operators + "?limit=1");
        await DoAsync("POST", Maps, """{"metadata": {"name": "a"}}""");
        Cluster.ForgetEvents();
        var (status, json) = await CallAsync("GET", $"{Operators}?limit=1&continue={first["metadata"]!["continue"]}");
        Assert.Equal((410, "Expired"), (status, (string?)json["reason"]));
    }

    [Fact]
    public async Task Metadata_alone_has_no_secrets()
    {
        const string Accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
        var (status, list) = await CallAsync(
            "GET", "/api/v1/secrets?labelSelector=auth.openshift.io/managed-certificate-type", headers: ("Accept", Accept));
        Assert.Equal((200, "PartialObjectMetadataList"), (status, (string?)list["kind"]));
        Assert.All(list["items"]!.AsArray(), i => Assert.Equal(["kind", "apiVersion", "metadata"], i!.AsObject().Select(p => p.Key)));
        Assert.NotEmpty(list["items"]!.AsArray());
    }

    [Theory]
    [InlineData(Merge, """{"spec": {"unschedulable": true}}""")]
    [InlineData(Strategic, """{"spec": {"unschedulable": true}}""")]
    [InlineData("application/json-patch+json", """[{"op": "add", "path": "/spec/unschedulable", "value": true}]""")]
    public async Task A_cordon_in_any_form_brings_its_taint(string mediaType, string patch)
    {
        var node = await DoAsync("PATCH", Nodes + "/worker0", patch, mediaType);
        Assert.True((bool?)node["spec"]!["unschedulable"]);
        Assert.Contains(node["spec"]!["taints"]!.AsArray(), t => (string?)t!["key"] == "node.kubernetes.io/unschedulable" && (string?)t["effect"] == "NoSchedule");
        node = await DoAsync("PATCH", Nodes + "/worker0", """{"spec": {"unschedulable": null}}""", Merge);
        Assert.Null(node["spec"]!["taints"]);
    }

    [Fact]
    public async Task A_strategic_merge_knows_the_keys_of_lists()
    {
        var node = await DoAsync(
            "PATCH", Nodes + "/worker0/status", """{"status": {"conditions": [{"type": "DiskPressure", "status": "True"}, {"type": "New", "status": "True"}]}}""", Strategic);
        Assert.Equal(5, node["status"]!["conditions"]!.AsArray().Count);
        Assert.Equal("True", (string?)Condition(node, "DiskPressure")!["status"]);
        Assert.Equal("KubeletHasNoDiskPressure", (string?)Condition(node, "DiskPressure")!["reason"]);

        var (status, _) = await CallAsync("PATCH", Operators + "/dns", "{}", Strategic);
        Assert.Equal(415, status);
    }

    [Theory]
    [InlineData("""[{"op": "test", "path": "/metadata/name", "value": "other"}]""", 422)]
    [InlineData("""[{"op": "remove", "path": "/spec/nope"}]""", 422)]
    [InlineData("""[{"op": "test", "path": "/metadata/name", "value": "worker0"}, {"op": "add", "path": "/metadata/annotations/a~1b", "value": "c"}]""", 200)]
    public async Task A_json_patch_is_tested(string patch, int expected)
    {
        var (status, json) = await CallAsync("PATCH", Nodes + "/worker0", patch, "application/json-patch+json");
        Assert.Equal(expected, status);
        if (status == 200)
        {
            Assert.Equal("c", (string?)json["metadata"]!["annotations"]!["a/b"]);
        }
    }

    [Fact]
    public async Task Status_and_the_rest_are_written_apart()
    {
        var co = await GetAsync(Operators + "/dns");
        co["status"]!["extension"] = new JsonObject { ["a"] = 1 };
        var stored = await DoAsync("PUT", Operators + "/dns", co.ToJsonString());
        Assert.Null(stored["status"]!["extension"]);
        Assert.Equal(Version(co), Version(stored));
        stored = await DoAsync("PUT", Operators + "/dns/status", co.ToJsonString());
        Assert.NotNull(stored["status"]!["extension"]);
    }

    [Fact]
    public async Task A_namespace_goes_with_all_that_is_in_it()
    {
        await DoAsync("POST", "/api/v1/namespaces", """{"metadata": {"name": "tmp"}}""");
        await DoAsync("POST", "/api/v1/namespaces/tmp/configmaps", """{"metadata": {"name": "a"}}""");
        var (_, going) = await CallAsync("DELETE", "/api/v1/namespaces/tmp");
        Assert.Equal("Terminating", (string?)going["status"]!["phase"]);
        var (status, json) = await CallAsync("POST", "/api/v1/namespaces/tmp/configmaps", """{"metadata": {"name": "b"}}""");
        Assert.Equal(403, status);
        Assert.Contains("being terminated", (string?)json["message"], StringComparison.Ordinal);
        Pass(10);
        (status, _) = await CallAsync("GET", "/api/v1/namespaces/tmp");
        Assert.Equal(404, status);
        Assert.Empty(Cluster.List("configmaps", "tmp"));
    }

    [Fact]
    public async Task Many_are_deleted_at_once()
    {
        await CallAsync("DELETE", "/api/v1/namespaces/openshift-image-registry/pods?fieldSelector=status.phase=Succeeded");
        Assert.Empty(await NamesAsync("/api/v1/namespaces/openshift-image-registry/pods"));
    }

    [Fact]
    public async Task A_watch_tells_what_happens()
    {
        var version = (string?)(await GetAsync(Maps))["metadata"]!["resourceVersion"];
        using var answer = await SendAsync("GET", $"{Maps}?watch=true&resourceVersion={version}&labelSelector=x=1");
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));
        await DoAsync("POST", Maps, """{"metadata": {"name": "other"}}""");
        await DoAsync("POST", Maps, """{"metadata": {"name": "a", "labels": {"x": "1"}}}""");
        await DoAsync("PATCH", Maps + "/a", """{"data": {"k": "v"}}""", Merge);
        await DoAsync("PATCH", Maps + "/a", """{"metadata": {"labels": null}}""", Merge);
        await DoAsync("PATCH", Maps + "/a", """{"metadata": {"labels": {"x": "1"}}}""", Merge);
        await CallAsync("DELETE", Maps + "/a");
        foreach (var expected in new[] { "ADDED", "MODIFIED", "DELETED", "ADDED", "DELETED" })
        {
            var line = JsonNode.Parse((await reader.ReadLineAsync(Stop))!)!;
            Assert.Equal((expected, "a"), ((string?)line["type"], Name(line["object"])));
        }
    }

    [Fact]
    public async Task A_watch_without_a_version_begins_with_what_there_is_and_ends_in_time()
    {
        using var answer = await SendAsync("GET", Nodes + "?watch=1&timeoutSeconds=5&allowWatchBookmarks=true");
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("ADDED", (string?)JsonNode.Parse((await reader.ReadLineAsync(Stop))!)!["type"]);
        }

        Pass(6);
        Assert.Contains("BOOKMARK", await reader.ReadToEndAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_from_too_long_ago_is_told_so()
    {
        var version = (string?)(await GetAsync(Maps))["metadata"]!["resourceVersion"];
        await DoAsync("POST", Maps, """{"metadata": {"name": "a"}}""");
        Cluster.ForgetEvents();
        using var answer = await SendAsync("GET", $"{Maps}?watch=true&resourceVersion={version}");
        var line = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Stop))!;
        Assert.Equal(("ERROR", 410), ((string?)line["type"], (int)line["object"]!["code"]!));
    }

    [Fact]
    public async Task A_watch_ends_with_the_api()
    {
        using var answer = await SendAsync("GET", Nodes + "?watch=1");
        Power(on: false, "master0", "master1");
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsStringAsync(Stop));
    }

    [Fact]
    public async Task A_table_is_for_people()
    {
        var (_, table) = await CallAsync("GET", Nodes, headers: ("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"));
        Assert.Equal(("Table", 5), ((string?)table["kind"], table["rows"]!.AsArray().Count));
        Assert.Equal("Ready", (string?)table["rows"]![0]!["cells"]![1]);
    }
}
