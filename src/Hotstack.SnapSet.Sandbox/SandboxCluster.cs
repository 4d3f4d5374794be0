using System.Text;
using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster;
using Hotstack.Sandbox.Cluster.Control;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Cluster.Trust;

namespace Hotstack.Sandbox;

/// <summary>The back door to a cluster, for tests, the demo and the admin endpoint.</summary>
public sealed class SandboxCluster
{
    private readonly SandboxCloud _cloud;
    private readonly Func<OpenShiftCluster?> _find;

    internal SandboxCluster(SandboxCloud cloud, Uri address, Func<OpenShiftCluster?> find) =>
        (_cloud, Address, _find) = (cloud, address, find);

    /// <summary>Where its API listens, with TLS.</summary>
    public Uri Address { get; }

    /// <summary>The names of its nodes.</summary>
    public IReadOnlyList<string> Nodes => Do<IReadOnlyList<string>>(c => [.. c.Nodes.Select(n => n.Name)]);

    /// <summary>Whether the API answers at all.</summary>
    public bool IsReachable => Do(c => c.Control.IsReachable);

    /// <summary>Whether its <c>/readyz</c> says ok.</summary>
    public bool IsReady => Do(c => c.Control.IsReachable && c.Control.IsReady);

    /// <summary>An object as the API returns it; null if there is none. Kinds are named as in paths: <c>nodes</c>.</summary>
    public JsonObject? Get(string plural, string name, string ns = "") => Do(c =>
        c.Store.Get(Type(plural), ns, name) is { } o ? c.Store.View(Type(plural), o).Copy() : null);

    /// <summary>All objects of a kind.</summary>
    public IReadOnlyList<JsonObject> List(string plural, string? ns = null) => Do<IReadOnlyList<JsonObject>>(c =>
        [.. c.Store.List(Type(plural), ns).Select(o => c.Store.View(Type(plural), o).Copy())]);

