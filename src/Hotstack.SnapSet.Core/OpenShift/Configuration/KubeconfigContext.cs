namespace Hotstack.OpenShift.Configuration;

/// <summary>A context as a kubeconfig lists it, whether it can be used or not.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ClusterName">The cluster that it names; empty for none.</param>
/// <param name="UserName">The user that it names; null for none.</param>
/// <param name="Server">The cluster's server; null if there is no such cluster, or it has no address.</param>
/// <param name="IsCurrent">Whether it is the one that is used where none is named.</param>
public sealed record KubeconfigContext(string Name, string ClusterName, string? UserName, Uri? Server, bool IsCurrent);
