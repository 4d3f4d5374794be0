using Hotstack.Http;
using k8s.Models;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>Tells each decision once, and keeps the last one about each request.</summary>
internal sealed class CsrLog(CsrPolicy policy, IActivity activity)
{
    private readonly object _gate = new();
    private readonly Dictionary<string, CsrDecision> _decisions = [];
    private readonly HashSet<(string Name, string Verdict)> _told = [];
    private readonly HashSet<string> _notAccepted = [];
    private readonly CsrCrowds _crowds = new();
    private string? _outage;
    private bool _areNetworkRequestsTold;
    private int _open;

    public IReadOnlyList<CsrDecision> Decisions
    {
        get
        {
            lock (_gate)
            {
                return [.. _decisions.Values.OrderBy(d => d.At).ThenBy(d => d.Name, StringComparer.Ordinal)];
            }
        }
    }

    public void Decided(CsrDecision decision)
    {
        lock (_gate)
        {
            Refusal = decision.Verdict == CsrVerdict.Approve ? null : Refusal;
            if (decision.Verdict == CsrVerdict.Ignore && _told.Contains((decision.Name, CsrVerdict.Approve)))
            {
                return; // It is decided, and by us.
            }

            bool isNew = _told.Add((decision.Name, decision.Verdict));
            bool isOneOfMany = isNew && _crowds.Takes(decision);
            if (decision.Verdict != CsrVerdict.Ignore && !isOneOfMany && (isNew || _decisions.ContainsKey(decision.Name))
                && _decisions.GetValueOrDefault(decision.Name)?.Verdict != decision.Verdict)
            {
                _decisions[decision.Name] = decision;
            }

            if (!isNew || isOneOfMany || decision is { Verdict: CsrVerdict.Refuse, IsStranger: true })
            {
                return;
            }
        }

        Tell(decision);
    }

    /// <summary>Tells of those that were not told one by one.</summary>
    public void RoundEnded()
    {
        foreach (string warning in _crowds.Warnings())
        {
            activity.Warning(warning);
        }
    }

    /// <summary>Why we may not approve; null if we may, as far as is known.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Told once for each kind of failure: who may not approve one may not approve any.</summary>
    public void NotAccepted(ServiceException failure)
    {
        Refusal = failure.Cause == ErrorCause.Forbidden ? failure.Reason : Refusal;
        if (_notAccepted.Add(failure.Id))
        {
            activity.Warning($"The cluster does not accept our approvals of certificate requests: {failure.Message}");
        }
    }

    /// <summary>Told when it begins.</summary>
    public void NetworkRequests(IReadOnlyList<V1CertificateSigningRequest> waiting)
    {
        if (waiting.Count > 0 && !_areNetworkRequestsTold)
        {
            _areNetworkRequestsTold = true;
            activity.Warning($"Certificate requests: {CertificateRequests.NetworkRequests.Describe(waiting)}.");
        }
    }

    /// <summary>Told when it changes.</summary>
    public void Count(int open)
    {
        if (open != _open)
        {
            activity.Verbose($"{open} certificate requests of kubelets are open.");
        }

        _open = open;
    }

    /// <summary>Told when it begins, changes and ends.</summary>
    public void Outage(ServiceException? failure)
    {
        if (failure is not null && failure.Message != _outage)
        {
            activity.Verbose($"Certificate requests cannot be looked at now: {failure.Message}");
        }
        else if (failure is null && _outage is not null)
        {
            activity.Verbose("Certificate requests can be looked at again.");
        }

        _outage = failure?.Message;
    }

    private void Tell(CsrDecision decision)
    {
        string request = $"certificate request {decision.Name} ({What(decision)})";
        switch (decision.Verdict)
        {
            case CsrVerdict.Approve when policy == CsrPolicy.Report:
                activity.Warning($"The {request} would be approved: {decision.Reason}. "
                    + $"Approve it with 'oc adm certificate approve {CommandArgument.Of(decision.Name)}'.");
                break;
            case CsrVerdict.Approve:
                activity.Verbose($"Approved the {request}: {decision.Reason}.");
                break;
            case CsrVerdict.Refuse:
                activity.Warning($"Not approved: the {request}: {decision.Reason}.");
                break;
            case CsrVerdict.Wait:
                activity.Verbose($"Not approved yet: the {request}: {decision.Reason}.");
                break;
            default:
                activity.Verbose($"Left alone: the {request}: {decision.Reason}.");
                break;
        }
    }

    private static string What(CsrDecision decision)
    {
        List<string> parts = [decision.SignerName, decision.Node is null ? $"of {decision.Requester}" : $"node {decision.Node}"];
        parts.AddRange(decision.SubjectAltNames);
        if (decision.Fingerprint is not null)
        {
            parts.Add($"SHA-256 {decision.Fingerprint}");
        }

        return string.Join(", ", parts);
    }
}