    /// <summary>Changes an object, past the API's checks.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public void Change(string plural, string name, Action<JsonObject> edit, string ns = "") => Do(c =>
    {
        var old = c.Store.Get(Type(plural), ns, name) ?? throw new KeyNotFoundException($"no {plural} {ns}/{name}");
        var next = c.Store.Change(Type(plural), ns, name, edit)!;
        c.KindOf(Type(plural)).Written(old, next);
        return true;
    });

    /// <summary>Adds an object.</summary>
    public void Add(string plural, JsonObject o) => Do(c =>
    {
        c.KindOf(Type(plural)).Written(null, c.Store.Add(Type(plural), o));
        return true;
    });

    /// <summary>Removes an object.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string plural, string name, string ns = "") => Do(c =>
    {
        if (c.Store.Get(Type(plural), ns, name) is not { } o)
        {
            return false;
        }

        c.Store.Remove(Type(plural), o);
        return true;
    });

    /// <summary>Forces a condition of a ClusterOperator; a null status ends that.</summary>
    public void SetOperator(string name, string condition, string? status, string reason = "Forced",
        string message = "as a test wants it") => Do(c =>
    {
        c.Operators.Force(name, condition, status, reason, message);
        return true;
    });

    /// <summary>Cuts off the API's port for a while; the cluster behind it continues.</summary>
    public void Outage(TimeSpan duration) => Do(c =>
    {
        c.Control.CutOff(duration);
        return true;
    });

    /// <summary>Replaces the API servers: the API is down, then not ready, then ready.</summary>
    public void RestartApi() => Do(c =>
    {
        c.Control.Restart();
        return true;
    });

    /// <summary>Forgets past changes: a watch from an earlier resourceVersion gets 410.</summary>
    public void ForgetEvents() => Do(c =>
    {
        c.Store.ForgetEvents();
        return true;
    });

    /// <summary>Sets the cluster's own clock ahead of the cloud's: in the Date header, heartbeats and leases.</summary>
    public void SetClockSkew(TimeSpan skew) => Do(c => c.Clock.Skew = skew);

    /// <summary>Sets what happens to pods that start on a node from now on.</summary>
    public void SetHelperPods(string node, PodFate fate) => Do(c => Node(c, node).Fate = fate);

    /// <summary>When logind powers the node off; null if no shutdown is scheduled.</summary>
    public DateTimeOffset? ScheduledShutdown(string node) => Do(c => Node(c, node).Shutdown);

    /// <summary>The directories of a node that hold an etcd backup.</summary>
    public IReadOnlyList<string> Backups(string node) => Do<IReadOnlyList<string>>(c => [.. Node(c, node).Backups]);

    /// <summary>The ends of the kubelet's certificates; null for one that it does not have.</summary>
    public (DateTimeOffset? Client, DateTimeOffset? Serving) KubeletCertificates(string node) => Do(c =>
        (Node(c, node).Client?.NotAfter, Node(c, node).Serving?.NotAfter));

    /// <summary>Sets the ends of the kubelet's certificates, which it does not renew before; null leaves one as it is.</summary>
    public void SetKubeletCertificates(string node, DateTimeOffset? client = null, DateTimeOffset? serving = null) => Do(c =>
    {
        var found = Node(c, node);
        if (client is { } until && found.Client is { } old)
        {
            found.Client = old with { NotAfter = until };
            found.ClientDue = until;
        }

        if (serving is { } end && found.Serving is { } was)
        {
            found.Serving = was with { NotAfter = end };
            found.ServingDue = end;
        }

        c.Certificates.Reschedule();
        return true;
    });

    /// <summary>The dates of a certificate that an operator manages.</summary>
    public (DateTimeOffset NotBefore, DateTimeOffset NotAfter) Certificate(string ns, string name) => Do(c =>
        c.Certificates.Inventory.Find(ns, name) is { } found ? (found.NotBefore, found.NotAfter)
            : throw new KeyNotFoundException($"no certificate {ns}/{name}"));

    /// <summary>Sets the dates of a certificate that an operator manages; it is no longer renewed.</summary>
    public void SetCertificate(string ns, string name, DateTimeOffset notBefore, DateTimeOffset notAfter) => Do(c =>
    {
        c.Certificates.Set(ns, name, notBefore, notAfter);
        return true;
    });

    /// <summary>Makes evictions in a namespace fail (429).</summary>
    public void RefuseEvictions(string ns) => Add("poddisruptionbudgets", new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = "nothing-goes", ["namespace"] = ns },
        ["spec"] = new JsonObject { ["minAvailable"] = "100%", ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject() } },
        ["status"] = new JsonObject { ["disruptionsAllowed"] = 0, ["currentHealthy"] = 1, ["desiredHealthy"] = 1, ["expectedPods"] = 1 },
    });

    /// <summary>A PKCS#10 request in PEM, for <see cref="AddCsr"/>; subjects are <c>O=system:nodes, CN=system:node:master0</c> or the like.</summary>
    public static byte[] Request(string subject, string[]? dns = null, string[]? addresses = null, string[]? uris = null,
        string[]? emails = null) =>
        Encoding.UTF8.GetBytes(Csrs.Request(subject, dns, addresses, uris, emails));

    /// <summary>Adds a pending request of a user, made <paramref name="age"/> ago.</summary>
    /// <returns>Its name.</returns>
    public string AddCsr(string user, string[] groups, string signer, string[] usages, byte[] request, TimeSpan age = default) =>
        Do(c => c.Csrs.Add(user, groups, signer, usages, request, age));

    /// <summary>Adds requests that must not be approved, one of each kind.</summary>
    /// <returns>Their names and what is wrong with them.</returns>
    public IReadOnlyDictionary<string, string> AddHostileCsrs() =>
        Do<IReadOnlyDictionary<string, string>>(c => HostileCsrs.Add(c.Csrs, c.Nodes));

    private static ClusterNode Node(OpenShiftCluster cluster, string name) => cluster.Node(name)
        ?? throw new KeyNotFoundException("no node " + name);

    private static ResourceType Type(string plural) =>
        Array.Find(ResourceTypes.All, t => t.Plural == plural) ?? throw new KeyNotFoundException("no such kind: " + plural);

    private T Do<T>(Func<OpenShiftCluster, T> work) =>
        _cloud.Do(() => work(_find() ?? throw new InvalidOperationException("There is no such cluster in this sandbox.")));
}
