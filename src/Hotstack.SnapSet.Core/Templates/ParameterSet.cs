using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Hotstack.Templates.Expressions;

namespace Hotstack.Templates;

/// <summary>
/// The parameters of files: upstream's bootstrap_vars.yml (<c>stack_parameters</c>, <c>stack_parameter_overrides</c>, and
/// variables beside them), mappings of parameters, and Heat environments. Values are typed as Ansible reads them
/// (<c>yes</c> is true, 0644 is 420); expressions are resolved, but for Heat environments, which know none.
/// </summary>
public sealed record ParameterSet
{
    private const string StackNameVariable = "stack_name";

    /// <summary>The parameters of all files, merged.</summary>
    public required JsonObject Parameters { get; init; }

    /// <summary>The part of <see cref="Parameters"/> from the files' <c>stack_parameter_overrides</c>.</summary>
    public JsonObject Overrides { get; init; } = [];

    /// <summary>The <c>parameter_defaults</c> of Heat environment files; only those count that a template declares.</summary>
    public JsonObject Defaults { get; init; } = [];

    /// <summary>The name of the stack in the files; null if there is none that can be resolved.</summary>
    public string? StackName { get; init; }

    /// <summary>Why the files' <c>stack_name</c> could not be resolved; null if it was, or there is none.</summary>
    public string? StackNameProblem { get; init; }

    /// <summary>The files' variables and those given, as far as they can be resolved.</summary>
    public required IReadOnlyDictionary<string, JsonNode?> Variables { get; init; }

    /// <summary>The files that they come from.</summary>
    internal IReadOnlyList<ParameterFile> Files { get; init; } = [];

    /// <summary>Parameters below all others.</summary>
    internal JsonObject Beneath { get; init; } = [];

    /// <summary>The public keys that upstream takes from the user's home; null to use none.</summary>
    private PublicKeys? Keys { get; init; }

    /// <summary>The parameters that the caller gives.</summary>
    private IReadOnlySet<string>? Replaced { get; init; }

    /// <summary>The parameters for a template: <see cref="Parameters"/> over those <see cref="Defaults"/> that it declares, over <see cref="Beneath"/>, with the
    /// public keys that nobody gives.</summary>
    public JsonObject For(HeatTemplate template)
    {
        ArgumentNullException.ThrowIfNull(template);
        var defaults = new JsonObject();
        foreach ((string name, JsonNode? value) in Defaults.Where(p => template.Parameters.ContainsKey(p.Key)))
        {
            defaults[name] = value?.DeepClone();
        }

        JsonObject merged = Merge(Merge(Beneath, defaults), Parameters);
        Keys?.Complete(merged, template, Variables, Replaced);
        return merged;
    }

    /// <summary>Merges parameters as Ansible's <c>combine(recursive=true)</c>: mappings key by key; other values of
    /// <paramref name="above"/>
    /// replace those below, also null.</summary>
    /// <returns>A new object; the two given do not change.</returns>
    public static JsonObject Merge(JsonObject below, JsonObject above)
    {
        ArgumentNullException.ThrowIfNull(below);
        ArgumentNullException.ThrowIfNull(above);
        var merged = (JsonObject)below.DeepClone();
        foreach ((string key, JsonNode? value) in above)
        {
            merged[key] = value is JsonObject upper && merged[key] is JsonObject lower ? Merge(lower, upper) : value?.DeepClone();
        }

        return merged;
    }

    /// <summary>
    /// Reads files and merges them recursively. <c>stack_parameters</c> of all files, which belong to the scenario, are the lowest
    /// layer; over them, file by file in order, are overrides, plain parameters and environments. A value of a
    /// plain file is a variable if another file has a variable of that name, as with Ansible's <c>-e @file</c>.
    /// </summary>
    /// <param name="paths">The files; later ones override earlier ones. None is fine.</param>
    /// <param name="variables">Variables that override those of the files; their texts are literal.</param>
    /// <param name="open">Opens a file; null for <see cref="InputFile"/>.</param>
    /// <exception cref="HotstackException">
    /// <c>ParameterFileInvalid</c>: missing or broken, with file and line; <c>ParameterUnresolved</c>: a parameter needs an
    /// expression that cannot be resolved.
    /// </exception>
    public static ParameterSet Load(IEnumerable<string> paths, IReadOnlyDictionary<string, JsonNode?> variables,
        Func<string, Stream>? open = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(variables);
        return Load([.. paths.Select(path => ParameterFile.Read(path, open))], variables);
    }

