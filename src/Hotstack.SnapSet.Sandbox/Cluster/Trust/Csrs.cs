using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Control;
using Hotstack.Sandbox.Cluster.Objects;

namespace Hotstack.Sandbox.Cluster.Trust;

/// <summary>
/// Certificate signing requests: the kubelets' own ones, the controller that signs what is approved, and the one that deletes old
/// requests. What the API accepts is in <c>CsrKind</c>.
/// </summary>
internal sealed class Csrs(
    ClusterClock clock, ObjectStore store, ControlPlane control, IReadOnlyList<ClusterNode> nodes, Certificates certificates)
{
    public const string ClientSigner = "kubernetes.io/kube-apiserver-client-kubelet";
    public const string ServingSigner = "kubernetes.io/kubelet-serving";
    public const string ApiClientSigner = "kubernetes.io/kube-apiserver-client";
    public const string Bootstrapper = "system:serviceaccount:openshift-machine-config-operator:node-bootstrapper";

    public static readonly string[] BootstrapperGroups =
        ["system:serviceaccounts", "system:serviceaccounts:openshift-machine-config-operator", "system:authenticated"];

    public static readonly string[] NodeGroups = ["system:nodes", "system:authenticated"];
    public static readonly string[] ClientUsages = ["digital signature", "client auth"];
    public static readonly string[] ServingUsages = ["digital signature", "server auth"];

    private static readonly TimeSpan DecidedLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan PendingLife = TimeSpan.FromHours(24);

    /// <summary>Raised when a kubelet has its new client certificate.</summary>
    public event Action<ClusterNode>? ClientIssued;

    /// <summary>A PKCS#10 request in PEM.</summary>
    public static string Request(string subject, string[]? dns = null, string[]? addresses = null, string[]? uris = null,
        string[]? emails = null)
    {
        var request = new CertificateRequest(subject, Pki.Key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        Array.ForEach(dns ?? [], names.AddDnsName);
        Array.ForEach(addresses ?? [], a => names.AddIpAddress(IPAddress.Parse(a)));
        Array.ForEach(uris ?? [], u => names.AddUri(new Uri(u)));
        Array.ForEach(emails ?? [], names.AddEmailAddress);
        if (dns is not null || addresses is not null || uris is not null || emails is not null)
        {
            request.CertificateExtensions.Add(names.Build());
        }

        return request.CreateSigningRequestPem() + "\n";
    }

    public static string NodeSubject(string node) => $"O=system:nodes, CN=system:node:{node}";

    /// <summary>Adds a pending request.</summary>
    /// <returns>Its name.</returns>
    public string Add(string user, string[] groups, string signer, string[] usages, byte[] request, TimeSpan age = default)
    {
        var created = clock.Now - age;
        var csr = store.Add(ResourceTypes.Csrs, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = store.NewName(ResourceTypes.Csrs, "", "csr-"), ["generateName"] = "csr-" },
            ["spec"] = new JsonObject
            {
                ["request"] = Convert.ToBase64String(request), ["signerName"] = signer, ["usages"] = ObjectJson.Array(usages),
                ["username"] = user, ["groups"] = ObjectJson.Array(groups),
            },
            ["status"] = new JsonObject(),
        }, created);
        DeleteLater(csr);
        return csr.Name();
    }

    /// <summary>Requests a client certificate: as the kubelet while its old one is valid, otherwise as the bootstrapper.</summary>
    public void AskForClient(ClusterNode node)
    {
        var renewal = node.Beats;
        var name = Add(
            renewal ? "system:node:" + node.Name : Bootstrapper, renewal ? NodeGroups : BootstrapperGroups, ClientSigner, ClientUsages,
            Encoding.UTF8.GetBytes(Request(NodeSubject(node.Name))));
        node.ClientRequest = name;
        node.ClientDue = clock.Now + clock.Scaled(clock.Durations.CsrRetry);
        if (renewal)
        {
            Approve(name, "AutoApproved", "Auto approving self kubelet client certificate after SubjectAccessReview.");
        }
    }

    /// <summary>Requests a serving certificate for all addresses in the node's status.</summary>
    public void AskForServing(ClusterNode node)
    {
        var addresses = store.Get(ResourceTypes.Nodes, "", node.Name)!.Each("status", "addresses")
            .Select(a => (Type: a.Text("type"), Text: a.Text("address") ?? "")).Where(a => a.Text.Length > 0).ToList();
        var ips = addresses.Where(a => a.Type is "InternalIP" or "ExternalIP" or "Hostname" && IPAddress.TryParse(a.Text, out _))
            .Select(a => a.Text);
        var names = addresses
            .Where(a => a.Type is "InternalDNS" or "ExternalDNS" || (a.Type == "Hostname" && !IPAddress.TryParse(a.Text, out _)))
            .Select(a => a.Text);
        var name = Add(
            "system:node:" + node.Name, NodeGroups, ServingSigner, ServingUsages,
            Encoding.UTF8.GetBytes(Request(NodeSubject(node.Name), [.. names.Distinct()], [.. ips.Distinct()])));
        node.ServingRequest = name;
        node.ServingDue = clock.Now + clock.Scaled(clock.Durations.CsrRetry);
        if (node.Serving is { } old && old.NotAfter > clock.Now)
        {
            Approve(name, "NodeCSRApprove", "This CSR was approved by the Node CSR Approver (cluster-machine-approver)");
        }
    }

    /// <summary>Reacts to a CSR written through the API.</summary>
    public void Written(JsonObject? before, JsonObject csr)
    {
        if (before is null)
        {
            DeleteLater(csr);
        }

        if (csr.Condition("Approved") is not null && before?.Condition("Approved") is null)
        {
            SignLater(csr.Name());
        }

        if (before is not null && csr.Condition("Approved") is null && csr.Condition("Denied") is not null)
        {
            DeleteLater(csr);
        }
    }

    /// <summary>Deletes and signs what became old or was approved while the API was down.</summary>
    public void CatchUp()
    {
        foreach (var csr in store.List(ResourceTypes.Csrs).ToList())
        {
            DeleteIfOld(csr.Name());
            if (IsToSign(csr))
            {
                SignLater(csr.Name());
            }
        }
    }

    /// <summary>The request inside a CSR; null if it cannot be read.</summary>
    public static CertificateRequest? Parse(JsonObject csr)
    {
        try
        {
            return CertificateRequest.LoadSigningRequestPem(
                Encoding.UTF8.GetString(Convert.FromBase64String(csr.Text("spec", "request") ?? "")), HashAlgorithmName.SHA256,
                CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        }
        catch (Exception error) when (error is FormatException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static bool IsToSign(JsonObject csr) => csr.Condition("Approved") is not null && csr.Condition("Denied") is null
        && csr.Condition("Failed") is null && csr.Find("status", "certificate") is null
        && csr.Text("spec", "signerName") is ClientSigner or ServingSigner or ApiClientSigner;

    private void Approve(string name, string reason, string message)
    {
        store.Change(ResourceTypes.Csrs, "", name, csr => csr.Child("status").Items("conditions").Add(new JsonObject
        {
            ["type"] = "Approved", ["status"] = "True", ["reason"] = reason, ["message"] = message,
            ["lastUpdateTime"] = clock.Now.Kube(), ["lastTransitionTime"] = clock.Now.Kube(),
        }));
        SignLater(name);
    }

    private void SignLater(string name) => clock.After(clock.Durations.CsrSigning, () => Sign(name));

    private void Sign(string name)
    {
        if (!control.IsReady || store.Get(ResourceTypes.Csrs, "", name) is not { } csr || !IsToSign(csr))
        {
            return;
        }

        if (certificates.Inventory.CsrSigner.NotAfter <= clock.Now + TimeSpan.FromMinutes(1))
        {
            // The signer has expired and has no successor yet.
            clock.After(TimeSpan.FromSeconds(30), () => Sign(name));
            return;
        }

        var request = Parse(csr)!;
        var serving = csr.Text("spec", "signerName") == ServingSigner;
        if (Refusal(csr, request) is { } why)
        {
            store.Change(ResourceTypes.Csrs, "", name, o => o.Child("status").Items("conditions").Add(new JsonObject
            {
                ["type"] = "Failed", ["status"] = "True", ["reason"] = "SignerValidationFailure", ["message"] = why,
                ["lastUpdateTime"] = clock.Now.Kube(), ["lastTransitionTime"] = clock.Now.Kube(),
            }));
            return;
        }

        var node = nodes.FirstOrDefault(n => n.ClientRequest == name || n.ServingRequest == name);
        var signer = certificates.Inventory.CsrSigner;
        var dates = node is not null
            ? certificates.ForNode(node, serving, clock.Now)
            : certificates.ForNode(nodes[0], serving, clock.Now);
        using var certificate = Pki.Issue(
            request, "CN=" + signer.CommonName, dates.NotBefore, dates.NotAfter, serving ? Pki.ServerAuth : Pki.ClientAuth,
            request.CertificateExtensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault());
        var pem = Convert.ToBase64String(Encoding.UTF8.GetBytes(certificate.ExportCertificatePem() + "\n"));
        store.Change(ResourceTypes.Csrs, "", name, o => o.Child("status")["certificate"] = pem);
        if (node is not null)
        {
            Install(node, serving, dates);
        }
    }

    private void Install(ClusterNode node, bool serving, NodeCertificate certificate)
    {
        if (serving)
        {
            (node.Serving, node.ServingRequest, node.ServingDue) = (certificate, null, certificates.DueOf(certificate, clock.Now));
        }
        else
        {
            (node.Client, node.ClientRequest, node.ClientDue) = (certificate, null, certificates.DueOf(certificate, clock.Now));
            ClientIssued?.Invoke(node);

            if (node.Serving is null)
            {
                node.ServingDue = clock.Now;
            }
        }

        certificates.Reschedule();
    }

    /// <summary>Why the signer refuses an approved request; null if it signs it.</summary>
    private static string? Refusal(JsonObject csr, CertificateRequest request)
    {
        var signer = csr.Text("spec", "signerName");
        if (signer == ApiClientSigner)
        {
            return null;
        }

        var parts = request.SubjectName.EnumerateRelativeDistinguishedNames()
            .Select(p => (p.GetSingleElementType().Value, Value: p.GetSingleElementValue())).ToList();
        if (!parts.Where(p => p.Item1 == "2.5.4.10").Select(p => p.Value).SequenceEqual(["system:nodes"]))
        {
            return "subject organization is not system:nodes";
        }

        if (parts.Find(p => p.Item1 == "2.5.4.3").Value?.StartsWith("system:node:", StringComparison.Ordinal) != true)
        {
            return "subject common name does not begin with system:node:";
        }

        var names = request.CertificateExtensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        var count = names is null ? 0 : names.EnumerateDnsNames().Count() + names.EnumerateIPAddresses().Count();
        var usages = csr.Find("spec", "usages") is JsonArray list ? list.Select(u => u.Text()).ToHashSet() : [];
        usages.Remove("key encipherment");
        return signer == ClientSigner
            ? names is not null ? "subject alternative names are not allowed" : usages.SetEquals(ClientUsages) ? null
                : "usages did not match"
            : count == 0 ? "DNS or IP subjectAltName is required" : usages.SetEquals(ServingUsages) ? null : "usages did not match";
    }

    private void DeleteLater(JsonObject csr)
    {
        var name = csr.Name();
        var created = csr.Time("metadata", "creationTimestamp") ?? clock.Now;
        clock.At(created + DecidedLife, () => DeleteIfOld(name));
        clock.At(created + PendingLife, () => DeleteIfOld(name));
        if (clock.Now > created + DecidedLife - TimeSpan.FromMinutes(1))
        {
            clock.At(clock.Now + DecidedLife, () => DeleteIfOld(name));
        }
    }

    private void DeleteIfOld(string name)
    {
        if (!control.IsReady || store.Get(ResourceTypes.Csrs, "", name) is not { } csr)
        {
            return;
        }

        var decided = csr.Each("status", "conditions").Select(c => c.Time("lastUpdateTime")).Max();
        var since = decided ?? csr.Time("metadata", "creationTimestamp");
        if (since + (decided is null ? PendingLife : DecidedLife) <= clock.Now)
        {
            store.Remove(ResourceTypes.Csrs, csr);
        }
        else if (decided is not null)
        {
            clock.At(since!.Value + DecidedLife, () => DeleteIfOld(name));
        }
    }
}
