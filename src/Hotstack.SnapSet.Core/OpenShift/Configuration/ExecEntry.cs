using Hotstack.Configuration;
using Hotstack.OpenShift.Login;

namespace Hotstack.OpenShift.Configuration;

/// <summary>Reads the <c>exec</c> of a user, by the rules of kubectl: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#ExecConfig.</summary>
internal static class ExecEntry
{
    private const string Group = "client.authentication.k8s.io/";

    /// <param name="user">The user.</param>
    /// <param name="exec">Its <c>exec</c>.</param>
    /// <param name="sources">Whose platform and current directory count.</param>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>, with line and column.</exception>
    public static ExecPlugin Of(KubeconfigEntry user, ConfigMap exec, ConfigurationSources sources)
    {
        string command = Carried(exec, "command", exec.Text("command"))
            ?? throw ConfigurationErrors.At(exec.Mark, "exec has no command.", "Name the program that logs in.");
        string version = Version(exec);
        return new ExecPlugin
        {
            Title = user.Title,
            Command = Resolved(user, Refused(exec, command), sources),
            Arguments = [.. KubeconfigEntry.Texts(exec, "args").Select(argument => Carried(exec, "args", argument)!)],
            Variables = [.. exec.List("env").Select(Variable)],
            ApiVersion = version,
            Interaction = Interaction(exec, version),
            InstallHint = exec.Text("installHint"),
            ProvidesClusterInfo = KubeconfigEntry.Flag(exec, "provideClusterInfo"),
            Directory = sources.CurrentDirectory,
        };
    }

    /// <summary>A bare name is looked up in PATH; any other starts from the kubeconfig's folder.</summary>
    private static string Resolved(KubeconfigEntry user, string command, ConfigurationSources sources)
    {
        if (!ExecProgram.IsPath(command, sources.Platform))
        {
            return command;
        }

        while (command.StartsWith("./", StringComparison.Ordinal) || (sources.Platform == ConfigurationPlatform.Windows && command.StartsWith(@".\", StringComparison.Ordinal)))
        {
            command = command[2..];
        }

        return user.Resolve(sources, command);
    }

    /// <summary>People put what a file holds where its path belongs.</summary>
    private static string Refused(ConfigMap exec, string command) => PathValue.ContentOf(command) is null
        ? command
        : throw PathValue.Refusal(exec["command"]!.Mark, "command", command, "Name the program that logs in, or its path.");

    private static string Version(ConfigMap exec) => exec.Text("apiVersion") switch
    {
        null => throw ConfigurationErrors.At(exec.Mark, "exec has no apiVersion.", $"Set it to {Group}v1 or {Group}v1beta1: the program's manual says which."),
        Group + "v1" => Group + "v1",
        Group + "v1beta1" => Group + "v1beta1",
        Group + "v1alpha1" => throw ConfigurationErrors.At(
            exec["apiVersion"]!.Mark, "apiVersion of exec is v1alpha1, which Kubernetes 1.24 removed.",
            "Update the program that logs in, and write the kubeconfig again, for example with 'aws eks update-kubeconfig'."),
        _ => throw ConfigurationErrors.At(exec["apiVersion"]!.Mark, $"apiVersion of exec has to be {Group}v1 or {Group}v1beta1."),
    };

    /// <summary>v1 has to say it; before that it is taken to be <c>IfAvailable</c>.</summary>
    private static ExecInteraction Interaction(ConfigMap exec, string version) => exec.Text("interactiveMode") switch
    {
        "Never" => ExecInteraction.Never,
        "IfAvailable" => ExecInteraction.IfAvailable,
        "Always" => ExecInteraction.Always,
        null when version != Group + "v1" => ExecInteraction.IfAvailable,
        null => throw ConfigurationErrors.At(
            exec.Mark, "exec has no interactiveMode, which its apiVersion needs.", "Set it to Never, IfAvailable or Always; IfAvailable suits most programs."),
        _ => throw ConfigurationErrors.At(exec["interactiveMode"]!.Mark, "interactiveMode has to be Never, IfAvailable or Always."),
    };

    private static KeyValuePair<string, string> Variable(ConfigNode node)
    {
        if (node.Usable() is not ConfigMap variable)
        {
            throw ConfigurationErrors.At(node.Mark, $"an item of env has to be a mapping with name and value, not {node.Kind}.");
        }

        string name = Carried(variable, "name", variable.Text("name")) ?? throw ConfigurationErrors.At(node.Mark, "an item of env has no name.");
        return name.Contains('=', StringComparison.Ordinal)
            ? throw ConfigurationErrors.At(variable["name"]!.Mark, "the name of an item of env has an equals sign in it.")
            : new(name, Carried(variable, "value", variable.Text("value")) ?? "");
    }

    /// <summary>No program can be given the sign that ends a text.</summary>
    private static string? Carried(ConfigMap map, string key, string? text) =>
        text?.Contains('\0', StringComparison.Ordinal) == true
            ? throw ConfigurationErrors.At(map[key]!.Mark, $"{key} has the character NUL in it, which no program can be given.")
            : text;
}
