using k8s.Models;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>
/// Judges all requests of a cluster at a time. What counts is each node and signer: of its requests one is approved in five minutes,
/// the newest that is right, since the kubelet has forgotten the key of the others. So there are never more approvals than nodes can
/// need, and no number of other requests holds a node up (as cluster-machine-approver does it since its pull request 310).
/// </summary>
internal sealed class CsrRounds
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    private readonly Dictionary<(string Node, string Signer), DateTimeOffset> _approvals = [];

    /// <returns>One decision for each request, in their order.</returns>
    public IReadOnlyList<CsrDecision> JudgeAll(IReadOnlyCollection<V1CertificateSigningRequest> csrs, CsrContext context)
    {
        var newest = new Dictionary<(string, string), string>();
        var verdicts = new Dictionary<string, CsrDecision>();
        foreach (V1CertificateSigningRequest csr in csrs.OrderByDescending(c => c.CreatedAt).ThenBy(c => c.Name, StringComparer.Ordinal))
        {
            CsrDecision decision = CsrRules.Judge(csr, context, isNeeded: judged => !newest.ContainsKey(Key(judged)));
            verdicts[csr.Name] = decision.Verdict != CsrVerdict.Approve ? decision
                : !newest.TryAdd(Key(decision), csr.Name) ? Wait(decision, $"{decision.Node} has a newer one ({AsciiText.Of(newest[Key(decision)])})")
                : IsRecent(decision, context) ? Wait(decision, $"a request of {decision.Node} was approved less than {Pause.TotalMinutes:0} minutes ago")
                : decision;
        }

        return [.. csrs.Select(csr => verdicts[csr.Name])];
    }

    /// <summary>Takes in that one was approved.</summary>
    public void Approved(CsrDecision decision) => _approvals[Key(decision)] = decision.At;

    private static (string Node, string Signer) Key(CsrDecision decision) => (decision.Node ?? "", decision.SignerName);

    private static CsrDecision Wait(CsrDecision decision, string reason) => decision with { Verdict = CsrVerdict.Wait, Reason = reason };

    private bool IsRecent(CsrDecision decision, CsrContext context) =>
        _approvals.TryGetValue(Key(decision), out DateTimeOffset last) && (context.Now - last).Duration() < Pause;
}