    /// <summary>The same, of files that have been read.</summary>
    /// <param name="files">The files.</param>
    /// <param name="variables">Variables that override those of the files.</param>
    /// <param name="replaced">Parameters to leave out: the values in files need not be resolvable.</param>
    internal static ParameterSet Load(
        IReadOnlyList<ParameterFile> files, IReadOnlyDictionary<string, JsonNode?> variables, IReadOnlySet<string>? replaced = null) =>
        Load(files, new VariableScope(variables, WrittenIn(files)), replaced);

    /// <summary>The same, with a scope.</summary>
    /// <param name="files">The files.</param>
    /// <param name="scope">The variables of the files, and others.</param>
    /// <param name="replaced">Parameters to leave out: the values in files need not be resolvable.</param>
    /// <param name="isParameter">Whether a name in a plain file is that of a parameter; null if all are.</param>
    /// <param name="keys">The public keys of the user's home; null for none.</param>
    internal static ParameterSet Load(
        IReadOnlyList<ParameterFile> files, VariableScope scope, IReadOnlySet<string>? replaced, Predicate<string>? isParameter = null,
        PublicKeys? keys = null)
    {
        var own = new DocMap(TemplateErrors.Mark("parameters", TemplateErrors.Unresolved));
        HashSet<string> variableNames = [.. files.Where(file => file.Kind == ParameterFileKind.Variables).SelectMany(VariablesOf)
            .Select(variable => variable.Name)];
        IEnumerable<(DocMap Layer, bool HasExpressions)> layers = files
            .Select(file => file.Kind == ParameterFileKind.Variables ? Part(scope, file, ParameterFile.ParametersKey) : null)
            .OfType<DocMap>()
            .Select(layer => (layer, true))
            .Concat(files.Select(file => Layer(scope, file, name => !variableNames.Contains(name)
                && isParameter?.Invoke(name) != false)));
        var merge = new Layers(scope);
        foreach ((DocMap layer, bool hasExpressions) in layers)
        {
            own = merge.Merge(own, hasExpressions ? layer : (DocMap)layer.Literal());
        }

        DocMap overrides = files.Where(file => file.Kind == ParameterFileKind.Variables).Aggregate(
            new DocMap(own.Mark), (below, file) => merge.Merge(below, Part(scope, file, ParameterFile.OverridesKey)));
        (string? stackName, string? problem) = StackNameOf(scope);
        return new ParameterSet
        {
            Parameters = merge.Resolve(own, replaced),
            Overrides = merge.Resolve(overrides, replaced),
            Defaults = files.Where(file => file.Kind == ParameterFileKind.Environment)
                .Aggregate(new JsonObject(), (below, file) => Merge(below, DefaultsOf(file, replaced))),
            StackName = stackName,
            StackNameProblem = problem,
            Variables = Resolvable(scope),
            Files = files,
            Keys = keys,
            Replaced = replaced,
        };
    }

    private static JsonObject DefaultsOf(ParameterFile file, IReadOnlySet<string>? replaced)
    {
        var defaults = new JsonObject();
        foreach ((DocScalar name, DocNode value) in file.EnvironmentDefaults().Entries.Where(
            entry => replaced?.Contains(entry.Key.Value) != true))
        {
            defaults[name.Value] = DocJson.Of(value);
        }

        return defaults;
    }

    /// <summary>Later files override earlier ones: Ansible replaces variables, and does not merge them.</summary>
    internal static IReadOnlyDictionary<string, DocNode> WrittenIn(IReadOnlyList<ParameterFile> files)
    {
        var variables = new Dictionary<string, DocNode>();
        foreach (ParameterFile file in files.Where(file => file.Kind != ParameterFileKind.Environment))
        {
            foreach ((string name, DocNode value) in VariablesOf(file))
            {
                variables[name] = value;
            }
        }

        return variables;
    }

