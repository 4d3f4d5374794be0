using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Identity;

/// <summary>Keystone, as far as clients of the other services need it.</summary>
internal sealed class KeystoneApi(SandboxCloud cloud) : Service(cloud, "identity", "/identity")
{
    private static readonly (string Id, string Name)[] MemberRoles =
        [(Catalogue.StableId("role/reader"), "reader"), (Catalogue.StableId("role/member"), "member")];

    private static readonly (string Id, string Name)[] AdminRoles = [.. MemberRoles, (Catalogue.StableId("role/admin"), "admin")];

    public override void Map(Routes routes)
    {
        routes.Open("GET", "", call => Reply.Json(300, new JsonObject
        {
            ["versions"] = new JsonObject { ["values"] = new JsonArray(Version(call)) },
        }).With("Location", call.Origin + "/identity/v3/"));
        routes.Open("GET", "/v3", call => Reply.Ok(new JsonObject { ["version"] = Version(call) }));
        routes.Open("POST", "/v3/auth/tokens", Login);
        routes.Get("/v3/auth/tokens", Validate);
        routes.Delete("/v3/auth/tokens", Revoke);
        routes.Get("/v3/auth/catalog", call => Reply.Ok(new JsonObject
        {
            ["catalog"] = call.Token.Project is { } p
                ? Catalogue.Of(p, call.Origin)
                : throw new ApiException(403, "You are not authorized to perform the requested action."),
            ["links"] = new JsonObject { ["self"] = call.Origin + call.Path },
        }));
        routes.Get("/v3/auth/projects", call => Projects(call, Cloud.Accounts.Projects.Where(p => Sees(call, p))));
        routes.Get("/v3/projects", call => call.Token.IsAdmin
            ? Projects(call, Cloud.Accounts.Projects.Where(p => call.Value("name") is not { } name || p.Name == name))
            : throw Denied("list_projects"));
        routes.Get("/v3/projects/{id}", Project);
        routes.Get("/v3/users", call => call.Token.IsAdmin
            ? Reply.Ok(new JsonObject { ["users"] = new JsonArray([.. Cloud.Accounts.Users.Select(UserOf)]) })
            : throw Denied("list_users"));
        routes.Get("/v3/users/{id}", call => Cloud.Accounts.Users.Find(u => u.Id == call.Route("id")) is { } user
            && (call.Token.IsAdmin || call.Token.User == user)
            ? Reply.Ok(new JsonObject { ["user"] = UserOf(user) })
            : throw Denied("get_user"));
        routes.Rest(open: true);
    }

