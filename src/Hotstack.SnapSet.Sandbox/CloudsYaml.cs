using Hotstack.Sandbox.Identity;
using Hotstack.Sandbox.Seeds;

namespace Hotstack.Sandbox;

/// <summary>The text of a clouds.yaml that leads to a sandbox.</summary>
internal static class CloudsYaml
{
    public static string Write(Uri address)
    {
        var authUrl = new Uri(address, "/identity");
        return $"""
            # A Hotstack sandbox. It is gone, and this file of no use, when the sandbox ends.
            clouds:
            {ByPassword("sandbox", authUrl, SeedAccounts.Own)}
              sandbox-appcred:
                auth_type: v3applicationcredential
                auth:
                  auth_url: {authUrl}
                  application_credential_id: {SeedAccounts.CredentialId}
                  application_credential_secret: {SeedAccounts.CredentialSecret}
                region_name: {Catalogue.Region}
                interface: public
                identity_api_version: 3
            {ByPassword("sandbox-admin", authUrl, SeedAccounts.Admin)}
            {ByPassword("sandbox-other", authUrl, SeedAccounts.Other)}

            """;
    }

    private static string ByPassword(string cloud, Uri authUrl, string name) => $"""
          {cloud}:
            auth_type: password
            auth:
              auth_url: {authUrl}
              username: {name}
              password: {SeedAccounts.Password}
              project_name: {name}
              user_domain_name: Default
              project_domain_name: Default
            region_name: {Catalogue.Region}
            interface: public
            identity_api_version: 3
        """;
}
