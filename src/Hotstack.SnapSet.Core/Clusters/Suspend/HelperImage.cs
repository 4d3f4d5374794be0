using System.Text.RegularExpressions;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>
/// The image that helper pods run as root on the nodes. It is the image of OpenShift's own DaemonSet machine-config-daemon, which runs
/// on every node with the same privileges, so no node has to pull an image shortly before the shutdown.
/// </summary>
/// <remarks>The name of a pod proves nothing: whoever may create pods in that namespace chooses their names, and those of their
/// containers. So the image comes from the DaemonSet's template; pods only show which nodes have it.</remarks>
/// <param name="Name">The <c>image</c> of a pod's container.</param>
/// <param name="PullPolicy">A pod's <c>imagePullPolicy</c>.</param>
internal sealed partial record HelperImage(string Name, string PullPolicy)
{
    public const string Namespace = "openshift-machine-config-operator";

    private const string Daemon = "machine-config-daemon";
    private const string DaemonPath = $"{Namespace}/{Daemon}";

    /// <summary>The user's image; a node that does not have it pulls it.</summary>
    public static HelperImage Given(string name) => new(name, "IfNotPresent");

    /// <summary>Finds an image that all these nodes have; no node pulls it.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="nodes">The nodes' names.</param>
    /// <param name="activity">Receives a warning for each pod that only looks like the daemon's.</param>
    /// <param name="stop">Stops the search.</param>
    /// <exception cref="HotstackException"><c>HelperImageNotFound</c>: with a reason for each node.</exception>
    public static async Task<HelperImage> FindAsync(
        Cluster cluster, IReadOnlyCollection<string> nodes, IActivity activity, CancellationToken stop)
    {
        V1DaemonSet daemons = await cluster.Client.AppsV1
                .ReadNamespacedDaemonSetAsync(Daemon, Namespace, cancellationToken: stop).OrNullAsync()
            ?? throw NotFound($"there is no DaemonSet {DaemonPath}");
        string image = daemons.Spec?.Template?.Spec?.Containers?.FirstOrDefault(c => c.Name == Daemon)?.Image ?? "";
        if (!Digest().IsMatch(image))
        {
            throw NotFound($"the DaemonSet {DaemonPath} names its image '{image}' without a digest (@sha256:...), "
                + "so it could be any image");
        }

        IReadOnlyList<V1Pod> pods = (await cluster.ListPodsAsync(stop, new() { Namespace = Namespace })).Items;
        Daemons[] found = [.. nodes.Select(node => Daemons.On(node, pods, daemons, image))];
        foreach (V1Pod foreign in found.SelectMany(f => f.Foreign))
        {
            activity.Warning(
                $"Pod {foreign.Title} on node {foreign.NodeName} has a container {Daemon} with the image '{ImageOf(foreign)}', "
                + $"which is not that of DaemonSet {DaemonPath}. The image is not used. Find out who created that pod.");
        }

        string[] reasons = [.. found.Select(f => f.Problem).OfType<string>()];
        return reasons.Length == 0 ? new(image, "Never") : throw NotFound(string.Join("; ", reasons));
    }

    private static string? ImageOf(V1Pod pod) => pod.Spec?.Containers?.FirstOrDefault(c => c.Name == Daemon)?.Image;

    private static HotstackException NotFound(string reasons) =>
        new(ErrorCause.Conflict, "HelperImageNotFound",
            $"The helper pods that shut the nodes down have no safe image that all nodes have: {reasons}. Nothing was changed.")
        {
            Target = DaemonPath,
            Hint = $"Compare 'oc -n {CommandArgument.Of(Namespace)} get daemonset,pods -o wide'. If an update is in progress, wait for it "
                + "with Wait-HotstackCluster -For Stable. Delete pods that are not the DaemonSet's. Otherwise give -HelperImage, or use "
                + "-Method Nova.",
        };

    [GeneratedRegex("@sha256:[0-9a-f]{64}$", RegexOptions.CultureInvariant)]
    private static partial Regex Digest();

    /// <summary>The daemon's pods on a node, which show whether the node has the image.</summary>
    /// <param name="Problem">Why the node may not have it; null if it has.</param>
    /// <param name="Foreign">Pods that look like the daemon's, with another image.</param>
    private sealed record Daemons(string? Problem, IReadOnlyList<V1Pod> Foreign)
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
