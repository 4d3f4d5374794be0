namespace Hotstack.Clusters.Certificates;

/// <summary>The kubelets' own certificates: one check for each node.</summary>
internal sealed class KubeletRules(CertificateFacts facts, TimeSpan keep, SignerRules signers)
{
    public const string Name = "KubeletCertificates";

    /// <summary>So much longer must a renewed certificate last for us to speak of it.</summary>
    private static readonly TimeSpan WorthWaiting = TimeSpan.FromDays(1);

    private DateTimeOffset Now => facts.Now;

    public IEnumerable<ClusterCheck> Check() => facts.Nodes.Count > 0
        ? facts.Nodes.Select(CheckNode)
        : [new(Name, ClusterCheckResult.Unknown, $"the nodes' certificates are not known: {facts.NodesProblem ?? "the cluster shows no nodes"}")];

    private ClusterCheck CheckNode(NodeCertificates node)
    {
        (string Kind, DateTimeOffset Until)[] known =
        [
            .. node.ClientNotAfter is { } client ? [("client", client)] : Array.Empty<(string, DateTimeOffset)>(),
            .. node is { UsesServing: true, ServingNotAfter: { } serving } ? [("serving", serving)] : Array.Empty<(string, DateTimeOffset)>(),
        ];
        (string Kind, DateTimeOffset Until)[] tooShort = [.. known.Where(certificate => certificate.Until - Now < keep)];
        if (tooShort.Length > 0)
        {
            return TooShort(node, tooShort);
        }

        if (node.Problem is not null || node.NotAfter is not { } until)
        {
            return Of(node, ClusterCheckResult.Unknown, $"the certificates of node {node.Node} are not known: {node.Problem ?? "it does not tell them"}");
        }

        return Of(node, ClusterCheckResult.Passed,
            $"node {node.Node}: its {(node.UsesServing ? "client and serving certificates are" : "client certificate is")} valid until "
            + $"{TimeText.Of(until)}{(node.UsesServing ? "" : ", and the cluster signs no serving certificate for it")}{WhatWaitingGives(until)}");
    }

    private ClusterCheck TooShort(NodeCertificates node, (string Kind, DateTimeOffset Until)[] certificates)
    {
        string list = string.Join(" and ", certificates.Select(c =>
            c.Until <= Now ? $"{c.Kind} certificate expired at {TimeText.Of(c.Until)}"
                : $"{c.Kind} certificate is valid until {TimeText.Of(c.Until)}, {TimeText.Of(c.Until - Now)} from now"));
        if (certificates.Any(c => c.Until <= Now))
        {
            return Of(node, ClusterCheckResult.Failed,
                $"node {node.Node}: its {list}: it asks for new ones, and somebody has to approve its signing requests");
        }

        if (signers.LongestOfKubelets is { } longest && longest < keep)
        {
            return Of(node, ClusterCheckResult.Failed,
                $"node {node.Node}: its {list}, which is less than {TimeText.Of(keep)}; a renewed one is valid for {TimeText.Of(longest)} at most")
                with { NeedsAction = true };
        }

        DateTimeOffset? renewal = node.Problem is null ? Latest(certificates.Select(c => RenewalWithEnough(c.Until))) : null;
        return Of(node, ClusterCheckResult.Failed,
            $"node {node.Node}: its {list}, which is less than {TimeText.Of(keep)}; "
            + (renewal is { } at ? $"it renews by {TimeText.Of(at)}" : "when it gets one that lasts cannot be told"))
            with { Eta = renewal + Renewal.Margin };
    }

    /// <summary>When a kubelet gets, at the latest, a certificate that lasts, instead of one that does not.</summary>
    /// <remarks>A new certificate ends with its signer. While that is short itself, a kubelet may renew before it and gets
    /// only what it has left, so it has to renew once more.</remarks>
    private DateTimeOffset? RenewalWithEnough(DateTimeOffset until)
    {
        if (facts.CsrSignerCopy is not { NotBefore: { } signerFrom, NotAfter: { } signerUntil })
        {
            return null;
        }

        // One that ends before the present signer was signed by the one before it.
        DateTimeOffset madeBy = until < signerUntil ? Earlier(signerFrom + Renewal.CopyDelay, Now) : Now;
        DateTimeOffset renewal = Renewal.ByKubeletAtTheLatest(until, madeBy);
        // Unless the controller-manager was told to sign for less than that; then it may be as new as can be.
        renewal = renewal > Now ? renewal : Renewal.ByKubeletAtTheLatest(until, Now);
        if (signerUntil - renewal >= keep)
        {
            return renewal;
        }

        return signers.NextCsrSignerAt is { } next
            ? Renewal.ByKubeletAtTheLatest(until > signerUntil ? until : signerUntil, next)
            : null;
    }

    private string WhatWaitingGives(DateTimeOffset until) =>
        facts.CsrSignerCopy is { NotAfter: { } signerUntil } && signerUntil - until >= WorthWaiting
            ? $"; once renewed, at the latest at {TimeText.Of(Renewal.ByKubeletAtTheLatest(until, Now))}, until {TimeText.Of(signerUntil)}"
            : "";

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset? Latest(IEnumerable<DateTimeOffset?> moments)
    {
        DateTimeOffset?[] all = [.. moments];
        return all.Contains(null) ? null : all.Max();
    }

    private static ClusterCheck Of(NodeCertificates node, string result, string message) =>
        new(Name, result, message) { Target = node.Node };
}
