using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Control;
using Hotstack.Sandbox.Cluster.Objects;

namespace Hotstack.Sandbox.Cluster.Kubelets;

/// <summary>What the kubelets do with the pods of their nodes: start, run, end and delete them.</summary>
internal sealed class PodRuns(
    ClusterClock clock, ObjectStore store, IReadOnlyList<ClusterNode> nodes, NodeKubelets kubelets, NodePower power)
{
    private static readonly string[] CommandKeys = ["command", "args"];
    private static readonly string[] Conditions = ["Initialized", "Ready", "ContainersReady", "PodScheduled"];

    private readonly Dictionary<string, string> _logs = [];
    private readonly HashSet<string> _images = [];

    /// <summary>The logs and images that are on the nodes now.</summary>
    public PodRunsState Keep() => new(_logs.ToDictionary(), _images.ToHashSet());

    /// <summary>Becomes as it was.</summary>
    public void Load(PodRunsState state)
    {
        _logs.Clear();
        _images.Clear();
        _images.UnionWith(state.Images);
        foreach (var (uid, log) in state.Logs)
        {
            _logs[uid] = log;
        }
    }

    /// <summary>Registers a pod that runs from the start: its images are on the node.</summary>
    public void AddRunning(JsonObject pod)
    {
        foreach (var container in pod.Each("spec", "containers"))
        {
            _images.Add(pod.Text("spec", "nodeName") + " " + container.Text("image"));
        }

        _logs[pod.Text("metadata", "uid")!] = "I0101 00:00:00.000000       1 main.go:1] started\n";
    }

    /// <summary>Starts a new pod that names its node.</summary>
    public void StartLater(JsonObject pod)
    {
        if (Node(pod.Text("spec", "nodeName")) is { } node)
        {
            var uid = pod.Text("metadata", "uid")!;
            clock.After(clock.Durations.PodStart, () => Start(node, pod.Namespace(), pod.Name(), uid));
        }
    }

    /// <summary>Starts and ends what waited for a node that is back.</summary>
    public void Resume(ClusterNode node)
    {
        foreach (var pod in OfNode(node))
        {
            if (pod.Find("metadata", "deletionTimestamp") is not null)
            {
                StopLater(pod);
            }
            else if (pod.Text("status", "phase") == "Pending")
            {
                StartLater(pod);
            }
        }
    }

    /// <summary>Deletes a pod, gracefully if a kubelet has to end it.</summary>
    /// <returns>Whether it is gone at once.</returns>
    public bool Delete(JsonObject pod, long? grace)
    {
        var scheduled = pod.Text("spec", "nodeName") is { Length: > 0 };
        if (!scheduled || grace == 0 || pod.Text("status", "phase") is "Succeeded" or "Failed")
        {
            store.Remove(ResourceTypes.Pods, pod);
            return true;
        }

        var seconds = grace ?? pod.Number("spec", "terminationGracePeriodSeconds") ?? 30;
        var going = store.Change(ResourceTypes.Pods, pod.Namespace(), pod.Name(), o =>
        {
            o.Metadata()["deletionTimestamp"] ??= (clock.Now + TimeSpan.FromSeconds(seconds)).Kube();
            o.Metadata()["deletionGracePeriodSeconds"] = seconds;
        })!;
        StopLater(going);
        return false;
    }

    /// <summary>What the containers of a pod wrote.</summary>
    public string LogOf(JsonObject pod) => _logs.GetValueOrDefault(pod.Text("metadata", "uid") ?? "") ?? "";

    private ClusterNode? Node(string? name) => nodes.FirstOrDefault(n => n.Name == name);

    private List<JsonObject> OfNode(ClusterNode node) =>
        [.. store.List(ResourceTypes.Pods).Where(p => p.Text("spec", "nodeName") == node.Name)];

    private JsonObject? Find(string ns, string name, string uid) =>
        store.Get(ResourceTypes.Pods, ns, name) is { } pod && pod.Text("metadata", "uid") == uid ? pod : null;

    private void Start(ClusterNode node, string ns, string name, string uid)
    {
        if (!node.Beats || Find(ns, name, uid) is not { } pod || pod.Text("status", "phase") != "Pending"
            || pod.Find("metadata", "deletionTimestamp") is not null)
        {
            return;
        }

        var containers = pod.Each("spec", "containers").ToList();
        var image = containers.Find(c => !_images.Contains(node.Name + " " + c.Text("image")));
        if (image is not null || node.Fate == PodFate.ImagePullError)
        {
            var wanted = (image ?? containers[0]).Text("image");
            var isNever = (image ?? containers[0]).Text("imagePullPolicy") == "Never";
            SetState(pod, "Pending", new JsonObject
            {
                ["waiting"] = new JsonObject
                {
                    ["reason"] = isNever ? "ErrImageNeverPull" : "ErrImagePull",
                    ["message"] = isNever
                        ? $"Container image \"{wanted}\" is not present with pull policy of Never"
                        : $"rpc error: code = Unknown desc = reading manifest of {wanted}: manifest unknown",
                },
            });
            return;
        }

        SetState(pod, "Running", new JsonObject { ["running"] = new JsonObject { ["startedAt"] = clock.Now.Kube() } });
        var boot = node.Boot;
        if (pod.Number("spec", "activeDeadlineSeconds") is { } deadline)
        {
            clock.At(clock.Now + TimeSpan.FromSeconds(deadline), () => EndAtDeadline(node, boot, ns, name, uid));
        }

        clock.After(clock.Durations.PodRun, () => Run(node, boot, ns, name, uid));
    }

    private void Run(ClusterNode node, int boot, string ns, string name, string uid)
    {
        if (node.Boot != boot || !node.KubeletRuns || Find(ns, name, uid) is not { } pod || pod.Text("status", "phase") != "Running"
            || node.Fate == PodFate.Hang)
        {
            return;
        }

        var command = string.Join('\n', pod.Each("spec", "containers").SelectMany(
            c => CommandKeys.SelectMany(k => (c[k] as JsonArray ?? []).Select(a => a.Text() ?? ""))));
        if (HostCommands.RunsForever(command))
        {
            return;
        }

        var (log, code) = node.Fate == PodFate.Fail
            ? ("chroot: cannot change root directory to '/host': Operation not permitted\n", 1)
            : new HostCommands(clock, kubelets, power, node, node.Fate == PodFate.NoShutdown).Run(command);
        _logs[uid] = log;
        End(pod, code, code == 0 ? "Completed" : "Error");
    }

    private void EndAtDeadline(ClusterNode node, int boot, string ns, string name, string uid)
    {
        if (node.Boot == boot && Find(ns, name, uid) is { } pod && pod.Text("status", "phase") == "Running")
        {
            End(pod, 137, "Error");
            store.Change(ResourceTypes.Pods, ns, name, o =>
            {
                o.Child("status")["reason"] = "DeadlineExceeded";
                o.Child("status")["message"] = "Pod was active on the node longer than the specified deadline";
            });
        }
    }

    private void End(JsonObject pod, int code, string reason) => SetState(pod, code == 0 ? "Succeeded" : "Failed", new JsonObject
    {
        ["terminated"] = new JsonObject
        {
            ["exitCode"] = code, ["reason"] = reason, ["finishedAt"] = clock.Now.Kube(),
            ["startedAt"] = pod.Each("status", "containerStatuses").FirstOrDefault().Text("state", "running", "startedAt")
                ?? clock.Now.Kube(),
        },
    });

    private void SetState(JsonObject pod, string phase, JsonObject state) =>
        store.Change(ResourceTypes.Pods, pod.Namespace(), pod.Name(), o =>
        {
            var status = o.Child("status");
            status["phase"] = phase;
            status["hostIP"] = Node(o.Text("spec", "nodeName"))?.Address;
            status["startTime"] ??= clock.Now.Kube();
            var running = state.ContainsKey("running");
            status["conditions"] = new JsonArray([.. Conditions.Select(type => new JsonObject
            {
                ["type"] = type, ["status"] = running || type is "Initialized" or "PodScheduled" ? "True" : "False",
                ["lastProbeTime"] = null, ["lastTransitionTime"] = clock.Now.Kube(),
            })]);
            status["containerStatuses"] = new JsonArray([.. o.Each("spec", "containers").Select(c => new JsonObject
            {
                ["name"] = c.Text("name"), ["image"] = c.Text("image"), ["imageID"] = c.Text("image"), ["ready"] = running,
                    ["started"] = running,
                ["restartCount"] = 0, ["state"] = state.DeepClone(), ["lastState"] = new JsonObject(),
            })]);
        });

    private void StopLater(JsonObject pod)
    {
        var (ns, name, uid) = (pod.Namespace(), pod.Name(), pod.Text("metadata", "uid")!);
        clock.After(clock.Durations.PodStop, () =>
        {
            if (Find(ns, name, uid) is { } still && Node(still.Text("spec", "nodeName")) is not { Beats: false })
            {
                store.Remove(ResourceTypes.Pods, still);
                _logs.Remove(uid);
            }
        });
    }
}

/// <summary>The logs of pods, and the images, that were on the nodes at one moment.</summary>
internal sealed record PodRunsState(IReadOnlyDictionary<string, string> Logs, IReadOnlySet<string> Images);
