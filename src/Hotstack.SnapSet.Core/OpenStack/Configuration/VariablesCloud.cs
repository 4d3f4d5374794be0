using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>
/// The cloud that <c>OS_*</c> variables make, by the names of an <c>openrc</c> file: <c>OS_AUTH_URL</c> is its
/// <c>auth_url</c>, and so on. Called <c>envvars</c>, or what <c>OS_CLOUD_NAME</c> says.
/// </summary>
internal static class VariablesCloud
{
    private const string Prefix = "OS_";

    /// <summary>These choose a cloud; they do not make one.</summary>
    private static readonly string[] Selectors =
        ["OS_CLOUD", "OS_REGION_NAME", "OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE", "OS_CLOUD_NAME"];

    /// <summary>These belong to OpenStack's test tools.</summary>
    private static readonly string[] Foreign = ["OS_TEST", "OS_STD", "OS_LOG"];

    public static string Name(ConfigurationSources sources) => sources.Variable("OS_CLOUD_NAME") ?? "envvars";

    /// <summary>The variables that make the cloud, sorted; empty if there is no such cloud.</summary>
    public static IReadOnlyList<string> Variables(ConfigurationSources sources)
    {
        var ignoringCase = sources.Platform == ConfigurationPlatform.Windows
            ? StringComparison.OrdinalIgnoreCase
            : StringComparison.Ordinal;
        return [.. sources.Variables
            .Where(variable => variable.Value.Length > 0 && variable.Key.StartsWith(Prefix, ignoringCase))
            .Select(variable => variable.Key)
            .Where(name => !Selectors.Any(selector => string.Equals(selector, name, ignoringCase)))
            .Where(name => !Foreign.Any(prefix => name.StartsWith(prefix, ignoringCase)))
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>The cloud; null if no variable makes one.</summary>
    public static CloudEntry? From(ConfigurationSources sources)
    {
        var variables = Variables(sources);
        if (variables.Count == 0)
        {
            return null;
        }

        var entries = new Dictionary<string, ConfigNode>(StringComparer.Ordinal);
        foreach (var name in variables)
        {
            entries[KeyOf(name)] = Node(name, sources.Variables[name]);
        }

        if (sources.Variable("OS_REGION_NAME") is { } region)
        {
            entries["region_name"] = Node("OS_REGION_NAME", region);
        }

        return new CloudEntry(
            Name(sources), KeySpelling.Normalised(new ConfigMap(new SourceMark("OS_* variables", CloudErrors.InvalidId), entries)), null);
    }

    /// <summary>The variable that gives a key: <c>auth_url</c> is <c>OS_AUTH_URL</c>.</summary>
    public static string VariableOf(string key) => Prefix + key.ToUpperInvariant();

    private static string KeyOf(string variable) => variable[Prefix.Length..].ToLowerInvariant();

    private static ConfigScalar Node(string variable, string value) =>
        new ConfigScalar(new SourceMark($"variable {variable}", CloudErrors.InvalidId), value);
}
