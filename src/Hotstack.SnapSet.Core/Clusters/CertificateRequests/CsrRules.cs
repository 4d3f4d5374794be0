using System.Security.Cryptography;
using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>
/// Which kubelet may have the certificate that it requests. The rules are those of OpenShift's own approver (cluster-machine-approver),
/// with existing nodes instead of Machines: the recorded nodes, with their recorded addresses and those of their servers in OpenStack
/// (<see cref="OwnAddresses"/>).
/// </summary>
internal static class CsrRules
{
    /// <summary>A request from before the revival may be of a node that was faster, or left over from an earlier revival. Kubelets wait
    /// a quarter of an hour (client-go, certificateWaitTimeout) before they make another; this is a little more.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(16);

    /// <summary>The limit of OpenShift's own approver.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    /// <summary>The signers of kubelets' certificates. All others have their own approvers, above all
    /// <c>kubernetes.io/kube-apiserver-client</c>: a certificate of that signer may be anybody's.</summary>
    public const string ClientSigner = "kubernetes.io/kube-apiserver-client-kubelet";

    /// <inheritdoc cref="ClientSigner"/>
    public const string ServingSigner = "kubernetes.io/kubelet-serving";

    private const string NodePrefix = "system:node:";
    private const string NodesGroup = "system:nodes";
    private const string AuthenticatedGroup = "system:authenticated";
    private const string Bootstrapper = "system:serviceaccount:openshift-machine-config-operator:node-bootstrapper";
    private const string BootstrapperGroup = "system:serviceaccounts:openshift-machine-config-operator";

    /// <summary>How far one API server's clock may be ahead of another's.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);

    /// <summary>Key encipherment is for RSA keys, and newer kubelets never request it.</summary>
    private static readonly string[][] ClientUsages =
        [["digital signature", "client auth"], ["digital signature", "key encipherment", "client auth"]];

    private static readonly string[][] ServingUsages =
        [["digital signature", "server auth"], ["digital signature", "key encipherment", "server auth"]];

    /// <summary>By its token it has the groups of a service account; by the installer's certificate, the groups in that.</summary>
    private static readonly string[][] BootstrapperGroups =
        [[BootstrapperGroup, "system:serviceaccounts", AuthenticatedGroup], [BootstrapperGroup, AuthenticatedGroup]];

    /// <summary>Whether the request is for a certificate of a kubelet.</summary>
    public static bool IsOfKubelet(V1CertificateSigningRequest csr) => csr.SignerName is ClientSigner or ServingSigner;

    /// <summary>Whether it is a kubelet's, is undecided, and is not too old.</summary>
    public static bool IsOpen(V1CertificateSigningRequest csr, CsrContext context) =>
        IsOfKubelet(csr) && csr.IsPending && AgeObjection(csr, context) is null;

