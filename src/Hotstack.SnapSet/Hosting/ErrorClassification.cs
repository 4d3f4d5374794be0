using System.Management.Automation;

namespace Hotstack.Hosting;

/// <summary>Turns failures into PowerShell's errors.</summary>
internal static class ErrorClassification
{
    /// <summary>Whether every other object on this cloud would fail too. A controller's login and kubeconfig are those of one
    /// deployment.</summary>
    public static bool ConcernsAll(HotstackException failure) =>
        failure.Cause is ErrorCause.ConfigurationInvalid or ErrorCause.AuthenticationFailed
        && failure.Id is not ("SshLoginRefused" or "KubeconfigNotSelfContained");

    public static ErrorCategory CategoryOf(ErrorCause cause) => cause switch
    {
        ErrorCause.ConfigurationInvalid => ErrorCategory.InvalidData,
        ErrorCause.InputInvalid => ErrorCategory.InvalidArgument,
        ErrorCause.AuthenticationFailed => ErrorCategory.AuthenticationError,
        ErrorCause.Forbidden => ErrorCategory.PermissionDenied,
        ErrorCause.NotFound => ErrorCategory.ObjectNotFound,
        ErrorCause.Conflict => ErrorCategory.ResourceBusy,
        ErrorCause.AlreadyExists => ErrorCategory.ResourceExists,
        ErrorCause.QuotaExceeded or ErrorCause.RateLimited => ErrorCategory.LimitsExceeded,
        ErrorCause.RequestRejected or ErrorCause.ResponseInvalid => ErrorCategory.ProtocolError,
        ErrorCause.ServiceUnavailable => ErrorCategory.ConnectionError,
        ErrorCause.TimedOut => ErrorCategory.OperationTimeout,
        ErrorCause.OperationFailed => ErrorCategory.OperationStopped,
        _ => ErrorCategory.NotSpecified,
    };

    public static ErrorRecord ToErrorRecord(HotstackException failure)
    {
        var record = new ErrorRecord(failure, failure.Id, CategoryOf(failure.Cause), failure.Target);
        if (failure.Hint is { } hint)
        {
            record.ErrorDetails = new ErrorDetails(failure.Message) { RecommendedAction = hint };
        }

        return record;
    }
}
