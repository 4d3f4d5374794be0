using Hotstack.Http;
using Hotstack.OpenShift;
using k8s;
using k8s.Models;

namespace Hotstack.Clusters.Suspend;

/// <summary>Asks the cluster whether we may do all that a shutdown takes, before anything of it is done.</summary>
internal sealed class RequiredRights(Cluster cluster, IActivity activity)
{
    /// <exception cref="HotstackException">Something is not allowed (<c>RightsMissing</c>).</exception>
    public async Task RequireAsync(SuspendClusterRequest request, CancellationToken stop)
    {
        string?[] missing = await Fanout.SelectAsync(
            Of(request), async (right, token) => await IsMissingAsync(right, token) ? right.ToString() : null, stop)
            ;
        if (missing.OfType<string>().ToArray() is { Length: > 0 } all)
        {
            throw new HotstackException(
                ErrorCause.Forbidden, "RightsMissing",
                $"The user of context '{cluster.Context}' may not {string.Join(", nor ", all)}, which this shutdown needs. Nothing was changed.")
            {
                Target = cluster.Context,
                Hint = "Use the installer's kubeconfig (auth/kubeconfig), or ask for a ClusterRole with these rights.",
            };
        }
    }

    private static IEnumerable<Right> Of(SuspendClusterRequest request)
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

    private async Task<bool> IsMissingAsync(Right right, CancellationToken stop)
    {
        var review = new V1SelfSubjectAccessReview
        {
            ApiVersion = $"{V1SelfSubjectAccessReview.KubeGroup}/{V1SelfSubjectAccessReview.KubeApiVersion}",
            Kind = V1SelfSubjectAccessReview.KubeKind,
            Spec = new V1SelfSubjectAccessReviewSpec
            {
                ResourceAttributes = new V1ResourceAttributes
                {
                    Verb = right.Verb, Group = right.ApiGroup, Resource = right.Resource, Subresource = right.Subresource,
                    NamespaceProperty = right.Namespace,
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
            // The step itself will tell.
            activity.Verbose($"Whether we may {right} could not be asked: {e.Message}");
            return false;
        }
    }

    private sealed record Right(string Verb, string ApiGroup, string Resource, string? Subresource = null)
    {
        /// <summary>Where it is needed; null for everywhere.</summary>
        public string? Namespace { get; init; }

        /// <summary>As the API server names it when it refuses.</summary>
        public override string ToString() =>
            $"{Verb} {Resource}{(Subresource is null ? "" : $"/{Subresource}")}{(ApiGroup.Length == 0 ? "" : $".{ApiGroup}")}"
            + (Namespace is null ? "" : $" in namespace {Namespace}");
    }
}
