using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>Keeps the number of approvals to what a cluster that wakes up needs. Who can ask in a node's name may otherwise have
/// any number of certificates made.</summary>
internal sealed class CsrFloodGuard
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    private readonly Dictionary<(string Node, string Signer), DateTimeOffset> _approvals = [];

    /// <summary>Judges all requests of the cluster. Of several good ones of a node for the same signer the newest is approved: the
    /// kubelet has forgotten the key of the others.</summary>
    public CsrRound JudgeAll(IReadOnlyCollection<CertificateSigningRequest> csrs, CsrContext context)
    {
        int open = csrs.Count(csr => CsrRules.IsOpen(csr, context));
        int most = MostOpen(context);
        var served = new HashSet<(string, string)>();
        var verdicts = new Dictionary<string, CsrDecision>();
        foreach (CertificateSigningRequest csr in csrs.OrderByDescending(c => c.Meta.CreatedAt).ThenBy(c => c.Name, StringComparer.Ordinal))
        {
            CsrDecision decision = CsrRules.Judge(csr, context);
            verdicts[csr.Name] = decision.Verdict != CsrVerdict.Approve ? decision
                : open > most ? Wait(decision, $"{open} requests of kubelets are open, more than {context.Nodes.Count} nodes can have")
                : !served.Add(Key(decision)) ? Wait(decision, $"{decision.Node} has a newer one")
                : IsRecent(decision, context) ? Wait(decision, $"{decision.Node} had one approved less than {Pause.TotalMinutes:0} minutes ago")
                : decision;
        }

        return new CsrRound([.. csrs.Select(csr => verdicts[csr.Name])], open, open > most);
    }

    /// <summary>Takes in that one was approved.</summary>
    public void Approved(CsrDecision decision) => _approvals[Key(decision)] = decision.At;

    private static int MostOpen(CsrContext context) => (10 * context.Nodes.Count) + 20;

    private static (string Node, string Signer) Key(CsrDecision decision) => (decision.Node ?? "", decision.SignerName);

    private static CsrDecision Wait(CsrDecision decision, string reason) => decision with { Verdict = CsrVerdict.Wait, Reason = reason };

    private bool IsRecent(CsrDecision decision, CsrContext context) =>
        _approvals.TryGetValue(Key(decision), out DateTimeOffset last) && (context.Now - last).Duration() < Pause;
}

/// <summary>What one look at all requests came to.</summary>
/// <param name="Decisions">One for each request, in their order.</param>
/// <param name="Open">How many requests of kubelets wait for a decision.</param>
/// <param name="IsFlood">They are so many that none is approved.</param>
internal sealed record CsrRound(IReadOnlyList<CsrDecision> Decisions, int Open, bool IsFlood);
