using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Hotstack.OpenShift.Configuration;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.Completion;

/// <summary>What is known of the command whose argument is completed. Made on PowerShell's thread.</summary>
internal sealed class CompletionCall
{
    private readonly string _directory;

    public CompletionCall(string command, string parameter, CommandAst line, IDictionary bound)
    {
        _directory = Ask<PathInfo>("Get-Location", ("PSProvider", "FileSystem"))!.ProviderPath;
        var defaults = Ask<object>("Get-Variable", ("Name", "PSDefaultParameterValues"), ("ValueOnly", true)) as IDictionary;
        Cloud = Bound(nameof(HotstackCmdlet.Cloud))?.ToString();
        Region = Bound(nameof(HotstackCmdlet.Region))?.ToString();
        Credential = CredentialInput.ToCloud(Bare(Bound(nameof(HotstackCmdlet.Credential))) as PSCredential);
        Kubeconfig = Bound(nameof(ClusterCmdlet.Kubeconfig))?.ToString() is { Length: > 0 } path
            ? Ask<string>("Convert-Path", ("LiteralPath", path)) ?? throw new FileNotFoundException(path)
            : null;
        IsKubeconfigOfDirectory = bound[nameof(ClusterCmdlet.Kubeconfig)] is null
            && Bound(nameof(ClusterCmdlet.Kubeconfig))?.ToString() is { } usual && !usual.StartsWith('~') && !usual.Contains(':', StringComparison.Ordinal)
            && !Path.IsPathRooted(usual);
        Context = Bound(nameof(ClusterCmdlet.Context))?.ToString();
        Given = GivenElements(line, parameter);

        object? Bound(string name) => bound[name] ?? DefaultParameters.Find(defaults, command, name);
    }

    public string? Cloud { get; }

    public string? Region { get; }

    public CloudCredential? Credential { get; }

    public string? Kubeconfig { get; }

    /// <summary>The kubeconfig is not on the command line but a default by a relative path, which is another file in every folder.</summary>
    public bool IsKubeconfigOfDirectory { get; }

    public string? Context { get; }

    /// <summary>The elements that an argument of several has already.</summary>
    public IReadOnlyCollection<string> Given { get; }

    public CloudConfigurationLoader Clouds => CloudConnections.LoaderIn(_directory);

    public KubeconfigLoader Kubeconfigs => ClusterConnections.LoaderIn(_directory);

    /// <summary>Of the parameter itself, or of an argument that stands alone and so may be the parameter's.</summary>
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
                given.AddRange(argument.FindAll(ast => ast is StringConstantExpressionAst, false).Select(ast => ((StringConstantExpressionAst)ast).Value));
            }

            name = (element as CommandParameterAst)?.ParameterName;
        }

        return [.. given];
    }

    private static object? Bare(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    /// <summary>A completer is not told what it needs, and has to ask PowerShell.</summary>
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
