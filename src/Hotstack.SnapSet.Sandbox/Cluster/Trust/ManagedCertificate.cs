namespace Hotstack.Sandbox.Cluster.Trust;

/// <summary>A certificate in a secret, which an operator renews.</summary>
internal sealed class ManagedCertificate
{
    private Lazy<string>? _pem;
    private (DateTimeOffset, DateTimeOffset) _pemOf;

    public required string Namespace { get; init; }

    public required string Name { get; init; }

    /// <summary>Its signer; null if it is self-signed.</summary>
    public ManagedCertificate? Signer { get; init; }

    /// <summary>Its common name; <c>{0}</c> becomes the time of issue.</summary>
    public required string Subject { get; init; }

    /// <summary>The common name that the installer gave it, if it differs.</summary>
    public string? FirstSubject { get; init; }

    /// <summary>The lifetime that the installer gave it, if it differs.</summary>
    public TimeSpan? FirstLife { get; init; }

    public required TimeSpan Life { get; init; }

    /// <summary>The age at which the operator renews it, if that is before 80 % of its life.</summary>
    public required TimeSpan Refresh { get; init; }

    /// <summary>Renewed at a boot if it expired while the cluster was off.</summary>
    public bool Recovers { get; init; }

    /// <summary>Whether the secret has the label and annotations of managed certificates.</summary>
    public bool IsMarked { get; init; } = true;

    public bool IsFirst { get; private set; } = true;

    /// <summary>A test set its dates: it is not renewed.</summary>
    public bool IsFrozen { get; private set; }

    public DateTimeOffset NotBefore { get; private set; }

    public DateTimeOffset NotAfter { get; private set; }

    public bool IsSigner => Signer is null || Name.EndsWith("-signer", StringComparison.Ordinal);

    public string CommonName => IsFirst && FirstSubject is not null
        ? FirstSubject
        : string.Format(System.Globalization.CultureInfo.InvariantCulture, Subject, NotBefore.ToUnixTimeSeconds());

    public string IssuerName => Signer?.CommonName ?? CommonName;

    /// <summary>When the operator renews it, by the clock.</summary>
    public DateTimeOffset Due
    {
        get
        {
            if (IsFrozen)
            {
                return DateTimeOffset.MaxValue;
            }

            var old = NotAfter - ((NotAfter - NotBefore) / 5);
            return old < NotBefore + Refresh ? old : NotBefore + Refresh;
        }
    }

    /// <summary>Issued when it is first asked for: most sandboxes are never asked, and a signature costs time.</summary>
    public string Pem => Issued().Value;

    public void Install(DateTimeOffset at)
    {
        var until = at + (FirstLife ?? Life);
        (NotBefore, NotAfter) = (at, Signer is { } signer && signer.NotAfter < until ? signer.NotAfter : until);
    }

    /// <param name="at">The time.</param>
    /// <param name="limit">The latest end that its signer gives.</param>
    public void Renew(DateTimeOffset at, DateTimeOffset limit)
    {
        IsFirst = false;
        (NotBefore, NotAfter) = (at, at + Life < limit ? at + Life : limit);
    }

    /// <summary>Becomes the same certificate as another.</summary>
    public void CopyFrom(ManagedCertificate other)
    {
        IsFirst = other.IsFirst;
        (NotBefore, NotAfter) = (other.NotBefore, other.NotAfter);
        _pem = other.Issued();
        _pemOf = (NotBefore, NotAfter);
    }

    /// <summary>Becomes the same certificate as that of another cluster.</summary>
    public void Load(ManagedCertificate other)
    {
        CopyFrom(other);
        IsFrozen = other.IsFrozen;
    }

    /// <summary>Sets the dates and keeps them.</summary>
    public void Set(DateTimeOffset from, DateTimeOffset until) => (NotBefore, NotAfter, IsFrozen) = (from, until, true);

    /// <summary>With the names and dates of now, whenever it is issued.</summary>
    private Lazy<string> Issued()
    {
        if (_pem is null || _pemOf != (NotBefore, NotAfter))
        {
            var (subject, issuer, from, until) = ("CN=" + CommonName, "CN=" + IssuerName, NotBefore, NotAfter);
            _pem = new Lazy<string>(() =>
            {
                using var certificate = Pki.Issue(subject, issuer, from, until, IsSigner ? null : Pki.ClientAuth, isAuthority: IsSigner);
                return certificate.ExportCertificatePem() + "\n";
            });
            _pemOf = (NotBefore, NotAfter);
        }

        return _pem;
    }
}
