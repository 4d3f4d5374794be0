using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Configuration;

namespace Hotstack.Templates;

/// <summary>
/// The public keys of a deployment. What no file gives comes from the user's <c>~/.ssh</c>, as upstream does it: by its inventory.yml for
/// the controller, and by its role dataplane_ssh_keys for the nodes of the data plane.
/// </summary>
internal sealed partial class PublicKeys
{
    private static readonly Key[] All =
    [
        new("controller_ssh_pub_key", "controller_ssh_pub_key", ["id_rsa.pub", "id_ed25519.pub"], "ssh-keygen -t ed25519"),
        new("dataplane_ssh_pub_key", "dataplane_ssh_public_key", ["dataplane-ansible-ssh-key.pub"],
            "ssh-keygen -t rsa -b 2048 -N \"\" -f ~/.ssh/dataplane-ansible-ssh-key"),
    ];

    private readonly ConfigurationSources _sources;
    private readonly IActivity? _activity;
    private readonly Dictionary<string, Lazy<string?>> _found;

    public PublicKeys(ConfigurationSources sources, IActivity? activity)
    {
        (_sources, _activity) = (sources, activity);
        _found = All.ToDictionary(key => key.Variable, key => new Lazy<string?>(() => Find(key)));
    }

    /// <summary>The variables, each read when it is needed; null if there is no key.</summary>
    public IReadOnlyDictionary<string, Func<string?>> Variables =>
        _found.ToDictionary(found => found.Key, found => (Func<string?>)(() => found.Value.Value));

    /// <summary>Puts the keys that a template declares among the parameters of files.</summary>
    /// <param name="parameters">They are changed.</param>
    /// <param name="template">The template.</param>
    /// <param name="variables">The variables of the files and of the caller.</param>
    /// <param name="replaced">The parameters that the caller gives.</param>
    public void Complete(
        JsonObject parameters, HeatTemplate template, IReadOnlyDictionary<string, JsonNode?> variables, IReadOnlySet<string>? replaced)
    {
        foreach (Key key in All.Where(key => template.Parameters.ContainsKey(key.Parameter) && replaced?.Contains(key.Parameter) != true))
        {
            // Upstream passes the variable under the parameter's name, over the files' own (roles/heat_stack/tasks/main.yml).
            if (key.Variable != key.Parameter && variables.GetValueOrDefault(key.Variable) is { } named && !IsEmpty(named))
            {
                parameters[key.Parameter] = named.DeepClone();
            }

            JsonNode? value = parameters.ContainsKey(key.Parameter) ? parameters[key.Parameter] : template.Parameters[key.Parameter].Default;
            if (IsEmpty(value) && _found[key.Variable].Value is { } found)
            {
                parameters[key.Parameter] = found;
            }
        }
    }

    /// <summary>Whether a parameter is one of the keys.</summary>
    public static bool IsKey(string parameter) => All.Any(key => key.Parameter == parameter);

    /// <summary>The keys that a template needs and nobody gives, one sentence each.</summary>
    /// <param name="parameters">The stack's parameters.</param>
    /// <param name="template">The template.</param>
    /// <param name="given">The parameters that the caller gives: an empty key is the caller's wish.</param>
    public static IEnumerable<string> Missing(JsonObject parameters, HeatTemplate template, JsonObject given) =>
        from key in All
        where template.Parameters.TryGetValue(key.Parameter, out TemplateParameter? declared) && !given.ContainsKey(key.Parameter)
            && (parameters.ContainsKey(key.Parameter) ? IsEmpty(parameters[key.Parameter]) : !declared.HasDefault)
        select $"the template needs {key.Parameter}, and no parameter file, no -Variable {key.Variable} and no ~/.ssh/"
            + $"{string.Join(" or ~/.ssh/", key.Files)} gives it: make a key with '{key.Command}', or give it with "
            + $"-Parameter @{{ {key.Parameter} = … }}";

    private string? Find(Key key)
    {
        if (_sources.HomeDirectory.Length == 0)
        {
            return null;
        }

        foreach (string path in key.Files.Select(name => _sources.Join(_sources.HomeDirectory, ".ssh", name)))
        {
            try
            {
                using Stream? file = _sources.OpenFile(path);
                if (file is null)
                {
                    continue;
                }

                string text = InputFile.ReadText(file, TemplateErrors.Mark(path, TemplateErrors.Parameters)).Trim();
                if (Form().IsMatch(text))
                {
                    _activity?.Verbose($"{key.Variable} is the key of {path}.");
                    return text;
                }

                _activity?.Warning($"{path} is not used for {key.Variable}: it does not hold one public key of OpenSSH.");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or HotstackException)
            {
                _activity?.Warning($"{path} is not used for {key.Variable}: it cannot be read ({e.Message.TrimEnd('.')}).");
            }
        }

        return null;
    }

    private static bool IsEmpty(JsonNode? value) => value is null || (value is JsonValue text && text.TryGetValue(out string? key)
        && string.IsNullOrWhiteSpace(key));

    /// <summary>One line of OpenSSH's format, which sshd(8) describes.</summary>
    [GeneratedRegex(@"\A(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[\w@.-]+ [A-Za-z0-9+/]+={0,3}(?: [^\r\n]*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    /// <param name="Parameter">The template's parameter.</param>
    /// <param name="Variable">Upstream's variable.</param>
    /// <param name="Files">The files of <c>~/.ssh</c>; the first that exists counts.</param>
    /// <param name="Command">Makes such a key.</param>
    private sealed record Key(string Parameter, string Variable, string[] Files, string Command);
}
