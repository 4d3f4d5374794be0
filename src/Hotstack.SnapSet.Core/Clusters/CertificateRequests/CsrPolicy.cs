namespace Hotstack.Clusters.CertificateRequests;

/// <summary>What is done about the certificates that kubelets ask for after a long sleep.</summary>
public enum CsrPolicy
{
    /// <summary>Those that follow every rule are approved.</summary>
    Strict,

    /// <summary>They are judged and reported, and approved by nobody here.</summary>
    Report,

    /// <summary>They are only counted.</summary>
    None,
}
