using System.Security.Cryptography;
using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>
/// Which kubelet may have the certificate that it asks for. The rules are those of OpenShift's own approver
/// (cluster-machine-approver), but for nodes that exist already and need no Machine: the nodes that were recorded with the
/// snapshot, with the addresses that were recorded, and those of their servers in OpenStack (<see cref="OwnAddresses"/>).
/// </summary>
internal static class CsrRules
{
    /// <summary>A request of before may be of a node that was faster than we, or of one that an earlier revival left waiting: kubelets wait
    /// a quarter of an hour (client-go, certificateWaitTimeout) before they ask anew, and this is a little more.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(16);

    /// <summary>As OpenShift's approver has it.</summary>
    public static readonly TimeSpan MostAge = TimeSpan.FromHours(1);

    private const string NodePrefix = "system:node:";
    private const string NodesGroup = "system:nodes";
    private const string AuthenticatedGroup = "system:authenticated";
    private const string Bootstrapper = "system:serviceaccount:openshift-machine-config-operator:node-bootstrapper";
    private const string BootstrapperGroup = "system:serviceaccounts:openshift-machine-config-operator";

    /// <summary>How far one API server's clock may be ahead of another's.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);

    /// <summary>RSA keys are for key encipherment too; those of elliptic curves cannot be, and newer kubelets never ask for it.</summary>
    private static readonly string[][] ClientUsages =
        [["digital signature", "client auth"], ["digital signature", "key encipherment", "client auth"]];

    private static readonly string[][] ServingUsages =
        [["digital signature", "server auth"], ["digital signature", "key encipherment", "server auth"]];

    /// <summary>With its token it has the groups of a service account; with the installer's certificate, those that are
    /// written there.</summary>
    private static readonly string[][] BootstrapperGroups =
        [[BootstrapperGroup, "system:serviceaccounts", AuthenticatedGroup], [BootstrapperGroup, AuthenticatedGroup]];

    /// <summary>Whether it is a kubelet's, nobody decided about it yet, and it is not too old.</summary>
    public static bool IsOpen(V1CertificateSigningRequest csr, CsrContext context) =>
        KubeletSigners.Includes(csr.SignerName) && csr.IsPending && AgeObjection(csr, context) is null;

    /// <summary>Judges one request by itself.</summary>
    /// <param name="csr">The request.</param>
    /// <param name="context">What to compare with.</param>
    /// <param name="isNeeded">Whether one that breaks no other rule is worth the work of checking its signature; null for always.</param>
    public static CsrDecision Judge(V1CertificateSigningRequest csr, CsrContext context, Predicate<CsrDecision>? isNeeded = null)
    {
        var decision = new CsrDecision
        {
            Name = csr.Name,
            SignerName = csr.SignerName,
            Requester = AsciiText.Of(csr.Username),
            Verdict = CsrVerdict.Ignore,
            Reason = !KubeletSigners.Includes(csr.SignerName) ? "it is no kubelet's" : "it is decided already",
            IsStranger = true,
            At = context.Now,
        };
        if (!KubeletSigners.Includes(csr.SignerName) || !csr.IsPending)
        {
            return decision;
        }

        try
        {
            byte[] der = Pkcs10Pem.Read(csr.Request);
            decision = decision with { Fingerprint = FingerprintOf(der) };
            Pkcs10Request request = Pkcs10Request.Read(der);
            string? node = NodeOf(request.Subject.CommonName);
            decision = decision with
            {
                Node = node is null ? null : AsciiText.Of(node),
                IsStranger = node is null || context.Nodes.All(known => known.Name != node),
                SubjectAltNames = [.. request.AltNames.Select(name => name.ToString())],
            };
            (string verdict, string reason) = Judge(csr, request, context);
            if (verdict != CsrVerdict.Refuse && isNeeded?.Invoke(decision) != false)
            {
                request.Verify(); // Last, as it is the most work: anybody may send any number of requests.
            }

            return decision with { Verdict = verdict, Reason = reason };
        }
        catch (FormatException e)
        {
            return decision with { Verdict = CsrVerdict.Refuse, Reason = e.Message };
        }
    }

    private static (string Verdict, string Reason) Judge(V1CertificateSigningRequest csr, Pkcs10Request request, CsrContext context)
    {
        string? node = NodeOf(request.Subject.CommonName);
        KnownNode? known = context.Nodes.FirstOrDefault(n => n.Name == node);
        string? objection = SubjectObjection(request.Subject, node)
            ?? UsageObjection(csr)
            ?? RequesterObjection(csr, node!)
            ?? NodeObjection(node!, known, context)
            ?? NameObjection(csr, request.AltNames, known!)
            ?? AgeObjection(csr, context);
        if (objection is not null)
        {
            return (CsrVerdict.Refuse, objection);
        }

        string? obstacle = Obstacle(csr, node!, context);
        string source = context.IsRecorded ? "as recorded with the snapshot" : "as the cluster has it now, for want of a record";
        return obstacle is null
            ? (CsrVerdict.Approve, $"the {(csr.SignerName == KubeletSigners.Client ? "client" : "serving")} certificate of {node}, {source}")
            : (CsrVerdict.Wait, obstacle);
    }

