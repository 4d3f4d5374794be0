using System.Text;
using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Control;
using Hotstack.Sandbox.Cluster.Objects;

namespace Hotstack.Sandbox.Cluster.Trust;

/// <summary>
/// The cluster's certificates and when they are renewed, with the lifetimes and refresh periods of OpenShift's operators. They are
/// renewed while the cluster runs; those that can be recovered, when it runs again.
/// </summary>
/// <remarks>
/// In a sandbox that is faster than real, a certificate has real dates, and is renewed when that part of its life is over at the
/// sandbox's speed. So it never ends before it is renewed, and who reads only dates expects its renewal later than it comes.
/// </remarks>
internal sealed class Certificates
{
    private const string Annotation = "auth.openshift.io/certificate-";

    // A new signer is used only when all clients had time to trust it.
    private static readonly TimeSpan CopyDelay = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(0.2);

    // The API server's controller manager antedates what it signs.
    private static readonly TimeSpan Backdate = TimeSpan.FromMinutes(5);

    private readonly ClusterClock _clock;
    private readonly ObjectStore _store;
    private readonly ControlPlane _control;
    private readonly IReadOnlyList<ClusterNode> _nodes;
    private int _schedule;
    private DateTimeOffset _stepped;
    private bool _isRecovering;

    /// <param name="clock">The cluster's time.</param>
    /// <param name="store">Where the secrets are.</param>
    /// <param name="control">Whether the operators run.</param>
    /// <param name="nodes">The nodes, whose kubelets have certificates too.</param>
    public Certificates(ClusterClock clock, ObjectStore store, ControlPlane control, IReadOnlyList<ClusterNode> nodes)
    {
        (_clock, _store, _control, _nodes) = (clock, store, control, nodes);
        Inventory = new CertificateInventory(control.Masters);
    }

    /// <summary>Raised when a kubelet has to ask for its next client certificate.</summary>
    public event Action<ClusterNode>? ClientDue;

    /// <summary>Raised when a kubelet has to ask for its next serving certificate.</summary>
    public event Action<ClusterNode>? ServingDue;

    /// <summary>Raised when the client certificate of a connected kubelet has expired.</summary>
    public event Action<ClusterNode>? ClientExpired;

    public CertificateInventory Inventory { get; }

    /// <summary>The dates of a kubelet's certificate issued now.</summary>
    public NodeCertificate ForNode(ClusterNode node, bool serving, DateTimeOffset at)
    {
        var full = at - Backdate + CertificateInventory.MaxLife;
        var until = Earlier(full, LimitBy(Inventory.CsrSigner, at));
        node.Renewals++;
        var jitter = ((node.Index * 0.31) + (serving ? 0.17 : 0) + (node.Renewals * 0.618)) % 1;
        return new NodeCertificate(at - Backdate, until, 0.7 + (0.2 * jitter));
    }

    /// <summary>When a kubelet asks for the certificate after this one.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="issued">When it was issued.</param>
    public DateTimeOffset DueOf(NodeCertificate certificate, DateTimeOffset issued) => _clock.Sooner(issued, certificate.Due);

    /// <summary>The secret of a certificate as the API shows it.</summary>
    public JsonObject View(JsonObject secret)
    {
        if (Inventory.Find(secret.Namespace(), secret.Name()) is not { } certificate)
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
        annotations["certificates.openshift.io/refresh-period"] = FormattableString.Invariant(
            $"{(int)certificate.Refresh.TotalHours}h0m0s");
        if (certificate.Recovers)
        {
            annotations["certificates.openshift.io/auto-regenerate-after-offline-expiry"] = "https://github.com/openshift/" +
                (certificate.Namespace == CertificateInventory.KcmOperator ? "cluster-kube-controller-manager-operator"
                    : "cluster-kube-apiserver-operator");
        }
    }

    /// <summary>Sets the dates of a certificate, as if it had been issued so; it is no longer renewed.</summary>
    public void Set(string ns, string name, DateTimeOffset from, DateTimeOffset until)
    {
        var certificate = Inventory.Find(ns, name) ?? throw new KeyNotFoundException($"no certificate {ns}/{name}");
        certificate.Set(from, until);
        Save(certificate);
        Reschedule();
    }

    /// <summary>Recreates a deleted secret with a new certificate, as its operator does.</summary>
    public void Deleted(JsonObject secret)
    {
        if (Inventory.All.Find(c => c.Namespace == secret.Namespace() && c.Name == secret.Name()) is not { IsFrozen: false } certificate)
        {
            return;
        }

        var next = secret.Copy();
        foreach (var key in new[] { "uid", "resourceVersion", "creationTimestamp" })
        {
            next.Metadata().Remove(key);
        }

        _clock.After(_clock.Durations.SecretRecreation, () =>
        {
            Renew(certificate, _clock.Now);
            _store.Add(ResourceTypes.Secrets, next);
            Save(certificate);
            Reschedule();
        });
    }

    /// <summary>Renews after a while what expired before the boot and can be recovered.</summary>
    public void Recover()
    {
        _isRecovering = true;
        _clock.After(_clock.Durations.CertificateRecovery, () =>
        {
            _isRecovering = false;
            Reschedule();
        });
    }

