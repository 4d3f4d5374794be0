using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Hotstack.Templates.Documents;
using Hotstack.Templates.Expressions;

namespace Hotstack.Templates;

/// <summary>
/// Reads parameter files: upstream's bootstrap_vars.yml (<c>stack_parameters</c>, <c>stack_parameter_overrides</c>, and
/// variables beside them), mappings of parameters, and Heat environments. Values are typed as Ansible reads them
/// (<c>yes</c> is true, 0644 is 420); <c>{{ name }}</c> and <c>{{ name | default('x') }}</c> are resolved, but for Heat
/// environments, which know no expressions.
/// </summary>
public static class ParameterFiles
{
    private const string StackNameVariable = "stack_name";

    /// <summary>
    /// Reads files and merges them recursively. <c>stack_parameters</c> of all files lie below everything else, since they
    /// are a scenario's own; over them come, file by file in order, overrides, plain parameters and environments. What a
    /// plain file gives counts as a variable where another file has a variable of that name, as with Ansible's
    /// <c>-e @file</c>.
    /// </summary>
    /// <param name="paths">The files; later ones win. None is fine.</param>
    /// <param name="variables">Variables that win over those of the files; their text is taken as it is.</param>
    /// <param name="open">Opens a file; null for <see cref="InputFile"/>.</param>
    /// <exception cref="HotstackException">
    /// <c>ParameterFileInvalid</c>: missing or broken, with file and line; <c>ParameterUnresolved</c>: a parameter needs an
    /// expression that cannot be resolved.
    /// </exception>
    public static ParameterSet Load(IEnumerable<string> paths, IReadOnlyDictionary<string, JsonNode?> variables, Func<string, Stream>? open = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(variables);
        return Load([.. paths.Select(path => ParameterFile.Read(path, open))], variables);
    }

    /// <summary>The same, of files that have been read.</summary>
    /// <param name="files">The files.</param>
    /// <param name="variables">Variables that win over those of the files.</param>
    /// <param name="replaced">Parameters of which no file's value is used; theirs are left out, and need not be resolvable.</param>
    internal static ParameterSet Load(
        IReadOnlyList<ParameterFile> files, IReadOnlyDictionary<string, JsonNode?> variables, IReadOnlySet<string>? replaced = null)
    {
        var scope = new VariableScope(variables, Variables(files));
        var own = new DocMap(new SourceMark("parameters", TemplateErrors.Unresolved));
        HashSet<string> variableNames = [.. files.Where(file => file.Kind == ParameterFileKind.Variables).SelectMany(VariablesOf).Select(variable => variable.Name)];
        IEnumerable<(DocMap Layer, bool HasExpressions)> layers = files
            .Select(file => file.Kind == ParameterFileKind.Variables ? Part(scope, file, ParameterFile.ParametersKey) : null)
            .OfType<DocMap>()
            .Select(layer => (layer, true))
            .Concat(files.Select(file => Layer(scope, file, variableNames)));
        var merge = new ParameterLayers(scope);
        foreach ((DocMap layer, bool hasExpressions) in layers)
        {
            own = merge.Merge(own, hasExpressions ? layer : ParameterLayers.Literal(layer));
        }

        DocMap overrides = files.Where(file => file.Kind == ParameterFileKind.Variables).Aggregate(
            new DocMap(own.Mark), (below, file) => merge.Merge(below, Part(scope, file, ParameterFile.OverridesKey)));
        (string? stackName, string? problem) = StackName(scope);
        return new ParameterSet
        {
            Parameters = merge.Resolve(own, replaced),
            Overrides = merge.Resolve(overrides, replaced),
            Defaults = files.Where(file => file.Kind == ParameterFileKind.Environment)
                .Aggregate(new JsonObject(), (below, file) => ParameterMerge.Merge(below, DefaultsOf(file, replaced))),
            StackName = stackName,
            StackNameProblem = problem,
            Variables = Resolvable(scope),
            Files = files,
        };
    }

    /// <summary>Later files win; Ansible replaces variables, it does not merge them.</summary>
    private static JsonObject DefaultsOf(ParameterFile file, IReadOnlySet<string>? replaced)
    {
        var defaults = new JsonObject();
        foreach ((DocScalar name, DocNode value) in file.EnvironmentDefaults().Entries.Where(entry => replaced?.Contains(entry.Key.Value) != true))
        {
            defaults[name.Value] = DocJson.Of(value);
        }

        return defaults;
    }

    private static Dictionary<string, DocNode> Variables(IReadOnlyList<ParameterFile> files)
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

    private static (DocMap Layer, bool HasExpressions) Layer(VariableScope scope, ParameterFile file, HashSet<string> variableNames)
    {
        switch (file.Kind)
        {
            case ParameterFileKind.Environment:
                return (file.EnvironmentParameters(), false);
            case ParameterFileKind.Variables:
                return (Part(scope, file, ParameterFile.OverridesKey), true);
            default:
                var layer = new DocMap(file.Root.Mark);
                foreach ((DocScalar key, DocNode value) in file.Root.Entries.Where(entry => !variableNames.Contains(entry.Key.Value)))
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
        return node is DocScalar { Type: YamlType.Text, IsLiteral: false } text && ExpressionText.IsIn(text.Value)
            ? ParameterLayers.Literal(DocJson.ToDocument(text.Mark, scope.Resolve(text))) as DocMap
                ?? throw TemplateErrors.At(text.Mark, $"{name} has to come to a mapping.")
            : file.Section(name);
    }

    private static (string? Name, string? Problem) StackName(VariableScope scope)
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
                // Nobody needs it yet; what does, says why it cannot be.
            }
        }

        return found;
    }
}