    /// <summary>Judges one request by itself.</summary>
    /// <param name="csr">The request.</param>
    /// <param name="context">What to compare with.</param>
    /// <param name="isNeeded">Whether to check the signature of a request that breaks no other rule; null for always.</param>
    public static CsrDecision Judge(V1CertificateSigningRequest csr, CsrContext context, Predicate<CsrDecision>? isNeeded = null)
    {
        var decision = new CsrDecision
        {
            Name = csr.Name,
            SignerName = csr.SignerName,
            Requester = AsciiText.Of(csr.Username),
            Verdict = CsrVerdict.Ignore,
            Reason = !IsOfKubelet(csr) ? "it is not a kubelet's" : "it is decided already",
            IsStranger = true,
            At = context.Now,
        };
        if (!IsOfKubelet(csr) || !csr.IsPending)
        {
            return decision;
        }

        try
        {
            byte[] der = Pkcs10Request.DerOf(csr.Request);
            decision = decision with { Fingerprint = FingerprintOf(der) };
            Pkcs10Request request = Pkcs10Request.Read(der);
            string? node = NodeOf(request.CommonName);
            decision = decision with
            {
                Node = node is null ? null : AsciiText.Of(node),
                IsStranger = node is null || context.Nodes.All(known => known.Name != node),
                SubjectAltNames = [.. request.AltNames.Select(name => name.ToString())],
            };
            (string verdict, string reason) = Judge(csr, request, context);
            if (verdict != CsrVerdict.Refuse && isNeeded?.Invoke(decision) != false)
            {
                request.Verify(); // Last, as it is most work, and anybody may send any number of requests.
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
        string? node = NodeOf(request.CommonName);
        KnownNode? known = context.Nodes.FirstOrDefault(n => n.Name == node);
        string? objection = SubjectObjection(request, node)
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
        string source = context.IsRecorded ? "as recorded with the snapshot" : "as the cluster has it now, as there is no record";
        return obstacle is null
            ? (CsrVerdict.Approve, $"the {(csr.SignerName == ClientSigner ? "client" : "serving")} certificate of {node}, {source}")
            : (CsrVerdict.Wait, obstacle);
    }

    private static string? SubjectObjection(Pkcs10Request request, string? node) =>
        request.Organization != NodesGroup ? $"the subject's O is '{AsciiText.Of(request.Organization)}', not '{NodesGroup}'"
        : node is null ? $"the subject's CN is '{AsciiText.Of(request.CommonName)}', no node's"
        : null;

    private static string? UsageObjection(V1CertificateSigningRequest csr)
    {
        string[][] allowed = csr.SignerName == ClientSigner ? ClientUsages : ServingUsages;
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

        if (csr.SignerName == ServingSigner)
        {
            return $"'{AsciiText.Of(csr.Username)}' asks for the serving certificate of {AsciiText.Of(node)}";
        }

        return csr.Username != Bootstrapper
            ? $"'{AsciiText.Of(csr.Username)}' asks for the client certificate of {AsciiText.Of(node)}"
            : Array.Exists(BootstrapperGroups, set => IsSame(csr.Groups, set)) ? null
            : $"the bootstrapper's groups are {List(csr.Groups)}";
    }

    private static string? NodeObjection(string node, KnownNode? known, CsrContext context) =>
        known is null
            ? $"{AsciiText.Of(node)} is no node of the "
                + (context.IsRecorded ? "snapshot" : "cluster that runs on a server of the deployment")
            : context.ExistingNodes.Contains(node) ? null : $"the cluster has no node {AsciiText.Of(node)}";

    private static string? NameObjection(V1CertificateSigningRequest csr, IReadOnlyList<SubjectAltName> names, KnownNode known)
    {
        if (csr.SignerName == ClientSigner)
        {
            return names.Count == 0 ? null : $"a client certificate has no names, and it asks for {List(names)}";
        }

        var addresses = new NodeAddresses(known.Addresses);
        SubjectAltName[] foreign = [.. names.Where(name => !addresses.Include(name))];
        return names.Count == 0 ? "it asks for no name or address"
            : foreign.Length > 0
                ? $"{List(foreign)} is not among the addresses of {known.Name} ({List(known.Addresses)}){Doubts(foreign, known)}"
            : null;
    }

    /// <summary>Why the node's status does not vouch for these addresses.</summary>
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
        csr.CreatedAt is not { } created ? "it does not say when it was made"
        : created < context.Since - Grace ? $"it was made at {created:u}, before the cluster was revived"
        : context.Now - created >= MaxAge ? $"it was made at {created:u}, more than an hour ago"
        : null;

    /// <summary>A time in the future is not the requester's fault: the API server wrote it, and its clock was wrong or is.</summary>
    private static string? Obstacle(V1CertificateSigningRequest csr, string node, CsrContext context) =>
        csr.CreatedAt > context.Now + Skew ? $"it was made at {csr.CreatedAt:u}, which is in the future"
        : csr.Username == Bootstrapper && context.ServedNodes.Contains(node) ? $"{node} works with a valid certificate and needs no other"
        : null;

    /// <returns>The node of a kubelet's user; null if it is another user.</returns>
    public static string? NodeOf(string commonName) =>
        commonName.StartsWith(NodePrefix, StringComparison.Ordinal) && commonName.Length > NodePrefix.Length
            ? commonName[NodePrefix.Length..]
            : null;

    private static bool IsSame(IReadOnlyList<string> list, string[] set) => new HashSet<string>(list).SetEquals(set);

    private static string List<T>(IReadOnlyCollection<T> items) =>
        items.Count == 0 ? "none" : AsciiText.Of(string.Join(", ", items));

    private static string FingerprintOf(byte[] der) =>
        string.Concat(SHA256.HashData(der).Select(octet => octet.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
}

/// <summary>What the rules compare a certificate signing request with.</summary>
internal sealed record CsrContext
{
    /// <summary>The nodes that may have certificates, and the addresses in these.</summary>
    public required IReadOnlyCollection<KnownNode> Nodes { get; init; }

    /// <summary>Whether <see cref="Nodes"/> was recorded. Otherwise these are the nodes that the cluster shows now, with the addresses
    /// of their servers in OpenStack.</summary>
    public bool IsRecorded { get; init; } = true;

    /// <summary>The names of the nodes that the cluster has now.</summary>
    public required IReadOnlySet<string> ExistingNodes { get; init; }

    /// <summary>The names of the nodes whose kubelets work with a valid client certificate. They do not need the bootstrapper.</summary>
    public IReadOnlySet<string> ServedNodes { get; init; } = new HashSet<string>();

    /// <summary>The cluster's clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>When the revival began, by the cluster's clock.</summary>
    public required DateTimeOffset Since { get; init; }
}
