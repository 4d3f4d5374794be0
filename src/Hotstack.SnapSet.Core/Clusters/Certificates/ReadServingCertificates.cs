using System.Text.Json;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Certificates;

/// <summary>
/// Reads the certificates that somebody gave the cluster to serve with: of the ingress controllers, of the API server, and of the routes of
/// OpenShift's own components. No operator renews them. With an expired one the cluster starts, but authentication and console are
/// Degraded, or no client accepts the API, until somebody puts another in its place.
/// </summary>
/// <remarks>Where they are named: openshift/api, operator/v1/types_ingress.go, config/v1/types_apiserver.go and types_ingress.go.</remarks>
internal sealed class ReadServingCertificates(Cluster cluster)
{
    private const string Config = "openshift-config";
    private const string Ingress = "openshift-ingress";
    private const string IngressOperator = "openshift-ingress-operator";
    private const string Generated = "router-certs-";

    /// <exception cref="HotstackException">The API server does not accept us, or is not reached.</exception>
    public async Task<ServingCertificates> RunAsync(BoundedReads reads)
    {
        Task<Reading<IReadOnlyList<IngressController>>> controllers = ListControllersAsync(reads);
        Task<Reading<IReadOnlyList<string>>> named = FindNamesAsync("apiservers", NamedCertificates, reads);
        Task<Reading<IReadOnlyList<string>>> routes = FindNamesAsync("ingresses", ComponentRoutes, reads);
        await Task.WhenAll(controllers, named, routes);
        Reading<IReadOnlyList<IngressController>> ingress = await controllers;
        Reading<IReadOnlyList<string>>[] configured = [await named, await routes];
        IngressController[] inUse = [.. (ingress.Value ?? []).Where(controller => controller.IsInUse)];
        (string Namespace, string Name)[] keys =
        [
            .. inUse.Select(controller => (Ingress, controller.DefaultCertificate ?? Generated + controller.Name)).Where(key => key != KnownCertificates.DefaultRouter),
            .. configured.SelectMany(names => names.Value ?? []).Select(name => (Config, name)),
        ];
        ClusterCertificate[] read = await Fanout.SelectAsync(keys.Distinct(), (key, _) => ReadAsync(key, reads), reads.Stop);
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

    /// <summary>Uses the certificate that the operator makes for the default routers. A cluster that lists no controllers is taken to.</summary>
    private static bool Generates(IngressController controller) => controller.DefaultCertificate is null && controller.Name == "default";

    private static IEnumerable<string> NamedCertificates(JsonElement spec) =>
        (spec.Field("servingCerts")?.Items("namedCertificates") ?? []).Select(named => named.Field("servingCertificate")?.Text("name")).OfType<string>();

    private static IEnumerable<string> ComponentRoutes(JsonElement spec) =>
        spec.Items("componentRoutes").Select(route => route.Field("servingCertKeyPairSecret")?.Text("name")).OfType<string>();

    private Task<Reading<IReadOnlyList<IngressController>>> ListControllersAsync(BoundedReads reads) =>
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

    private Task<Reading<IReadOnlyList<string>>> FindNamesAsync(string plural, Func<JsonElement, IEnumerable<string>> names, BoundedReads reads)
    {
        var kind = new CustomKind<IReadOnlyList<string>>("config.openshift.io", "v1", plural, item => item.Field("spec") is { } spec ? [.. names(spec)] : []);
        return reads.TryAsync($"get {kind}", async token => await cluster.FindAsync(kind, "cluster", token) ?? []);
    }

    private async Task<ClusterCertificate> ReadAsync((string Namespace, string Name) key, BoundedReads reads)
    {
        Reading<TlsSecret?> secret = await reads.TryAsync(
            $"get secrets in {key.Namespace}", token => cluster.FindTlsSecretAsync(key.Namespace, key.Name, token));
        var certificate = new ClusterCertificate { Namespace = key.Namespace, Name = key.Name };
        return secret.Value is not { } found ? certificate with { Problem = secret.Problem ?? "there is no such secret" }
            : PemCertificate.ReadChain(found.Certificates) is not { } read ? certificate with { Problem = "its tls.crt is no certificate" }
            : certificate with { NotBefore = read.NotBefore, NotAfter = read.NotAfter, Issuer = read.Issuer, Serial = read.Serial };
    }
}

/// <summary>The certificates that somebody gave the cluster to serve with.</summary>
internal sealed record ServingCertificates
{
    /// <summary>Those that could be read.</summary>
    public IReadOnlyList<ClusterCertificate> Certificates { get; init; } = [];

    /// <summary>Secrets of certificates that such a one has replaced, and that set no end any more.</summary>
    public IReadOnlyList<(string Namespace, string Name)> Unused { get; init; } = [];

    /// <summary>Why there may be one that ends earlier; empty if there is none.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>These among the others.</summary>
    public IReadOnlyList<ClusterCertificate> With(IReadOnlyList<ClusterCertificate> others) =>
    [
        .. others.Where(other => !Unused.Contains((other.Namespace, other.Name)) && Certificates.All(own => $"{own}" != $"{other}")), .. Certificates,
    ];
}
