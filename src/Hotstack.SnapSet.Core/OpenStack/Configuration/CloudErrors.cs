using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>The exceptions of a cloud's broken configuration. None of them takes a value that could be a secret.</summary>
internal static class CloudErrors
{
    public const string InvalidId = "CloudConfigInvalid";

    /// <summary>A file that another user could have written.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="why">What <see cref="FileTrust.WhyNot"/> says.</param>
    /// <param name="variable">The variable in which the user can name it; null if there is none.</param>
    public static HotstackException NotTrusted(string path, string why, string? variable) =>
        new(ErrorCause.ConfigurationInvalid, "CloudConfigNotTrusted",
            $"{path} is not used: {why}, so it could send your password anywhere. No other file was searched for.")
        {
            Target = path,
            Hint = "If you do not know the file, leave this folder. If it is yours, make file and folder yours alone (chown, chmod go-w)"
                + (variable is null ? "." : $"; if you trust it as it is, name it in the variable {variable}."),
        };

    public static HotstackException Invalid(string message, string? hint = null, object? target = null) =>
        new(ErrorCause.ConfigurationInvalid, InvalidId, message) { Hint = hint, Target = target };
}
