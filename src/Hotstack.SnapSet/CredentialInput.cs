using System.Management.Automation;
using Hotstack.OpenStack.Configuration;

namespace Hotstack;

/// <summary>What a cloud is told of PowerShell's credentials.</summary>
internal static class CredentialInput
{
    public static CloudCredential? ToCloud(PSCredential? credential) =>
        credential is null ? null : new CloudCredential(credential.UserName, PasswordOf(credential));

    /// <summary>The password alone: a name such as <c>DOMAIN\user</c> stays as it is written.</summary>
    public static string PasswordOf(PSCredential credential) => credential.GetNetworkCredential().Password;
}
