using System.Text.Json;
using Hotstack.Http;

namespace Hotstack.OpenStack.Identity;

/// <summary>What Keystone gave us: a token, whom it stands for, and where the services are.</summary>
public sealed record Token
{
    /// <summary>The secret; null when the cloud wants none (<c>auth_type: none</c>).</summary>
    internal string? Value { get; init; }

    /// <summary>When it runs out, in UTC.</summary>
    public DateTimeOffset ExpiresAt { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>The project that it is for; null if it is for none, or not known.</summary>
    public string? ProjectId { get; init; }

    /// <summary>That project's name.</summary>
    public string? ProjectName { get; init; }

    /// <summary>The services and their addresses; null for a fixed token, which comes without.</summary>
    public ServiceCatalog? Catalog { get; init; }

    /// <summary>Never the secret.</summary>
    public override string ToString() => $"token for project {ProjectName ?? ProjectId ?? "(none)"} until {ExpiresAt:u}";

    /// <summary>Reads the answer of <c>POST /v3/auth/tokens</c>.</summary>
    internal static Token From(ApiResponse response)
    {
        JsonElement? body = response.Json().Field("token");
        if (body is not { } token || response.Header("X-Subject-Token") is not { Length: > 0 } value)
        {
            throw ServiceException.OfInvalidResponse(response, "it holds no token");
        }

        JsonElement? project = token.Field("project");
        return new Token
        {
            Value = value,
            ExpiresAt = token.Time("expires_at") ?? DateTimeOffset.MaxValue,
            ProjectId = project?.Text("id"),
            ProjectName = project?.Text("name"),
            Catalog = ServiceCatalog.From(token.Items("catalog")),
        };
    }
}
