using Hotstack.Http;

namespace Hotstack.OpenShift;

/// <summary>
/// Decides which failures of a starting API server are final. Just after its start it refuses connections, hangs, answers 5xx, and
/// 403 until it has read its roles. A 401 or an untrusted certificate can be transient too, while the server renews its own
/// certificates: these are final only if they last. So is a 404, where absence is a reason to give up.
/// </summary>
internal sealed class ApiPatience(TimeProvider time)
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    /// <summary>An API server that has just started may not have read its custom resources yet.</summary>
    private static readonly TimeSpan AbsenceGrace = TimeSpan.FromMinutes(1);

    private DateTimeOffset? _refusedSince;
    private DateTimeOffset? _absentSince;

    /// <summary>The object must exist: a 404 that lasts is final.</summary>
    public bool IsAbsenceFinal { get; init; }

    /// <summary>The failure of the last call; null if it succeeded.</summary>
    public ServiceException? LastFailure { get; private set; }

    /// <returns>False after a transient failure.</returns>
    /// <exception cref="ServiceException">The failure is final.</exception>
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
        if (failure.IsFinal)
        {
            return false;
        }

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
