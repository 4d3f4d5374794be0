using Hotstack.Sandbox.Cluster.Control;

namespace Hotstack.Sandbox.Cluster.Trust;

/// <summary>The certificates that OpenShift's operators manage, with their lifetimes and refresh periods.</summary>
internal sealed class CertificateInventory
{
    public const string KcmOperator = "openshift-kube-controller-manager-operator";
    public const string Kcm = "openshift-kube-controller-manager";
    public const string KasOperator = "openshift-kube-apiserver-operator";
    public const string Kas = "openshift-kube-apiserver";

    public static readonly TimeSpan MaxLife = TimeSpan.FromDays(30);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly ClusterNode[] _masters;

    /// <param name="masters">The nodes with an etcd member.</param>
    public CertificateInventory(IEnumerable<ClusterNode> masters)
    {
        _masters = [.. masters];
        var csrSignerSigner = Signer(KcmOperator, "csr-signer-signer", 60, 30, recovers: true, firstSubject: "kubelet-signer",
            firstLife: Day);
        NextCsrSigner = Add(new ManagedCertificate
        {
            Namespace = KcmOperator, Name = "csr-signer", Signer = csrSignerSigner, Subject = "kube-csr-signer_@{0}",
                FirstSubject = "kube-csr-signer",
            Life = MaxLife, Refresh = Day * 15, Recovers = true,
        });
        CsrSigner = new ManagedCertificate
        {
            Namespace = Kcm, Name = "csr-signer", Signer = csrSignerSigner, Subject = "kube-csr-signer_@{0}",
                FirstSubject = "kube-csr-signer",
            Life = MaxLife, Refresh = Day * 15, IsMarked = false,
        };
        AddClients();
        AddServing();
        AddEtcd(_masters);
        AddServiceCaAndRouter();
        Revisioned.AddRange(All.Where(c => c.Namespace == Kas).Select(c => new ManagedCertificate
        {
            Namespace = Kas, Name = c.Name + "-7", Signer = c.Signer, Subject = c.Subject, Life = Day, Refresh = Day,
        }));
    }

    /// <summary>All that operators renew.</summary>
    public List<ManagedCertificate> All { get; } = [];

    /// <summary>The signer of the kubelets' certificates that the operator keeps.</summary>
    public ManagedCertificate NextCsrSigner { get; }

    /// <summary>Its copy, which the controller manager signs with.</summary>
    public ManagedCertificate CsrSigner { get; }

    /// <summary>The certificates of an earlier revision of the static pods, which are not renewed.</summary>
    public List<ManagedCertificate> Revisioned { get; } = [];

    public ManagedCertificate? Find(string ns, string name) =>
        ns == Kcm && name == "csr-signer" ? CsrSigner : All.Concat(Revisioned).FirstOrDefault(c => c.Namespace == ns && c.Name == name);

    /// <summary>Issues all certificates as the installer does.</summary>
    public void Install(DateTimeOffset at)
    {
        foreach (var certificate in All)
        {
            certificate.Install(at);
        }

        CsrSigner.CopyFrom(NextCsrSigner);
        Revisioned.ForEach(certificate => certificate.Install(at));
    }

    /// <summary>All certificates as they are now.</summary>
    public CertificateInventory Keep()
    {
        var kept = new CertificateInventory(_masters);
        kept.Load(this);
        return kept;
    }

    /// <summary>Becomes as another one was, of the same nodes.</summary>
    public void Load(CertificateInventory other)
    {
        foreach (var (certificate, old) in All.Zip(other.All).Concat(Revisioned.Zip(other.Revisioned)).Append((CsrSigner, other.CsrSigner)))
        {
            certificate.Load(old);
        }
    }

