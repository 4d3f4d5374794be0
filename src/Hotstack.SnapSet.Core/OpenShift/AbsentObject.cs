using Hotstack.Http;

namespace Hotstack.OpenShift;

/// <summary>Calls to an object that may not be there.</summary>
internal static class AbsentObject
{
    /// <returns>Null if there is none, or it was deleted before.</returns>
    public static async Task<T?> OrNullAsync<T>(this Task<T> call)
        where T : class
    {
        try
        {
            return await call;
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.NotFound)
        {
            return null;
        }
    }
}
