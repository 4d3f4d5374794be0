using Hotstack.Configuration;

namespace Hotstack.Templates;

/// <summary>The files that Heat keeps of a stack: those that its templates name, and environments. python-heatclient sends each environment among
/// them, whole (heatclient/common/template_utils.py, include_env_in_files), and Heat shows it with all hidden values (heat:
/// engine/service.py, get_files).</summary>
/// <param name="template">The stack's template, in JSON.</param>
/// <param name="files">Its files.</param>
internal sealed class StackFiles(string template, IReadOnlyDictionary<string, string> files)
{
    /// <summary>The sections of an environment (heat: common/environment_format.py).</summary>
    private static readonly string[] EnvironmentKeys =
    [
        "parameters", "parameter_defaults", "resource_registry", "encrypted_param_names", "event_sinks", "parameter_merge_strategies",
    ];

    private readonly DocMap[] _nested =
    [
        .. files.Values.Where(text => text.Contains(TemplateFiles.VersionKey, StringComparison.Ordinal)).Select(Mapping).OfType<DocMap>()
            .Where(map => map.Has(TemplateFiles.VersionKey)),
    ];

    /// <summary>All but the environments. A template may get an environment as a file, which the restored stack needs too.</summary>
    public IReadOnlyDictionary<string, string> WithoutEnvironments()
    {
        HashSet<string> named = [.. _nested.Append(Mapping(template)).OfType<DocMap>().SelectMany(NamesIn)];
        return files.Where(file => named.Contains(file.Key) || !IsEnvironment(file.Value)).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>The names of the parameters that the nested templates hide.</summary>
    public IEnumerable<string> HiddenParameters() => _nested.SelectMany(map => map.MapOrNull("parameters")?.Entries ?? [])
        .Where(parameter => parameter.Value is DocMap declared && HeatTemplate.IsHidden(declared)).Select(parameter => parameter.Key.Value);

    private static bool IsEnvironment(string text) =>
        EnvironmentKeys.Any(key => text.Contains(key, StringComparison.Ordinal))
        && Mapping(text) is { Count: > 0 } map && map.Keys.All(key => EnvironmentKeys.Contains(key));

    private static IEnumerable<string> NamesIn(DocNode node) => node is DocMap map
        ? map.Entries.SelectMany(entry => entry is { Key.Value: "get_file", Value: DocScalar name } ? [name.Value] : NamesIn(entry.Value))
        : node.Children.SelectMany(NamesIn);

    /// <summary>A text in JSON or YAML; null if it is no mapping.</summary>
    private static DocMap? Mapping(string text)
    {
        var mark = TemplateErrors.Mark("a file of a stack", TemplateErrors.Template);
        return (text.AsSpan().TrimStart() is ['{', ..] ? Try(() => JsonDocReader.Read(mark, text)) : null) ?? Try(() => DocReader.Read(mark, text));

        static DocMap? Try(Func<DocNode?> read)
        {
            try
            {
                return read() as DocMap;
            }
            catch (HotstackException)
            {
                return null;
            }
        }
    }
}
