using System.Text.Json;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Certificates;

/// <summary>
/// The user-provided serving certificates: of the ingress controllers, of the API server, and of the routes of OpenShift's own
/// components. No operator renews them. With an expired one the cluster starts, but authentication and console stay Degraded, or no
/// client accepts the API, until somebody replaces it.
/// </summary>
/// <remarks>Their fields: openshift/api, operator/v1/types_ingress.go, config/v1/types_apiserver.go and types_ingress.go.</remarks>
internal sealed record ServingCertificates
{
    private const string Config = "openshift-config";
    private const string Ingress = "openshift-ingress";
    private const string IngressOperator = "openshift-ingress-operator";
    private const string Generated = "router-certs-";

    /// <summary>The certificates that could be read.</summary>
    public IReadOnlyList<ClusterCertificate> Certificates { get; init; } = [];

    /// <summary>The secrets of certificates that a user-provided one has replaced. They do not limit a revival.</summary>
    public IReadOnlyList<(string Namespace, string Name)> Unused { get; init; } = [];

    /// <summary>Why another one may end earlier; empty if none may.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Adds these to others, and removes what they have replaced.</summary>
    public IReadOnlyList<ClusterCertificate> With(IReadOnlyList<ClusterCertificate> others) =>
    [
        .. others.Where(other => !Unused.Contains((other.Namespace, other.Name)) && Certificates.All(own => $"{own}" != $"{other}")),
        .. Certificates,
    ];

    /// <exception cref="HotstackException">The API server refuses our login, or is not reached.</exception>
    public static async Task<ServingCertificates> ReadAsync(Cluster cluster, BoundedReads reads)
    {
        Task<Reading<IReadOnlyList<IngressController>>> controllers = ListControllersAsync(cluster, reads);
        Task<Reading<IReadOnlyList<string>>> named = FindNamesAsync(cluster, "apiservers", NamedCertificates, reads);
        Task<Reading<IReadOnlyList<string>>> routes = FindNamesAsync(cluster, "ingresses", ComponentRoutes, reads);
        await Task.WhenAll(controllers, named, routes);
        Reading<IReadOnlyList<IngressController>> ingress = await controllers;
        Reading<IReadOnlyList<string>>[] configured = [await named, await routes];
        IngressController[] inUse = [.. (ingress.Value ?? []).Where(controller => controller.IsInUse)];
        (string Namespace, string Name)[] keys =
        [
            .. inUse.Select(controller => (Ingress, controller.DefaultCertificate ?? Generated + controller.Name))
                .Where(key => key != KnownCertificates.DefaultRouter),
            .. configured.SelectMany(names => names.Value ?? []).Select(name => (Config, name)),
        ];
        ClusterCertificate[] read = await Fanout.SelectAsync(keys.Distinct(), (key, _) => ReadAsync(cluster, key, reads), reads.Stop);
        return new ServingCertificates
        {
            Certificates = [.. read.Where(certificate => certificate.Problem is null)],
            Unused = ingress.Value is null or { Count: 0 } || inUse.Any(Generates) ? [] : [KnownCertificates.DefaultRouter],
            Problems =
            [
                .. new[] { ingress.Problem, configured[0].Problem, configured[1].Problem }.OfType<string>()
                    .Select(problem => $"the user-provided certificates of the ingress and the API are not known: {problem}"),
                .. read.Where(certificate => certificate.Problem is not null)
                    .Select(certificate => $"the end date of {certificate} is not known: {certificate.Problem}"),
            ],
        };
    }

    /// <summary>Whether it uses the certificate that the operator makes for the default routers.</summary>
    private static bool Generates(IngressController controller) => controller.DefaultCertificate is null && controller.Name == "default";

    private static IEnumerable<string> NamedCertificates(JsonElement spec) =>
        (spec.Field("servingCerts")?.Items("namedCertificates") ?? [])
            .Select(named => named.Field("servingCertificate")?.Text("name")).OfType<string>();

    private static IEnumerable<string> ComponentRoutes(JsonElement spec) =>
        spec.Items("componentRoutes").Select(route => route.Field("servingCertKeyPairSecret")?.Text("name")).OfType<string>();

    private static Task<Reading<IReadOnlyList<IngressController>>> ListControllersAsync(Cluster cluster, BoundedReads reads) =>
        reads.TryAsync<IReadOnlyList<IngressController>>($"list {OpenShiftKinds.IngressControllers} in {IngressOperator}", async token =>
        {
            try
            {
                return (await cluster.ListAsync(OpenShiftKinds.IngressControllers, token, new() { Namespace = IngressOperator })).Items;
            }
            catch (ServiceException e) when (e.Cause == ErrorCause.NotFound)
            {
                return []; // The cluster has no such kind.
            }
        });

    private static Task<Reading<IReadOnlyList<string>>> FindNamesAsync(
        Cluster cluster, string plural, Func<JsonElement, IEnumerable<string>> names, BoundedReads reads)
    {
        var kind = new CustomKind<IReadOnlyList<string>>(
            "config.openshift.io", "v1", plural, item => item.Field("spec") is { } spec ? [.. names(spec)] : []);
        return reads.TryAsync($"get {kind}", async token => await cluster.FindAsync(kind, "cluster", token) ?? []);
    }

    private static async Task<ClusterCertificate> ReadAsync(Cluster cluster, (string Namespace, string Name) key, BoundedReads reads)
    {
        Reading<TlsSecret?> secret = await reads.TryAsync(
            $"get secrets in {key.Namespace}", token => cluster.FindTlsSecretAsync(key.Namespace, key.Name, token));
        var certificate = new ClusterCertificate { Namespace = key.Namespace, Name = key.Name };
        return secret.Value is not { } found ? certificate with { Problem = secret.Problem ?? "there is no such secret" }
            : PemCertificate.ReadChain(found.Certificates) is not { } read ? certificate with { Problem = "its tls.crt is no certificate" }
            : certificate with { NotBefore = read.NotBefore, NotAfter = read.NotAfter, Issuer = read.Issuer, Serial = read.Serial };
    }
}
