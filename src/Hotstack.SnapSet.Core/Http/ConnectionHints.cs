namespace Hotstack.Http;

/// <summary>What to do about a connection that fails, by where its configuration comes from.</summary>
public sealed record ConnectionHints
{
    /// <summary>For an OpenStack cloud.</summary>
    public static readonly ConnectionHints CloudsYaml = new();

    /// <summary>For a Kubernetes cluster.</summary>
    public static readonly ConnectionHints Kubeconfig = new();
}
