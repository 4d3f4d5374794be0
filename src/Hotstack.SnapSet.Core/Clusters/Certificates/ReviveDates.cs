namespace Hotstack.Clusters.Certificates;

/// <summary>Until when a cluster that is shut down now can be started again.</summary>
internal sealed class ReviveDates
{
    private const string CheckName = "OtherCertificates";

    /// <summary>A kubelet needs some time to renew after the start.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    private readonly CertificateFacts _facts;
    private readonly ClusterCertificate[] _unknown;
    private readonly ClusterCertificate[] _expired;
    private readonly ClusterCertificate? _first;

    public ReviveDates(CertificateFacts facts)
    {
        _facts = facts;
        ClusterCertificate[] lasting = [.. facts.All.Where(certificate => !certificate.RegeneratesOffline)];
        _unknown = [.. lasting.Where(certificate => certificate.NotAfter is null)];
        // The cluster runs without these: what a former release left behind, mostly.
        _expired = [.. lasting.Where(certificate => certificate.NotAfter <= facts.Now)];
        _first = lasting.Except(_expired).Except(_unknown).MinBy(certificate => certificate.NotAfter);
    }

    /// <summary>With no help; null if that cannot be told.</summary>
    public DateTimeOffset? UnattendedUntil =>
        _facts.Nodes.Count == 0 || _facts.Nodes.Any(node => node.NotAfter is null)
            ? null
            : Earlier(_facts.Nodes.Min(node => node.NotAfter!.Value) - Margin, _first?.NotAfter);

    /// <summary>With somebody to approve the nodes' signing requests; null if that cannot be told.</summary>
    public DateTimeOffset? AssistedUntil => IsKnown ? Earlier(_first!.NotAfter!.Value, _facts.KubeconfigNotAfter) : null;

    /// <summary>The certificate that sets <see cref="AssistedUntil"/>, or is why that cannot be told.</summary>
    public string? AssistedLimit => !IsKnown ? _unknown.FirstOrDefault()?.ToString()
        : _facts.KubeconfigNotAfter < _first!.NotAfter ? "the kubeconfig's client certificate"
        : _first.ToString();

    /// <summary>Why the dates are upper bounds; null if they are not.</summary>
    public string? Doubt => _facts.ServingProblems.Count == 0 ? null : string.Join("; ", _facts.ServingProblems);

    private bool IsKnown => _facts.ManagedProblem is null && _unknown.Length == 0 && _first is not null;

    public IEnumerable<ClusterCheck> Check()
    {
        if (_facts.ManagedProblem is { } problem)
        {
            yield return new(CheckName, ClusterCheckResult.Unknown, $"the cluster's certificates could not be listed: {problem}");
        }

        foreach (string serving in _facts.ServingProblems)
        {
            yield return new(CheckName, ClusterCheckResult.Warning, $"{serving}; so the dates until which the cluster can be revived are upper bounds");
        }

        foreach (ClusterCertificate certificate in _unknown)
        {
            yield return Warning(certificate,
                $"until when {certificate} is valid is not known, so neither until when the cluster can be revived: "
                + (certificate.Problem ?? "it does not tell"));
        }

        foreach (ClusterCertificate certificate in _expired)
        {
            yield return Warning(certificate,
                $"{certificate} expired at {TimeText.Of(certificate.NotAfter!.Value)}; the cluster runs nevertheless, so it is not counted");
        }
    }

    private static ClusterCheck Warning(ClusterCertificate certificate, string message) =>
        new(CheckName, ClusterCheckResult.Warning, message) { Target = certificate.ToString() };

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset? other) => other < one ? other.Value : one;
}
