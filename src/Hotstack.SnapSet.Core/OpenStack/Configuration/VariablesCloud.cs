using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>
/// The cloud that <c>OS_*</c> variables define, by the names of an <c>openrc</c> file: <c>OS_AUTH_URL</c> is its
/// <c>auth_url</c>, and so on. <c>OS_CLOUD_NAME</c> is its name, otherwise <c>envvars</c>.
/// </summary>
internal static class VariablesCloud
{
    private const string Prefix = "OS_";

    /// <summary>These choose a cloud; they do not define one.</summary>
    private static readonly string[] Selectors =
        ["OS_CLOUD", "OS_REGION_NAME", "OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE", "OS_CLOUD_NAME"];

    /// <summary>These belong to OpenStack's test tools.</summary>
    private static readonly string[] Foreign = ["OS_TEST", "OS_STD", "OS_LOG"];

    /// <summary>The variables that define the cloud, sorted; empty if there is no such cloud.</summary>
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

    /// <summary>The cloud; null if no variable defines one.</summary>
    public static CloudEntry? From(ConfigurationSources sources)
    {
        var variables = Variables(sources);
        if (variables.Count == 0)
        {
            return null;
        }

        var keys = new DocMap(new SourceMark("OS_* variables", CloudErrors.InvalidId));
        foreach (string name in variables)
        {
            keys.Set(KeyOf(name), Node(name, sources.Variables[name]));
        }

        if (sources.Variable("OS_REGION_NAME") is { } region)
        {
            keys.Set("region_name", Node("OS_REGION_NAME", region));
        }

        return new CloudEntry(sources.Variable("OS_CLOUD_NAME") ?? "envvars", CloudLayers.Normalised(keys), null);
    }

    /// <summary>The variable that gives a key: <c>auth_url</c> is <c>OS_AUTH_URL</c>.</summary>
    public static string VariableOf(string key) => Prefix + key.ToUpperInvariant();

    private static string KeyOf(string variable) => variable[Prefix.Length..].ToLowerInvariant();

    private static DocScalar Node(string variable, string value) =>
        DocScalar.Of(new SourceMark($"variable {variable}", CloudErrors.InvalidId), value);
}
