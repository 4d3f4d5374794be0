using System.Collections.Concurrent;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>
/// Runs commands on nodes as root, as <c>oc debug node</c> does, but without an interactive session: a privileged pod
/// on the node, with the host's root directory, runs to its end and leaves its output in its log.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="image">The image of all pods; null if none is created.</param>
/// <param name="activity">Receives a line for each step.</param>
internal sealed class HelperPods(Cluster cluster, HelperImage? image, IActivity activity)
{
    private const string ManagedBy = "app.kubernetes.io/managed-by";
    private const string Us = "hotstack-snapset";
    private const string Work = "Running helper pods";
    private const string Deletion = "Deleting helper pods";

    /// <summary>How long pods and namespaces usually may take to be deleted.</summary>
    public static readonly TimeSpan RemovalTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Reasons of a waiting container that are not transient.</summary>
    private static readonly string[] FatalWaits =
        ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "CreateContainerConfigError", "CreateContainerError", "ErrImageNeverPull"];

    private readonly HashSet<string> _created = [];
    private readonly ConcurrentDictionary<(string Purpose, string Node), bool> _sent = [];

    /// <summary>Where pods are created; null before the first pod, and after the deletion was requested.</summary>
    private string? _namespace;
    private int _runs;

    private HelperImage Image => image ?? throw new InvalidOperationException("No image was planned for this helper pod.");

    /// <summary>The namespaces that may still exist, for messages.</summary>
    public string Namespaces => string.Join(", ", _created);

    /// <summary>The API accepted the deletion of all namespaces.</summary>
    public bool IsDeletionOrdered { get; private set; } = true;

    /// <summary>A pod for this purpose was requested on the node and not refused: it may run, or have run.</summary>
    public bool WasSent(string purpose, string node) => _sent.ContainsKey((purpose, node));

    /// <summary>Runs a script on each of several nodes at once.</summary>
    /// <param name="purpose">Part of the pods' names: <c>arm</c>.</param>
    /// <param name="scripts">The shell script for each node.</param>
    /// <param name="timeout">For all of them: a pod that has not ended after it has failed.</param>
    /// <param name="stop">Stops the wait; created pods may still run.</param>
    public async Task<IReadOnlyList<Result>> RunAsync(
        string purpose, IReadOnlyCollection<(V1Node Node, string Script)> scripts, TimeSpan timeout, CancellationToken stop)
    {
        await PrepareAsync(stop);
        int run = ++_runs;
        var deadline = new Deadline(timeout, cluster.Time);
        long began = cluster.Time.GetTimestamp();
        IActivity shown = activity.AtMost(timeout, cluster.Time);
        int ended = 0;
        shown.Progress(Ended().Of(Work));
        try
        {
            return await Fanout.SelectAsync(
                scripts.Select((item, i) => new Run(purpose, item.Node, $"{purpose}-{run}-{i}", item.Script)),
                async (item, token) =>
                {
                    Result result = await RunAsync(item, deadline, token);
                    Interlocked.Increment(ref ended);
                    shown.Progress(Ended().Of(Work));
                    return result with { EndedAfter = cluster.Time.GetElapsedTime(began) };
                },
                stop);
        }
        finally
        {
            activity.Progress(new(Work, "") { Completed = true });
        }

        Tally Ended() => new(Volatile.Read(ref ended), scripts.Count, "pods have ended");
    }

    /// <summary>Deletes all pods, so that none of them starts late.</summary>
    /// <returns>False if one still existed after the timeout.</returns>
    public async Task<bool> DeletePodsAsync(TimeSpan timeout, CancellationToken stop)
    {
        await OrderPodDeletionAsync(stop);
        return await Gone("pods deleted").RunAsync(
            async token => (await ListPodsAsync(token)).Count, TimeSpan.FromSeconds(1), timeout, stop);
    }

    /// <summary>Deletes the namespaces with all their pods.</summary>
    /// <returns>False if one still existed after the timeout.</returns>
    public async Task<bool> DeleteAsync(TimeSpan timeout, CancellationToken stop)
    {
        // No pod is created in a namespace that is being deleted.
        _namespace = null;
        if (_created.Count == 0)
        {
            return true;
        }

        activity.Verbose($"Deleting the helper namespace {Namespaces}.");
        // The pods themselves first: a namespace stays while any API group in the cluster is down.
        await OrderPodDeletionAsync(stop);
        foreach (string name in _created)
        {
            await cluster.DeleteNamespaceAsync(name, stop);
        }

        IsDeletionOrdered = true;
        return await Gone("namespaces deleted").RunAsync(
            async token =>
            {
                foreach (string name in _created.ToArray())
                {
                    if (await cluster.Client.CoreV1.ReadNamespaceAsync(name, cancellationToken: token).OrNullAsync() is null)
                    {
                        _created.Remove(name);
                    }
                }

                return _created.Count;
            },
            TimeSpan.FromSeconds(2), timeout, stop);
    }

    private WaitForGone Gone(string things) => new(Deletion, things, activity, cluster.Time);

    private async Task OrderPodDeletionAsync(CancellationToken stop) => await Fanout.ForEachAsync(
        await ListPodsAsync(stop), (pod, token) => cluster.DeletePodAsync(pod, token), stop);

    private async Task<IReadOnlyList<V1Pod>> ListPodsAsync(CancellationToken stop)
    {
        ObjectList<V1Pod>[] pods = await Fanout.SelectAsync(
            _created, (name, token) => cluster.ListPodsAsync(token, new() { Namespace = name, IsMetadataOnly = true }), stop);
        return [.. pods.SelectMany(list => list.Items)];
    }

    private async Task PrepareAsync(CancellationToken stop)
    {
        if (_namespace is null)
        {
            // A killed run left them, with nothing but its pods in them. The label alone is no proof: any namespace can have it.
            ObjectList<V1Namespace> all = await cluster.ListNamespacesAsync(stop, new() { Labels = $"{ManagedBy}={Us}" });
            foreach (string old in all.Items.Select(n => n.Name)
                .Where(name => name.StartsWith($"{Us}-", StringComparison.Ordinal) && !_created.Contains(name)))
            {
                activity.Verbose($"Deleting the helper namespace {old} of an earlier run.");
                await cluster.DeleteNamespaceAsync(old, stop);
            }

            // The following calls cannot be cancelled, and a login may take minutes.
            await cluster.LogInAsync(stop);
            string name = $"{Us}-{Guid.NewGuid().ToString("N")[..8]}";
            _created.Add(name);
            IsDeletionOrdered = false;
            try
            {
                await CreateOwnAsync(
                    () => cluster.Client.CoreV1.CreateNamespaceAsync(NamespaceOf(name), cancellationToken: CancellationToken.None));
            }
            catch (ServiceException e) when (!e.IsOutcomeUnknown)
            {
                _created.Remove(name);
                throw;
            }

            await CreateServiceAccountAsync(name);
            _namespace = name;
        }
    }

    /// <summary>
    /// A namespace admits no pod without it
    /// (https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/). The controller that creates it may be
    /// late, by half a minute after an outage of the API, and armed nodes do not wait.
    /// </summary>
    private async Task CreateServiceAccountAsync(string @namespace)
    {
        var account = new V1ServiceAccount { ApiVersion = "v1", Kind = "ServiceAccount", Metadata = new V1ObjectMeta { Name = "default" } };
        try
        {
            await cluster.Client.CoreV1.CreateNamespacedServiceAccountAsync(account, @namespace, cancellationToken: CancellationToken.None);
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.AlreadyExists)
        {
            // The controller was first.
        }
    }

    private async Task<Result> RunAsync(Run run, Deadline deadline, CancellationToken stop)
    {
        V1Node node = run.Node;
        try
        {
            await cluster.LogInAsync(stop);
            stop.ThrowIfCancellationRequested();
            if (deadline.Left == TimeSpan.Zero)
            {
                return new(node.Name, null, $"no helper pod was created within {deadline.Timeout.TotalSeconds:0} s");
            }

            await CreateAsync(run, PodOf(run.Pod, node.Name, run.Script));
            return await AwaitAsync(node.Name, run.Pod, deadline, stop);
        }
        catch (ServiceException e)
        {
            return new(node.Name, null, e.Message);
        }
    }

    /// <summary>Not cancellable: a cancelled call could still create a pod after all pods were deleted.</summary>
    private async Task CreateAsync(Run run, V1Pod pod)
    {
        _sent[(run.Purpose, run.Node.Name)] = true;
        try
        {
            await CreateOwnAsync(
                () => cluster.Client.CoreV1.CreateNamespacedPodAsync(pod, _namespace, cancellationToken: CancellationToken.None));
        }
        catch (ServiceException e) when (!e.IsOutcomeUnknown)
        {
            _sent.TryRemove((run.Purpose, run.Node.Name), out _);
            throw;
        }
    }

    /// <summary>Creates an object whose name is this run's alone, and again after a lost answer: one that exists then is ours.</summary>
    /// <exception cref="ServiceException">The first failure: only that tells whether the object may exist.</exception>
    private static async Task CreateOwnAsync(Func<Task> create)
    {
        try
        {
            await create();
        }
        catch (ServiceException lost) when (lost.IsOutcomeUnknown)
        {
            try
            {
                await create();
            }
            catch (ServiceException again)
            {
                if (again.Cause != ErrorCause.AlreadyExists)
                {
                    throw lost;
                }
            }
        }
    }

    private async Task<Result> AwaitAsync(string node, string name, Deadline deadline, CancellationToken stop)
    {
        V1Pod pod = new();
        bool hasEnded = await Poll.UntilAsync(
            async token =>
            {
                pod = await cluster.Client.CoreV1.ReadNamespacedPodAsync(name, _namespace, cancellationToken: token);
                return pod.IsFinished || pod.Containers.Any(c => FatalWaits.Contains(c.WaitingReason));
            },
            TimeSpan.FromSeconds(1), deadline.Left, cluster.Time, stop);
        PodContainer? container = pod.Containers is [{ } first, ..] ? first : null;
        if (!pod.IsFinished)
        {
            string why = container?.WaitingReason is { } reason ? $"{reason}: {container.WaitingMessage}" : $"it is {pod.Phase}";
            return new(node, null, hasEnded
                ? $"its helper pod cannot start: {why}"
                : $"its helper pod did not end within {deadline.Timeout.TotalSeconds:0} s: {why}");
        }

        (string log, string? problem) = await ReadLogAsync(name, stop);
        activity.Debug($"{node}: helper pod {name}: {problem ?? log.Trim()}");
        string? failure = pod.Phase == "Succeeded"
            ? null
            : $"its helper pod failed (exit code {container?.ExitCode}): {problem ?? LastLine(log)}{pod.Status?.Reason}";
        return new(node, log, failure) { LogProblem = problem };
    }

    /// <summary>A kubelet that has no serving certificate runs pods, but shows no logs.</summary>
    private async Task<(string Log, string? Problem)> ReadLogAsync(string name, CancellationToken stop)
    {
        try
        {
            return (await cluster.ReadPodLogAsync(_namespace!, name, stop), null);
        }
        catch (ServiceException e)
        {
            return ("", $"the log of helper pod {name} cannot be read: {e.Reason}");
        }
    }

    private static string LastLine(string log) =>
        log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";

    private static V1Namespace NamespaceOf(string name) => new()
    {
        ApiVersion = "v1",
        Kind = "Namespace",
        Metadata = new V1ObjectMeta
        {
            Name = name,
            Labels = new Dictionary<string, string>
            {
                [ManagedBy] = Us,
                ["pod-security.kubernetes.io/enforce"] = "privileged",
                ["pod-security.kubernetes.io/audit"] = "privileged",
                ["pod-security.kubernetes.io/warn"] = "privileged",
                ["security.openshift.io/scc.podSecurityLabelSync"] = "false",
            },
            // Otherwise a cluster's default node selector would keep the pods off some nodes.
            Annotations = new Dictionary<string, string> { ["openshift.io/node-selector"] = "" },
        },
    };

    private V1Pod PodOf(string name, string node, string script) => new()
    {
        ApiVersion = "v1",
        Kind = "Pod",
        Metadata = new V1ObjectMeta
        {
            Name = name,
            Labels = new Dictionary<string, string> { [ManagedBy] = Us },
            Annotations = new Dictionary<string, string> { ["openshift.io/required-scc"] = "privileged" },
        },
        Spec = new V1PodSpec
        {
            // Past the scheduler, so that it runs on a cordoned node.
            NodeName = node,
            RestartPolicy = "Never",
            HostNetwork = true,
            HostPID = true,
            HostIPC = true,
            AutomountServiceAccountToken = false,
            // Not 0, by which the API would forget a pod that still runs.
            TerminationGracePeriodSeconds = 1,
            Tolerations = [new V1Toleration { OperatorProperty = "Exists" }],
            Containers =
            [
                new V1Container
                {
                    Name = "helper",
                    Image = Image.Name,
                    ImagePullPolicy = Image.PullPolicy,
                    Command = ["chroot", "/host", "/bin/sh", "-ec", script],
                    SecurityContext = new V1SecurityContext { Privileged = true, RunAsUser = 0 },
                    VolumeMounts = [new V1VolumeMount { Name = "host", MountPath = "/host" }],
                },
            ],
            Volumes = [new V1Volume { Name = "host", HostPath = new V1HostPathVolumeSource { Path = "/", Type = "Directory" } }],
        },
    };

    /// <summary>The result of a helper pod.</summary>
    /// <param name="Node">The node.</param>
    /// <param name="Log">Its output; null if there is none.</param>
    /// <param name="Failure">Why it failed; null if it succeeded.</param>
    public sealed record Result(string Node, string? Log, string? Failure)
    {
        /// <summary>Why the output of a pod that ended could not be read; null if it could.</summary>
        public string? LogProblem { get; init; }

        /// <summary>How long after the first pod of all nodes was requested this one had ended.</summary>
        public TimeSpan EndedAfter { get; init; }
    }

    private sealed record Run(string Purpose, V1Node Node, string Pod, string Script);
}
