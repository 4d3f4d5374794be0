using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Sandbox;
using Xunit;

namespace Hotstack.Clusters.Suspend;

/// <summary>What helper pods run, privileged, on the nodes: the image of OpenShift's own DaemonSet, and nothing that a pod only says.</summary>
public sealed class HelperImageTests : SuspendFixture
{
    private const string Space = "openshift-machine-config-operator";
    private const string Daemon = "machine-config-daemon";
    private const string Evil = "registry.attacker.example/evil@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// <summary>The images and pull policies of all helper pods so far, with the pods' names.</summary>
    private readonly ConcurrentDictionary<string, (string? Image, string? Policy)> _ran = [];

    private JsonObject DaemonSet => Behind.Get("daemonsets", Daemon, Space)!;

    private string Good => (string)DaemonSet["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!;

    private string Uid => (string)DaemonSet["metadata"]!["uid"]!;

    public static TheoryData<string> Strangers => ["none", "other uid", "no controller", "other kind", "a node as owner", "the right uid"];

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task A_pod_that_only_looks_like_the_daemon_is_never_used_and_is_named(string owner)
    {
        AddPod("aaa-evil", "master0", Evil, owner);
        Watch();

        Assert.NotNull(await SuspendAsync(Usual));

        // Each node is armed, and later told to shut down.
        Assert.Equal(2 * NodeNames.Count, _ran.Count);
        Assert.All(_ran.Values, ran => Assert.Equal((Good, "Never"), ran));
        string warning = Assert.Single(Activity.Warnings, w => w.Contains("aaa-evil", StringComparison.Ordinal));
        Assert.Contains("master0", warning, StringComparison.Ordinal);
        Assert.Contains(Evil, warning, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task Where_only_such_a_pod_is_nothing_is_changed_and_the_pod_is_named(string owner)
    {
        await WithAllNodesAsync();
        RemoveDaemonFrom("master1");
        AddPod("aaa-evil", "master1", Evil, owner);
        Watch();

        HotstackException failure = await RefusedAsync();

        Golden.Message(failure);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("other uid")]
    [InlineData("no controller")]
    [InlineData("a node as owner")]
    public async Task A_pod_with_the_right_image_that_is_not_the_DaemonSets_shows_nothing(string owner)
    {
        await WithAllNodesAsync();
        RemoveDaemonFrom("master1");
        AddPod("alike", "master1", Good, owner);

        Assert.Contains("node master1: no pod of it is there", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task During_a_rollout_the_node_with_the_older_image_is_named()
    {
        await WithAllNodesAsync();
        string pod = RemoveDaemonFrom("worker0");
        AddPod(pod, "worker0", Good[..^2] + "ff", "the right uid");

        HotstackException failure = await RefusedAsync();

        Golden.Message(failure);
        Assert.DoesNotContain("node worker1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_without_a_daemon_is_named()
    {
        await WithAllNodesAsync();
        RemoveDaemonFrom("worker1");

        Assert.Contains("node worker1: no pod of it is there", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("quay.io/openshift/mcd:latest")]
    [InlineData("quay.io/openshift/mcd")]
    [InlineData("quay.io/openshift/mcd@sha256:abc")]
    [InlineData("quay.io/openshift/mcd@md5:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("")]
    public async Task An_image_without_a_digest_could_be_any_and_is_refused(string image)
    {
        Behind.Change("daemonsets", Daemon, o => o["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image, Space);

        Assert.Contains($"'{image}' without a digest", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_DaemonSet_there_is_no_image()
    {
        Behind.Remove("daemonsets", Daemon, Space);

        Assert.Contains($"there is no DaemonSet {Space}/{Daemon}", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_poisoned_after_arming_does_not_keep_the_shutdown_from_being_cancelled(bool isDaemonSet)
    {
        string good = Good;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        bool isPoisoned = false;
        Watch((_, text) =>
        {
            if (!isPoisoned && text.Contains("nodes are armed", StringComparison.Ordinal))
            {
                isPoisoned = true;
                if (isDaemonSet)
                {
                    Behind.Change("daemonsets", Daemon, o => o["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = Evil, Space);
                }

                foreach (string node in NodeNames)
                {
                    RemoveDaemonFrom(node);
                    AddPod($"aaa-evil-{node}", node, Evil, "the right uid");
                }

                stop.Cancel();
            }
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SuspendAsync(Usual, stop.Token));

        Assert.True(isPoisoned);
        Assert.Equal(NodeNames.Count, _ran.Keys.Count(name => name.StartsWith("cancel", StringComparison.Ordinal)));
        Assert.All(_ran.Values, ran => Assert.Equal((good, "Never"), ran));
        Assert.Contains(Activity.Warnings, w => w.Contains("Nothing was shut down; everything was rolled back", StringComparison.Ordinal));
        AssertNothingHappened();
    }

    [Fact]
    public async Task An_image_that_is_gone_from_a_node_is_not_pulled()
    {
        await WithAllNodesAsync();
        const string gone = "quay.io/openshift/mcd@sha256:00000000000000000000000000000000000000000000000000000000000000aa";
        Behind.Change("daemonsets", Daemon, o => o["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = gone, Space);
        foreach (JsonObject pod in Behind.List("pods", Space))
        {
            Behind.Change("pods", (string)pod["metadata"]!["name"]!, o => o["spec"]!["containers"]![0]!["image"] = gone, Space);
        }

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual));

        Assert.Equal("NodeNotArmed", failure.Id);
        Golden.Message(failure);
        AssertNothingHappened();
    }

    [Fact]
    public async Task By_Nova_without_a_backup_no_image_is_looked_for()
    {
        Behind.Remove("daemonsets", Daemon, Space);

        Assert.NotNull(await SuspendAsync(Usual with { Method = ShutdownMethod.Nova }));
    }

    [Fact]
    public async Task An_image_that_the_user_names_is_used_as_it_is()
    {
        string good = Good;
        Behind.Remove("daemonsets", Daemon, Space);
        Watch();

        Assert.NotNull(await SuspendAsync(Usual with { HelperImage = good }));

        Assert.All(_ran.Values, ran => Assert.Equal((good, "IfNotPresent"), ran));
    }

    [Fact]
    public async Task The_right_to_read_the_DaemonSet_is_asked_for_where_it_is_needed()
    {
        Sandbox.Faults.Add(new Fault
        {
            Kind = FaultKind.Status, Service = "kubernetes", Path = "/selfsubjectaccessreviews$", Status = 201, Times = 0,
            Body = """{"status": {"allowed": false}}""",
        });

        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual));
        var without = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual with { HelperImage = Evil }));

        Golden.Message(failure);
        Assert.DoesNotContain("daemonsets", without.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_namespace_that_only_bears_our_label_is_left_alone()
    {
        Behind.Add("namespaces", new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "payroll", ["labels"] = new JsonObject { ["app.kubernetes.io/managed-by"] = "hotstack-snapset" },
            },
        });

        await SuspendAsync(Usual);

        Assert.Null(Behind.Get("namespaces", "payroll")!["metadata"]!["deletionTimestamp"]);
    }

    private async Task<HotstackException> RefusedAsync()
    {
        var failure = await Assert.ThrowsAsync<HotstackException>(() => SuspendAsync(Usual));
        Assert.Equal("HelperImageNotFound", failure.Id);
        Assert.Empty(_ran);
        Assert.DoesNotContain(Calls, c => c.Service == "kubernetes" && c.Method is "PATCH" or "DELETE");
        AssertNothingHappened();
        return failure;
    }

    private void Watch(Action<string, string>? then = null) => Activity.Listener = (stream, text) =>
    {
        if (Regex.IsMatch(text, @"POST \S+/pods -> 201"))
        {
            foreach (JsonObject pod in HelperNamespaces.ToArray().SelectMany(ns => Behind.List("pods", ns)))
            {
                JsonNode container = pod["spec"]!["containers"]![0]!;
                _ran[(string)pod["metadata"]!["name"]!] = ((string?)container["image"], (string?)container["imagePullPolicy"]);
            }
        }

        then?.Invoke(stream, text);
    };

    /// <returns>The name of the pod.</returns>
    private string RemoveDaemonFrom(string node)
    {
        string name = Behind.List("pods", Space)
            .Where(pod => (string?)pod["spec"]!["nodeName"] == node).Select(pod => (string)pod["metadata"]!["name"]!)
            .Single(name => name.StartsWith(Daemon, StringComparison.Ordinal));
        Behind.Remove("pods", name, Space);
        return name;
    }

    private void AddPod(string name, string node, string image, string owner)
    {
        JsonObject? reference = owner switch
        {
            "none" => null,
            "other uid" => Owner("DaemonSet", Guid.NewGuid().ToString(), true),
            "no controller" => Owner("DaemonSet", Uid, false),
            "other kind" => Owner("ReplicaSet", Guid.NewGuid().ToString(), true),
            "a node as owner" => Owner("Node", (string)Behind.Get("nodes", node)!["metadata"]!["uid"]!, true),
            _ => Owner("DaemonSet", Uid, true),
        };
        Behind.Add("pods", new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name, ["namespace"] = Space, ["labels"] = new JsonObject { ["app"] = Daemon },
                ["ownerReferences"] = reference is null ? new JsonArray() : new JsonArray(reference),
            },
            ["spec"] = new JsonObject
            {
                ["nodeName"] = node, ["containers"] = new JsonArray(new JsonObject { ["name"] = Daemon, ["image"] = image }),
            },
            ["status"] = new JsonObject { ["phase"] = "Running" },
        });
    }

    private static JsonObject Owner(string kind, string uid, bool isController) => new()
    {
        ["apiVersion"] = "apps/v1", ["kind"] = kind, ["name"] = Daemon, ["uid"] = uid, ["controller"] = isController,
    };
}
