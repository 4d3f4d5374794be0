using Hotstack.Http;
using Hotstack.OpenShift;
using k8s;
using k8s.Models;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>
/// Approves the signing requests of kubelets during a revival. They come in waves, the last one when the nodes already seem ready, so the
/// approver runs from the beginning of a revival to its end.
/// </summary>
internal sealed class CsrApprover(Cluster cluster, CsrPolicy policy, IActivity activity)
{
    /// <summary>The reason of an approval, as <c>oc describe csr</c> shows it.</summary>
    public const string ApprovalReason = "HotstackSnapSetRevive";

    private const int MaxTries = 3;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly Cluster _cluster = cluster.ForPolling();
    private readonly CsrRounds _rounds = new();
    private readonly CsrLog _log = new(policy, activity);

    /// <summary>Approvals whose answers were lost.</summary>
    private readonly Dictionary<string, CsrDecision> _unconfirmed = [];

    /// <summary>The last decision about each request of a kubelet.</summary>
    public IReadOnlyList<CsrDecision> Decisions => _log.Decisions;

    /// <summary>Why the cluster refuses our approvals; null if it does not, as far as is known.</summary>
    public string? Refusal => _log.Refusal;

    /// <summary>When the last of the valid requests is due that wait for the pause after an approval; null if none does.</summary>
    public DateTimeOffset? NextDue => _rounds.NextDue;

