using System.Text;
using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Cluster;

/// <summary>
/// The cluster's certificates and when they change: lives and refresh periods as OpenShift's operators
/// have them. They change while the cluster runs; those that can be recovered, once it runs again.
/// </summary>
internal sealed class Certificates
{
    public const string KcmOperator = "openshift-kube-controller-manager-operator";
    public const string Kcm = "openshift-kube-controller-manager";
    public const string KasOperator = "openshift-kube-apiserver-operator";
    public const string Kas = "openshift-kube-apiserver";

    private const string Annotation = "auth.openshift.io/certificate-";

    // A new signer is not used before all had the time to learn that it is to be trusted.
    private static readonly TimeSpan CopyDelay = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    // The API server's controller manager antedates what it signs.
    private static readonly TimeSpan Backdate = TimeSpan.FromMinutes(5);

    private readonly OpenShift _cluster;
    private readonly ManagedCertificate _csrSignerSigner;
    private readonly ManagedCertificate _csrSigner;
    private int _armed;
    private DateTimeOffset _stepped;
    private bool _recovering;

    public Certificates(OpenShift cluster)
    {
        _cluster = cluster;
        _csrSignerSigner = Signer(KcmOperator, "csr-signer-signer", 60, 30, recovers: true, firstSubject: "kubelet-signer", firstLife: Day);
        _csrSigner = Add(new ManagedCertificate
        {
            Namespace = KcmOperator, Name = "csr-signer", Signer = _csrSignerSigner, Subject = "kube-csr-signer_@{0}", FirstSubject = "kube-csr-signer",
            Life = Longest, Refresh = Day * 15, Recovers = true,
        });
        CsrSigner = new ManagedCertificate
        {
            Namespace = Kcm, Name = "csr-signer", Signer = _csrSignerSigner, Subject = "kube-csr-signer_@{0}", FirstSubject = "kube-csr-signer",
            Life = Longest, Refresh = Day * 15, IsMarked = false,
        };
        var aggregator = Signer(KasOperator, "aggregator-client-signer", 30, 15, recovers: true, firstSubject: "aggregator-signer", firstLife: Day);
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
            Namespace = KasOperator, Name = "node-system-admin-client", Signer = admin, Subject = "system:admin", Life = Day * 730, Refresh = Day * 584,
        });
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
        var etcd = Signer("openshift-etcd", "etcd-signer", 5 * 365, 5 * 292);
        foreach (var node in cluster.Masters)
        {
            foreach (var kind in new[] { "peer", "serving" })
            {
                Add(new ManagedCertificate
                {
                    Namespace = "openshift-etcd", Name = $"etcd-{kind}-{node.Name}", Signer = etcd, Subject = $"system:etcd-{kind}:etcd-client",
                    Life = Day * 1095, Refresh = Day * 876,
                });
            }
        }

        Add(new ManagedCertificate
        {
            Namespace = "openshift-service-ca", Name = "signing-key", Subject = "openshift-service-serving-signer@{0}", Life = Day * 790,
            Refresh = Day * 395, IsMarked = false,
        });
        var router = Add(new ManagedCertificate
        {
            Namespace = "openshift-ingress-operator", Name = "router-ca", Subject = "ingress-operator@{0}", Life = Day * 730, Refresh = Day * 7300,
            IsMarked = false,
        });
        Add(new ManagedCertificate
        {
            Namespace = "openshift-ingress", Name = "router-certs-default", Signer = router, Subject = "*.apps.example", Life = Day * 730,
            Refresh = Day * 7300, IsMarked = false,
        });
        Install();
    }

    public List<ManagedCertificate> All { get; } = [];

    /// <summary>What the controller manager signs kubelets' certificates with.</summary>
    public ManagedCertificate CsrSigner { get; }

    /// <summary>What an earlier revision of the static pods was given; nobody renews it.</summary>
    public List<ManagedCertificate> Revisioned { get; } = [];

    public ManagedCertificate? Find(string ns, string name) =>
        ns == Kcm && name == "csr-signer" ? CsrSigner : All.Concat(Revisioned).FirstOrDefault(c => c.Namespace == ns && c.Name == name);

    /// <summary>The dates of a kubelet's certificate issued now.</summary>
    public NodeCertificate ForNode(ClusterNode node, bool serving, DateTimeOffset at)
    {
        var until = at - Backdate + Longest < CsrSigner.NotAfter ? at - Backdate + Longest : CsrSigner.NotAfter;
        node.Renewals++;
        var jitter = ((node.Index * 0.31) + (serving ? 0.17 : 0) + (node.Renewals * 0.618)) % 1;
        return new NodeCertificate(at - Backdate, until, 0.7 + (0.2 * jitter));
    }

    /// <summary>The secret of a certificate as the API shows it.</summary>
    public JsonObject View(JsonObject secret)
    {
        if (Find(secret.Namespace(), secret.Name()) is not { } certificate)
        {
            return secret;
        }

        var view = secret.Copy();
        var data = view.Child("data");
        data["tls.crt"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(certificate.Pem));
        data["tls.key"] = Convert.ToBase64String(Encoding.UTF8.GetBytes("sandbox-secret-key-material"));
        return view;
    }

    public static void Annotate(JsonObject secret, ManagedCertificate certificate)
    {
        var annotations = secret.Metadata().Child("annotations");
        annotations[Annotation + "not-before"] = certificate.NotBefore.Kube();
        annotations[Annotation + "not-after"] = certificate.NotAfter.Kube();
        annotations[Annotation + "issuer"] = certificate.IssuerName;
        annotations["certificates.openshift.io/refresh-period"] = FormattableString.Invariant($"{(int)certificate.Refresh.TotalHours}h0m0s");
        if (certificate.Recovers)
        {
            annotations["certificates.openshift.io/auto-regenerate-after-offline-expiry"] = "https://github.com/openshift/" +
                (certificate.Namespace == KcmOperator ? "cluster-kube-controller-manager-operator" : "cluster-kube-apiserver-operator");
        }
    }

    /// <summary>Sets the dates of a certificate, as if it had been issued so; nobody renews it any more.</summary>
    public void Set(string ns, string name, DateTimeOffset from, DateTimeOffset until)
    {
        var certificate = Find(ns, name) ?? throw new KeyNotFoundException($"no certificate {ns}/{name}");
        certificate.Set(from, until);
        Store(certificate);
        Arm();
    }

    /// <summary>Somebody deleted a secret: the operator that keeps it makes it anew.</summary>
    public void Deleted(JsonObject secret)
    {
        if (All.Find(c => c.Namespace == secret.Namespace() && c.Name == secret.Name()) is not { IsFrozen: false } certificate)
        {
            return;
        }

        var next = secret.Copy();
        foreach (var key in new[] { "uid", "resourceVersion", "creationTimestamp" })
        {
            next.Metadata().Remove(key);
        }

        _cluster.After(_cluster.Durations.SecretRecreation, () =>
        {
            certificate.Renew(_cluster.Now);
            _cluster.Store.Add(ResourceTypes.Secrets, next);
            Store(certificate);
            Arm();
        });
    }

    /// <summary>The cluster runs again: what expired meanwhile and can be made anew is, a while from now.</summary>
    public void Recover()
    {
        _recovering = true;
        _cluster.After(_cluster.Durations.CertificateRecovery, () =>
        {
            _recovering = false;
            Arm();
        });
    }

    /// <summary>Schedules the next change.</summary>
    public void Arm()
    {
        var armed = ++_armed;
        var due = Later(Next(seeding: false), _stepped);
        if (due < DateTimeOffset.MaxValue)
        {
            _cluster.Cloud.At(due, () =>
            {
                if (_armed == armed && _cluster.IsReady)
                {
                    _stepped = _cluster.Now;
                    Step(_cluster.Now, seeding: false);
                    Arm();
                }
            });
        }
    }

    /// <summary>All as it must have come in a cluster of this age that was never off.</summary>
    private void Install()
    {
        foreach (var certificate in All)
        {
            certificate.Install(_cluster.Born);
        }

        CsrSigner.CopyFrom(_csrSigner);
        foreach (var certificate in All.Where(c => c.Namespace == Kas))
        {
            var old = new ManagedCertificate
            {
                Namespace = Kas, Name = certificate.Name + "-7", Signer = certificate.Signer, Subject = certificate.Subject, Life = Day, Refresh = Day,
            };
            old.Install(_cluster.Born);
            Revisioned.Add(old);
        }

        foreach (var node in _cluster.Nodes)
        {
            // The nodes join one after the other while it is installed.
            var joined = _cluster.Born + Backdate + TimeSpan.FromMinutes(2 * node.Index);
            joined = joined < _cluster.Now ? joined : _cluster.Now;
            node.Client = ForNode(node, serving: false, joined);
            node.Serving = ForNode(node, serving: true, joined);
            (node.ClientDue, node.ServingDue) = (node.Client.Due, node.Serving.Due);
        }

        for (var due = Next(seeding: true); due <= _cluster.Now; due = Next(seeding: true))
        {
            Step(due, seeding: true);
        }
    }

    private DateTimeOffset Next(bool seeding)
    {
        var next = DateTimeOffset.MaxValue;
        if (!seeding && !_cluster.IsReady)
        {
            return next;
        }

        if (!_recovering)
        {
            foreach (var certificate in All)
            {
                Consider(!seeding && IsDead(certificate) ? DateTimeOffset.MaxValue : certificate.Due);
            }

            Consider(CopyDue(seeding));
        }

        foreach (var node in _cluster.Nodes.Where(n => seeding || n.IsConnected))
        {
            Consider(node.ClientDue);
            if (seeding || node.Beats)
            {
                Consider(node.ServingDue);
            }

            if (node.Beats && node.Client is { } client)
            {
                Consider(client.NotAfter);
            }
        }

        return next;

        void Consider(DateTimeOffset due) => next = due < next ? due : next;
    }

    private DateTimeOffset CopyDue(bool seeding) => CsrSigner.IsFrozen || CsrSigner.NotBefore == _csrSigner.NotBefore && CsrSigner.NotAfter == _csrSigner.NotAfter
        ? DateTimeOffset.MaxValue
        : !seeding && CsrSigner.NotAfter <= _cluster.Now ? _csrSigner.NotBefore : _csrSigner.NotBefore + CopyDelay;

    /// <summary>It, or what signs it, has expired, and nobody makes it anew.</summary>
    private bool IsDead(ManagedCertificate certificate) =>
        (!certificate.Recovers && certificate.NotAfter <= _cluster.Now) || (certificate.Signer is { } signer && IsDead(signer));

    private void Step(DateTimeOffset at, bool seeding)
    {
        if (!_recovering)
        {
            foreach (var certificate in All.Where(c => c.Due <= at && (seeding || !IsDead(c))))
            {
                certificate.Renew(at);
                Store(certificate);
            }

            if (CopyDue(seeding) <= at)
            {
                CsrSigner.CopyFrom(_csrSigner);
                Store(CsrSigner);
            }
        }

        foreach (var node in _cluster.Nodes)
        {
            if (seeding)
            {
                Renew(node, at);
            }
            else if (node.IsConnected)
            {
                RenewByRequest(node, at);
            }
        }
    }

    private void Renew(ClusterNode node, DateTimeOffset at)
    {
        if (node.ClientDue <= at)
        {
            node.Client = ForNode(node, serving: false, at);
            node.ClientDue = Later(node.Client.Due, at);
        }

        if (node.ServingDue <= at)
        {
            node.Serving = ForNode(node, serving: true, at);
            node.ServingDue = Later(node.Serving.Due, at);
        }
    }

    private void RenewByRequest(ClusterNode node, DateTimeOffset at)
    {
        if (node.Beats && (node.Client is null || node.Client.NotAfter <= at))
        {
            _cluster.LoseCertificate(node);
        }
        else if (node.ClientDue <= at)
        {
            _cluster.Csrs.AskForClient(node);
        }

        if (node.Beats && node.ServingDue <= at)
        {
            _cluster.Csrs.AskForServing(node);
        }
    }

    // With a signer about to end a new certificate is due again at once; nobody asks without a pause.
    private static DateTimeOffset Later(DateTimeOffset due, DateTimeOffset at) => due < at + Pause ? at + Pause : due;

    private void Store(ManagedCertificate certificate)
    {
        _cluster.Store.Change(ResourceTypes.Secrets, certificate.Namespace, certificate.Name, secret =>
        {
            if (certificate.IsMarked)
            {
                Annotate(secret, certificate);
            }
            else
            {
                secret.Metadata().Child("annotations")["sandbox/issued"] = certificate.NotBefore.Kube();
            }
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
        Namespace = ns, Name = name, Signer = signer, Subject = subject, Life = Longest, Refresh = Day * 15, Recovers = true,
    });

    private ManagedCertificate Add(ManagedCertificate certificate)
    {
        All.Add(certificate);
        return certificate;
    }
}
