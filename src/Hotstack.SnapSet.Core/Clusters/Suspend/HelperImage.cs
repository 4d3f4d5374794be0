using System.Text.RegularExpressions;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>
/// The image that helper pods run as root on the nodes. It is the one of OpenShift's own DaemonSet machine-config-daemon, which runs
/// on every node with the same privileges, so that nothing has to be pulled when the cluster is about to be shut down.
/// </summary>
/// <remarks>A pod says nothing by its name: whoever may create pods in that namespace may name one, and its containers, at
/// will. So the image comes from the DaemonSet's template; pods only tell on which nodes it is.</remarks>
/// <param name="Name">As a pod's container names it.</param>
/// <param name="PullPolicy">A pod's <c>imagePullPolicy</c>.</param>
internal sealed partial record HelperImage(string Name, string PullPolicy)
{
    public const string Namespace = "openshift-machine-config-operator";

    private const string Daemon = "machine-config-daemon";
    private const string DaemonPath = $"{Namespace}/{Daemon}";

    /// <summary>An image that the user names; a node that does not have it pulls it.</summary>
    public static HelperImage Given(string name) => new(name, "IfNotPresent");

    /// <summary>Finds an image that is on all these nodes; no node pulls it.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="nodes">The nodes' names.</param>
    /// <param name="activity">Warned of pods that only look like the daemon's.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="HotstackException"><c>HelperImageNotFound</c>: with a reason for each node.</exception>
    public static async Task<HelperImage> FindAsync(
        Cluster cluster, IReadOnlyCollection<string> nodes, IActivity activity, CancellationToken stop)
    {
        V1DaemonSet daemons = await cluster.Client.AppsV1.ReadNamespacedDaemonSetAsync(Daemon, Namespace, cancellationToken: stop).OrNullAsync()
            ?? throw NotFound($"there is no DaemonSet {DaemonPath}");
        string image = daemons.Spec?.Template?.Spec?.Containers?.FirstOrDefault(c => c.Name == Daemon)?.Image ?? "";
        if (!Digest().IsMatch(image))
        {
            throw NotFound($"the DaemonSet {DaemonPath} names its image '{image}' without a digest (@sha256:...), so it could be any");
        }

        IReadOnlyList<V1Pod> pods = (await cluster.ListPodsAsync(stop, new() { Namespace = Namespace })).Items;
        Daemons[] found = [.. nodes.Select(node => Daemons.On(node, pods, daemons, image))];
        foreach (V1Pod stranger in found.SelectMany(f => f.Strangers))
        {
            activity.Warning(
                $"Pod {stranger.Title} on node {stranger.NodeName} has a container {Daemon} with the image '{ImageOf(stranger)}', which is not "
                + $"that of DaemonSet {DaemonPath}. The image is not used. Find out who made that pod.");
        }

        string[] reasons = [.. found.Select(f => f.Problem).OfType<string>()];
        return reasons.Length == 0 ? new(image, "Never") : throw NotFound(string.Join("; ", reasons));
    }

    private static string? ImageOf(V1Pod pod) => pod.Spec?.Containers?.FirstOrDefault(c => c.Name == Daemon)?.Image;

    private static HotstackException NotFound(string reasons) =>
        new(ErrorCause.Conflict, "HelperImageNotFound",
            $"The helper pods that shut the nodes down have no image that is safe and on all nodes: {reasons}. Nothing was changed.")
        {
            Target = DaemonPath,
            Hint = $"Compare 'oc -n {CommandArgument.Of(Namespace)} get daemonset,pods -o wide'. If an update is in progress, wait for it with Wait-HotstackCluster -For Stable. "
                + "Delete pods that are not the DaemonSet's. Otherwise give -HelperImage, or use -Method Nova.",
        };

    [GeneratedRegex("@sha256:[0-9a-f]{64}$", RegexOptions.CultureInvariant)]
    private static partial Regex Digest();

    /// <summary>What shows whether the image is on a node.</summary>
    /// <param name="Problem">Why it may not be; null if it is.</param>
    /// <param name="Strangers">Pods that look like the daemon's, with another image.</param>
    private sealed record Daemons(string? Problem, IReadOnlyList<V1Pod> Strangers)
    {
        public static Daemons On(string node, IReadOnlyList<V1Pod> pods, V1DaemonSet daemons, string image)
        {
            V1Pod[] alike = [.. pods.Where(p => p.NodeName == node && ImageOf(p) is not null)];
            V1Pod[] owned = [.. alike.Where(p => p.Owners.Any(o => o is { Controller: true, Uid.Length: > 0 } && o.Uid == daemons.Uid))];
            if (owned.Any(p => ImageOf(p) == image))
            {
                return new(null, [.. alike.Where(p => ImageOf(p) != image)]);
            }

            string seen = owned.Length > 0
                ? string.Join(", ", owned.Select(p => $"pod {p.Title} of it has another image than the DaemonSet now ('{ImageOf(p)}')"))
                : "no pod of it is there" + string.Concat(alike.Select(p => $", and pod {p.Title} is not its own"));
            return new($"node {node}: {seen}", []);
        }
    }
}
