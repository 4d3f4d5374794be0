using Hotstack.Sandbox.Identity;

namespace Hotstack.Sandbox.Seeds;

/// <summary>The sandbox's projects and users. The passwords guard nothing: the cloud is on loopback and empty.</summary>
internal static class SeedAccounts
{
    public const string Own = "hotstack";
    public const string Other = "other";
    public const string Admin = "admin";
    public const string Password = "sandbox-password";
    public const string CredentialSecret = "sandbox-secret";

    public static string CredentialId => Catalogue.StableId("application-credential");

    public static void Plant(Accounts accounts)
    {
        foreach (var name in new[] { Own, Other, Admin })
        {
            var project = new Project(Catalogue.StableId("project/" + name), name);
            accounts.Projects.Add(project);
            accounts.Users.Add(new User(Catalogue.StableId("user/" + name), name, Password, project, IsAdmin: name == Admin));
        }

        var user = accounts.User(Own);
        accounts.ApplicationCredentials.Add(
            new ApplicationCredential(CredentialId, "sandbox", CredentialSecret, user, accounts.Project(Own), null));
        accounts.Trusts.Add(new Trust(Catalogue.StableId("trust"), accounts.User(Other), user, accounts.Project(Own)));
    }
}
