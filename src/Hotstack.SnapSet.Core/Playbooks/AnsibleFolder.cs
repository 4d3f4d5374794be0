using System.Reflection;
using System.Text.Json.Nodes;
using Hotstack.Configuration;

namespace Hotstack.Playbooks;

/// <summary>A private folder with what ansible-playbook gets from us: our plugin, and the variables that override those of the files. It is
/// deleted in the end.</summary>
internal sealed class AnsibleFolder : IDisposable
{
    private const string Plugin = "hotstack_events.py";
    private const string ReadVariables = "hotstack_variables.yml";

    // Only this user can read it.
    private readonly string _path = Directory.CreateTempSubdirectory("hotstack-playbooks-").FullName;

    /// <param name="variables">They override those of the files.</param>
    public AnsibleFolder(IEnumerable<KeyValuePair<string, JsonNode?>> variables)
    {
        Write(Plugin, Embedded(Plugin));
        Write(ReadVariables, Embedded(ReadVariables));
        VariablesFile = Write(
            "variables.json",
            new JsonObject(variables.Select(v => KeyValuePair.Create(v.Key, v.Value?.DeepClone()))).ToJsonString());
    }

    /// <summary>The file of the variables.</summary>
    public string VariablesFile { get; }

    /// <summary>Our playbook that tells what the variables say.</summary>
    public string ReadVariablesFile => Path.Combine(_path, ReadVariables);

    /// <summary>A path that Ansible derived from the place of our playbook, as from the checkout's own playbooks.</summary>
    public string AsOfCheckout(string text, string checkout) => text.Replace(_path, checkout, StringComparison.Ordinal);

    /// <summary>The environment of ansible-playbook.</summary>
    /// <param name="mark">Stands before each event.</param>
    public Dictionary<string, string?> Environment(string mark) => new()
    {
        ["ANSIBLE_CALLBACK_PLUGINS"] = WithOwn("ANSIBLE_CALLBACK_PLUGINS", _path, Path.PathSeparator),
        ["ANSIBLE_CALLBACKS_ENABLED"] = WithOwn("ANSIBLE_CALLBACKS_ENABLED", Path.GetFileNameWithoutExtension(Plugin), ','),
        ["ANSIBLE_NOCOLOR"] = "1",
        ["ANSIBLE_FORCE_COLOR"] = null,
        ["PYTHONDONTWRITEBYTECODE"] = "1",
        ["PYTHONUNBUFFERED"] = "1",
        ["HOTSTACK_EVENTS_MARK"] = mark,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(_path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A child of a killed run may still write into it.
        }
    }

    private static string WithOwn(string variable, string own, char separator) =>
        System.Environment.GetEnvironmentVariable(variable) is { Length: > 0 } others ? $"{own}{separator}{others}" : own;

    private static string Embedded(string name)
    {
        using Stream file = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Playbooks/{name}")!;
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_path, name);
        using var writer = new StreamWriter(SecretFiles.Create(path, FileMode.CreateNew, FileAccess.Write, FileShare.None));
        writer.Write(text);
        return path;
    }
}
