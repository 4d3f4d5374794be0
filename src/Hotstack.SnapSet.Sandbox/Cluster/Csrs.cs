using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Cluster;

/// <summary>Certificate signing requests: the kubelets' own, their signing, their cleaning.</summary>
internal sealed class Csrs(OpenShift cluster)
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

    /// <summary>A PKCS#10 request in PEM.</summary>
    public static string Request(string subject, string[]? dns = null, string[]? addresses = null, string[]? uris = null, string[]? emails = null)
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

    public string Add(string user, string[] groups, string signer, string[] usages, byte[] request, TimeSpan age = default)
    {
        var created = cluster.Now - age;
        var csr = cluster.Store.Add(ResourceTypes.Csrs, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = cluster.NewName(ResourceTypes.Csrs, "", "csr-"), ["generateName"] = "csr-" },
            ["spec"] = new JsonObject
            {
                ["request"] = Convert.ToBase64String(request), ["signerName"] = signer, ["usages"] = ObjectJson.Array(usages),
                ["username"] = user, ["groups"] = ObjectJson.Array(groups),
            },
            ["status"] = new JsonObject(),
        }, created);
        CleanLater(csr);
        return csr.Name();
    }

    /// <summary>What a kubelet asks for to talk to the API: as itself while it can, else as the bootstrapper.</summary>
    public void AskForClient(ClusterNode node)
    {
        var renewal = node.Beats;
        var name = Add(
            renewal ? "system:node:" + node.Name : Bootstrapper, renewal ? NodeGroups : BootstrapperGroups, ClientSigner, ClientUsages,
            Encoding.UTF8.GetBytes(Request(NodeSubject(node.Name))));
        node.ClientRequest = name;
        node.ClientDue = cluster.Now + cluster.Scaled(cluster.Durations.CsrRetry);
        if (renewal)
        {
            Approve(name, "AutoApproved", "Auto approving self kubelet client certificate after SubjectAccessReview.");
        }
    }

    /// <summary>What a kubelet asks for to serve logs, metrics and the like: all that its node's status holds.</summary>
    public void AskForServing(ClusterNode node)
    {
        var addresses = cluster.Store.Get(ResourceTypes.Nodes, "", node.Name)!.Each("status", "addresses")
            .Select(a => (Type: a.Text("type"), Text: a.Text("address") ?? "")).Where(a => a.Text.Length > 0).ToList();
        var ips = addresses.Where(a => a.Type is "InternalIP" or "ExternalIP" or "Hostname" && IPAddress.TryParse(a.Text, out _)).Select(a => a.Text);
        var names = addresses.Where(a => a.Type is "InternalDNS" or "ExternalDNS" || (a.Type == "Hostname" && !IPAddress.TryParse(a.Text, out _))).Select(a => a.Text);
        var name = Add(
            "system:node:" + node.Name, NodeGroups, ServingSigner, ServingUsages,
            Encoding.UTF8.GetBytes(Request(NodeSubject(node.Name), [.. names.Distinct()], [.. ips.Distinct()])));
        node.ServingRequest = name;
        node.ServingDue = cluster.Now + cluster.Scaled(cluster.Durations.CsrRetry);
        if (node.Serving is { } old && old.NotAfter > cluster.Now)
        {
            Approve(name, "NodeCSRApprove", "This CSR was approved by the Node CSR Approver (cluster-machine-approver)");
        }
    }

    public void Written(JsonObject? before, JsonObject csr)
    {
        if (before is null)
        {
            CleanLater(csr);
        }

        if (csr.Condition("Approved") is not null && before?.Condition("Approved") is null)
        {
            SignLater(csr.Name());
        }

        if (before is not null && csr.Condition("Approved") is null && csr.Condition("Denied") is not null)
        {
            CleanLater(csr);
        }
    }

    /// <summary>What has become old while nobody cleaned, or has waited for a signature.</summary>
    public void Sweep()
    {
        foreach (var csr in cluster.Store.List(ResourceTypes.Csrs).ToList())
        {
            Clean(csr.Name());
            if (IsToSign(csr))
            {
                SignLater(csr.Name());
            }
        }
    }

    /// <summary>What the API refuses in a new request.</summary>
    public static void Validate(JsonObject csr, string name)
    {
        if (Parse(csr) is null)
        {
            throw KubeException.Invalid(
                ResourceTypes.Csrs, name, "spec.request", "Invalid value: PEM block type must be CERTIFICATE REQUEST");
        }

        if (csr.Text("spec", "signerName") is not { Length: > 0 } signer || !signer.Contains('/', StringComparison.Ordinal))
        {
            throw KubeException.Invalid(ResourceTypes.Csrs, name, "spec.signerName", "Required value");
        }

        if (csr.Find("spec", "usages") is not JsonArray { Count: > 0 })
        {
            throw KubeException.Invalid(ResourceTypes.Csrs, name, "spec.usages", "Required value");
        }
    }

    /// <summary>What the API makes of new conditions: approvals are for ever, and one excludes the other.</summary>
    public JsonObject Decide(JsonObject old, JsonObject given)
    {
        var next = old.Copy();
        var conditions = next.Child("status").Items("conditions");
        foreach (var condition in given.Each("status", "conditions").Where(c => old.Condition(c.Text("type") ?? "") is null))
        {
            var type = condition.Text("type") ?? "";
            if (type is not ("Approved" or "Denied" or "Failed"))
            {
                throw KubeException.Invalid(ResourceTypes.Csrs, old.Name(), "status.conditions", $"Unsupported value: \"{type}\"");
            }

            if (condition.Text("status") is not { } status || status.Length == 0)
            {
                throw KubeException.Invalid(ResourceTypes.Csrs, old.Name(), "status.conditions[0].status", "Required value");
            }

            if (status != "True")
            {
                throw KubeException.Invalid(
                    ResourceTypes.Csrs, old.Name(), "status.conditions[0].status", $"Unsupported value: \"{status}\": supported values: \"True\"");
            }

            var added = (JsonObject)condition.DeepClone();
            added["lastUpdateTime"] ??= cluster.Now.Kube();
            added["lastTransitionTime"] ??= cluster.Now.Kube();
            conditions.Add(added);
        }

        foreach (var type in new[] { "Approved", "Denied" })
        {
            if (old.Condition(type) is not null && given.Condition(type) is null)
            {
                throw KubeException.Invalid(
                    ResourceTypes.Csrs, old.Name(), "status.conditions", $"Forbidden: updates may not remove a condition of type \"{type}\"");
            }
        }

        return next.Condition("Approved") is not null && next.Condition("Denied") is not null
            ? throw KubeException.Invalid(
                ResourceTypes.Csrs, old.Name(), "status.conditions", "Invalid value: \"Denied\": Approved and Denied conditions are mutually exclusive")
            : next;
    }

    private static CertificateRequest? Parse(JsonObject csr)
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
        cluster.Store.Change(ResourceTypes.Csrs, "", name, csr => csr.Child("status").Items("conditions").Add(new JsonObject
        {
            ["type"] = "Approved", ["status"] = "True", ["reason"] = reason, ["message"] = message,
            ["lastUpdateTime"] = cluster.Now.Kube(), ["lastTransitionTime"] = cluster.Now.Kube(),
        }));
        SignLater(name);
    }

    private void SignLater(string name) => cluster.After(cluster.Durations.CsrSigning, () => Sign(name));

    private void Sign(string name)
    {
        if (!cluster.IsReady || cluster.Store.Get(ResourceTypes.Csrs, "", name) is not { } csr || !IsToSign(csr))
        {
            return;
        }

        if (cluster.Certificates.CsrSigner.NotAfter <= cluster.Now + TimeSpan.FromMinutes(1))
        {
            // It has expired and its successor is not there yet.
            cluster.After(TimeSpan.FromSeconds(30), () => Sign(name));
            return;
        }

        var request = Parse(csr)!;
        var serving = csr.Text("spec", "signerName") == ServingSigner;
        if (Refusal(csr, request) is { } why)
        {
            cluster.Store.Change(ResourceTypes.Csrs, "", name, o => o.Child("status").Items("conditions").Add(new JsonObject
            {
                ["type"] = "Failed", ["status"] = "True", ["reason"] = "SignerValidationFailure", ["message"] = why,
                ["lastUpdateTime"] = cluster.Now.Kube(), ["lastTransitionTime"] = cluster.Now.Kube(),
            }));
            return;
        }

        var node = cluster.Nodes.FirstOrDefault(n => n.ClientRequest == name || n.ServingRequest == name);
        var signer = cluster.Certificates.CsrSigner;
        var dates = node is not null
            ? cluster.Certificates.ForNode(node, serving, cluster.Now)
            : cluster.Certificates.ForNode(cluster.Nodes[0], serving, cluster.Now);
        using var certificate = Pki.Issue(
            request, "CN=" + signer.CommonName, dates.NotBefore, dates.NotAfter, serving ? Pki.ServerAuth : Pki.ClientAuth,
            request.CertificateExtensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault());
        var pem = Convert.ToBase64String(Encoding.UTF8.GetBytes(certificate.ExportCertificatePem() + "\n"));
        cluster.Store.Change(ResourceTypes.Csrs, "", name, o => o.Child("status")["certificate"] = pem);
        if (node is not null)
        {
            Install(node, serving, dates);
        }
    }

    private void Install(ClusterNode node, bool serving, NodeCertificate certificate)
    {
        if (serving)
        {
            (node.Serving, node.ServingRequest, node.ServingDue) = (certificate, null, certificate.Due);
        }
        else
        {
            (node.Client, node.ClientRequest, node.ClientDue) = (certificate, null, certificate.Due);
            if (node.IsConnected && !node.Beats)
            {
                cluster.StartBeating(node);
            }

            if (node.Serving is null)
            {
                node.ServingDue = cluster.Now;
            }
        }

        cluster.Certificates.Arm();
    }

    /// <summary>Why the signer does not sign, although approved; null if it does.</summary>
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
            ? names is not null ? "subject alternative names are not allowed" : usages.SetEquals(ClientUsages) ? null : "usages did not match"
            : count == 0 ? "DNS or IP subjectAltName is required" : usages.SetEquals(ServingUsages) ? null : "usages did not match";
    }

    private void CleanLater(JsonObject csr)
    {
        var name = csr.Name();
        var created = csr.Time("metadata", "creationTimestamp") ?? cluster.Now;
        cluster.Cloud.At(created + DecidedLife, () => Clean(name));
        cluster.Cloud.At(created + PendingLife, () => Clean(name));
        if (cluster.Now > created + DecidedLife - TimeSpan.FromMinutes(1))
        {
            cluster.Cloud.At(cluster.Now + DecidedLife, () => Clean(name));
        }
    }

    private void Clean(string name)
    {
        if (!cluster.IsReady || cluster.Store.Get(ResourceTypes.Csrs, "", name) is not { } csr)
        {
            return;
        }

        var decided = csr.Each("status", "conditions").Select(c => c.Time("lastUpdateTime")).Max();
        var since = decided ?? csr.Time("metadata", "creationTimestamp");
        if (since + (decided is null ? PendingLife : DecidedLife) <= cluster.Now)
        {
            cluster.Store.Remove(ResourceTypes.Csrs, csr);
        }
        else if (decided is not null)
        {
            cluster.Cloud.At(since!.Value + DecidedLife, () => Clean(name));
        }
    }
}
