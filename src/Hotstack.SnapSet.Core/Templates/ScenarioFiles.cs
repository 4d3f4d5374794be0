using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Hotstack.OpenStack.Configuration;
using Hotstack.Templates.Expressions;

namespace Hotstack.Templates;

/// <summary>
/// The files of a scenario as upstream's playbooks take them: bootstrap_vars.yml, files that override it, cloud-secrets.yaml,
/// dataplane_ssh_keys_vars.yaml; and the template that they name. What the template does not declare is a variable.
/// </summary>
public sealed class ScenarioFiles
{
    private const string TemplateVariable = "stack_template_path";
    private const string CloudVariable = "os_cloud";

    private readonly IReadOnlyList<ParameterFile> _files;
    private readonly IReadOnlyDictionary<string, JsonNode?> _given;
    private readonly IReadOnlyDictionary<string, DocNode> _written;
    private readonly ConfigurationSources _sources;
    private readonly IActivity? _activity;
    private readonly PublicKeys _keys;
    private readonly VariableScope _scope;

    private ScenarioFiles(
        IReadOnlyList<ParameterFile> files, IReadOnlyDictionary<string, JsonNode?> given, ConfigurationSources sources, IActivity? activity)
    {
        (_files, _given, _sources, _activity) = (files, given, sources, activity);
        _written = ParameterSet.WrittenIn(files);
        _keys = new PublicKeys(sources, activity);
        _scope = new VariableScope(given, _written, new Dictionary<string, Func<string?>>(_keys.Variables)
        {
            // Ansible's own: https://docs.ansible.com/ansible/latest/reference_appendices/special_variables.html
            ["playbook_dir"] = () => Checkouts().FirstOrDefault(),
            ["ansible_user_dir"] = () => sources.HomeDirectory is { Length: > 0 } home ? home : null,
        });
    }

    /// <summary>Reads the files.</summary>
    /// <param name="paths">The files; a later one overrides. None is fine.</param>
    /// <param name="variables">Variables that override those of the files; their texts are literal.</param>
    /// <param name="sources">The home folder, the current folder and the files in them; null for those of this process.</param>
    /// <param name="activity">Is told where values come from; null for nobody.</param>
    /// <param name="stop">Cancels the reading of a pipe.</param>
    /// <exception cref="HotstackException"><c>ParameterFileInvalid</c>, with file and line.</exception>
    public static ScenarioFiles Read(
        IEnumerable<string> paths, IReadOnlyDictionary<string, JsonNode?> variables, ConfigurationSources? sources, IActivity? activity,
        CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(variables);
        return new([.. paths.Select(path => ParameterFile.Read(path, InputFile.Opener(stop)))], variables,
            sources ?? ConfigurationSources.OfThisProcess(), activity);
    }

    /// <summary>The cloud that the files name (<c>os_cloud</c>); null if they name none that can be resolved.</summary>
    public CloudWish? Cloud
    {
        get
        {
            if (!_scope.Names.Contains(CloudVariable))
            {
                return null;
            }

            try
            {
                return TextOf(CloudVariable) is { } name ? new(name, $"{CloudVariable} of {OriginOf(CloudVariable)}") : null;
            }
            catch (HotstackException e)
            {
                _activity?.Verbose($"The {CloudVariable} of {OriginOf(CloudVariable)} is not used: {e.Message}");
                return null;
            }
        }
    }

    /// <summary>A file or variable names the template.</summary>
    public bool NamesTemplate => _scope.Names.Contains(TemplateVariable);

    /// <summary>Reads the template.</summary>
    /// <param name="path">Its path; null for the files' <c>stack_template_path</c>, which starts from the root of the checkout.</param>
    /// <param name="root">As for <see cref="TemplateBundle"/>.</param>
    /// <exception cref="HotstackException"><c>TemplateMissing</c>: there is no template; those of reading a
    /// <see cref="TemplateBundle"/>.</exception>
    public TemplateBundle ReadTemplate(string? path, string? root) =>
        TemplateBundle.Load(path ?? TemplatePath(), root, _sources, Archives());

    /// <summary>The parameters for a template.</summary>
    /// <param name="template">The template.</param>
    /// <param name="replaced">Parameters that the caller gives: the values in files need not be resolvable.</param>
    /// <exception cref="HotstackException"><c>ParameterFileInvalid</c>, <c>ParameterUnresolved</c>.</exception>
    public ParameterSet ParametersFor(HeatTemplate template, IReadOnlySet<string> replaced) => ParametersFor(template, replaced, null);

    /// <summary>The same.</summary>
    /// <param name="template">The template.</param>
    /// <param name="replaced">Parameters that the caller gives.</param>
    /// <param name="nested">Parameters that only nested templates declare; null for none.</param>
    internal ParameterSet ParametersFor(HeatTemplate template, IReadOnlySet<string> replaced, IReadOnlySet<string>? nested)
    {
        ArgumentNullException.ThrowIfNull(template);
        ParameterSet set = ParameterSet.Load(_files, _scope, replaced, IsParameter, _keys);
        foreach (ParameterFile file in _files.Where(file => file.Kind == ParameterFileKind.Plain))
        {
            string[] variables = [.. file.Root.Keys.Where(name => !IsParameter(name))];
            foreach ((string name, string? meant) in variables.Select(name => (name, SimilarNames.Of(name, template.Parameters.Keys))))
            {
                if (meant is not null)
                {
                    _activity?.Warning($"{file.Path}: the template has no parameter {name}, but {meant}. It is used as a variable only.");
                }
            }

            if (variables.Length > 0)
            {
                _activity?.Verbose($"{file.Path}: the template has no parameter {string.Join(", ", variables)}; used as variables only.");
            }
        }

        TellOfMerge();
        return set;

        bool IsParameter(string name) => template.Parameters.ContainsKey(name) || nested?.Contains(name) == true;
    }

