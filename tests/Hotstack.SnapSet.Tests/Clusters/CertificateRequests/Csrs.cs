using Hotstack.OpenShift.Objects;

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

    public static CertificateSigningRequest Client(Pkcs10Builder? request = null) => new()
    {
        Meta = Meta("csr-client", Now - TimeSpan.FromMinutes(1)),
        SignerName = "kubernetes.io/kube-apiserver-client-kubelet",
        Username = Bootstrapper,
        Groups = [BootstrapperGroup, "system:serviceaccounts", "system:authenticated"],
        Usages = EcClientUsages,
        Request = (request ?? new Pkcs10Builder()).ToPem(),
    };

    public static CertificateSigningRequest Renewal(Pkcs10Builder? request = null) =>
        Client(request) with { Username = "system:node:master-0", Groups = ["system:nodes", "system:authenticated"] };

    public static CertificateSigningRequest Serving(params byte[][] names) =>
        Serving(new Pkcs10Builder { Names = names.Length > 0 ? names : [Pkcs10Builder.Dns("master-0"), Pkcs10Builder.Ip("192.168.32.10")] });

    public static CertificateSigningRequest Serving(Pkcs10Builder request) => new()
    {
        Meta = Meta("csr-serving", Now - TimeSpan.FromMinutes(1)),
        SignerName = "kubernetes.io/kubelet-serving",
        Username = "system:node:master-0",
        Groups = ["system:nodes", "system:authenticated"],
        Usages = EcServingUsages,
        Request = request.ToPem(),
    };

    public static CertificateSigningRequest Of(string pem) => Client() with { Request = pem };

    /// <summary>The same, but of another node.</summary>
    public static Pkcs10Builder RequestOf(string node) =>
        new() { Subject = [Pkcs10Builder.Organization("system:nodes"), Pkcs10Builder.CommonName("system:node:" + node)] };

    public static CertificateSigningRequest Made(this CertificateSigningRequest csr, string name, TimeSpan ago) =>
        csr with { Meta = Meta(name, Now - ago) };

    public static ObjectMeta Meta(string name, DateTimeOffset? created) => new() { Name = name, CreatedAt = created, ResourceVersion = "7" };

    private static KnownNode Node(string name, string address, params NodeAddress[] more) =>
        new(name, [new("InternalIP", address), new("Hostname", name), .. more]);
}
