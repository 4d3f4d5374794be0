using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Cluster;

/// <summary>Pods on nodes: what a kubelet makes of those that name one.</summary>
internal sealed class Pods(OpenShift cluster)
{
    private static readonly string[] CommandKeys = ["command", "args"];
    private static readonly string[] Conditions = ["Initialized", "Ready", "ContainersReady", "PodScheduled"];

    private readonly Dictionary<string, string> _logs = [];
    private readonly HashSet<string> _images = [];

    /// <summary>A pod of the cluster's own: its image is on the node.</summary>
    public void Seeded(JsonObject pod)
    {
        foreach (var container in pod.Each("spec", "containers"))
        {
            _images.Add(pod.Text("spec", "nodeName") + " " + container.Text("image"));
        }

        _logs[pod.Text("metadata", "uid")!] = "I0101 00:00:00.000000       1 main.go:1] started\n";
    }

    public void Created(JsonObject pod)
    {
        if (cluster.Node(pod.Text("spec", "nodeName") ?? "") is { } node)
        {
            var uid = pod.Text("metadata", "uid")!;
            cluster.After(cluster.Durations.PodStart, () => Start(node, pod.Namespace(), pod.Name(), uid));
        }
    }

    /// <summary>The node is back: it starts what waits for it and ends what was deleted.</summary>
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
                Created(pod);
            }
        }
    }

    /// <summary>The API is back: namespaces that wait to go, go.</summary>
    public void Sweep()
    {
        foreach (var ns in cluster.Store.List(ResourceTypes.Namespaces).Where(n => n.Find("metadata", "deletionTimestamp") is not null).ToList())
        {
            EndNamespaceLater(ns.Name());
        }
    }

    /// <summary>Has a pod go: gracefully if a kubelet has to end it.</summary>
    /// <returns>Whether it is gone at once.</returns>
    public bool Delete(JsonObject pod, long? grace)
    {
        var scheduled = pod.Text("spec", "nodeName") is { Length: > 0 };
        if (!scheduled || grace == 0 || pod.Text("status", "phase") is "Succeeded" or "Failed")
        {
            cluster.Store.Remove(ResourceTypes.Pods, pod);
            return true;
        }

        var seconds = grace ?? pod.Number("spec", "terminationGracePeriodSeconds") ?? 30;
        var going = cluster.Store.Change(ResourceTypes.Pods, pod.Namespace(), pod.Name(), o =>
        {
            o.Metadata()["deletionTimestamp"] ??= (cluster.Now + TimeSpan.FromSeconds(seconds)).Kube();
            o.Metadata()["deletionGracePeriodSeconds"] = seconds;
        })!;
        StopLater(going);
        return false;
    }

    /// <summary>It takes pods as soon as a controller has given it its service account, for which that needs the API.</summary>
    public void NamespaceCreated(string name) => cluster.After(cluster.Durations.ServiceAccount, () =>
    {
        if (!cluster.IsReady)
        {
            NamespaceCreated(name);
        }
        else if (cluster.Store.Get(ResourceTypes.Namespaces, "", name) is { } still && still.Find("metadata", "deletionTimestamp") is null
            && cluster.Store.Get(ResourceTypes.ServiceAccounts, name, "default") is null)
        {
            cluster.Store.Add(ResourceTypes.ServiceAccounts, new JsonObject
            {
                ["apiVersion"] = "v1", ["kind"] = "ServiceAccount",
                ["metadata"] = new JsonObject { ["name"] = "default", ["namespace"] = name },
            });
        }
    });

    public void DeleteNamespace(string name)
    {
        cluster.Store.Change(ResourceTypes.Namespaces, "", name, o =>
        {
            o.Metadata()["deletionTimestamp"] ??= cluster.Now.Kube();
            o.Child("status")["phase"] = "Terminating";
        });
        foreach (var pod in cluster.Store.List(ResourceTypes.Pods, name).ToList())
        {
            Delete(pod, null);
        }

        EndNamespaceLater(name);
    }

    /// <summary>The text <c>kubectl logs</c> shows.</summary>
    public string Log(JsonObject pod, string? container)
    {
        string[] names = [.. pod.Each("spec", "containers").Select(c => c.Text("name") ?? "")];
        if (container is null && names.Length > 1)
        {
            throw KubeException.BadRequest($"a container name must be specified for pod {pod.Name()}, choose one of: [{string.Join(' ', names)}]");
        }

        container ??= names.FirstOrDefault();
        if (!names.Contains(container))
        {
            throw KubeException.BadRequest($"container {container} is not valid for pod {pod.Name()}");
        }

        var state = pod.Each("status", "containerStatuses").FirstOrDefault()?["state"];
        if (state.Find("running") is null && state.Find("terminated") is null)
        {
            var reason = state.Text("waiting", "reason") ?? "ContainerCreating";
            throw KubeException.BadRequest(
                $"container \"{container}\" in pod \"{pod.Name()}\" is waiting to start: "
                + (reason == "ContainerCreating" ? reason : "trying and failing to pull image"));
        }

        var node = cluster.Node(pod.Text("spec", "nodeName") ?? "");
        if (node is not null && KubeletError(node, $"containerLogs/{pod.Namespace()}/{pod.Name()}/{container}") is { } error)
        {
            throw KubeException.Internal(error);
        }

        return _logs.GetValueOrDefault(pod.Text("metadata", "uid") ?? "") ?? "";
    }

    /// <summary>Why the API does not reach a kubelet; null if it does.</summary>
    public string? KubeletError(ClusterNode node, string path)
    {
        var start = $"Get \"https://{node.Address}:10250/{path}\": ";
        return !node.Server.IsOn ? start + $"dial tcp {node.Address}:10250: connect: no route to host"
            : !node.KubeletRuns ? start + $"dial tcp {node.Address}:10250: connect: connection refused"
            : node.Serving is null ? start + "remote error: tls: internal error"
            : node.Serving.NotAfter <= cluster.Now
                ? start + $"x509: certificate has expired or is not yet valid: current time {cluster.Now.Kube()} is after {node.Serving.NotAfter.Kube()}"
            : cluster.Certificates.Find(Certificates.KasOperator, "kube-apiserver-to-kubelet-signer")!.NotAfter <= cluster.Now
                ? start + "remote error: tls: expired certificate"
            : null;
    }

    private List<JsonObject> OfNode(ClusterNode node) =>
        [.. cluster.Store.List(ResourceTypes.Pods).Where(p => p.Text("spec", "nodeName") == node.Name)];

    private JsonObject? Find(string ns, string name, string uid) =>
        cluster.Store.Get(ResourceTypes.Pods, ns, name) is { } pod && pod.Text("metadata", "uid") == uid ? pod : null;

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

        SetState(pod, "Running", new JsonObject { ["running"] = new JsonObject { ["startedAt"] = cluster.Now.Kube() } });
        var boot = node.Boot;
        if (pod.Number("spec", "activeDeadlineSeconds") is { } deadline)
        {
            cluster.Cloud.At(cluster.Now + TimeSpan.FromSeconds(deadline), () => EndAtDeadline(node, boot, ns, name, uid));
        }

        cluster.After(cluster.Durations.PodRun, () => Run(node, boot, ns, name, uid));
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
        if (HostCommands.RunsForEver(command))
        {
            return;
        }

        var (log, code) = node.Fate == PodFate.Fail
            ? ("chroot: cannot change root directory to '/host': Operation not permitted\n", 1)
            : new HostCommands(cluster, node, node.Fate == PodFate.NoShutdown).Run(command);
        _logs[uid] = log;
        End(pod, code, code == 0 ? "Completed" : "Error");
    }

    private void EndAtDeadline(ClusterNode node, int boot, string ns, string name, string uid)
    {
        if (node.Boot == boot && Find(ns, name, uid) is { } pod && pod.Text("status", "phase") == "Running")
        {
            End(pod, 137, "Error");
            cluster.Store.Change(ResourceTypes.Pods, ns, name, o =>
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
            ["exitCode"] = code, ["reason"] = reason, ["finishedAt"] = cluster.Now.Kube(),
            ["startedAt"] = pod.Each("status", "containerStatuses").FirstOrDefault().Text("state", "running", "startedAt") ?? cluster.Now.Kube(),
        },
    });

    private void SetState(JsonObject pod, string phase, JsonObject state) =>
        cluster.Store.Change(ResourceTypes.Pods, pod.Namespace(), pod.Name(), o =>
        {
            var status = o.Child("status");
            status["phase"] = phase;
            status["hostIP"] = cluster.Node(o.Text("spec", "nodeName")!)?.Address;
            status["startTime"] ??= cluster.Now.Kube();
            var running = state.ContainsKey("running");
            status["conditions"] = new JsonArray([.. Conditions.Select(type => new JsonObject
            {
                ["type"] = type, ["status"] = running || type is "Initialized" or "PodScheduled" ? "True" : "False",
                ["lastProbeTime"] = null, ["lastTransitionTime"] = cluster.Now.Kube(),
            })]);
            status["containerStatuses"] = new JsonArray([.. o.Each("spec", "containers").Select(c => new JsonObject
            {
                ["name"] = c.Text("name"), ["image"] = c.Text("image"), ["imageID"] = c.Text("image"), ["ready"] = running, ["started"] = running,
                ["restartCount"] = 0, ["state"] = state.DeepClone(), ["lastState"] = new JsonObject(),
            })]);
        });

    private void StopLater(JsonObject pod)
    {
        var (ns, name, uid) = (pod.Namespace(), pod.Name(), pod.Text("metadata", "uid")!);
        cluster.After(cluster.Durations.PodStop, () =>
        {
            if (Find(ns, name, uid) is { } still && cluster.Node(still.Text("spec", "nodeName") ?? "") is not { Beats: false })
            {
                cluster.Store.Remove(ResourceTypes.Pods, still);
                _logs.Remove(uid);
            }
        });
    }

    private void EndNamespaceLater(string name) => cluster.After(cluster.Durations.PodStop * 2, () =>
    {
        if (!cluster.IsReady || cluster.Store.Get(ResourceTypes.Namespaces, "", name) is not { } ns
            || ns.Find("metadata", "deletionTimestamp") is null)
        {
            return;
        }

        if (cluster.Store.List(ResourceTypes.Pods, name).Any())
        {
            // A pod on a node that is gone keeps it.
            EndNamespaceLater(name);
            return;
        }

        foreach (var type in ResourceTypes.All.Where(t => t.Namespaced))
        {
            foreach (var o in cluster.Store.List(type, name).ToList())
            {
                cluster.Store.Remove(type, o);
            }
        }

        cluster.Store.Remove(ResourceTypes.Namespaces, ns);
    });
}
