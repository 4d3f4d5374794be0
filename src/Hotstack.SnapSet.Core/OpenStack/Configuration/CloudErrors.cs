namespace Hotstack.OpenStack.Configuration;

/// <summary>The exceptions of a cloud's broken configuration. None of them takes a value that could be a secret.</summary>
internal static class CloudErrors
{
    public const string InvalidId = "CloudConfigInvalid";

    public static HotstackException Invalid(string message, string? hint = null, object? target = null) =>
        new(ErrorCause.ConfigurationInvalid, InvalidId, message) { Hint = hint, Target = target };
}
