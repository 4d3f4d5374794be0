namespace Hotstack.OpenShift.Login;

/// <summary>A login failed before the API server was asked.</summary>
internal sealed class LoginException(ErrorCause cause, string id, DisplayText message, Exception? inner = null)
    : HotstackException(cause, id, message, inner)
{
    /// <summary>
    /// It may succeed later without anybody's help. What a login needs may run on the very cluster that is coming up: the OAuth server of
    /// <c>oc login</c>, or an identity provider.
    /// </summary>
    public bool MayPass { get; init; }
}
