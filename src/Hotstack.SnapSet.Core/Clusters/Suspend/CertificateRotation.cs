using Hotstack.Clusters.Assess;
using Hotstack.Clusters.CertificateRequests;
using Hotstack.Clusters.Certificates;
using Hotstack.Clusters.Nodes;
using Hotstack.Clusters.Stability;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>
/// Renews the short-lived certificates of a young cluster, as if its first day were over: first the signers, which
/// their operators create again once they are deleted, then the kubelets' certificates, by restarting the kubelets without them.
/// </summary>
/// <remarks>OpenShift's own single-node images do the same (openshift.md C.3). We never ran it on a real cluster.</remarks>
internal sealed class CertificateRotation(Cluster cluster, HelperPods helpers, IActivity activity)
{
    private const string Work = "Renewing certificates";
    private const string SignerNamespace = "openshift-kube-controller-manager-operator";
    private const string CopyNamespace = "openshift-kube-controller-manager";
    private const string CsrSigner = "csr-signer";

    private const string RestartKubelet =
        "rm -f /var/lib/kubelet/pki/kubelet-client-current.pem\n"
        + "rm -f /var/lib/kubelet/pki/kubelet-server-current.pem\n"
        + "systemctl restart kubelet";

    private static readonly (string Namespace, string Name)[] Signers =
    [
        (SignerNamespace, "csr-signer-signer"), (SignerNamespace, CsrSigner),
        ("openshift-kube-apiserver-operator", "aggregator-client-signer"), ("openshift-kube-apiserver", "aggregator-client"),
    ];

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>The copy that signs is created five minutes after its original, and rolled out to all masters.</summary>
    private static readonly TimeSpan SignersTimeout = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan KubeletTimeout = TimeSpan.FromMinutes(10);

    /// <param name="nodes">The nodes whose kubelets get new certificates.</param>
    /// <param name="ignoredOperators">Cluster operators that may stay unstable; wildcards.</param>
    /// <param name="stop">Stops the wait.</param>
    /// <exception cref="HotstackException"><c>RotationFailed</c>, <c>ClusterNotStable</c>. The cluster still runs.</exception>
    public async Task RunAsync(IReadOnlyList<NodeServer> nodes, IReadOnlyList<string> ignoredOperators, CancellationToken stop)
    {
        await RenewSignersAsync(stop);
        await new WaitForStability(cluster, activity)
            .RunAsync(TimeSpan.FromSeconds(60), new(ignoredOperators, [], null), Interval, SignersTimeout, stop);
        await RenewKubeletsAsync(nodes, stop);
    }

