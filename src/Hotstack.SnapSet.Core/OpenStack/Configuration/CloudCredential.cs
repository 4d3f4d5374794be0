namespace Hotstack.OpenStack.Configuration;

/// <summary>A name and a secret that replace those of the cloud's entry, which then needs neither.</summary>
/// <param name="Name">Of a user; or, where the entry authenticates by application credential, that one's id or name.</param>
/// <param name="Secret">The password, or the application credential's secret.</param>
public sealed record CloudCredential(string Name, string Secret)
{
    private const int IdLength = 32;

    /// <summary>Without the secret.</summary>
    public override string ToString() => Name;

    /// <summary>Replaces the entry's own values by both.</summary>
    /// <exception cref="HotstackException"><c>CredentialNotUsable</c>: the entry takes neither, or one is empty.</exception>
    internal void ApplyTo(Dictionary<string, string> auth, string authType, CloudEntry cloud)
    {
        if (Name.Length == 0 || Secret.Length == 0)
        {
            throw NotUsable(cloud, $"its {(Name.Length == 0 ? "user name" : "password")} is empty", null);
        }

        switch (authType)
        {
            case AuthTypes.Password:
                auth.Remove("user_id");
                auth["username"] = Name;
                auth["password"] = Secret;
                break;
            case AuthTypes.ApplicationCredential:
                auth.Remove("application_credential_id");
                auth.Remove("application_credential_name");
                auth[IsId ? "application_credential_id" : "application_credential_name"] = Name;
                auth["application_credential_secret"] = Secret;
                break;
            default:
                throw NotUsable(
                    cloud, $"it authenticates by {authType}, which takes no user name and password",
                    "Leave -Credential out, or use an entry whose auth_type is password or v3applicationcredential.");
        }
    }

    /// <summary>Keystone's ids are 32 hexadecimal digits.</summary>
    private bool IsId => Name.Length == IdLength && Name.All(char.IsAsciiHexDigit);

    private static HotstackException NotUsable(CloudEntry cloud, string why, string? hint) =>
        new(ErrorCause.InputInvalid, "CredentialNotUsable", $"The credential cannot be used for the {cloud.Title}: {why}.")
        {
            Target = cloud.Name,
            Hint = hint ?? "Give a credential with both: -Credential (Get-Credential).",
        };
}