    /// <summary>Schedules the next renewal.</summary>
    public void Reschedule()
    {
        var schedule = ++_schedule;
        var pause = _clock.Scaled(Pause);
        var due = Later(Next(seeding: false), _stepped, pause > ShortestPause ? pause : ShortestPause);
        if (due < DateTimeOffset.MaxValue)
        {
            _clock.At(due, () =>
            {
                if (_schedule == schedule && _control.IsReady)
                {
                    _stepped = _clock.Now;
                    Step(_clock.Now, seeding: false);
                    Reschedule();
                }
            });
        }
    }

    /// <summary>Issues and renews all certificates as in a cluster of this age that was never off.</summary>
    /// <param name="born">When the cluster was installed.</param>
    public void Install(DateTimeOffset born)
    {
        Inventory.Install(born);
        foreach (var node in _nodes)
        {
            // The nodes join one after the other while it is installed.
            var joined = born + Backdate + TimeSpan.FromMinutes(2 * node.Index);
            joined = joined < _clock.Now ? joined : _clock.Now;
            node.Client = ForNode(node, serving: false, joined);
            node.Serving = ForNode(node, serving: true, joined);
            (node.ClientDue, node.ServingDue) = (DueOf(node.Client, joined), DueOf(node.Serving, joined));
        }

        for (var due = Next(seeding: true); due <= _clock.Now; due = Next(seeding: true))
        {
            Step(due, seeding: true);
        }
    }

    private DateTimeOffset Next(bool seeding)
    {
        var next = DateTimeOffset.MaxValue;
        if (!seeding && !_control.IsReady)
        {
            return next;
        }

        if (!_isRecovering)
        {
            foreach (var certificate in Inventory.All)
            {
                Consider(!seeding && IsLost(certificate) ? DateTimeOffset.MaxValue : DueOf(certificate));
            }

            Consider(CopyDue(seeding));
        }

        foreach (var node in _nodes.Where(n => seeding || n.IsConnected))
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

    private DateTimeOffset CopyDue(bool seeding) => Inventory.CsrSigner.IsFrozen
        || (Inventory.CsrSigner.NotBefore == Inventory.NextCsrSigner.NotBefore
        && Inventory.CsrSigner.NotAfter == Inventory.NextCsrSigner.NotAfter)
        ? DateTimeOffset.MaxValue
        : !seeding && Inventory.CsrSigner.NotAfter <= _clock.Now ? Inventory.NextCsrSigner.NotBefore : _clock.Sooner(
            Inventory.NextCsrSigner.NotBefore, Inventory.NextCsrSigner.NotBefore + CopyDelay);

    private DateTimeOffset DueOf(ManagedCertificate certificate) => _clock.Sooner(certificate.NotBefore, certificate.Due);

    private void Renew(ManagedCertificate certificate, DateTimeOffset at) =>
        certificate.Renew(at, certificate.Signer is { } signer ? LimitBy(signer, at) : DateTimeOffset.MaxValue);

    /// <summary>Until when a certificate is valid that a signer signs to its own end. The signer ages at the sandbox's speed.</summary>
    private DateTimeOffset LimitBy(ManagedCertificate signer, DateTimeOffset at) =>
        !signer.IsFrozen && _clock.Left(signer.NotBefore, signer.NotAfter, at) is { Ticks: > 0 } left ? at + left : signer.NotAfter;

    /// <summary>Whether the certificate or its signer has expired and nothing renews it.</summary>
    private bool IsLost(ManagedCertificate certificate) =>
        (!certificate.Recovers && certificate.NotAfter <= _clock.Now) || (certificate.Signer is { } signer && IsLost(signer));

    private void Step(DateTimeOffset at, bool seeding)
    {
        if (!_isRecovering)
        {
            foreach (var certificate in Inventory.All.Where(c => DueOf(c) <= at && (seeding || !IsLost(c))))
            {
                Renew(certificate, at);
                Save(certificate);
            }

            if (CopyDue(seeding) <= at)
            {
                Inventory.CsrSigner.CopyFrom(Inventory.NextCsrSigner);
                Save(Inventory.CsrSigner);
            }
        }

        foreach (var node in _nodes)
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
            node.ClientDue = Later(DueOf(node.Client, at), at, Pause);
        }

        if (node.ServingDue <= at)
        {
            node.Serving = ForNode(node, serving: true, at);
            node.ServingDue = Later(DueOf(node.Serving, at), at, Pause);
        }
    }

    private void RenewByRequest(ClusterNode node, DateTimeOffset at)
    {
        if (node.Beats && (node.Client is null || node.Client.NotAfter <= at))
        {
            ClientExpired?.Invoke(node);
        }
        else if (node.ClientDue <= at)
        {
            ClientDue?.Invoke(node);
        }

        if (node.Beats && node.ServingDue <= at)
        {
            ServingDue?.Invoke(node);
        }
    }

    // A certificate by a signer that expires soon is due again at once; the pause keeps that from looping.
    private static DateTimeOffset Later(DateTimeOffset due, DateTimeOffset at, TimeSpan pause) => due < at + pause ? at + pause : due;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private void Save(ManagedCertificate certificate)
    {
        _store.Change(ResourceTypes.Secrets, certificate.Namespace, certificate.Name, secret =>
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
}
