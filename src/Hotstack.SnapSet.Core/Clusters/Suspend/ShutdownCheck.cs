using System.Collections.Frozen;
using Hotstack.Clusters.Assess;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using k8s;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>Refuses to shut down a cluster that is not safe to shut down, or without the permissions for it.</summary>
internal sealed class ShutdownCheck(Cloud cloud, Cluster cluster, SuspendClusterRequest request, IActivity activity)
{
    /// <summary>The checks that <c>-ForceRotation</c> makes pass.</summary>
    private static readonly FrozenSet<string> RenewableChecks = FrozenSet.ToFrozenSet(
        [
            CheckName.CsrSignerSigner, CheckName.CsrSigner, CheckName.CsrSignerCopy, CheckName.AggregatorSigner, CheckName.AggregatorClient,
            CheckName.KubeletCertificates,
        ]);

    /// <summary>Checks services and, unless the request skips them, certificates.</summary>
    /// <param name="state">What became of the cluster, for the message of a refusal.</param>
    /// <param name="stop">Stops the check.</param>
    /// <param name="areRenewed">The requested rotation of certificates is done.</param>
    /// <exception cref="HotstackException"><c>ClusterNotSafe</c>, <c>HostedControlPlane</c>.</exception>
    public async Task<ClusterReport> RunAsync(string state, CancellationToken stop, bool areRenewed = false)
    {
        ClusterReport report = await ReportAsync(stop);
        if (report.Verdict == ClusterVerdict.NotSupported)
        {
            throw ClusterKind.HostedRefusal(cluster.Name);
        }

        if (report.DatesDoubt is { } doubt)
        {
            activity.Warning($"The dates until which the cluster can be revived are upper bounds: {doubt}.");
        }

        bool certificatesMayFail = request.SkipCertificateCheck || (request.ForceRotation && !areRenewed);
        Refuse(certificatesMayFail ? [] : report.CertificateChecks, report.RolloutChecks, state);
        return report;
    }

    /// <summary>Checks only the certificates again: since the first check they may have been renewed, or come near their end. The other
    /// checks would fail on nodes that are cordoned or drained by now.</summary>
    /// <exception cref="HotstackException"><c>ClusterNotSafe</c>.</exception>
    public async Task<ClusterReport> RepeatAsync(CancellationToken stop)
    {
        ClusterReport report = await ReportAsync(stop);
        Refuse(request.SkipCertificateCheck ? [] : report.CertificateChecks, [], "");
        return report;
    }

    private Task<ClusterReport> ReportAsync(CancellationToken stop) =>
        new TestCluster(cluster).RunAsync(
            new TestClusterRequest
            {
                MinimumValidity = request.MinimumValidity,
                IgnoreOperators = request.IgnoreOperators,
                IgnoreApiServices = request.IgnoreApiServices,
                CloudNow = cloud.IsTimeKnown ? cloud.Now : null,
            },
            activity, stop);

    private void Refuse(IReadOnlyList<ClusterCheck> certificates, IReadOnlyList<ClusterCheck> rollouts, string state)
    {
        ClusterJudgement judgement = ClusterJudgement.Of([.. certificates, .. rollouts]);
        if (judgement.Verdict == ClusterVerdict.Safe)
        {
            return;
        }

        string eta = judgement.Eta is { } time ? $"It should be safe by {time.UtcDateTime:u}." : "";
        string verdict = judgement.Verdict == ClusterVerdict.Unknown ? "may be unsafe to shut down" : "is not safe to shut down yet";
        throw new ViolationsException(
            "ClusterNotSafe", $"Cluster '{cluster.Name}' {verdict}", judgement.Reasons, ErrorCause.Conflict, $"{eta}{state}".Trim())
        {
            Target = cluster.Name,
            Hint = HintFor(certificates, rollouts),
        };
    }

    private string HintFor(IEnumerable<ClusterCheck> certificates, IEnumerable<ClusterCheck> rollouts)
    {
        ClusterCheck[] ofCertificates = [.. certificates.Where(IsObstacle)];
        ClusterCheck[] transient = [.. rollouts.Where(check => IsObstacle(check) && !check.NeedsAction)];
        string[] parts =
        [
            "Test-HotstackCluster shows all checks.",
            .. If(!request.ForceRotation && Array.Exists(ofCertificates, IsRenewable),
                "Use Wait-HotstackCluster -For CertificateRotation to wait until the cluster renews its certificates, or "
                    + "Suspend-HotstackCluster -ForceRotation to renew them at once."),
            .. If(Array.Exists(transient, check => check.Check == CheckName.Operators),
                "Use Wait-HotstackCluster -For Stable to wait for the operators, or -IgnoreOperator to ignore those that "
                    + "do not matter to you."),
            .. If(Array.Exists(transient, check => check.Check != CheckName.Operators),
                "Wait-HotstackCluster -For Ready waits for the rest."),
            .. If(ofCertificates.Length > 0, "Use -SkipCertificateCheck to accept the risk of expired certificates."),
        ];
        return string.Join(" ", parts);
    }

