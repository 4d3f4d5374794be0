using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Configuration;
using Hotstack.OpenShift.Login;

namespace Hotstack.OpenShift.Configuration;

/// <summary>What a cluster of a kubeconfig holds for the plugins that log in to it.</summary>
internal static partial class ClusterExtension
{
    /// <summary>The name of the extension, which Kubernetes keeps for this.</summary>
    private const string Name = "client.authentication.k8s.io/exec";

    /// <summary>The plugin with what the cluster's entry has for it.</summary>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>, with line and column.</exception>
    public static ExecPlugin? AddTo(ExecPlugin? plugin, KubeconfigEntry cluster) => plugin is not { ProvidesClusterInfo: true }
        ? plugin
        : plugin with
        {
            DisablesCompression = KubeconfigEntry.Flag(cluster.Values, "disable-compression"),
            ClusterConfig = Find(cluster) is { } value ? Json(value)?.ToJsonString() : null,
        };

    private static ConfigNode? Find(KubeconfigEntry cluster)
    {
        ConfigMap[] named =
        [
            .. cluster.Values.List("extensions").Select(node => node.Usable()).OfType<ConfigMap>().Where(extension => extension.Text("name") == Name),
        ];
        return named.Length > 1
            ? throw ConfigurationErrors.At(named[1].Mark, $"the extension {Name} is there twice.", "Remove the one that is not meant.")
            : named.FirstOrDefault()?["extension"];
    }

    private static JsonNode? Json(ConfigNode node) => node.Usable() switch
    {
        ConfigMap map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key, Json(entry.Value)))),
        ConfigList list => new JsonArray([.. list.Items.Select(Json)]),
        ConfigScalar { Text: { } text, IsQuoted: var isQuoted } => isQuoted ? JsonValue.Create(text) : Plain(text),
        _ => null,
    };

    /// <summary>By YAML 1.1, as kubectl reads it; base 8 and 60, and what JSON has not, stay texts.</summary>
    private static JsonValue Plain(string text) =>
        text is "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "y" or "Y" ? JsonValue.Create(true)
        : text is "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "n" or "N" ? JsonValue.Create(false)
        : Integers().IsMatch(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? JsonValue.Create(whole)
        : Numbers().IsMatch(text) && double.TryParse(text, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? JsonValue.Create(number)
        : JsonValue.Create(text);

    [GeneratedRegex(@"\A[-+]?(0|[1-9][0-9]*)\z")]
    private static partial Regex Integers();

    [GeneratedRegex(@"\A[-+]?(?=.*[.eE])(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Numbers();
}
