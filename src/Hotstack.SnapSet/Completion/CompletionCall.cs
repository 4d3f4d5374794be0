using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.Json.Nodes;
using Hotstack.Hosting;
using Hotstack.Input;
using Hotstack.OpenShift.Configuration;
using Hotstack.OpenStack.Configuration;
using Hotstack.Templates;

namespace Hotstack.Completion;

/// <summary>The command whose argument is completed. Created on PowerShell's thread.</summary>
internal sealed class CompletionCall
{
    /// <summary>The parameters that name a deployment.</summary>
    private static readonly string[] Deployments = ["StackName", "Instance", "InputObject"];

    private readonly string _directory;

    public CompletionCall(string command, string parameter, string word, CommandAst line, IDictionary bound)
    {
        (Command, Parameter, Word) = (command, parameter, CompletionText.Bare(word));
        _directory = Ask<PathInfo>("Get-Location", ("PSProvider", "FileSystem"))!.ProviderPath;
        var defaults = Ask<object>("Get-Variable", ("Name", "PSDefaultParameterValues"), ("ValueOnly", true)) as IDictionary;
        Cloud = Bound(nameof(Cloud))?.ToString();
        Region = Bound(nameof(Region))?.ToString();
        Credential = ParameterInput.ToCredential(Bare(Bound(nameof(Credential))) as PSCredential);
        Kubeconfig = PathsOf(Bound(nameof(Kubeconfig))).FirstOrDefault();
        IsKubeconfigOfDirectory = bound[nameof(Kubeconfig)] is null
            && Bound(nameof(Kubeconfig))?.ToString() is { } usual
            && !usual.StartsWith('~') && !usual.Contains(':', StringComparison.Ordinal) && !Path.IsPathRooted(usual);
        Context = Bound(nameof(Context))?.ToString();
        IsBehindController = Bound("Controller") is not null
            || (Kubeconfig is null && !Connections.HasKubeconfigVariable && Deployments.Any(name => Bound(name) is not null));
        StackName = Bound(nameof(StackName))?.ToString();
        SnapSetId = OnlyOne(Bound("Id"))?.ToString();
        NamesSet = SnapSetId is not null || bound["Latest"] is not (null or false);
        // A file that is not there is of concern only to what depends on it.
        bool needsFiles = parameter == "Parameter";
        Template = needsFiles ? PathsOf(Bound(nameof(Template))).FirstOrDefault() : null;
        TemplateRoot = needsFiles ? PathsOf(Bound(nameof(TemplateRoot))).FirstOrDefault() : null;
        ParameterFiles = needsFiles ? PathsOf(Bound("ParameterFile")) : [];
        Given = GivenElements(line, parameter);

        object? Bound(string name) => bound[name] ?? DefaultOf(command, name, defaults);
    }

    public string Command { get; }

    public string Parameter { get; }

    /// <summary>What was typed of the argument, without quotation marks.</summary>
    public string Word { get; }

    public string? Cloud { get; }

    public string? Region { get; }

    public CloudCredential? Credential { get; }

    public string? Kubeconfig { get; }

    /// <summary>Whether the kubeconfig is a default with a relative path, which is another file in every folder.</summary>
    public bool IsKubeconfigOfDirectory { get; }

    public string? Context { get; }

    /// <summary>Whether the cluster is behind a controller: completion starts no ssh.</summary>
    public bool IsBehindController { get; }

    public string? StackName { get; }

    /// <summary>The set that the command names by -Id; null for none.</summary>
    public string? SnapSetId { get; }

    /// <summary>The command names a set: by -Id, or the newest one.</summary>
    public bool NamesSet { get; }

    /// <summary>Likewise the other files: read for <c>-Parameter</c> only.</summary>
    public string? Template { get; }

    public string? TemplateRoot { get; }

    public IReadOnlyList<string> ParameterFiles { get; }

    /// <summary>The Hosts of the user's ssh config.</summary>
    public IReadOnlyList<string> SshHosts => Connections.SshHostsIn(_directory);

    /// <summary>The values that the argument has already.</summary>
    public IReadOnlyCollection<string> Given { get; }

    public CloudConfigurationLoader Clouds => Connections.CloudsIn(_directory);

    public KubeconfigLoader Kubeconfigs => Connections.KubeconfigsIn(_directory);

    /// <summary>The files of the scenario that the command names.</summary>
    public ScenarioFiles ReadScenario(CancellationToken stop) => ScenarioFiles.Read(
        ParameterFiles, new Dictionary<string, JsonNode?>(), Connections.SourcesIn(_directory, stop), activity: null, stop);

    /// <summary>Of the parameter itself, or of a positional argument, which may be the parameter's.</summary>
    private static string[] GivenElements(CommandAst line, string parameter)
    {
        string? name = null;
        var given = new List<string>();
        foreach (CommandElementAst element in line.CommandElements.Skip(1))
        {
            bool isOurs = name is null || parameter.StartsWith(name, StringComparison.OrdinalIgnoreCase);
            ExpressionAst? argument = element is CommandParameterAst named ? named.Argument : element as ExpressionAst;
            if (isOurs && argument is not null)
            {
                given.AddRange(argument.FindAll(ast => ast is StringConstantExpressionAst, false)
                    .Select(ast => ((StringConstantExpressionAst)ast).Value));
            }

            name = (element as CommandParameterAst)?.ParameterName;
        }

        return [.. given];
    }

    /// <summary>What <c>$PSDefaultParameterValues</c> says of a parameter.</summary>
    /// <returns>The value; null for none, or for a script block, which completion does not run.</returns>
    public static object? DefaultOf(string command, string parameter, IDictionary? defaults)
    {
        if (defaults is null || defaults["Disabled"] is true)
        {
            return null;
        }

        object? found = null;
        foreach (DictionaryEntry entry in defaults)
        {
            if (entry.Key is string key && key.Split(':') is [var commands, var name]
                && name.Trim().Equals(parameter, StringComparison.OrdinalIgnoreCase)
                && Wildcard.Matches(command, commands.Trim().Trim('\'', '"')))
            {
                found = entry.Value;
            }
        }

        return found is ScriptBlock ? null : found;
    }

    /// <summary>The value, or the only element of several; null if there are more.</summary>
    private static object? OnlyOne(object? value) => Bare(value) is IEnumerable list and not string
        ? list.Cast<object?>().ToArray() is [var one] ? one : null
        : value;

    /// <summary>The absolute paths of one path or several.</summary>
    /// <exception cref="FileNotFoundException">One does not exist.</exception>
    private static string[] PathsOf(object? value)
    {
        IEnumerable<object?> several = Bare(value) is IEnumerable list and not string ? list.Cast<object?>() : [value];
        return
        [
            .. several.Select(one => one?.ToString()).Where(path => !string.IsNullOrEmpty(path))
                .Select(path => Ask<string>("Convert-Path", ("LiteralPath", path!)) ?? throw new FileNotFoundException(path)),
        ];
    }

    private static object? Bare(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    /// <summary>PowerShell does not give a completer its session.</summary>
    private static T? Ask<T>(string command, params (string Name, object Value)[] parameters)
        where T : class
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand(command).AddParameter("ErrorAction", "Ignore");
        foreach ((string name, object value) in parameters)
        {
            shell.AddParameter(name, value);
        }

        return shell.Invoke().Select(Bare).OfType<T>().FirstOrDefault();
    }
}