    private static string? SubjectObjection(Pkcs10Subject subject, string? node) =>
        subject.Organization != NodesGroup ? $"the subject's O is '{AsciiText.Of(subject.Organization)}', not '{NodesGroup}'"
        : node is null ? $"the subject's CN is '{AsciiText.Of(subject.CommonName)}', no node's"
        : null;

    private static string? UsageObjection(V1CertificateSigningRequest csr)
    {
        string[][] allowed = csr.SignerName == KubeletSigners.Client ? ClientUsages : ServingUsages;
        return Array.Exists(allowed, set => IsSame(csr.Usages, set)) ? null : $"its usages are {List(csr.Usages)}";
    }

    private static string? RequesterObjection(V1CertificateSigningRequest csr, string node)
    {
        if (csr.Username == NodePrefix + node)
        {
            return csr.Groups.Contains(NodesGroup) && csr.Groups.Contains(AuthenticatedGroup)
                ? null
                : $"the requester's groups are {List(csr.Groups)}";
        }

        if (csr.SignerName == KubeletSigners.Serving)
        {
            return $"'{AsciiText.Of(csr.Username)}' asks for the serving certificate of {AsciiText.Of(node)}";
        }

        return csr.Username != Bootstrapper ? $"'{AsciiText.Of(csr.Username)}' asks for the client certificate of {AsciiText.Of(node)}"
            : Array.Exists(BootstrapperGroups, set => IsSame(csr.Groups, set)) ? null
            : $"the bootstrapper's groups are {List(csr.Groups)}";
    }

    private static string? NodeObjection(string node, KnownNode? known, CsrContext context) =>
        known is null
            ? $"{AsciiText.Of(node)} is no node of the {(context.IsRecorded ? "snapshot" : "cluster that runs on a server of the deployment")}"
            : context.ExistingNodes.Contains(node) ? null : $"the cluster has no node {AsciiText.Of(node)}";

    private static string? NameObjection(V1CertificateSigningRequest csr, IReadOnlyList<SubjectAltName> names, KnownNode known)
    {
        if (csr.SignerName == KubeletSigners.Client)
        {
            return names.Count == 0 ? null : $"a client certificate has no names, and it asks for {List(names)}";
        }

        var addresses = new NodeAddresses(known.Addresses);
        SubjectAltName[] foreign = [.. names.Where(name => !addresses.Include(name))];
        return names.Count == 0 ? "it asks for no name or address"
            : foreign.Length > 0 ? $"{List(foreign)} is not among the addresses of {known.Name} ({List(known.Addresses)}){Doubts(foreign, known)}"
            : null;
    }

    /// <summary>Why what the node's status tells is not taken for its own.</summary>
    private static string Doubts(IReadOnlyCollection<SubjectAltName> foreign, KnownNode known)
    {
        AddressDoubt[] doubts = [.. known.Doubts.Where(doubt =>
        {
            var told = new NodeAddresses([doubt.Address]);
            return foreign.Any(told.Include);
        })];
        return doubts.Length == 0 ? "" : $"; its status reports {List(doubts)}";
    }

    private static string? AgeObjection(V1CertificateSigningRequest csr, CsrContext context) =>
        csr.CreatedAt is not { } created ? "it does not tell when it was made"
        : created < context.Since - Grace ? $"it was made at {created:u}, before the cluster was revived"
        : context.Now - created >= MostAge ? $"it was made at {created:u}, more than an hour ago"
        : null;

    /// <summary>A time in the future is no offence of the requester: the API server wrote it, by a clock that was wrong then or
    /// is now.</summary>
    private static string? Obstacle(V1CertificateSigningRequest csr, string node, CsrContext context) =>
        csr.CreatedAt > context.Now + Skew ? $"it was made at {csr.CreatedAt:u}, which is in the future"
        : csr.Username == Bootstrapper && context.ServedNodes.Contains(node) ? $"{node} works with a valid certificate and needs no other"
        : null;

    private static string? NodeOf(string commonName) =>
        commonName.StartsWith(NodePrefix, StringComparison.Ordinal) && commonName.Length > NodePrefix.Length
            ? commonName[NodePrefix.Length..]
            : null;

    private static bool IsSame(IReadOnlyList<string> list, string[] set) => new HashSet<string>(list).SetEquals(set);

    private static string List<T>(IReadOnlyCollection<T> items) =>
        items.Count == 0 ? "none" : AsciiText.Of(string.Join(", ", items));

    private static string FingerprintOf(byte[] der) =>
        string.Concat(SHA256.HashData(der).Select(octet => octet.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
}