    private async Task RenewSignersAsync(CancellationToken stop)
    {
        var before = new Dictionary<(string, string), string?>();
        foreach ((string @namespace, string name) in Signers)
        {
            TlsSecret? secret = await cluster.FindTlsSecretAsync(@namespace, name, stop);
            before[(@namespace, name)] = secret?.Uid;
            activity.Verbose($"Deleting secret {@namespace}/{name}, so that its operator creates it again.");
            // Only the secret that was read, not a later one of the same name.
            var options = new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = secret?.Uid } };
            await cluster.Client.CoreV1.DeleteNamespacedSecretAsync(name, @namespace, options, cancellationToken: stop).OrNullAsync();
        }

        string waitingFor = "";
        IActivity shown = activity.AtMost(SignersTimeout, cluster.Time);
        try
        {
            bool isDone = await Poll.UntilAsync(
                async token =>
                {
                    (int renewed, string? missing) = await NextMissingAsync(before, token);
                    waitingFor = missing ?? "";
                    shown.Progress(new Tally(renewed, before.Count + 1, "signers renewed").Of(
                        Work, waitingFor.Length > 0 ? $"waiting for {waitingFor}" : ""));
                    return waitingFor.Length == 0;
                },
                Interval, SignersTimeout, cluster.Time, stop);
            if (!isDone)
            {
                throw Failed($"{waitingFor} was not renewed within {SignersTimeout.TotalMinutes:0} min");
            }
        }
        finally
        {
            activity.Progress(new(Work, "") { Completed = true });
        }
    }

    /// <returns>How many are renewed before the first that is not, which is null if all are.</returns>
    private async Task<(int Renewed, string? Missing)> NextMissingAsync(Dictionary<(string, string), string?> before, CancellationToken stop)
    {
        TlsSecret? signer = null;
        int renewed = 0;
        foreach (((string @namespace, string name), string? uid) in before)
        {
            TlsSecret? secret = await cluster.FindTlsSecretAsync(@namespace, name, stop);
            if (secret?.Certificates is null || secret.Uid == uid)
            {
                return (renewed, $"{@namespace}/{name}");
            }

            renewed++;
            signer = name == CsrSigner ? secret : signer;
        }

        TlsSecret? copy = await cluster.FindTlsSecretAsync(CopyNamespace, CsrSigner, stop);
        return copy?.Certificates == signer?.Certificates ? (renewed + 1, null) : (renewed, $"{CopyNamespace}/{CsrSigner}");
    }

    private async Task RenewKubeletsAsync(IReadOnlyList<NodeServer> nodes, CancellationToken stop)
    {
        IReadOnlyList<V1Node> existing = (await cluster.ListNodesAsync(stop)).Items;
        var context = new CsrContext
        {
            Nodes = [.. nodes.Select(n => n.Known)],
            ExistingNodes = existing.Select(n => n.Name).ToHashSet(),
            Now = cluster.Now,
            Since = cluster.Now,
        };
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task approving = new CsrApprover(cluster.ForPolling(), CsrPolicy.Strict, activity)
            .RunAsync(() => context with { Now = cluster.Now }, TimeSpan.FromSeconds(5), end.Token);
        try
        {
            IReadOnlyList<HelperPods.Result> results = await helpers.RunAsync(
                "kubelet", [.. nodes.Select(n => (n.Node, RestartKubelet))], KubeletTimeout, stop);
            string[] failures = [.. results.Where(r => r.Failure is not null).Select(r => $"{r.Node}: {r.Failure}")];
            if (failures.Length > 0)
            {
                throw Failed($"not all kubelets were restarted: {string.Join("; ", failures)}");
            }

            await AwaitCertificatesAsync(stop);
        }
        finally
        {
            activity.Progress(new(Work, "") { Completed = true });
            await end.CancelAsync();
            await approving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A kubelet asks for its serving certificate only when it has the other one.</summary>
    private async Task AwaitCertificatesAsync(CancellationToken stop)
    {
        string[] without = [];
        IActivity shown = activity.AtMost(KubeletTimeout, cluster.Time);
        bool areThere = await Poll.UntilAsync(
            async token =>
            {
                CertificateFacts facts = await new ReadCertificates(cluster, activity)
                    .RunAsync(null, TestClusterRequest.DefaultTimeout, token);
                without = [.. facts.Nodes
                    .Where(n => !Lasts(n.ClientNotAfter) || (n.UsesServing && !Lasts(n.ServingNotAfter)))
                    .Select(n => n.Node)];
                shown.Progress(new Tally(facts.Nodes.Count - without.Length, facts.Nodes.Count, "kubelets have lasting certificates").Of(Work));
                return without.Length == 0 && facts.NodesProblem is null;

                bool Lasts(DateTimeOffset? end) => end - facts.Now > CertificateAssessment.Floor;
            },
            Interval, KubeletTimeout, cluster.Time, stop);
        if (!areThere)
        {
            throw Failed($"kubelets have no lasting certificates after {KubeletTimeout.TotalMinutes:0} min: {string.Join(", ", without)}");
        }
    }

    private HotstackException Failed(string why) =>
        new(ErrorCause.OperationFailed, "RotationFailed", $"The certificates of cluster '{cluster.Name}' were not renewed: {why}.")
        {
            Target = cluster.Name,
            Hint = "The cluster still runs, and its operators still renew certificates. Look at 'oc get clusteroperators' "
                + "and 'oc get csr'.",
        };
}
