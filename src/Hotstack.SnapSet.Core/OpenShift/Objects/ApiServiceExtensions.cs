using k8s.Models;

namespace Hotstack.OpenShift.Objects;

/// <summary>What we ask of API services: a version of an API group, and who serves it.</summary>
internal static class ApiServiceExtensions
{
    extension(V1APIService api)
    {
        /// <summary>The group; empty for the core's.</summary>
        public string Group => api.Spec?.Group ?? "";

        /// <summary>The version.</summary>
        public string Version => api.Spec?.Version ?? "";

        /// <summary>Served by a service in the cluster, not by the API server itself.</summary>
        public bool IsAggregated => api.Spec?.Service is not null;

        /// <summary>The service that serves it, by namespace and name: <c>openshift-apiserver/api</c>; null for the API server itself.</summary>
        public string? ServiceName => api.Spec?.Service is { } service ? $"{service.NamespaceProperty}/{service.Name}" : null;

        /// <summary>Belongs to OpenShift itself, and not to what was installed later.</summary>
        public bool IsOfOpenShift =>
            api.Group.EndsWith(".openshift.io", StringComparison.Ordinal) || api.ServiceName?.StartsWith("openshift-", StringComparison.Ordinal) == true;

        /// <summary>Its conditions: <c>Available</c>.</summary>
        public IReadOnlyList<Condition> Conditions => [.. (api.Status?.Conditions ?? []).Select(Condition.From)];

        /// <summary>The API server can pass requests on to it, and says so.</summary>
        public bool IsAvailable => api.Conditions.Find("Available")?.IsTrue == true;
    }
}
