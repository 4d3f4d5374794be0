namespace Hotstack.OpenStack.Configuration;

/// <summary>The ways to authenticate that are supported, by the one name each has after normalisation.</summary>
public static class AuthTypes
{
    /// <summary>User and password; also written <c>v3password</c>.</summary>
    public const string Password = "password";

    /// <summary>A token that becomes another one; also written <c>v3token</c>.</summary>
    public const string Token = "token";

    public const string ApplicationCredential = "v3applicationcredential";

    /// <summary>A fixed token for a fixed endpoint, without Keystone; also written <c>token_endpoint</c>.</summary>
    public const string AdminToken = "admin_token";

    /// <summary>No authentication at all, for a service that runs without Keystone.</summary>
    public const string None = "none";
}