    private static IEnumerable<(string Name, DocNode Value)> VariablesOf(ParameterFile file) => file.Root.Entries
        .Select(entry => (Name: entry.Key.Value, entry.Value))
        .Where(entry => entry.Name is not (ParameterFile.ParametersKey or ParameterFile.OverridesKey));

    private static (DocMap Layer, bool HasExpressions) Layer(VariableScope scope, ParameterFile file, Predicate<string> isParameter)
    {
        switch (file.Kind)
        {
            case ParameterFileKind.Environment:
                return (file.EnvironmentParameters(), false);
            case ParameterFileKind.Variables:
                return (Part(scope, file, ParameterFile.OverridesKey), true);
            default:
                var layer = new DocMap(file.Root.Mark);
                foreach ((DocScalar key, DocNode value) in file.Root.Entries.Where(entry => isParameter(entry.Key.Value)))
                {
                    layer.Set(key, value);
                }

                return (layer, true);
        }
    }

    /// <summary>A mapping of parameters, which may itself be an expression.</summary>
    private static DocMap Part(VariableScope scope, ParameterFile file, string name)
    {
        DocNode? node = file.Root[name];
        return VariableScope.IsExpression(node)
            ? DocJson.ToNode(node.Mark, scope.Resolve(node)).Literal() as DocMap ?? throw node.Mark.Error($"{name} has to be a mapping.")
            : file.Section(name);
    }

    private static (string? Name, string? Problem) StackNameOf(VariableScope scope)
    {
        if (!scope.Names.Contains(StackNameVariable))
        {
            return (null, null);
        }

        try
        {
            return (scope.Variable(StackNameVariable)?.ToString() is { Length: > 0 } name ? name : null, null);
        }
        catch (HotstackException e)
        {
            return (null, e.Message);
        }
    }

    private static Dictionary<string, JsonNode?> Resolvable(VariableScope scope)
    {
        var found = new Dictionary<string, JsonNode?>();
        foreach (string name in scope.Names)
        {
            try
            {
                found[name] = scope.Variable(name);
            }
            catch (HotstackException)
            {
                // Not needed yet; a parameter that needs it reports the error.
            }
        }

        return found;
    }

    /// <summary>Merges unresolved parameters, so that a replaced value need not be resolvable.</summary>
    private sealed class Layers(VariableScope scope)
    {
        public DocMap Merge(DocMap below, DocMap above)
        {
            DocMap merged = below.Entries.Aggregate(new DocMap(below.Mark), (made, entry) => made.Set(entry.Key, entry.Value));
            foreach ((DocScalar key, DocNode value) in above.Entries)
            {
                merged.Set(key, below.Find(key.Value) is { } lower and not DocScalar { Type: YamlType.Null }
                    ? Merged(key.Value, lower, value) : value);
            }

            return merged;
        }

        /// <exception cref="HotstackException"><c>ParameterUnresolved</c>.</exception>
        public JsonObject Resolve(DocMap parameters, IReadOnlySet<string>? replaced = null)
        {
            var resolved = new JsonObject();
            foreach ((DocScalar name, DocNode value) in parameters.Entries.Where(entry => replaced?.Contains(entry.Key.Value) != true))
            {
                resolved[name.Value] = Named(name.Value, () => scope.Resolve(value));
            }

            return resolved;
        }

        /// <summary>Resolves an expression only if the other side is a mapping, as its value may be one, too.</summary>
        private DocNode Merged(string name, DocNode below, DocNode above)
        {
            DocNode lower = above is DocMap ? Settled(name, below) : below;
            DocNode upper = below is DocMap ? Settled(name, above) : above;
            return lower is DocMap one && upper is DocMap other ? Merge(one, other) : upper;
        }

        private DocNode Settled(string name, DocNode node) =>
            VariableScope.IsExpression(node) ? DocJson.ToNode(node.Mark, Named(name, () => scope.Resolve(node))).Literal() : node;

        private static JsonNode? Named(string name, Func<JsonNode?> resolve)
        {
            try
            {
                return resolve();
            }
            catch (HotstackException e) when (e.Id == TemplateErrors.Unresolved)
            {
                throw new HotstackException(e.Cause, e.Id, $"The parameter {name} cannot be resolved: {e.Message}", e) { Hint = e.Hint,
                    Target = name };
            }
        }
    }
}