    private void AddClients()
    {
        var aggregator = Signer(KasOperator, "aggregator-client-signer", 30, 15, recovers: true, firstSubject: "aggregator-signer",
            firstLife: Day);
        Target(Kas, "aggregator-client", aggregator, "system:openshift-aggregator");
        var toKubelet = Signer(KasOperator, "kube-apiserver-to-kubelet-signer", 365, 292);
        Target(Kas, "kubelet-client", toKubelet, "system:kube-apiserver");
        var controlPlane = Signer(KasOperator, "kube-control-plane-signer", 60, 30, recovers: true);
        Target(Kas, "control-plane-node-admin-client-cert-key", controlPlane, "system:control-plane-node-admin");
        Target(Kas, "check-endpoints-client-cert-key", controlPlane, "system:serviceaccount:openshift-kube-apiserver:check-endpoints");
        Target("openshift-config-managed", "kube-controller-manager-client-cert-key", controlPlane, "system:kube-controller-manager");
        Target("openshift-config-managed", "kube-scheduler-client-cert-key", controlPlane, "system:kube-scheduler");
        var admin = Signer(KasOperator, "node-system-admin-signer", 3 * 365, 2 * 365);
        Add(new ManagedCertificate
        {
            Namespace = KasOperator, Name = "node-system-admin-client", Signer = admin, Subject = "system:admin", Life = Day * 730,
                Refresh = Day * 584,
        });
    }

    private void AddServing()
    {
        foreach (var (signer, keys) in new (string, string[])[]
        {
            ("loadbalancer-serving-signer", ["external-loadbalancer-serving-certkey", "internal-loadbalancer-serving-certkey"]),
            ("localhost-serving-signer", ["localhost-serving-cert-certkey"]),
            ("service-network-serving-signer", ["service-network-serving-certkey"]),
        })
        {
            var by = Signer(KasOperator, signer, 3650, 2920);
            foreach (var key in keys)
            {
                Target(Kas, key, by, key);
            }
        }

        Signer(KasOperator, "localhost-recovery-serving-signer", 3650, 2920);
    }

    private void AddEtcd(IEnumerable<ClusterNode> masters)
    {
        var etcd = Signer("openshift-etcd", "etcd-signer", 5 * 365, 5 * 292);
        foreach (var node in masters)
        {
            foreach (var kind in new[] { "peer", "serving" })
            {
                Add(new ManagedCertificate
                {
                    Namespace = "openshift-etcd", Name = $"etcd-{kind}-{node.Name}", Signer = etcd,
                        Subject = $"system:etcd-{kind}:etcd-client",
                    Life = Day * 1095, Refresh = Day * 876,
                });
            }
        }
    }

    private void AddServiceCaAndRouter()
    {
        Add(new ManagedCertificate
        {
            Namespace = "openshift-service-ca", Name = "signing-key", Subject = "openshift-service-serving-signer@{0}", Life = Day * 790,
            Refresh = Day * 395, IsMarked = false,
        });
        var router = Add(new ManagedCertificate
        {
            Namespace = "openshift-ingress-operator", Name = "router-ca", Subject = "ingress-operator@{0}", Life = Day * 730,
                Refresh = Day * 7300,
            IsMarked = false,
        });
        Add(new ManagedCertificate
        {
            Namespace = "openshift-ingress", Name = "router-certs-default", Signer = router, Subject = "*.apps.example", Life = Day * 730,
            Refresh = Day * 7300, IsMarked = false,
        });
    }

    private ManagedCertificate Signer(
        string ns, string name, int life, int refresh, bool recovers = false, string? firstSubject = null, TimeSpan? firstLife = null) =>
        Add(new ManagedCertificate
        {
            Namespace = ns, Name = name, Subject = $"{ns}_{name}@{{0}}", Life = Day * life, Refresh = Day * refresh, Recovers = recovers,
            FirstSubject = firstSubject, FirstLife = firstLife,
        });

    private void Target(string ns, string name, ManagedCertificate signer, string subject) => Add(new ManagedCertificate
    {
        Namespace = ns, Name = name, Signer = signer, Subject = subject, Life = MaxLife, Refresh = Day * 15, Recovers = true,
    });

    private ManagedCertificate Add(ManagedCertificate certificate)
    {
        All.Add(certificate);
        return certificate;
    }
}
