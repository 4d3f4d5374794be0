using System.Text;
using System.Text.Json;
using Hotstack.Fuzz.Inputs;
using Hotstack.OpenShift.Login;

namespace Hotstack.Fuzz.Targets;

/// <summary>What a program writes that logs in to a cluster, and the id token of one that has been there.</summary>
internal sealed class ExecAnswerTarget : FuzzTarget
{
    private static readonly Tree[] Examples = Corpus.Trees("exec-token.json", "exec-token.json", "exec-certificate.json");

    private static readonly ExecPlugin Plugin = new() { Title = "user anna (/w/kubeconfig)", Command = "login",
        ApiVersion = "client.authentication.k8s.io/v1" };

    public override string Name => "logins";

    public override IReadOnlyList<byte[]> Hostile => [.. Bombs.Yaml, .. Bombs.Json, [], Bytes("e30.e30.e30"), Bytes("a.b.c")];

    public override IReadOnlyDictionary<string, Func<int, string>> Growing { get; } = new Dictionary<string, Func<int, string>>(
        Bombs.GrowingYaml)
    {
        ["tokens"] = length => $"{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{{\"token\":\"{new string('t', length)}\"}}}}",
        ["words"] = length => string.Concat(Enumerable.Range(0, length / 12).Select(i => $"word{i:0000000} ")),
        ["points"] = length => new string('.', length),
    };

    public override byte[] Generate(Random random)
    {
        byte[] made = TreeInputs.YamlOrJson(Examples, random);
        return Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(made)
            .Replace("CERTIFICATE", Inner(Identity.Certificate), StringComparison.Ordinal)
                .Replace("PRIVATE-KEY", Inner(Identity.Key), StringComparison.Ordinal));
    }

    public override Verdict Run(byte[] input) => Verdict.Of(() =>
    {
        string text = Text(input);
        OidcLogin.TryReadExpiry(text, out _);
        HideFrom(text);
        LoginCredential credential = ExecAnswer.Read(input, Plugin, Identity.Clock);
        CheckFailedException.Unless((credential.Token ?? credential.Certificate?.Key) is not null, "it gives nothing");
        CheckFailedException.Unless(credential.Token?.All(sign => sign is > ' ' and < '\x7f') != false,
            "no header field carries its token");
        Secret.MustNotBeIn(credential.ToString());
    });

    /// <summary>What a program writes to its error output may have any word of its output in it.</summary>
    private static void HideFrom(string output)
    {
        string[] words = [.. ExecLogin.SecretWordsIn(output)];
        if (words.Length < ExecLogin.MaxSecretWords)
        {
            Secret.MustNotBeIn(Secrets.Hide(output, words));
        }
    }

    /// <summary>As it stands between quotes.</summary>
    private static string Inner(string text) => JsonSerializer.Serialize(text)[1..^1];
}
