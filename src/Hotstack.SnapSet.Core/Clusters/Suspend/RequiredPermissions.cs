using Hotstack.Http;
using Hotstack.OpenShift;
using k8s;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>Asks the cluster for the permissions that a shutdown needs, before the first change.</summary>
internal sealed class RequiredPermissions(Cluster cluster, IActivity activity)
{
    /// <exception cref="HotstackException">A permission is missing (<c>RightsMissing</c>).</exception>
    public async Task RequireAsync(SuspendClusterRequest request, CancellationToken stop)
    {
        string?[] missing = await Fanout.SelectAsync(
            Of(request), async (permission, token) => await IsMissingAsync(permission, token) ? permission.ToString() : null, stop);
        if (missing.OfType<string>().ToArray() is { Length: > 0 } all)
        {
            throw new HotstackException(
                ErrorCause.Forbidden, "RightsMissing",
                $"The user of context '{cluster.Context}' lacks permissions that this shutdown needs: {string.Join(", ", all)}. Nothing was changed.")
            {
                Target = cluster.Context,
                Hint = "Use the installer's kubeconfig (auth/kubeconfig), or request a ClusterRole with these permissions.",
            };
        }
    }

    private static IEnumerable<Permission> Of(SuspendClusterRequest request)
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
                    Verb = permission.Verb, Group = permission.ApiGroup, Resource = permission.Resource, Subresource = permission.Subresource,
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
