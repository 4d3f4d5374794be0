using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Configuration;
using Hotstack.OpenShift.Login;
using Hotstack.Processes;

namespace Hotstack.OpenShift.Configuration;

/// <summary>Reads the <c>exec</c> of a user, by the rules of kubectl:
/// https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#ExecConfig.</summary>
internal static partial class ExecEntry
{
    private const string Group = "client.authentication.k8s.io/";

    /// <summary>The extension's name, which Kubernetes reserves.</summary>
    private const string ExtensionName = "client.authentication.k8s.io/exec";

    /// <param name="user">The user.</param>
    /// <param name="exec">Its <c>exec</c>.</param>
    /// <param name="sources">Whose platform and current directory count.</param>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>, with line and column.</exception>
    public static ExecPlugin Of(KubeconfigEntry user, DocMap exec, ConfigurationSources sources)
    {
        string command = Carried(exec, "command", exec.Text("command"))
            ?? throw exec.Mark.Error("exec has no command.", "Name the program that logs in.");
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
        if (!ProgramFinder.IsPath(command, sources.Platform))
        {
            return command;
        }

        while (command.StartsWith("./", StringComparison.Ordinal)
            || (sources.Platform == ConfigurationPlatform.Windows && command.StartsWith(@".\", StringComparison.Ordinal)))
        {
            command = command[2..];
        }

        return user.Resolve(sources, command);
    }

    /// <summary>Refuses the contents of a file in place of its path.</summary>
    private static string Refused(DocMap exec, string command) => PathValue.ContentOf(command) is null
        ? command
        : throw PathValue.Refusal(exec["command"]!.Mark, "command", command, "Name the program that logs in, or its path.");

    private static string Version(DocMap exec) => exec.Text("apiVersion") switch
    {
        null => throw exec.Mark.Error("exec has no apiVersion.",
            $"Set it to {Group}v1 or {Group}v1beta1: the program's manual says which."),
        Group + "v1" => Group + "v1",
        Group + "v1beta1" => Group + "v1beta1",
        Group + "v1alpha1" => throw exec["apiVersion"]!.Mark.Error("apiVersion of exec is v1alpha1, which Kubernetes 1.24 removed.",
            "Update the program that logs in, and write the kubeconfig again, for example with 'aws eks update-kubeconfig'."),
        _ => throw exec["apiVersion"]!.Mark.Error($"apiVersion of exec has to be {Group}v1 or {Group}v1beta1."),
    };

    /// <summary>v1 requires it; for older versions the default is <c>IfAvailable</c>.</summary>
    private static ExecInteraction Interaction(DocMap exec, string version) => exec.Text("interactiveMode") switch
    {
        "Never" => ExecInteraction.Never,
        "IfAvailable" => ExecInteraction.IfAvailable,
        "Always" => ExecInteraction.Always,
        null when version != Group + "v1" => ExecInteraction.IfAvailable,
        null => throw exec.Mark.Error("exec has no interactiveMode, which its apiVersion needs.",
            "Set it to Never, IfAvailable or Always; IfAvailable suits most programs."),
        _ => throw exec["interactiveMode"]!.Mark.Error("interactiveMode has to be Never, IfAvailable or Always."),
    };

    private static KeyValuePair<string, string> Variable(DocNode node)
    {
        if (node.Usable() is not DocMap variable)
        {
            throw node.Mark.Error($"an item of env has to be a mapping with name and value, not {node.Kind}.");
        }

        string name = Carried(variable, "name", variable.Text("name")) ?? throw node.Mark.Error("an item of env has no name.");
        return name.Contains('=', StringComparison.Ordinal)
            ? throw variable["name"]!.Mark.Error("the name of an item of env has an equals sign in it.")
            : new(name, Carried(variable, "value", variable.Text("value")) ?? "");
    }

    /// <summary>Refuses NUL, which ends an argument or a variable of a program.</summary>
    private static string? Carried(DocMap map, string key, string? text) =>
        text?.Contains('\0', StringComparison.Ordinal) == true
            ? throw map[key]!.Mark.Error($"{key} has the character NUL in it, which no program can be given.")
            : text;

    /// <summary>The plugin with the part of the cluster's entry that is for it.</summary>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>, with line and column.</exception>
    public static ExecPlugin? WithClusterInfo(ExecPlugin? plugin, KubeconfigEntry cluster) => plugin is not { ProvidesClusterInfo: true }
        ? plugin
        : plugin with
        {
            DisablesCompression = KubeconfigEntry.Flag(cluster.Values, "disable-compression"),
            ClusterConfig = Find(cluster) is { } value ? Json(value)?.ToJsonString() : null,
        };

    private static DocNode? Find(KubeconfigEntry cluster)
    {
        DocMap[] named =
        [
            .. cluster.Values.List("extensions").Select(node => node.Usable()).OfType<DocMap>()
                .Where(extension => extension.Text("name") == ExtensionName),
        ];
        return named.Length > 1
            ? throw named[1].Mark.Error($"the extension {ExtensionName} is given twice.", "Remove one of them.")
            : named.FirstOrDefault()?["extension"];
    }

    private static JsonNode? Json(DocNode node) => node.Usable() switch
    {
        DocMap map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key.Value, Json(entry.Value)))),
        DocList list => new JsonArray([.. list.Items.Select(Json)]),
        DocScalar { Text: { } text, IsQuoted: var isQuoted } => isQuoted ? JsonValue.Create(text) : Plain(text),
        _ => null,
    };

    /// <summary>By YAML 1.1, as kubectl reads it; numbers of base 8 and 60, and those that JSON does not have, stay texts.</summary>
    private static JsonValue Plain(string text) =>
        text is "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "y" or "Y" ? JsonValue.Create(true)
        : text is "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "n" or "N" ? JsonValue.Create(false)
        : Integers().IsMatch(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)
            ? JsonValue.Create(whole)
        : Numbers().IsMatch(text) && double.TryParse(text, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? JsonValue.Create(number)
        : JsonValue.Create(text);

    [GeneratedRegex(@"\A[-+]?(0|[1-9][0-9]*)\z")]
    private static partial Regex Integers();

    [GeneratedRegex(@"\A[-+]?(?=.*[.eE])(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Numbers();
}
