using Hotstack.Http;

namespace Hotstack.OpenStack;

/// <summary>
/// The one rule for answers that help and on which nothing depends: limits, quotas, flavors, previews, usage. A cloud that
/// refuses or fails such a call causes a warning, and the work continues without the answer.
/// </summary>
/// <remarks>The calls themselves are <see cref="ApiRequest.AsOptional"/>, so that they are given up soon.</remarks>
internal static class OptionalAnswer
{
    /// <summary>Asks, and warns if there is no answer.</summary>
    /// <param name="call">The call.</param>
    /// <param name="consequence">What is not known without the answer, as the begin of a sentence; the call, its status and the
    /// service's reason follow.</param>
    /// <param name="activity">Told of a missing answer.</param>
    /// <param name="isAnswer">A failure that tells what was asked, such as that a template is not right, and is thrown.</param>
    /// <param name="isMissingUsual">Many clouds do not have the call: only <c>-Verbose</c> shows a 404.</param>
    /// <returns>Null if the answer is not known.</returns>
    /// <exception cref="HotstackException">The service was not reached, or did not accept who we are.</exception>
    public static async Task<T?> AskAsync<T>(
        Func<Task<T>> call, string consequence, IActivity activity, Func<ServiceException, bool>? isAnswer = null, bool isMissingUsual = false)
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

    /// <summary>Whether the service was reached and accepted who we are, and gave no answer that can be used. A token, a connection
    /// or a trusted certificate that cannot be had is not the trouble of one call.</summary>
    public static bool IsMissing(ServiceException failure) =>
        failure.Service != "identity"
        && failure.Cause != ErrorCause.AuthenticationFailed
        && failure.Id != "RedirectRefused"
        && failure.WasReached;
}
