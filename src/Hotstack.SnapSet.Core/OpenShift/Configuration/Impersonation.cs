using System.Collections.ObjectModel;
using Hotstack.Configuration;

namespace Hotstack.OpenShift.Configuration;

/// <summary>Whom a user acts as: <c>as</c>, <c>as-uid</c>, <c>as-groups</c> and <c>as-user-extra</c>.</summary>
internal sealed record Impersonation(
    string? User, string? Uid, IReadOnlyList<string> Groups, IReadOnlyDictionary<string, IReadOnlyList<string>> Extra)
{
    public static readonly Impersonation None = new(null, null, [], ReadOnlyDictionary<string, IReadOnlyList<string>>.Empty);

    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>.</exception>
    public static Impersonation Of(ConfigMap user, string title)
    {
        var extra = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (user.Map("as-user-extra") is { } map)
        {
            foreach (string key in map.Entries.Keys)
            {
                extra[key] = KubeconfigEntry.Texts(map, key);
            }
        }

        var found = new Impersonation(user.Text("as"), user.Text("as-uid"), KubeconfigEntry.Texts(user, "as-groups"), extra.AsReadOnly());
        return found.User is not null || (found.Uid is null && found.Groups.Count == 0 && extra.Count == 0)
            ? found
            : throw KubeconfigErrors.Invalid(
                $"The {title} has as-uid, as-groups or as-user-extra without as.", "Name the user to act as in 'as', or remove them.");
    }
}
