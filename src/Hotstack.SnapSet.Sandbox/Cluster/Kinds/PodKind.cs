using System.Globalization;
using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Control;
using Hotstack.Sandbox.Cluster.Kubelets;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Cluster.Requests;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Cluster.Kinds;

/// <summary>Pods: defaults, logs and evictions. Running them is the kubelets' part (<see cref="PodRuns"/>).</summary>
internal sealed class PodKind(ObjectStore store, IReadOnlyList<ClusterNode> nodes, NodeKubelets kubelets, PodRuns runs)
    : Kind(ResourceTypes.Pods, store)
{
    public override void Fill(JsonObject o)
    {
        var spec = o.Child("spec");
        var account = spec.Text("serviceAccountName") ?? "default";
        (spec["serviceAccountName"], spec["serviceAccount"]) = (account, account);
        FillTemplate(spec);
    }

    /// <summary>Fills in the defaults of a pod template (Kubernetes' <c>pkg/apis/core/v1/defaults.go</c>); the account is set on pods only.</summary>
    public static void FillTemplate(JsonObject spec)
    {
        spec["restartPolicy"] ??= "Always";
        spec["terminationGracePeriodSeconds"] ??= 30;
        spec["dnsPolicy"] ??= "ClusterFirst";
        spec["schedulerName"] ??= "default-scheduler";
        spec["securityContext"] ??= new JsonObject();
        spec["enableServiceLinks"] ??= true;
        foreach (var container in spec.Each("containers").Concat(spec.Each("initContainers")))
        {
            container["resources"] ??= new JsonObject();
            container["terminationMessagePath"] ??= "/dev/termination-log";
            container["terminationMessagePolicy"] ??= "File";
            container["imagePullPolicy"] ??= PullPolicy(container.Text("image") ?? "");
        }
    }

    public override void Create(KubeRequest request, JsonObject o, string name)
    {
        var spec = o.Child("spec");
        if (!spec.Each("containers").Any())
        {
            throw KubeException.Invalid(Type, name, "spec.containers", "Required value");
        }

        var account = spec.Text("serviceAccountName") ?? "default";
        if (Store.Get(ResourceTypes.ServiceAccounts, request.Namespace, account) is null)
        {
            throw new KubeException(
                403, "Forbidden",
                $"pods \"{name}\" is forbidden: error looking up service account {request.Namespace}/{account}: serviceaccount \"{account}\" not found");
        }

        o["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = "BestEffort" };
    }

    public override void Written(JsonObject? before, JsonObject after)
    {
        if (before is null)
        {
            runs.StartLater(after);
        }
    }

    public override bool Delete(JsonObject o, long? grace) => runs.Delete(o, grace);

    public override Reply Call(KubeRequest request, JsonObject o) => (request.Subresource, request.Verb) switch
    {
        ("log", "get") => Log(request, o),
        ("eviction", "create") => Evict(request, o),
        _ => base.Call(request, o),
    };

    private Reply Log(KubeRequest request, JsonObject pod)
    {
        CheckLog(pod, ContainerOf(pod, request.Call.Value("container")));
        var text = runs.LogOf(pod);
        if (int.TryParse(request.Call.Value("tailLines"), CultureInfo.InvariantCulture, out var tail))
        {
            text = string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(tail).Select(l => l + "\n"));
        }

        return Reply.Text(200, text, "text/plain; charset=utf-8");
    }

    private static string? ContainerOf(JsonObject pod, string? container)
    {
        string[] names = [.. pod.Each("spec", "containers").Select(c => c.Text("name") ?? "")];
        if (container is null && names.Length > 1)
        {
            throw KubeException.BadRequest(
                $"a container name must be specified for pod {pod.Name()}, choose one of: [{string.Join(' ', names)}]");
        }

        container ??= names.FirstOrDefault();
        return names.Contains(container) ? container
            : throw KubeException.BadRequest($"container {container} is not valid for pod {pod.Name()}");
    }

    private void CheckLog(JsonObject pod, string? container)
    {
        var state = pod.Each("status", "containerStatuses").FirstOrDefault()?["state"];
        if (state.Find("running") is null && state.Find("terminated") is null)
        {
            var reason = state.Text("waiting", "reason") ?? "ContainerCreating";
            throw KubeException.BadRequest(
                $"container \"{container}\" in pod \"{pod.Name()}\" is waiting to start: "
                + (reason == "ContainerCreating" ? reason : "trying and failing to pull image"));
        }

        var node = nodes.FirstOrDefault(n => n.Name == pod.Text("spec", "nodeName"));
        if (node is not null && kubelets.WhyUnreachable(node, $"containerLogs/{pod.Namespace()}/{pod.Name()}/{container}") is { } error)
        {
            throw KubeException.Internal(error);
        }
    }

    private Reply Evict(KubeRequest request, JsonObject pod)
    {
        if (Store.List(ResourceTypes.Budgets, request.Namespace).FirstOrDefault(b => Forbids(b, pod)) is { } budget)
        {
            throw new KubeException(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.")
            {
                Details = new JsonObject
                {
                    ["causes"] = new JsonArray(new JsonObject
                    {
                        ["reason"] = "DisruptionBudget",
                        ["message"] = $"The disruption budget {budget.Name()} needs 1 healthy pods and has 1 currently",
                    }),
                },
            };
        }

        if (!request.IsDryRun)
        {
            runs.Delete(pod, (request.Call.ParseBody() as JsonObject).Number("deleteOptions", "gracePeriodSeconds"));
        }

        return Reply.Json(201, new JsonObject
        {
            ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201,
        });
    }

    private static bool Forbids(JsonObject budget, JsonObject pod)
    {
        var labels = budget.Find("spec", "selector", "matchLabels") as JsonObject ?? [];
        return labels.All(l => pod.Text("metadata", "labels", l.Key) == l.Value.Text())
            && (budget.Number("status", "disruptionsAllowed") ?? 0) == 0
            && pod.Text("status", "phase") is not ("Succeeded" or "Failed");
    }

    /// <summary>An image without a tag, or with the tag latest, is always pulled.</summary>
    private static string PullPolicy(string image)
    {
        var last = image[(image.LastIndexOf('/') + 1)..];
        return last.Contains('@', StringComparison.Ordinal)
            || (last.Contains(':', StringComparison.Ordinal) && !last.EndsWith(":latest", StringComparison.Ordinal)) ? "IfNotPresent"
                : "Always";
    }
}
