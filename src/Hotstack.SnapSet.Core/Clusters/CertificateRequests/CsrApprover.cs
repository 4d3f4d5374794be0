using Hotstack.Http;
using Hotstack.OpenShift;
using k8s;
using k8s.Models;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>
/// Approves what the kubelets of a cluster that wakes up have a right to. Their requests come in waves, the last of them
/// when the nodes look ready already, so it runs beside the revival from its beginning to its end.
/// </summary>
internal sealed class CsrApprover(Cluster cluster, CsrPolicy policy, IActivity activity)
{
    /// <summary>By whom it was approved, as <c>oc describe csr</c> shows it.</summary>
    public const string ApprovalReason = "HotstackSnapSetRevive";

    private const int MostTries = 3;

    private readonly Cluster _cluster = cluster.ForPolling();
    private readonly CsrRounds _rounds = new();
    private readonly CsrLog _log = new(policy, activity);

    /// <summary>Approvals of which we do not know whether they arrived.</summary>
    private readonly Dictionary<string, CsrDecision> _unconfirmed = [];

    /// <summary>The last decision about each request that was ours to decide.</summary>
    public IReadOnlyList<CsrDecision> Decisions => _log.Decisions;

    /// <summary>Why we may not approve; null if we may, as far as is known.</summary>
    public string? Refusal => _log.Refusal;

    /// <summary>Looks at once and after every interval, until it is cancelled; then it returns. An API server that is away or
    /// restarts is waited for.</summary>
    /// <param name="context">What to compare with, now.</param>
    /// <param name="interval">The pause between two looks.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="HotstackException">The cluster does not accept us, and has not for minutes.</exception>
    public async Task RunAsync(Func<CsrContext> context, TimeSpan interval, CancellationToken stop)
    {
        var patience = new ApiPatience(cluster.Time);
        try
        {
            while (true)
            {
                await patience.TryAsync(() => RunOnceAsync(context(), stop));
                _log.Outage(patience.LastFailure);
                await Poll.PauseAsync(interval, cluster.Time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // This is how it ends.
        }
    }

    /// <summary>Looks once.</summary>
    /// <returns>How many it approved.</returns>
    /// <exception cref="ServiceException">The API server failed, or was not reached.</exception>
    public async Task<int> RunOnceAsync(CsrContext context, CancellationToken stop)
    {
        IReadOnlyList<V1CertificateSigningRequest> csrs = (await _cluster.ListSigningRequestsAsync(stop)).Items;
        _log.NetworkRequests(NetworkRequests.Waiting(csrs, context.Now));
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

    /// <summary>An approval whose answer was lost may have arrived nevertheless.</summary>
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

    /// <summary>Judges the very version that it approves: the request may have been replaced by another of its name.</summary>
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
                return decision with { Verdict = CsrVerdict.Ignore, Reason = "it is gone" };
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
                await _cluster.Client.CertificatesV1.ReplaceCertificateSigningRequestApprovalAsync(csr, decision.Name, cancellationToken: stop)
                    ;
                _unconfirmed.Remove(decision.Name);
                _rounds.Approved(decision);
                return decision;
            }
            catch (ServiceException e) when (e.Cause == ErrorCause.Conflict && tries < MostTries)
            {
                // Somebody else wrote it: look again at what it is now.
                _unconfirmed.Remove(decision.Name);
            }
            catch (ServiceException e) when (e.Cause is ErrorCause.Conflict or ErrorCause.Forbidden or ErrorCause.RequestRejected or ErrorCause.NotFound)
            {
                _unconfirmed.Remove(decision.Name);
                _log.NotAccepted(e);
                return decision with { Verdict = CsrVerdict.Wait, Reason = $"its approval was not accepted: {e.Reason}" };
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
