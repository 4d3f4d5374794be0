namespace Hotstack.Sandbox.Cluster.Objects;

/// <summary>All kinds of objects the cluster serves.</summary>
internal static class ResourceTypes
{
    public const string Config = "config.openshift.io";
    public const string Operator = "operator.openshift.io";
    public const string Lifecycle = "operators.coreos.com";
    public const string OpenStack = "core.openstack.org";
    public const string Metal = "metal3.io";
    public const string MachineConfig = "machineconfiguration.openshift.io";

    /// <summary>The groups that openshift-apiserver and the OAuth API server serve through the aggregator.</summary>
    public static readonly string[] Aggregated =
    [
        .. new[] { "apps", "authorization", "build", "image", "oauth", "project", "quota", "route", "security", "template", "user" }
            .Select(g => g + ".openshift.io"),
    ];

    public static readonly ResourceType Nodes = new("", "v1", "nodes", "Node", false)
    {
        HasStatus = true, ShortNames = ["no"], Subresources = [("proxy", "NodeProxyOptions")],
    };

    public static readonly ResourceType Namespaces = new("", "v1", "namespaces", "Namespace", false)
    {
        HasStatus = true, ShortNames = ["ns"], Subresources = [("finalize", "Namespace")],
    };

    public static readonly ResourceType Pods = new("", "v1", "pods", "Pod", true)
    {
        HasStatus = true, ReturnsDeleted = true, ShortNames = ["po"], Subresources = [("log", "Pod"), ("eviction", "Eviction")],
    };

    public static readonly ResourceType Secrets = new("", "v1", "secrets", "Secret", true);
    public static readonly ResourceType ConfigMaps = new("", "v1", "configmaps", "ConfigMap", true) { ShortNames = ["cm"] };
    public static readonly ResourceType ServiceAccounts = new("", "v1", "serviceaccounts", "ServiceAccount", true)
    {
        ReturnsDeleted = true, ShortNames = ["sa"],
    };

    public static readonly ResourceType Events = new("", "v1", "events", "Event", true) { ShortNames = ["ev"] };

    public static readonly ResourceType Csrs =
        new("certificates.k8s.io", "v1", "certificatesigningrequests", "CertificateSigningRequest", false)
        {
            HasStatus = true, ShortNames = ["csr"], Subresources = [("approval", "CertificateSigningRequest")],
        };

    public static readonly ResourceType Leases = new("coordination.k8s.io", "v1", "leases", "Lease", true);
    public static readonly ResourceType ApiServices = new("apiregistration.k8s.io", "v1", "apiservices", "APIService",
        false) { HasStatus = true };

