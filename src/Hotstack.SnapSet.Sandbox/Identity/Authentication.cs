using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Identity;

/// <summary>Turns the body of <c>POST /v3/auth/tokens</c> into a token, or refuses it as Keystone does.</summary>
internal sealed class Authentication(SandboxCloud cloud)
{
    private const string Refused = "The request you have made requires authentication.";

    private const string Malformed =
        " The server could not comply with the request since it is either malformed or otherwise incorrect."
        + " The client is assumed to be in error.";

    public Token Login(JsonNode? body)
    {
        if (body is not JsonObject o || o["auth"] is not JsonObject auth)
        {
            throw new ApiException(400, "Expecting to find auth in request body." + Malformed);
        }

        if (auth["identity"] is not JsonObject identity)
        {
            throw new ApiException(400, "'identity' is a required property");
        }

        var methods = (identity["methods"] as JsonArray)?.Select(Text).OfType<string>().ToArray()
            ?? throw new ApiException(400, "'methods' is a required property");
        if (methods.Length == 0)
        {
            throw new ApiException(401, Refused);
        }

        User? user = null;
        Token? parent = null;
        ApplicationCredential? credential = null;
        foreach (var method in methods)
        {
            var given = identity[method] as JsonObject
                ?? throw new ApiException(400, $"Expecting to find {method} in identity." + Malformed);
            switch (method)
            {
                case "password":
                    user = ByPassword(given["user"] as JsonObject);
                    break;
                case "token":
                    parent = cloud.Accounts.Find(Text(given["id"]), cloud.Now)
                        ?? throw new ApiException(404, "Could not recognize Fernet token");
                    user = parent.User;
                    break;
                case "application_credential":
                    credential = ByCredential(given);
                    user = credential.User;
                    break;
                default:
                    throw new ApiException(401, "Attempted to authenticate with an unsupported method.");
            }
        }

        var scope = auth["scope"];
        if (credential is not null && scope is not null)
        {
            throw new ApiException(401,
                "Error authenticating with application credential: Application credentials cannot request a scope.");
        }

        return Issue(methods, user!, parent, credential, scope);
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private Token Issue(string[] methods, User user, Token? parent, ApplicationCredential? credential, JsonNode? scope)
    {
        var trust = FindTrust(scope, user);
        var project = credential?.Project ?? trust?.Project ?? FindProject(scope, user, parent);

        // A token made from another does not outlive it; one of a credential does not outlive that.
        var expires = parent?.ExpiresAt ?? cloud.Now + cloud.Options.Durations.TokenLife;
        var bound = credential?.ExpiresAt is { } end && end < expires;
        var token = new Token
        {
            Id = "gAAAAAB" + Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(129))
                .Replace('+', '-').Replace('/', '_'),
            User = trust?.Trustor ?? user,
            Project = project,
            Trust = trust,
            ApplicationCredential = credential,
            Methods = parent is null ? methods : [.. methods, .. parent.Methods.Except(methods)],
            AuditIds = parent is null ? [AuditId()] : [AuditId(), parent.AuditIds[^1]],
            IssuedAt = cloud.Now,
            ExpiresAt = bound ? credential!.ExpiresAt!.Value : expires,
            BoundByCredential = bound,
        };
        cloud.Accounts.Add(token);
        return token;
    }

    private string AuditId() => Convert.ToBase64String(Guid.Parse(cloud.NewId()).ToByteArray())[..22].Replace('+', '-').Replace('/', '_');

    private User ByPassword(JsonObject? given)
    {
        var user = given is null ? null : FindUser(given);
        return user is not null && user.Password == Text(given!["password"]) ? user : throw new ApiException(401, Refused);
    }

    private User? FindUser(JsonObject given) => Text(given["id"]) is { } id
        ? cloud.Accounts.Users.Find(u => u.Id == id)
        : IsDefaultDomain(given, "user") ? cloud.Accounts.Users.Find(u => u.Name == Text(given["name"])) : null;

    private ApplicationCredential ByCredential(JsonObject given)
    {
        var all = cloud.Accounts.ApplicationCredentials;
        ApplicationCredential? found;
        if (Text(given["id"]) is { } id)
        {
            found = all.Find(c => c.Id == id) ?? throw new ApiException(404, $"Could not find Application Credential: {id}.");
        }
        else
        {
            var name = Text(given["name"]);
            var user = given["user"] is JsonObject u ? FindUser(u) : null;
            found = all.Find(c => c.Name == name && c.User == user)
                ?? throw new ApiException(user is null ? 401 : 404, user is null ? Refused
                    : $"Could not find Application Credential: {name}.");
        }

        return found.Secret == Text(given["secret"]) && (found.ExpiresAt is null || cloud.Now < found.ExpiresAt)
            ? found
            : throw new ApiException(401, Refused);
    }

    private Project? FindProject(JsonNode? scope, User user, Token? parent)
    {
        if (scope is not JsonObject o)
        {
            // "unscoped" asks for no scope; leaving it out gives none either, as no user has a default project.
            return null;
        }

        if (o["project"] is JsonObject given)
        {
            var found = Text(given["id"]) is { } id
                ? cloud.Accounts.Projects.Find(p => p.Id == id)
                : IsDefaultDomain(given, "project") ? cloud.Accounts.Projects.Find(p => p.Name == Text(given["name"])) : null;
            return found is not null && (user.IsAdmin || user.DefaultProject == found || parent?.Project == found)
                ? found
                : throw new ApiException(401, Refused);
        }

        throw new ApiException(401, Refused);
    }

    private Trust? FindTrust(JsonNode? scope, User user)
    {
        if (scope is not JsonObject o || o["OS-TRUST:trust"] is not JsonObject given)
        {
            return null;
        }

        var trust = cloud.Accounts.Trusts.Find(t => t.Id == Text(given["id"]))
            ?? throw new ApiException(401, Refused);
        return trust.Trustee == user ? trust : throw new ApiException(403, "User is not a trustee.");
    }

    private static bool IsDefaultDomain(JsonObject given, string what) => given["domain"] is JsonObject domain
        ? Text(domain["id"]) == "default" || string.Equals(Text(domain["name"]), "Default", StringComparison.OrdinalIgnoreCase)
        : throw new ApiException(400, $"Expecting to find domain in {what}." + Malformed);
}
