using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Security;
using System.Text.Json.Nodes;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.Input;

/// <summary>Turns hashtables and credentials of a user into values for Core.</summary>
internal static class ParameterInput
{
    private const int MaxNesting = 32;

    /// <param name="values">What the user wrote.</param>
    /// <param name="secrets">Receives the secrets among the values: the passwords of PSCredentials, and SecureStrings.</param>
    /// <exception cref="HotstackException">A value is nested too deeply (<c>ParameterInvalid</c>).</exception>
    public static JsonObject ToJson(IDictionary? values, ICollection<string> secrets) =>
        values is null ? [] : Map(values, "-Parameter", 0, secrets);

    /// <inheritdoc cref="ToJson"/>
    public static IReadOnlyDictionary<string, JsonNode?> ToVariables(IDictionary? values, ICollection<string> secrets) =>
        values is null
            ? new Dictionary<string, JsonNode?>()
            : Map(values, "-Variable", 0, secrets).ToDictionary(p => p.Key, p => p.Value?.DeepClone());

    /// <summary>The user name stays as it is written, also <c>DOMAIN\user</c>.</summary>
    public static CloudCredential? ToCredential(PSCredential? credential) =>
        credential is null ? null : new CloudCredential(credential.UserName, PasswordOf(credential));

    private static string PasswordOf(PSCredential credential) => credential.GetNetworkCredential().Password;

    private static JsonObject Map(IDictionary values, string path, int depth, ICollection<string> secrets)
    {
        var map = new JsonObject();
        foreach (DictionaryEntry entry in values)
        {
            string key = Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!;
            map[key] = Node(entry.Value, $"{path} {key}", depth + 1, secrets);
        }

        return map;
    }

    private static JsonNode? Node(object? value, string path, int depth, ICollection<string> secrets)
    {
        if (depth > MaxNesting)
        {
            throw new HotstackException(ErrorCause.InputInvalid, "ParameterInvalid", $"{path} is nested deeper than {MaxNesting} levels.")
            {
                Target = path,
                Hint = "Give plain values as the template takes them; a value must not hold itself.",
            };
        }

        return ObjectText.Bare(value) switch
        {
            null => null,
            string text => JsonValue.Create(text),
            bool flag => JsonValue.Create(flag),
            SwitchParameter flag => JsonValue.Create(flag.IsPresent),
            SecureString secret => Hidden(new NetworkCredential("", secret).Password, secrets),
            PSCredential credential => Hidden(PasswordOf(credential), secrets),
            sbyte or byte or short or ushort or int or uint or long or ulong =>
                JsonNode.Parse(Convert.ToString(value, CultureInfo.InvariantCulture)!),
            float or double or decimal =>
                JsonNode.Parse(Convert.ToDecimal(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)),
            IDictionary map => Map(map, path, depth, secrets),
            PSObject custom => Map(custom.Properties.ToDictionary(p => p.Name, p => p.Value), path, depth, secrets),
            IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(item => Node(item, path, depth + 1, secrets))]),
            var other => JsonValue.Create(Convert.ToString(other, CultureInfo.InvariantCulture)),
        };
    }

    private static JsonValue Hidden(string secret, ICollection<string> secrets)
    {
        secrets.Add(secret);
        return JsonValue.Create(secret);
    }
}
