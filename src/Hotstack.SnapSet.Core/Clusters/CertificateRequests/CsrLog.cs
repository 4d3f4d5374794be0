using Hotstack.Http;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>Reports each decision once, and keeps the last one about each request.</summary>
internal sealed class CsrLog(CsrPolicy policy, IActivity activity)
{
    private readonly object _gate = new();
    private readonly Dictionary<string, CsrDecision> _decisions = [];
    private readonly HashSet<(string Name, string Verdict)> _reported = [];
    private readonly HashSet<string> _notAccepted = [];
    private readonly Crowds _crowds = new();
    private string? _outage;
    private bool _areNetworkRequestsReported;
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
            if (decision.Verdict == CsrVerdict.Ignore && _reported.Contains((decision.Name, CsrVerdict.Approve)))
            {
                return; // We have approved it.
            }

            bool isNew = _reported.Add((decision.Name, decision.Verdict));
            bool isOneOfMany = isNew && _crowds.Add(decision);
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

        Report(decision);
    }

    /// <summary>Reports the requests that are not reported one by one.</summary>
    public void RoundEnded()
    {
        foreach (string warning in _crowds.Warnings())
        {
            activity.Warning(warning);
        }
    }

    /// <summary>Why the cluster refuses our approvals; null if it does not, as far as is known.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Reported once for each kind of failure: it concerns all approvals.</summary>
    public void NotAccepted(ServiceException failure)
    {
        Refusal = failure.Cause == ErrorCause.Forbidden ? failure.Reason : Refusal;
        if (_notAccepted.Add(failure.Id))
        {
            activity.Warning($"The cluster does not accept our approvals of certificate requests: {failure.Message}");
        }
    }

    /// <summary>Reported when it begins.</summary>
    public void ReportNetworkRequests(IReadOnlyList<V1CertificateSigningRequest> waiting)
    {
        if (waiting.Count > 0 && !_areNetworkRequestsReported)
        {
            _areNetworkRequestsReported = true;
            activity.Warning($"Certificate requests: {NetworkRequests.Describe(waiting)}.");
        }
    }

    /// <summary>Reported when it changes.</summary>
    public void Count(int open)
    {
        if (open != _open)
        {
            activity.Verbose($"{open} certificate requests of kubelets are open.");
        }

        _open = open;
    }

    /// <summary>Reported when it begins, changes and ends.</summary>
    public void Outage(ServiceException? failure)
    {
        if (failure is not null && failure.Message != _outage)
        {
            activity.Verbose($"Certificate requests cannot be read now: {failure.Message}");
        }
        else if (failure is null && _outage is not null)
        {
            activity.Verbose("Certificate requests can be read again.");
        }

        _outage = failure?.Message;
    }

    private void Report(CsrDecision decision)
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

    /// <summary>
    /// Keeps requests that are not approved from filling the log and the report: one line reports those of unknown nodes, and of one
    /// node and signer only the first ones are reported one by one. The line comes again when their number has doubled.
    /// </summary>
    private sealed class Crowds
    {
        /// <summary>The report keeps this many of each crowd.</summary>
        private const int MaxKept = 10;

        /// <summary>This many of one node and signer are reported one by one.</summary>
        private const int MaxReported = 10;

        private readonly SortedDictionary<string, Crowd> _crowds = new(StringComparer.Ordinal);

        /// <summary>Adds a new decision.</summary>
        /// <returns>Whether it is one too many to be kept and reported by itself.</returns>
        public bool Add(CsrDecision decision)
        {
            bool isStrangers = decision is { Verdict: CsrVerdict.Refuse, IsStranger: true };
            if (decision.Verdict == CsrVerdict.Approve || (decision.IsStranger && !isStrangers))
            {
                return false;
            }

            string key = isStrangers ? "" : $"{decision.Node}, {decision.SignerName}";
            if (!_crowds.TryGetValue(key, out Crowd? crowd))
            {
                _crowds[key] = crowd = new Crowd();
            }

            crowd.Add(decision);
            return crowd.Count > (isStrangers ? MaxKept : MaxReported);
        }

        /// <summary>The lines that are due now.</summary>
        public IEnumerable<string> Warnings()
        {
            foreach ((string key, Crowd crowd) in _crowds)
            {
                int few = key.Length == 0 ? 0 : MaxReported;
                if (crowd.Count > few && crowd.IsDoubled)
                {
                    crowd.Reported();
                    yield return key.Length == 0 ? Strangers(crowd)
                        : $"{crowd.Count} certificate requests of node {key} are not approved; "
                        + $"at most one is approved in five minutes, the newest valid one. Among those not approved: {crowd.Some}.";
                }
            }
        }

        private static string Strangers(Crowd crowd) => crowd.Count == 1
            ? $"Not approved: the certificate request {AsciiText.Of(crowd.Names[0])}, which is of no known node: {crowd.Reason}."
            : $"Not approved: {crowd.Count} certificate requests that are of no known node: {crowd.Some}. "
                + $"The reason of the first: {crowd.Reason}. They block no node; 'oc get csr' shows them.";

        private sealed class Crowd
        {
            private const int MaxNames = 5;

            private int _reported;

            public List<string> Names { get; } = [];

            public int Count { get; private set; }

            public string Reason { get; private set; } = "";

            public bool IsDoubled => Count >= Math.Max(1, 2 * _reported);

            public string Some => AsciiText.Names(Names) + (Count > Names.Count ? $" and {Count - Names.Count} more" : "");

            public void Add(CsrDecision decision)
            {
                Reason = Count == 0 ? decision.Reason : Reason;
                Count++;
                if (Names.Count < MaxNames)
                {
                    Names.Add(decision.Name);
                }
            }

            public void Reported() => _reported = Count;
        }
    }
}

/// <summary>
/// Requests for the day-long certificates of OVN-Kubernetes and Multus on each node. OpenShift's network-node-identity approves them.
/// This module never does, as a certificate of their signer may be anybody's; it only reports that they wait.
/// </summary>
internal static class NetworkRequests
{
    private const string Signer = "kubernetes.io/kube-apiserver-client";

    /// <summary>Their approver may have to start first.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly string[] Requesters = ["system:node:", "system:ovn-node:", "system:multus:"];

    /// <summary>The requests that wait for too long.</summary>
    public static IReadOnlyList<V1CertificateSigningRequest> Waiting(IEnumerable<V1CertificateSigningRequest> csrs, DateTimeOffset now) =>
    [
        .. csrs.Where(csr => csr.SignerName == Signer && csr.IsPending && now - csr.CreatedAt > Patience
            && Array.Exists(Requesters, prefix => csr.Username.StartsWith(prefix, StringComparison.Ordinal))),
    ];

    /// <summary>What that means, and who has to act.</summary>
    public static string Describe(IReadOnlyList<V1CertificateSigningRequest> waiting) =>
        $"certificates of the nodes' network (OVN-Kubernetes, Multus) wait for approval for more than {Patience.TotalMinutes:0} minutes: "
        + AsciiText.Names([.. waiting.Select(csr => $"{csr.Name} of {csr.Username}")])
        + "; only OpenShift's own pods in openshift-network-node-identity should approve them: see whether these run";
}
