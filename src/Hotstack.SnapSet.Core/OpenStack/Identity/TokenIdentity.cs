using System.Text.Json.Nodes;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.OpenStack.Identity;

/// <summary>The part of a token request that says who asks.</summary>
internal static class TokenIdentity
{
    public static JsonObject Of(string authType, AuthReader auth) => authType switch
    {
        AuthTypes.Password => By("password", new JsonObject { ["user"] = User(auth, auth.Required("password")) }),
        AuthTypes.Token => By("token", new JsonObject { ["id"] = auth.Required("token") }),
        AuthTypes.ApplicationCredential => By("application_credential", ApplicationCredential(auth)),
        _ => throw new ArgumentException($"There is no token request for auth_type {authType}.", nameof(authType)),
    };

    private static JsonObject By(string method, JsonObject content) =>
        new() { ["methods"] = new JsonArray(method), [method] = content };

    private static JsonObject User(AuthReader auth, string? password = null)
    {
        var user = auth.Named("user", "username") ?? new JsonObject { ["name"] = auth.Required("username") };
        if (password is not null)
        {
            user["password"] = password;
        }

        return user;
    }

    private static JsonObject ApplicationCredential(AuthReader auth)
    {
        var credential = auth.Optional("application_credential_id") is { } id
            ? new JsonObject { ["id"] = id }
            : new JsonObject { ["name"] = auth.Required("application_credential_name"), ["user"] = User(auth) };
        credential["secret"] = auth.Required("application_credential_secret");
        return credential;
    }
}
