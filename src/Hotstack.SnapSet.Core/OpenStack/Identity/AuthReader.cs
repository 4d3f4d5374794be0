using System.Text.Json.Nodes;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.OpenStack.Identity;

/// <summary>Takes the values of a token request from a cloud, and says which one is not there.</summary>
internal sealed class AuthReader(CloudConfiguration cloud)
{
    public string? Optional(string key) => cloud.Auth.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;

    public string Required(string key) => Optional(key)
        ?? throw CloudErrors.Invalid($"The cloud {cloud.Name} has no {key}.", target: cloud.Name);

    public Uri Address(string key) => Uri.TryCreate(Required(key), UriKind.Absolute, out var url)
        ? url
        : throw CloudErrors.Invalid($"The {key} of the cloud {cloud.Name} is not a URL.", target: cloud.Name);

    /// <summary><c>{"id"}</c>, or <c>{"name"}</c> with the domain of a user or project; null if neither is given.</summary>
    /// <param name="owner"><c>user</c> or <c>project</c>.</param>
    /// <param name="nameKey">The key of its name.</param>
    public JsonObject? Named(string owner, string nameKey)
    {
        if (Optional($"{owner}_id") is { } id)
        {
            return new JsonObject { ["id"] = id };
        }

        return Optional(nameKey) is { } name
            ? new JsonObject { ["name"] = name, ["domain"] = Domain($"{owner}_domain_id", $"{owner}_domain_name") }
            : null;
    }

    /// <summary><c>{"id"}</c> or <c>{"name"}</c>.</summary>
    public JsonObject Domain(string idKey, string nameKey) => Optional(idKey) is { } id
        ? new JsonObject { ["id"] = id }
        : new JsonObject { ["name"] = Required(nameKey) };
}