    private static bool IsObstacle(ClusterCheck check) => check.Result is ClusterCheckResult.Failed or ClusterCheckResult.Unknown;

    private static bool IsRenewable(ClusterCheck check) =>
        check.Result == ClusterCheckResult.Failed && !check.NeedsAction && RenewableChecks.Contains(check.Check);

    private static string[] If(bool isSo, string part) => isSo ? [part] : [];

    /// <summary>Asks the cluster for the permissions that the shutdown needs, before the first change.</summary>
    /// <exception cref="HotstackException">A permission is missing (<c>RightsMissing</c>).</exception>
    public async Task RequirePermissionsAsync(CancellationToken stop)
    {
        string?[] missing = await Fanout.SelectAsync(
            Permissions(), async (permission, token) => await IsMissingAsync(permission, token) ? permission.ToString() : null, stop);
        if (missing.OfType<string>().ToArray() is { Length: > 0 } all)
        {
            throw new HotstackException(
                ErrorCause.Forbidden, "RightsMissing",
                $"The user of context '{cluster.Context}' lacks permissions that this shutdown needs: {string.Join(", ", all)}. "
                + "Nothing was changed.")
            {
                Target = cluster.Name,
                Hint = "Use the installer's kubeconfig (auth/kubeconfig), or request a ClusterRole with these permissions.",
            };
        }
    }

    private IEnumerable<Permission> Permissions()
    {
        yield return new("patch", "", "nodes");
        if (request.NeedsHelperPods)
        {
            if (request.HelperImage is null)
            {
                yield return new("get", "apps", "daemonsets") { Namespace = HelperImage.Namespace };
                yield return new("list", "", "pods") { Namespace = HelperImage.Namespace };
            }

            yield return new("create", "", "namespaces");
            yield return new("delete", "", "namespaces");
            yield return new("create", "", "serviceaccounts");
            yield return new("create", "", "pods");
            yield return new("get", "", "pods");
            yield return new("get", "", "pods", "log");
            yield return new("delete", "", "pods");
        }

        if (request.Drain)
        {
            yield return new("list", "", "pods");
            yield return new("create", "", "pods", "eviction");
        }

        if (request.ForceRotation)
        {
            yield return new("delete", "", "secrets");
            yield return new("update", "certificates.k8s.io", "certificatesigningrequests", "approval");
        }
    }

    private async Task<bool> IsMissingAsync(Permission permission, CancellationToken stop)
    {
        var review = new V1SelfSubjectAccessReview
        {
            ApiVersion = $"{V1SelfSubjectAccessReview.KubeGroup}/{V1SelfSubjectAccessReview.KubeApiVersion}",
            Kind = V1SelfSubjectAccessReview.KubeKind,
            Spec = new V1SelfSubjectAccessReviewSpec
            {
                ResourceAttributes = new V1ResourceAttributes
                {
                    Verb = permission.Verb,
                    Group = permission.ApiGroup,
                    Resource = permission.Resource,
                    Subresource = permission.Subresource,
                    NamespaceProperty = permission.Namespace,
                },
            },
        };
        try
        {
            review = await cluster.Client.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(review, cancellationToken: stop);
            return review.Status is { Allowed: false };
        }
        catch (ServiceException e)
        {
            // Without the permission, the step itself fails.
            activity.Verbose($"The permission to {permission} could not be checked: {e.Message}");
            return false;
        }
    }

    private sealed record Permission(string Verb, string ApiGroup, string Resource, string? Subresource = null)
    {
        /// <summary>Null for all namespaces.</summary>
        public string? Namespace { get; init; }

        /// <summary>As the API server writes it in a refusal.</summary>
        public override string ToString() =>
            $"{Verb} {Resource}{(Subresource is null ? "" : $"/{Subresource}")}{(ApiGroup.Length == 0 ? "" : $".{ApiGroup}")}"
            + (Namespace is null ? "" : $" in namespace {Namespace}");
    }
}
