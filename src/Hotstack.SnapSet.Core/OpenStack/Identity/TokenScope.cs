using System.Text.Json.Nodes;

namespace Hotstack.OpenStack.Identity;

/// <summary>The part of a token request that says what the token is to be good for; null if nothing is asked for.</summary>
internal static class TokenScope
{
    public static JsonObject? Of(AuthReader auth)
    {
        if (auth.Optional("trust_id") is { } trust)
        {
            return new JsonObject { ["OS-TRUST:trust"] = new JsonObject { ["id"] = trust } };
        }

        if (auth.Named("project", "project_name") is { } project)
        {
            return new JsonObject { ["project"] = project };
        }

        return auth.Optional("domain_id") is not null || auth.Optional("domain_name") is not null
            ? new JsonObject { ["domain"] = auth.Domain("domain_id", "domain_name") }
            : null;
    }
}
