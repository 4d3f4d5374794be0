using Hotstack.Clusters.Certificates;

namespace Hotstack.Clusters.Assess;

/// <summary>The kubelets' own certificates, and when the kubelets renew them.</summary>
internal sealed class KubeletRules(CertificateInput input)
{
    /// <summary>The message names a renewal that lengthens the validity by this much.</summary>
    private static readonly TimeSpan WorthWaiting = TimeSpan.FromDays(1);

    private readonly SignerRules _signers = new(input);

    private CertificateFacts Facts => input.Facts;

    private DateTimeOffset Now => input.Facts.Now;

    /// <summary>A finding for each node.</summary>
    public IEnumerable<ClusterCheck> Check() => Facts.Nodes.Count > 0
        ? Facts.Nodes.Select(CheckNode)
        :
        [
            new(CheckName.KubeletCertificates, ClusterCheckResult.Unknown,
                $"the nodes' certificates are not known: {Facts.NodesProblem ?? "the cluster shows no nodes"}"),
        ];

    private ClusterCheck CheckNode(NodeCertificates node)
    {
        (string Kind, DateTimeOffset Until)[] known =
        [
            .. node.ClientNotAfter is { } client ? [("client", client)] : Array.Empty<(string, DateTimeOffset)>(),
            .. node is { UsesServing: true, ServingNotAfter: { } serving }
                ? [("serving", serving)] : Array.Empty<(string, DateTimeOffset)>(),
        ];
        (string Kind, DateTimeOffset Until)[] tooShort = [.. known.Where(certificate => certificate.Until - Now < input.MinimumValidity)];
        if (tooShort.Length > 0)
        {
            return TooShort(node, tooShort);
        }

        if (node.Problem is not null || node.NotAfter is not { } until)
        {
            return Of(node, ClusterCheckResult.Unknown,
                $"the certificates of node {node.Node} are not known: {node.Problem ?? "its kubelet does not report them"}");
        }

        return Of(node, ClusterCheckResult.Passed,
            $"node {node.Node}: its {(node.UsesServing ? "client and serving certificates are" : "client certificate is")} valid until "
            + $"{TimeText.Of(until)}{(node.UsesServing ? "" : ", and the cluster signs no serving certificate for it")}"
            + WaitingText(until));
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

        if (_signers.MaxLifeOfKubelets is { } longest && longest < input.MinimumValidity)
        {
            return Of(node, ClusterCheckResult.Failed,
                $"node {node.Node}: its {list}, which is less than {TimeText.Of(input.MinimumValidity)}; "
                + $"a renewed one is valid for {TimeText.Of(longest)} at most")
                with { NeedsAction = true };
        }

        DateTimeOffset? renewal = node.Problem is null ? Latest(certificates.Select(c => RenewalWithEnough(c.Until))) : null;
        return Of(node, ClusterCheckResult.Failed,
            $"node {node.Node}: its {list}, which is less than {TimeText.Of(input.MinimumValidity)}; "
            + (renewal is { } at ? $"it renews by {TimeText.Of(at)}" : "when it gets one that lasts is not known"))
            with { Eta = renewal + SignerRules.RenewalMargin };
    }

    /// <summary>When a kubelet gets a certificate that lasts, at the latest.</summary>
    /// <remarks>A new certificate ends with its signer. If a kubelet renews before a short-lived signer is renewed, it has to renew once
    /// more.</remarks>
    private DateTimeOffset? RenewalWithEnough(DateTimeOffset until)
    {
        if (Facts.CsrSignerCopy is not { NotBefore: { } signerFrom, NotAfter: { } signerUntil })
        {
            return null;
        }

        // A certificate that ends before the present signer was signed by the signer before.
        DateTimeOffset madeBy = until < signerUntil ? Earlier(signerFrom + SignerRules.CopyDelay, Now) : Now;
        DateTimeOffset renewal = LatestRenewal(until, madeBy);
        // Unless the controller-manager signs for less than that: then the certificate may be quite new.
        renewal = renewal > Now ? renewal : LatestRenewal(until, Now);
        if (signerUntil - renewal >= input.MinimumValidity)
        {
            return renewal;
        }

        return _signers.NextCsrSignerAt is { } next
            ? LatestRenewal(until > signerUntil ? until : signerUntil, next)
            : null;
    }

    private string WaitingText(DateTimeOffset until) =>
        Facts.CsrSignerCopy is { NotAfter: { } signerUntil } && signerUntil - until >= WorthWaiting
            ? $"; once renewed, at the latest at {TimeText.Of(LatestRenewal(until, Now))}, until {TimeText.Of(signerUntil)}"
            : "";

    /// <summary>
    /// A kubelet renews a certificate at a random point between 70 and 90 % of its life (client-go, certificate_manager.go).
    /// It reports the end of that life only, not its beginning; the later it began, the later the renewal.
    /// </summary>
    /// <param name="notAfter">The end.</param>
    /// <param name="madeBy">The latest moment at which it can have been made.</param>
    private static DateTimeOffset LatestRenewal(DateTimeOffset notAfter, DateTimeOffset madeBy) => madeBy + ((notAfter - madeBy) * 0.9);

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset? Latest(IEnumerable<DateTimeOffset?> moments)
    {
        DateTimeOffset?[] all = [.. moments];
        return all.Contains(null) ? null : all.Max();
    }

    private static ClusterCheck Of(NodeCertificates node, string result, string message) =>
        new(CheckName.KubeletCertificates, result, message) { Target = node.Node };
}
