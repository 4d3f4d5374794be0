using Hotstack.Clusters.Assess;
using Hotstack.Clusters.CertificateRequests;
using Hotstack.Clusters.Certificates;
using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.Look;

/// <summary>Makes a <see cref="ClusterStatus"/> of what was read.</summary>
internal sealed class StatusBuilder(
    Cluster cluster, Reading<ObjectList<V1Node>> nodes, Reading<ObjectList<V1CertificateSigningRequest>> requests,
    Reading<ObjectList<V1Lease>> leases, ClusterFacts facts)
{
    /// <summary>Who may read no secret has a reason for each.</summary>
    private const int MaxReasons = 3;

    private readonly Dictionary<string, List<string>> _unread = [];

    public ClusterStatus Build()
    {
        (string Of, DateTimeOffset Until)[] ends = [.. Ends()];
        DateTimeOffset now = facts.Certificates?.Now ?? cluster.Now;
        (string Of, DateTimeOffset Until)? first = ends.Where(end => end.Until > now).Select(end => ((string, DateTimeOffset)?)end)
            .MinBy(end => end!.Value.Item2);
        return new ClusterStatus
        {
            Name = cluster.Name,
            Context = cluster.Context,
            Distribution = DistributionOf(facts),
            Version = ValueOf(nameof(ClusterStatus.Version), facts.Version),
            ClusterId = facts.ClusterId,
            Platform = ValueOf(nameof(ClusterStatus.Platform), facts.Infrastructure)?.Platform,
            ControlPlaneTopology = facts.Infrastructure?.Value?.ControlPlaneTopology,
            ServerTime = cluster.Skew is null ? null : cluster.Now,
            Nodes = [.. Nodes()],
            Operators = [.. Operators()],
            Certificates = [.. Certificates()],
            CertificateRequests = [.. Requests()],
            FirstExpiry = first?.Until,
            FirstExpiryOf = first?.Of,
            Expired = [.. ends.Where(end => end.Until <= now).Select(end => end.Of)],
            // Last: the parts note here what was not read.
            Unread = [.. _unread.Select(part => new UnreadPart(part.Key, Short([.. part.Value.Distinct()])))],
        };
    }

    private string DistributionOf(ClusterFacts found)
    {
        if (found.MicroShiftProblem is { } problem)
        {
            Note(nameof(ClusterStatus.Distribution), $"whether it is MicroShift: {problem}");
        }

        return found.Distribution;
    }

    private IEnumerable<NodeReport> Nodes()
    {
        ObjectList<V1Node>? list = ValueOf(nameof(ClusterStatus.Nodes), nodes);
        if (list is not null && leases.Problem is { } silent)
        {
            Note(nameof(ClusterStatus.Nodes), $"their heartbeats: {silent}");
        }

        DateTimeOffset now = list?.At ?? cluster.Now;
        return (list?.Items ?? []).OrderBy(node => !node.IsMaster).ThenBy(node => node.Name, StringComparer.Ordinal)
            .Select(node => Node(node, now));
    }

    private NodeReport Node(V1Node node, DateTimeOffset now)
    {
        NodeHeartbeat heartbeat = NodeHeartbeat.Of(node, now, leases.Value?.Items, leases.Value?.At ?? cluster.Now);
        NodeCertificates? own = facts.Certificates?.Nodes.FirstOrDefault(certificates => certificates.Node == node.Name);
        ClusterCheck ready = NodeChecks.CheckReady(node, heartbeat, leases.Problem);
        string?[] problems =
        [
            ready.IsProblem ? ready.Message : null,
            node.IsUnschedulable ? NodeChecks.Cordoned(node, null).Message : null,
            own?.Problem,
        ];
        return NodeReport.Of(node, now, heartbeat.Age, own) with { Problems = [.. problems.OfType<string>()] };
    }

    private IEnumerable<OperatorReport> Operators()
    {
        const string Part = nameof(ClusterStatus.Operators);
        if (facts.Operators is null)
        {
            NoteAbsent(Part);
        }

        ObjectList<ClusterOperator>? list = ValueOf(Part, facts.Operators);
        IReadOnlyList<ClusterOperator> all = list?.Items ?? [];
        int nameless = all.Count(one => one.Name.Length == 0);
        if (nameless > 0)
        {
            Note(Part, $"{nameless} of {all.Count} have no name");
        }

        DateTimeOffset now = list?.At ?? cluster.Now;
        return all.Where(one => one.Name.Length > 0).Select(one => OperatorReport.Of(one, isIgnored: false, now))
            .OrderBy(one => one.IsStable).ThenBy(one => one.Name, StringComparer.Ordinal);
    }

    private IEnumerable<ClusterCertificate> Certificates()
    {
        const string Part = nameof(ClusterStatus.Certificates);
        if (facts.Certificates is not { } found)
        {
            NoteAbsent(Part);
            return [];
        }

        ClusterCertificate[] all = [.. found.All];
        NodeCertificates[] silent = [.. found.Nodes.Where(node => node.Problem is not null)];
        string?[] problems =
        [
            found.ManagedProblem,
            .. found.ServingProblems,
            found.NodesProblem is { } unknown ? $"those of the nodes: {unknown}" : null,
            .. all.Where(certificate => certificate.NotAfter is null).GroupBy(certificate => certificate.Problem ?? "it has no end date")
                .Select(group => $"{group.Key} ({NameList.Short([.. group.Select(certificate => $"{certificate}")])})"),
            silent.Length == 0 ? null
                : $"those of the kubelets of {NameList.Short([.. silent.Select(node => node.Node)])}: {silent[0].Problem}",
        ];
        problems.OfType<string>().ToList().ForEach(problem => Note(Part, problem));
        return all.Where(certificate => certificate.NotAfter is not null)
            .OrderBy(certificate => certificate.Namespace, StringComparer.Ordinal)
            .ThenBy(certificate => certificate.Name, StringComparer.Ordinal);
    }

    private IEnumerable<SigningRequest> Requests()
    {
        ObjectList<V1CertificateSigningRequest>? list = ValueOf(nameof(ClusterStatus.CertificateRequests), requests);
        return (list?.Items ?? []).Select(request => SigningRequest.Of(request, list!.At ?? cluster.Now))
            .OrderBy(request => !request.IsPending).ThenByDescending(request => request.CreatedAt)
            .ThenBy(request => request.Name, StringComparer.Ordinal);
    }

    /// <summary>The known ends of all certificates, also the kubelets'.</summary>
    private IEnumerable<(string Of, DateTimeOffset Until)> Ends() =>
        (facts.Certificates?.All ?? []).Select(certificate => (Of: certificate.ToString(), Until: certificate.NotAfter))
            .Concat((facts.Certificates?.Nodes ?? []).SelectMany(EndsOf))
            .SelectMany<(string Of, DateTimeOffset? Until), (string, DateTimeOffset)>(
                end => end.Until is { } until ? [(end.Of, until)] : []);

    private static IEnumerable<(string Of, DateTimeOffset? Until)> EndsOf(NodeCertificates node) =>
    [
        ($"the client certificate of {node.Node}'s kubelet", node.ClientNotAfter),
        ($"the serving certificate of {node.Node}'s kubelet", node.UsesServing ? node.ServingNotAfter : null),
    ];

    /// <summary>MicroShift lacks these parts by design.</summary>
    private void NoteAbsent(string part)
    {
        if (facts.Distribution != "MicroShift")
        {
            Note(part, $"the cluster is not OpenShift: it has no API group {ClusterKind.Group}");
        }
    }

    private static string Short(string[] reasons) => string.Join("; ", reasons.Take(MaxReasons))
        + (reasons.Length > MaxReasons ? $"; and {reasons.Length - MaxReasons} more" : "");

    private T? ValueOf<T>(string part, Reading<T>? reading)
    {
        if (reading?.Problem is { } problem)
        {
            Note(part, problem);
        }

        return reading is null ? default : reading.Value;
    }

    private void Note(string part, string problem)
    {
        if (!_unread.TryGetValue(part, out List<string>? problems))
        {
            _unread[part] = problems = [];
        }

        problems.Add(problem);
    }
}
