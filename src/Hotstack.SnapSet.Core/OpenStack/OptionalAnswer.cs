using Hotstack.Http;

namespace Hotstack.OpenStack;

/// <summary>
/// The rule for answers that help but are not necessary: limits, quotas, flavors, previews, usage. If the cloud refuses or fails
/// such a call, a warning follows and the work continues without the answer.
/// </summary>
/// <remarks>The calls are <see cref="ApiRequest.AsOptional"/>, with few retries.</remarks>
internal static class OptionalAnswer
{
    /// <summary>Makes the call, and warns if there is no answer.</summary>
    /// <param name="call">The call.</param>
    /// <param name="consequence">What is unknown without the answer, as the beginning of a sentence; call, status and reason
    /// follow.</param>
    /// <param name="activity">Gets the warning.</param>
    /// <param name="isAnswer">A failure that answers the question and is thrown, such as an invalid template.</param>
    /// <param name="isMissingUsual">Many clouds lack the call: a 404 is only a verbose message.</param>
    /// <returns>Null without an answer.</returns>
    /// <exception cref="HotstackException">The service was not reached, or rejected the credentials.</exception>
    public static async Task<T?> AskAsync<T>(
        Func<Task<T>> call, string consequence, IActivity activity, Func<ServiceException, bool>? isAnswer = null,
            bool isMissingUsual = false)
        where T : class
    {
        try
        {
            return await call();
        }
        catch (ServiceException e) when (IsMissing(e) && isAnswer?.Invoke(e) != true)
        {
            string message = $"{consequence}: {e.Message.TrimEnd('.')}.";
            if (isMissingUsual && e.Cause == ErrorCause.NotFound)
            {
                activity.Verbose(message);
            }
            else
            {
                activity.Warning(message);
            }

            return null;
        }
    }

    /// <summary>Whether the service was reached, accepted the credentials and gave no usable answer. Failures of token, connection or
    /// certificate concern more than this call.</summary>
    public static bool IsMissing(ServiceException failure) =>
        failure.Service != "identity"
        && failure.Cause != ErrorCause.AuthenticationFailed
        && failure.Id != "RedirectRefused"
        && failure.WasReached;
}
