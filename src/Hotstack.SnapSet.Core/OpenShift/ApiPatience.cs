using Hotstack.Http;

namespace Hotstack.OpenShift;

/// <summary>
/// Which failures of an API server that may be coming up are final. Just after its start it refuses connections, hangs,
/// answers 5xx, and, until its roles are read, 403. Not accepting us at all (401), or showing a certificate that we do not
/// trust, can be passing too, while its own certificates are made anew; so these are final only when they last. So is
/// that it lacks what is looked for (404), where its absence is a reason to give up.
/// </summary>
internal sealed class ApiPatience(TimeProvider time)
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    /// <summary>An API server that has just started may not have read its custom resources yet.</summary>
    private static readonly TimeSpan AbsenceGrace = TimeSpan.FromMinutes(1);

    private DateTimeOffset? _refusedSince;
    private DateTimeOffset? _absentSince;

    /// <summary>What is looked for has to be there: that it is not (404) is final when it lasts.</summary>
    public bool IsAbsenceFinal { get; init; }

    /// <summary>Why the last call failed; null if it did not.</summary>
    public ServiceException? LastFailure { get; private set; }

    /// <returns>False if it failed in a way that may pass.</returns>
    /// <exception cref="ServiceException">It failed in a way that will not pass.</exception>
    public async Task<(bool IsThere, T? Value)> TryAsync<T>(Func<Task<T>> call)
    {
        try
        {
            T value = await call();
            (LastFailure, _refusedSince, _absentSince) = (null, null, null);
            return (true, value);
        }
        catch (ServiceException e) when (IsTransient(e))
        {
            LastFailure = e;
            return (false, default);
        }
    }

    private bool IsTransient(ServiceException failure)
    {
        bool isRefusal = IsRefusal(failure);
        bool isAbsence = IsAbsenceFinal && failure.Cause == ErrorCause.NotFound;
        DateTimeOffset now = time.GetUtcNow();
        _refusedSince = isRefusal ? _refusedSince ?? now : null;
        _absentSince = isAbsence ? _absentSince ?? now : null;
        return (!isRefusal || now - _refusedSince < Grace) && (!isAbsence || now - _absentSince < AbsenceGrace);
    }

    private static bool IsRefusal(ServiceException failure) =>
        failure.Cause is ErrorCause.AuthenticationFailed or ErrorCause.Forbidden || failure.Id == "CertificateNotTrusted";
}