    public override Reply Error(ApiException error, ApiCall call)
    {
        var reply = Reply.Json(error.Status, new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["code"] = error.Status, ["message"] = error.Message, ["title"] = Reply.Reason(error.Status),
            },
        });
        return error.Status == 401 ? reply.With("WWW-Authenticate", Challenge(call)) : reply;
    }

    public override Reply NotFound(ApiCall call) => Reply.Text(
        404,
        "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n"
        + "<p>The requested URL was not found on the server.</p>\n",
        "text/html; charset=utf-8");

    protected override Reply Unauthorized(ApiCall call) =>
        Error(new ApiException(401, "The request you have made requires authentication."), call);

    public override void Finish(ApiCall call, Reply reply)
    {
        base.Finish(call, reply);
        reply.With("Vary", "X-Auth-Token");
    }

    private static string Challenge(ApiCall call) => $"Keystone uri=\"{call.Origin}/identity/v3\"";

    private static ApiException Denied(string action) =>
        new(403, $"You are not authorized to perform the requested action: identity:{action}.");

    private static bool Sees(ApiCall call, Project project) => call.Token.IsAdmin || call.Token.User.DefaultProject == project;

    private static JsonObject Version(ApiCall call) => new()
    {
        ["id"] = "v3.14",
        ["status"] = "stable",
        ["updated"] = "2020-04-07T00:00:00Z",
        ["links"] = new JsonArray(new JsonObject { ["rel"] = "self", ["href"] = call.Origin + "/identity/v3/" }),
        ["media-types"] = new JsonArray(new JsonObject
        {
            ["base"] = "application/json", ["type"] = "application/vnd.openstack.identity-v3+json",
        }),
    };

    private static JsonObject Domain() => new() { ["id"] = "default", ["name"] = "Default" };

    private static JsonObject UserOf(User user) => new()
    {
        ["id"] = user.Id, ["name"] = user.Name, ["domain_id"] = "default", ["enabled"] = true,
        ["password_expires_at"] = null, ["options"] = new JsonObject(),
    };

    private static JsonObject ProjectOf(ApiCall call, Project project) => new()
    {
        ["id"] = project.Id, ["name"] = project.Name, ["domain_id"] = "default", ["description"] = "", ["enabled"] = true,
        ["parent_id"] = "default", ["is_domain"] = false, ["tags"] = new JsonArray(), ["options"] = new JsonObject(),
        ["links"] = new JsonObject { ["self"] = $"{call.Origin}/identity/v3/projects/{project.Id}" },
    };

    private static Reply Projects(ApiCall call, IEnumerable<Project> projects) => Reply.Ok(new JsonObject
    {
        ["projects"] = new JsonArray([.. projects.Select(p => ProjectOf(call, p))]),
        ["links"] = new JsonObject { ["next"] = null, ["self"] = call.Origin + call.Path, ["previous"] = null },
    });

    private static JsonObject TokenOf(Token token, ApiCall call)
    {
        var o = new JsonObject
        {
            ["methods"] = new JsonArray([.. token.Methods.Select(m => (JsonNode)m)]),
            ["user"] = new JsonObject
            {
                ["domain"] = Domain(), ["id"] = token.User.Id, ["name"] = token.User.Name, ["password_expires_at"] = null,
            },
            ["audit_ids"] = new JsonArray([.. token.AuditIds.Select(a => (JsonNode)a)]),
            ["expires_at"] = token.BoundByCredential ? Times.Micro(token.ExpiresAt) : Times.MicroZ(token.ExpiresAt),
            ["issued_at"] = Times.MicroZ(token.IssuedAt),
        };
        if (token.Trust is { } trust)
        {
            o["OS-TRUST:trust"] = new JsonObject
            {
                ["id"] = trust.Id, ["impersonation"] = true,
                ["trustor_user"] = new JsonObject { ["id"] = trust.Trustor.Id },
                ["trustee_user"] = new JsonObject { ["id"] = trust.Trustee.Id },
            };
        }

        if (token.ApplicationCredential is { } credential)
        {
            o["application_credential"] = new JsonObject { ["id"] = credential.Id, ["name"] = credential.Name, ["restricted"] = true };
        }

        if (token.Project is { } project)
        {
            o["project"] = new JsonObject { ["domain"] = Domain(), ["id"] = project.Id, ["name"] = project.Name };
            o["is_domain"] = false;
            o["roles"] = new JsonArray([.. (token.IsAdmin ? AdminRoles : MemberRoles).Select(r =>
                new JsonObject { ["id"] = r.Id, ["name"] = r.Name })]);
            if (call.Value("nocatalog") is null)
            {
                o["catalog"] = Catalogue.Of(project, call.Origin);
            }
        }

        return new JsonObject { ["token"] = o };
    }

    private Reply Login(ApiCall call)
    {
        // Keystone reads as much as Content-Length says, which of a chunked body is nothing.
        var body = call.Chunked ? null : call.ParseBody();
        if (body is null && !call.Chunked && call.Body.Length > 0)
        {
            throw new ApiException(400, "Expecting to find valid JSON in request body. The server could not comply with the request since"
                + " it is either malformed or otherwise incorrect. The client is assumed to be in error.");
        }

        var token = new Authentication(Cloud).Login(body);
        return Reply.Json(201, TokenOf(token, call)).With("X-Subject-Token", token.Id);
    }

    private Token Subject(ApiCall call)
    {
        var id = call.Header("X-Subject-Token") ?? throw Denied("validate_token");
        return Cloud.Accounts.Find(id, Cloud.Now) ?? throw new ApiException(404, "Could not recognize Fernet token");
    }

    private Reply Validate(ApiCall call)
    {
        var token = Subject(call);
        return Reply.Ok(TokenOf(token, call)).With("X-Subject-Token", token.Id);
    }

    private Reply Revoke(ApiCall call)
    {
        Subject(call).Revoked = true;
        return Reply.Empty(204);
    }

    private Reply Project(ApiCall call) =>
        Cloud.Accounts.Projects.Find(p => p.Id == call.Route("id")) is { } project && (Sees(call, project) || call.Token.Project == project)
            ? Reply.Ok(new JsonObject { ["project"] = ProjectOf(call, project) })
            : call.Token.IsAdmin ? throw new ApiException(404, $"Could not find project: {call.Route("id")}.")
                : throw Denied("get_project");
}
