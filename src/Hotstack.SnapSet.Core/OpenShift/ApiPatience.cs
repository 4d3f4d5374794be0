using Hotstack.Http;

namespace Hotstack.OpenShift;

/// <summary>
/// Which failures of an API server that may be coming up are final. Just after its start it refuses connections, hangs,
/// answers 5xx, and, until its roles are read, 403. Not accepting us at all (401), or showing a certificate that we do not
/// trust, can be passing too, while its own certificates are made anew; so these are final only when they last.
/// </summary>
internal sealed class ApiPatience(TimeProvider time)
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    private DateTimeOffset? _refusedSince;

    /// <summary>Why the last call failed; null if it did not.</summary>
    public ServiceException? LastFailure { get; private set; }

    /// <returns>False if it failed in a way that may pass.</returns>
    /// <exception cref="ServiceException">It failed in a way that will not pass.</exception>
    public async Task<(bool IsThere, T? Value)> TryAsync<T>(Func<Task<T>> call)
    {
        try
        {
            T value = await call().ConfigureAwait(false);
            (LastFailure, _refusedSince) = (null, null);
            return (true, value);
        }
        catch (ServiceException e) when (MayPass(e))
        {
            LastFailure = e;
            return (false, default);
        }
    }

    private bool MayPass(ServiceException failure)
    {
        if (!IsRefusal(failure))
        {
            _refusedSince = null;
            return true;
        }

        _refusedSince ??= time.GetUtcNow();
        return time.GetUtcNow() - _refusedSince < Grace;
    }

    private static bool IsRefusal(ServiceException failure) =>
        failure.Cause is ErrorCause.AuthenticationFailed or ErrorCause.Forbidden || failure.Id == "CertificateNotTrusted";
}
