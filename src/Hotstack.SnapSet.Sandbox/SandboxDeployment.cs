using System.Text;
using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Orchestration.Hot;
using Hotstack.Templates;

namespace Hotstack.Sandbox;

/// <summary>A template with all that its stack is made from, to be deployed in a sandbox at its start.</summary>
public sealed record SandboxDeployment
{
    /// <summary>Stands for the keys that upstream takes from <c>~/.ssh</c>.</summary>
    private const string PublicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f zuul@sandbox";

    public required string StackName { get; init; }

    /// <summary>The template's text.</summary>
    public required string Template { get; init; }

    /// <summary>The contents of what it gets by <c>get_file</c>; base64 of what is not UTF-8.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    public JsonObject Parameters { get; init; } = [];

    /// <summary>Files that the template gets and that are not there; <see cref="Files"/> has a line of text for each.</summary>
    public IReadOnlyList<string> MissingFiles { get; init; } = [];

    /// <summary>Reads a template, the files that it gets, and upstream's variables or other files of parameters.</summary>
    /// <param name="template">The template's path.</param>
    /// <param name="parameterFiles">The files; later ones override earlier ones.</param>
    /// <param name="stackName">Null for the one in the files, or <c>hs-</c> and the name of the template's folder.</param>
    /// <exception cref="HotstackException">A file of parameters is missing or broken.</exception>
    /// <exception cref="IOException">The template cannot be read.</exception>
    /// <exception cref="FormatException">It is no HOT template.</exception>
    public static SandboxDeployment Read(string template, IReadOnlyList<string> parameterFiles, string? stackName = null)
    {
        var path = Path.GetFullPath(template);
        var text = File.ReadAllText(path);
        var hot = Parse(text);
        var parameters = ParameterSet.Load(parameterFiles, new Dictionary<string, JsonNode?>
        {
            ["controller_ssh_pub_key"] = PublicKey, ["dataplane_ssh_pub_key"] = PublicKey, ["dataplane_ssh_public_key"] = PublicKey,
        });
        var given = (JsonObject)parameters.Parameters.DeepClone();
        foreach (var key in (string[])["controller_ssh_pub_key", "dataplane_ssh_pub_key"])
        {
            if (hot.Parameters.ContainsKey(key) && !given.ContainsKey(key))
            {
                given[key] = PublicKey;
            }
        }

        var folder = Path.GetDirectoryName(path)!;
        var names = FilesIn(hot.Body).Distinct().ToList();
        List<string> missing = [.. names.Where(name => !File.Exists(Path.Combine(folder, name)))];
        return new SandboxDeployment
        {
            StackName = stackName ?? parameters.StackName ?? "hs-" + Path.GetFileName(folder), Template = text, Parameters = given,
            MissingFiles = missing,
            Files = names.ToDictionary(
                name => name, name => missing.Contains(name) ? $"made up by the sandbox: {name}\n" : Content(Path.Combine(folder, name))),
        };
    }

    private static HotTemplate Parse(string text)
    {
        try
        {
            return HotTemplate.Read(text);
        }
        catch (ApiException error)
        {
            throw new FormatException(error.Message, error);
        }
    }

    private static IEnumerable<string> FilesIn(JsonNode? node) => node switch
    {
        JsonObject o when Functions.NameOf(o) == "get_file" && PythonText.IsText(o.First().Value, out var name) => [name],
        JsonObject o => o.SelectMany(member => FilesIn(member.Value)),
        JsonArray a => a.SelectMany(FilesIn),
        _ => [],
    };

    /// <summary>As python-heatclient sends it.</summary>
    private static string Content(string path)
    {
        var bytes = File.ReadAllBytes(path);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Convert.ToBase64String(bytes);
        }
    }
}
