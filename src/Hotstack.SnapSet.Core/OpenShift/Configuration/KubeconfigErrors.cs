namespace Hotstack.OpenShift.Configuration;

/// <summary>The exceptions of a broken kubeconfig. None of them takes a value that could be a secret.</summary>
internal static class KubeconfigErrors
{
    public const string InvalidId = "KubeconfigInvalid";

    public static HotstackException Invalid(string message, string? hint = null, object? target = null, Exception? inner = null) =>
        new(ErrorCause.ConfigurationInvalid, InvalidId, message, inner) { Hint = hint, Target = target };
}