    public static readonly ResourceType Budgets = new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true)
    {
        HasStatus = true, ShortNames = ["pdb"],
    };

    public static readonly ResourceType DaemonSets = new("apps", "v1", "daemonsets", "DaemonSet", true) { HasStatus = true,
        ShortNames = ["ds"] };
    public static readonly ResourceType Deployments = new("apps", "v1", "deployments", "Deployment", true) { HasStatus = true,
        ShortNames = ["deploy"] };
    public static readonly ResourceType ReplicaSets = new("apps", "v1", "replicasets", "ReplicaSet", true) { HasStatus = true,
        ShortNames = ["rs"] };
    public static readonly ResourceType ClusterOperators = Custom(Config, "clusteroperators", "ClusterOperator", "co");
    public static readonly ResourceType ClusterVersions = Custom(Config, "clusterversions", "ClusterVersion");
    public static readonly ResourceType Infrastructures = Custom(Config, "infrastructures", "Infrastructure");
    public static readonly ResourceType ApiServers = Custom(Config, "apiservers", "APIServer");
    public static readonly ResourceType Ingresses = Custom(Config, "ingresses", "Ingress");

    public static readonly ResourceType IngressControllers =
        new(Operator, "v1", "ingresscontrollers", "IngressController", true) { HasStatus = true, IsCustom = true };

    /// <summary>What the operator lifecycle manager installed.</summary>
    public static readonly ResourceType InstalledOperators = new(Lifecycle, "v1alpha1", "clusterserviceversions", "ClusterServiceVersion",
        true)
    {
        HasStatus = true, IsCustom = true, ShortNames = ["csv", "csvs"],
    };

    /// <summary>OpenStack's control plane as its operator runs it (openstack-k8s-operators/openstack-operator).</summary>
    public static readonly ResourceType ControlPlanes =
        new(OpenStack, "v1beta1", "openstackcontrolplanes", "OpenStackControlPlane", true)
        {
            HasStatus = true, IsCustom = true, ShortNames = ["osctlplane", "osctlplanes"],
        };

    /// <summary>Physical machines, or what stands in for them (metal3-io/baremetal-operator).</summary>
    public static readonly ResourceType BareMetalHosts = new(Metal, "v1alpha1", "baremetalhosts", "BareMetalHost", true)
    {
        HasStatus = true, IsCustom = true, ShortNames = ["bmh", "bmhost"],
    };

    public static readonly ResourceType Networks = Custom(Config, "networks", "Network");
    public static readonly ResourceType Pools = Custom(MachineConfig, "machineconfigpools", "MachineConfigPool", "mcp");
    public static readonly ResourceType Etcds = Custom(Operator, "etcds", "Etcd");
    public static readonly ResourceType KubeApiServers = Custom(Operator, "kubeapiservers", "KubeAPIServer");
    public static readonly ResourceType KubeControllerManagers = Custom(Operator, "kubecontrollermanagers", "KubeControllerManager");
    public static readonly ResourceType Routes = new("route.openshift.io", "v1", "routes", "Route", true) { HasStatus = true };

    public static readonly ResourceType[] All =
    [
        Nodes, Namespaces, Pods, Secrets, ConfigMaps, ServiceAccounts, Events, Csrs, Leases, ApiServices, Budgets, DaemonSets, Deployments,
        ReplicaSets, ClusterOperators, ClusterVersions, Infrastructures, Networks, ApiServers, Ingresses, IngressControllers, Pools, Etcds,
        KubeApiServers, KubeControllerManagers, Routes, InstalledOperators, ControlPlanes, BareMetalHosts,

        // There are no objects of these kinds, but clients take a group without any kind for an error.
        new("apps.openshift.io", "v1", "deploymentconfigs", "DeploymentConfig", true) { HasStatus = true, ShortNames = ["dc"] },
        new("authorization.openshift.io", "v1", "rolebindingrestrictions", "RoleBindingRestriction", true),
        new("build.openshift.io", "v1", "builds", "Build", true) { HasStatus = true },
        new("image.openshift.io", "v1", "imagestreams", "ImageStream", true) { HasStatus = true, ShortNames = ["is"] },
        new("oauth.openshift.io", "v1", "oauthclients", "OAuthClient", false),
        new("project.openshift.io", "v1", "projects", "Project", false) { HasStatus = true },
        new("quota.openshift.io", "v1", "appliedclusterresourcequotas", "AppliedClusterResourceQuota", true),
        new("security.openshift.io", "v1", "rangeallocations", "RangeAllocation", false),
        new("template.openshift.io", "v1", "templates", "Template", true),
        new("user.openshift.io", "v1", "users", "User", false),
    ];

    /// <summary>Every API group except the core one, in discovery order.</summary>
    public static readonly string[] Groups =
    [
        "apiregistration.k8s.io", "apps", "authorization.k8s.io", "certificates.k8s.io", "coordination.k8s.io", "policy",
        .. Aggregated, Config, MachineConfig, Operator, Lifecycle, OpenStack, Metal,
    ];

    /// <summary>The one version of a group.</summary>
    public static string VersionOf(string group) => Array.Find(All, t => t.Group == group)?.Version ?? "v1";

    /// <summary>Whether an API server's own code serves the group, and no CustomResourceDefinition.</summary>
    public static bool IsBuiltIn(string group) => group.Length == 0
        || (Groups.Contains(group) && !Array.Exists(All, t => t.Group == group && t.IsCustom));

    public static ResourceType? Find(string group, string version, string plural) =>
        Array.Find(All, t => t.Plural == plural && t.Group == group && t.Version == version);

    private static ResourceType Custom(string group, string plural, string kind, params string[] shortNames) =>
        new(group, "v1", plural, kind, false) { HasStatus = true, IsCustom = true, ShortNames = shortNames };
}