    /// <summary>Tells where the result differs from Ansible's, which takes the last file's <c>stack_parameters</c> alone.</summary>
    private void TellOfMerge()
    {
        HashSet<string> before = [];
        foreach (ParameterFile file in _files.Where(file => file.Kind == ParameterFileKind.Variables))
        {
            if (file.Root.MapOrNull(ParameterFile.ParametersKey) is not { } own)
            {
                continue;
            }

            string[] kept = [.. before.Where(name => !own.Has(name))];
            before.UnionWith(own.Keys);
            if (kept.Length > 0)
            {
                _activity?.Verbose($"{file.Path}: its {ParameterFile.ParametersKey} are merged over those of the files before it, so these "
                    + $"stay: {string.Join(", ", kept)}. Ansible would drop them.");
            }
        }
    }

    /// <summary>The error without a template.</summary>
    /// <param name="why">What else could have given it, and does not; null for nothing.</param>
    internal static HotstackException TemplateNotNamed(string? why) => Missing(
        $"There is no template: -Template is not given, {(why is null ? "and " : "")}no parameter file has {TemplateVariable}{(why is null ? "" : $", and {why}")}.",
        "Name it with -Template, or give the scenario's bootstrap_vars.yml with -ParameterFile.");

    private string TemplatePath()
    {
        if (!_scope.Names.Contains(TemplateVariable))
        {
            throw TemplateNotNamed(null);
        }

        string origin = OriginOf(TemplateVariable);
        string text;
        try
        {
            text = TextOf(TemplateVariable) ?? throw Missing($"The {TemplateVariable} of {origin} is empty.", "Name the template with -Template.");
        }
        catch (HotstackException e) when (e.Id == TemplateErrors.Unresolved)
        {
            throw Missing($"The {TemplateVariable} of {origin} cannot be resolved: {e.Message}",
                $"Name the template with -Template. {e.Hint}", e);
        }

        string[] roots = [.. Checkouts()];
        string current = _sources.CurrentDirectory;
        string? found = text.Contains('\0', StringComparison.Ordinal) ? null
            : roots.Append(current).Where(Path.IsPathFullyQualified)
                .Select(root => Path.GetFullPath(Path.Combine(root, (_sources with { CurrentDirectory = "" }).Resolve(text))))
                .FirstOrDefault(File.Exists);
        if (found is not null)
        {
            _activity?.Verbose($"The template is {found}, by the {TemplateVariable} of {origin}.");
            return found;
        }

        string searched = string.Join(", ", roots.Select(root => $"the Hotstack checkout {root}"));
        throw Missing($"The {TemplateVariable} of {origin} is {PathValue.Shown(text)}, and there is no such file in "
            + (roots.Length > 0 ? searched + "." : $"{current}, which is no Hotstack checkout (it has no "
                + $"{string.Join(", no ", Checkout.Lacks(current))}), nor is a checkout around a parameter file."),
            "Change to the root of the Hotstack checkout, or name the template with -Template.");
    }

    /// <summary>The checkouts around the files, that of the file with the template's path first, and around the current folder.</summary>
    private IEnumerable<string> Checkouts() =>
        _files.Select(file => file.Path).OrderByDescending(path => path == OriginOf(TemplateVariable))
            .Select(path => Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : null)
            .Append(_sources.CurrentDirectory)
            .Where(folder => folder is not null && Path.IsPathFullyQualified(folder))
            .Select(folder => Checkout.Around(folder!)).OfType<string>().Distinct()
            .Where(IsOurs);

    /// <summary>Another user may have put a folder of a checkout's shape around the files.</summary>
    private bool IsOurs(string checkout)
    {
        string? why = ForeignFolder.Why(checkout, _sources);
        if (why is not null)
        {
            _activity?.Verbose($"The Hotstack checkout {checkout} is not used, since {why}.");
        }

        return why is null;
    }

    private HeatArchives Archives() => !_scope.Names.Contains(HeatArchives.Variable) ? new HeatArchives()
        : new HeatArchives(() => (_scope.Variable(HeatArchives.Variable),
            _written.GetValueOrDefault(HeatArchives.Variable)?.Mark ?? TemplateErrors.Mark("-Variable", TemplateErrors.Parameters)));

    /// <summary>A variable's text; null if it is empty.</summary>
    private string? TextOf(string variable) => _scope.Variable(variable)?.ToString() is { Length: > 0 } text ? text : null;

    /// <summary>Where a variable is: a file, or a parameter of the cmdlet.</summary>
    private string OriginOf(string variable) =>
        _given.ContainsKey(variable) || !_written.TryGetValue(variable, out DocNode? node) ? "-Variable" : node.Mark.Source;

    private static HotstackException Missing(string message, string hint, Exception? inner = null) =>
        new(ErrorCause.InputInvalid, "TemplateMissing", message, inner) { Hint = hint, Target = TemplateVariable };
}
