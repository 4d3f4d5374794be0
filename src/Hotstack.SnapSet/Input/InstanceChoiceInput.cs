using System.Collections;
using System.Globalization;
using Hotstack.Deployments.Members;

namespace Hotstack.Input;

/// <summary>Reads -Name, -Exclude and -Role. -Role takes roles to keep, or hashtables that give roles to names.</summary>
internal static class InstanceChoiceInput
{
    /// <exception cref="HotstackException">-Role mixes both, or an entry of a hashtable is no role (<c>RoleInvalid</c>).</exception>
    public static InstanceChoice Read(string[] names, string[] excluded, object[] roles) => new()
    {
        Names = names,
        Excluded = excluded,
        Roles = Texts(roles),
        RolesByName = Mappings(roles),
    };

    /// <summary>The roles that are texts.</summary>
    public static string[] Texts(object[] roles)
    {
        object[] bare = [.. roles.Select(role => ObjectText.Bare(role)!)];
        return !bare.Any(role => role is IDictionary) ? [.. bare.Select(TextOf)]
            : bare.All(role => role is IDictionary) ? []
            : throw Invalid("-Role mixes roles and hashtables.");
    }

    private static (string Name, string Role)[] Mappings(object[] roles) =>
    [
        .. roles.Select(ObjectText.Bare).OfType<IDictionary>().SelectMany(map => map.Cast<DictionaryEntry>())
            .Select(entry => (TextOf(entry.Key), ObjectText.Bare(entry.Value) is string { Length: > 0 } role
                ? role
                : throw Invalid($"-Role gives '{TextOf(entry.Key)}' no role: its value has to be a text, such as 'ocp_master'."))),
    ];

    private static string TextOf(object value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static HotstackException Invalid(string message) => new(ErrorCause.InputInvalid, "RoleInvalid", message)
    {
        Hint = "Give roles (-Role controller, ocp_master), or roles by names with wildcards (-Role @{ 'master*' = 'ocp_master' }).",
    };
}
