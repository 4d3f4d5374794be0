using System.Text.Json.Nodes;
using Hotstack.Configuration;

namespace Hotstack.Playbooks;

/// <summary>The secrets among a request's variables, by their names or because the user said so. Ansible hides those of tasks with
/// <c>no_log</c>; a task without it may still show one.</summary>
internal sealed class PlaybookSecrets
{
    /// <summary>What upstream's <c>hotstack_cloud_secrets</c> holds beside the secret: hidden, such values would spoil every line.</summary>
    private static readonly string[] Public =
        ["auth_url", "application_credential_id", "region_name", "identity_api_version", "interface", "auth_type", "cacert"];

    private readonly string[] _secrets;

    public PlaybookSecrets(PlaybookRequest request) =>
        _secrets = [.. request.Secrets.Concat(InVariables(request)).Concat(request.ParameterFiles.SelectMany(InFile)).Distinct()];

    /// <summary>The text with stars in place of the secrets.</summary>
    public string Hide(string text) => _secrets.Length == 0 ? text : Secrets.Hide(text, _secrets);

    private static IEnumerable<string> InVariables(PlaybookRequest request) => request.Variables.SelectMany(variable => In(
        DocJson.ToNode(new SourceMark("-Variable", "PlaybookInputInvalid"), new JsonObject { [variable.Key] = variable.Value?.DeepClone() }),
        isSecret: false));

    /// <summary>A file that we cannot read may still be one for Ansible, as an encrypted one.</summary>
    private static string[] InFile(string path)
    {
        var mark = new SourceMark(path, "PlaybookInputInvalid");
        try
        {
            using Stream file = InputFile.Open(path, CancellationToken.None);
            return DocReader.Read(mark, InputFile.ReadText(file, mark), DocRules.Ansible with { IsLazy = true }) is { } root
                ? [.. In(root, isSecret: false)] : [];
        }
        catch (Exception e) when (e is HotstackException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static IEnumerable<string> In(DocNode node, bool isSecret) => node switch
    {
        DocScalar { Type: not YamlType.Bool, Text: { Length: > 0 } text } => isSecret ? [text] : [],
        DocMap map => map.Entries.SelectMany(entry => In(
            entry.Value, LikelySecrets.IsNameOfOne(entry.Key.Value) || (isSecret && !Public.Contains(entry.Key.Value)))),
        _ => node.Children.SelectMany(child => In(child, isSecret)),
    };
}
