using System.Text;
using Hotstack.Clusters.Nodes;
using Hotstack.OpenShift.Objects;
using k8s.Models;

namespace Hotstack.Clusters.CertificateRequests;

/// <summary>Requests that kubelets make after a long sleep, and the cluster that they make them to.</summary>
internal static class Csrs
{
    public const string Bootstrapper = "system:serviceaccount:openshift-machine-config-operator:node-bootstrapper";
    public const string BootstrapperGroup = "system:serviceaccounts:openshift-machine-config-operator";

    public static readonly DateTimeOffset Now = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    public static readonly string[] EcClientUsages = ["digital signature", "client auth"];
    public static readonly string[] RsaClientUsages = ["key encipherment", "digital signature", "client auth"];
    public static readonly string[] EcServingUsages = ["digital signature", "server auth"];
    public static readonly string[] RsaServingUsages = ["key encipherment", "digital signature", "server auth"];

    public static CsrContext Context { get; } = new()
    {
        Nodes =
        [
            Node("master-0", "192.168.32.10", new("InternalIP", "fd00:32::10"), new("ExternalIP", "203.0.113.10"),
                new("InternalDNS", "master-0.Ocp.Example"), new("ExternalDNS", "master-0.example.com")),
            Node("master-1", "192.168.32.11"),
            Node("worker-0", "192.168.32.20"),
            Node("gone", "192.168.32.90"),
        ],
        ExistingNodes = new HashSet<string> { "master-0", "master-1", "worker-0", "stranger" },
        Now = Now,
        Since = Now - TimeSpan.FromMinutes(20),
    };

    public static V1CertificateSigningRequest Client(Pkcs10Builder? request = null) => Make("csr-client", new()
    {
        SignerName = "kubernetes.io/kube-apiserver-client-kubelet",
        Username = Bootstrapper,
        Groups = [BootstrapperGroup, "system:serviceaccounts", "system:authenticated"],
        Usages = EcClientUsages,
        Request = Encoding.UTF8.GetBytes((request ?? new Pkcs10Builder()).ToPem()),
    });

    public static V1CertificateSigningRequest Renewal(Pkcs10Builder? request = null) =>
        Client(request).With(spec => spec with { Username = "system:node:master-0", Groups = ["system:nodes", "system:authenticated"] });

    public static V1CertificateSigningRequest Serving(params byte[][] names) =>
        Serving(new Pkcs10Builder { Names = names.Length > 0 ? names
            : [Pkcs10Builder.Dns("master-0"), Pkcs10Builder.Ip("192.168.32.10")] });

    public static V1CertificateSigningRequest Serving(Pkcs10Builder request) => Make("csr-serving", new()
    {
        SignerName = "kubernetes.io/kubelet-serving",
        Username = "system:node:master-0",
        Groups = ["system:nodes", "system:authenticated"],
        Usages = EcServingUsages,
        Request = Encoding.UTF8.GetBytes(request.ToPem()),
    });

    public static V1CertificateSigningRequest Of(string pem) => Client().WithRequest(pem);

    /// <summary>The same with another part of its specification.</summary>
    public static V1CertificateSigningRequest With(
        this V1CertificateSigningRequest csr, Func<V1CertificateSigningRequestSpec, V1CertificateSigningRequestSpec> change) =>
        csr with { Spec = change(csr.Spec) };

    public static V1CertificateSigningRequest WithRequest(this V1CertificateSigningRequest csr, string pem) =>
        csr.With(spec => spec with { Request = Encoding.UTF8.GetBytes(pem) });

    /// <summary>The same, decided.</summary>
    public static V1CertificateSigningRequest Decided(this V1CertificateSigningRequest csr, string decision) => csr with
    {
        Status = new() { Conditions = [new() { Type = decision, Status = "True" }] },
    };

    /// <summary>The same, but of another node.</summary>
    public static Pkcs10Builder RequestOf(string node) =>
        new() { Subject = [Pkcs10Builder.Organization("system:nodes"), Pkcs10Builder.CommonName("system:node:" + node)] };

    public static V1CertificateSigningRequest Made(this V1CertificateSigningRequest csr, string name, TimeSpan ago) =>
        csr with { Metadata = Meta(name, Now - ago) };

    public static V1ObjectMeta Meta(string name, DateTimeOffset? created) =>
        new() { Name = name, CreationTimestamp = created?.UtcDateTime, ResourceVersion = "7" };

    private static V1CertificateSigningRequest Make(string name, V1CertificateSigningRequestSpec spec) =>
        new() { Metadata = Meta(name, Now - TimeSpan.FromMinutes(1)), Spec = spec };

    private static KnownNode Node(string name, string address, params NodeAddress[] more) =>
        new(name, [new("InternalIP", address), new("Hostname", name), .. more]);
}
