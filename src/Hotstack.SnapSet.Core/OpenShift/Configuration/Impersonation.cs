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
        found.CheckTexts(title);
        return found.User is not null || (found.Uid is null && found.Groups.Count == 0 && extra.Count == 0)
            ? found
            : throw KubeconfigErrors.Invalid(
                $"The {title} has as-uid, as-groups or as-user-extra without as.", "Name the user to act as in 'as', or remove them.");
    }

    /// <summary>A header field carries any letters, in UTF-8, but no line break or other control character (RFC 9110, 5.5).</summary>
    private void CheckTexts(string title)
    {
        (string Key, string? Text)[] texts =
        [
            ("as", User), ("as-uid", Uid), .. Groups.Select(group => ("as-groups", (string?)group)),
            .. Extra.Values.SelectMany(values => values).Select(value => ("as-user-extra", (string?)value)),
        ];
        if (texts.FirstOrDefault(text => text.Text is { } told && !IsCarried(told)) is { Key: { } key })
        {
            throw KubeconfigErrors.Invalid(
                $"The {title} has a line break, a control character or half a character in {key}, which no request can carry.",
                $"Correct its '{key}'.");
        }
    }

    /// <summary>Half of a surrogate pair is read as the sign that stands for nothing, which would be somebody else.</summary>
    private static bool IsCarried(string text) =>
        text.All(sign => sign == '\t' || !char.IsControl(sign)) && !text.EnumerateRunes().Contains(System.Text.Rune.ReplacementChar);
}