    /// <summary>Polls until it is cancelled, and returns then. Waits for an API server that is away or restarts.</summary>
    /// <param name="context">What to compare with, now.</param>
    /// <param name="interval">The pause between two polls.</param>
    /// <param name="stop">Cancels it.</param>
    /// <exception cref="HotstackException">The cluster refuses our login for minutes.</exception>
    public async Task RunAsync(Func<CsrContext> context, TimeSpan interval, CancellationToken stop)
    {
        var patience = new ApiPatience(cluster.Time);
        try
        {
            while (true)
            {
                long mark = cluster.Time.GetTimestamp();
                await patience.TryAsync(() => RunOnceAsync(context(), stop));
                _log.Outage(patience.LastFailure);
                await Poll.PauseAsync(Pause(interval, cluster.Time.GetElapsedTime(mark)), cluster.Time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // This is how it ends.
        }
    }

    /// <summary>Where there are very many requests, a poll takes long, and the pause as long.</summary>
    private static TimeSpan Pause(TimeSpan interval, TimeSpan took)
    {
        TimeSpan grown = took < LongestPause ? took : LongestPause;
        return grown > interval ? grown : interval;
    }

    /// <summary>Polls once.</summary>
    /// <returns>How many requests it approved.</returns>
    /// <exception cref="ServiceException">The API server failed, or was not reached.</exception>
    public async Task<int> RunOnceAsync(CsrContext context, CancellationToken stop)
    {
        IReadOnlyList<V1CertificateSigningRequest> csrs = (await _cluster.ListSigningRequestsAsync(stop)).Items;
        _log.ReportNetworkRequests(NetworkRequests.Waiting(csrs, context.Now));
        if (policy == CsrPolicy.None)
        {
            _log.Count(csrs.Count(csr => CsrRules.IsOpen(csr, context)));
            return 0;
        }

        int approved = Confirm(csrs);
        foreach (CsrDecision decision in _rounds.JudgeAll(csrs, context))
        {
            CsrDecision final = decision.Verdict == CsrVerdict.Approve && policy == CsrPolicy.Strict
                ? await ApproveAsync(decision, context, stop)
                : decision;
            approved += final.Verdict == CsrVerdict.Approve && policy == CsrPolicy.Strict ? 1 : 0;
            _log.Decided(final);
        }

        _log.RoundEnded();
        return approved;
    }

    /// <summary>Finds the approvals that arrived although their answers were lost.</summary>
    private int Confirm(IReadOnlyList<V1CertificateSigningRequest> csrs)
    {
        CsrDecision[] arrived = [.. csrs.Where(IsOurs).Select(csr => _unconfirmed.GetValueOrDefault(csr.Name)).OfType<CsrDecision>()];
        foreach (CsrDecision decision in arrived)
        {
            _rounds.Approved(decision);
            _log.Decided(decision);
        }

        _unconfirmed.Clear();
        return arrived.Length;

        static bool IsOurs(V1CertificateSigningRequest csr) =>
            csr.Status?.Conditions?.Any(c => c.Type == "Approved" && c.Reason == ApprovalReason) == true;
    }

    /// <summary>Judges the version that it approves: another request of the same name may have replaced the first.</summary>
    private async Task<CsrDecision> ApproveAsync(CsrDecision decision, CsrContext context, CancellationToken stop)
    {
        if (!ApiPath.IsSegment(decision.Name))
        {
            return decision with { Verdict = CsrVerdict.Ignore, Reason = "its name cannot stand in an address" };
        }

        for (int tries = 1; ; tries++)
        {
            if (await _cluster.Client.CertificatesV1.ReadCertificateSigningRequestAsync(decision.Name, cancellationToken: stop)
                .OrNullAsync() is not { } csr)
            {
                return decision with { Verdict = CsrVerdict.Ignore, Reason = "it was deleted" };
            }

            decision = CsrRules.Judge(csr, context);
            if (decision.Verdict != CsrVerdict.Approve)
            {
                return decision;
            }

            try
            {
                _unconfirmed[decision.Name] = decision;
                Approve(csr, decision);
                await _cluster.Client.CertificatesV1
                    .ReplaceCertificateSigningRequestApprovalAsync(csr, decision.Name, cancellationToken: stop);
                _unconfirmed.Remove(decision.Name);
                _rounds.Approved(decision);
                return decision;
            }
            catch (ServiceException e) when (e.Cause == ErrorCause.Conflict && tries < MaxTries)
            {
                // Somebody else changed it: judge it again.
                _unconfirmed.Remove(decision.Name);
            }
            catch (ServiceException e) when (
                e.Cause is ErrorCause.Conflict or ErrorCause.Forbidden or ErrorCause.RequestRejected or ErrorCause.NotFound)
            {
                _unconfirmed.Remove(decision.Name);
                _log.NotAccepted(e);
                return decision with { Verdict = CsrVerdict.Wait, Reason = $"the cluster refused its approval: {e.Reason}" };
            }
        }
    }

    private static void Approve(V1CertificateSigningRequest csr, CsrDecision decision)
    {
        csr.Status ??= new V1CertificateSigningRequestStatus();
        csr.Status.Conditions = [.. csr.Status.Conditions ?? [], new V1CertificateSigningRequestCondition
        {
            Type = "Approved",
            Status = "True",
            Reason = ApprovalReason,
            Message = $"Approved: {decision.Reason}; SHA-256 {decision.Fingerprint}",
            LastUpdateTime = decision.At.UtcDateTime,
        }];
    }
}

/// <summary>
/// Judges all requests of a cluster together. For each node and signer it approves one request in five minutes: the newest valid one, as
/// the kubelet has forgotten the keys of the others. So there are never more approvals than nodes can need, and no number of other
/// requests blocks a node (as in cluster-machine-approver since its pull request 310).
/// </summary>
internal sealed class CsrRounds
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    private readonly Dictionary<(string Node, string Signer), DateTimeOffset> _approvals = [];

    /// <summary>When the last of the requests is due that waited for the pause in the last round; null if none did.</summary>
    public DateTimeOffset? NextDue { get; private set; }

    /// <returns>One decision for each request, in their order.</returns>
    public IReadOnlyList<CsrDecision> JudgeAll(IReadOnlyCollection<V1CertificateSigningRequest> csrs, CsrContext context)
    {
        var newest = new Dictionary<(string, string), string>();
        var verdicts = new Dictionary<string, CsrDecision>();
        NextDue = null;
        foreach (V1CertificateSigningRequest csr in csrs.OrderByDescending(c => c.CreatedAt).ThenBy(c => c.Name, StringComparer.Ordinal))
        {
            CsrDecision decision = CsrRules.Judge(csr, context, isNeeded: judged => !newest.ContainsKey(Key(judged)));
            verdicts[csr.Name] = decision.Verdict != CsrVerdict.Approve ? decision
                : !newest.TryAdd(Key(decision), csr.Name)
                    ? Wait(decision, $"{decision.Node} has a newer one ({AsciiText.Of(newest[Key(decision)])})")
                : IsRecent(decision, context)
                    ? Defer(decision)
                : decision;
        }

        return [.. csrs.Select(csr => verdicts[csr.Name])];
    }

    /// <summary>Notes an approval.</summary>
    public void Approved(CsrDecision decision) => _approvals[Key(decision)] = decision.At;

    private static (string Node, string Signer) Key(CsrDecision decision) => (decision.Node ?? "", decision.SignerName);

    private static CsrDecision Wait(CsrDecision decision, string reason) => decision with { Verdict = CsrVerdict.Wait, Reason = reason };

    private CsrDecision Defer(CsrDecision decision)
    {
        DateTimeOffset due = _approvals[Key(decision)] + Pause;
        NextDue = NextDue > due ? NextDue : due;
        return Wait(decision, $"a request of {decision.Node} was approved less than {Pause.TotalMinutes:0} minutes ago");
    }

    private bool IsRecent(CsrDecision decision, CsrContext context) =>
        _approvals.TryGetValue(Key(decision), out DateTimeOffset last) && (context.Now - last).Duration() < Pause;
}
