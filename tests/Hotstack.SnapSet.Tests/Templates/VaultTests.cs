using System.Text;
using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Hotstack.Deployments;
using Xunit;

namespace Hotstack.Templates;

/// <summary>Values that ansible-vault has encrypted stop nobody who does not need them.</summary>
public sealed class VaultTests : IDisposable
{
    private const string Vault = "!vault |\n    $ANSIBLE_VAULT;1.1;AES256\n    62386435643c1ph3r\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-vault-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("openshift_pull_secret: @\nstack_parameters: {a: 1}")]
    [InlineData("openshift_pull_secret: !vault-encrypted c1ph3r\nstack_parameters: {a: 1}")]
    [InlineData("secrets: [one, !vault c1ph3r]\nstack_parameters: {a: 1}")]
    [InlineData("stack_parameters: {a: 1}\nb: @\nc: '{{ b }}'")]
    [InlineData("b: @\nstack_parameters: {a: 1, b: '{{ b }}'}\nstack_parameter_overrides: {b: 2}", "{\"a\":1,\"b\":2}")]
    [InlineData("stack_name: @\nstack_parameters: {a: 1}")]
    public void One_that_nobody_needs_is_passed_over(string yaml, string parameters = "{\"a\":1}") =>
        Assert.Equal(parameters, Load(yaml).Parameters.ToJsonString());

    [Theory]
    [InlineData("stack_parameters:\n  a: @", "The parameter a cannot be resolved: ")]
    [InlineData("stack_parameters:\n  a:\n    b: [@]", "The parameter a cannot be resolved: ")]
    [InlineData("secret: @\nstack_parameters: {a: '{{ secret }}'}", "The parameter a cannot be resolved: ")]
    [InlineData("secret: @\nstack_parameters: {a: 'x{{ secret }}y'}", "The parameter a cannot be resolved: ")]
    [InlineData("a: @", "The parameter a cannot be resolved: ")]
    [InlineData("parameters:\n  a: @", "The parameter a cannot be resolved: ")]
    [InlineData("parameter_defaults:\n  a: @", "")]
    [InlineData("stack_parameters: @", "")]
    [InlineData("parameters: @", "")]
    public void One_that_is_needed_is_named_as_what_it_is(string yaml, string start)
    {
        var error = Assert.Throws<HotstackException>(() => Load(yaml));

        Assert.Equal(TemplateErrors.Unresolved, error.Id);
        Assert.StartsWith(start, error.Message, StringComparison.Ordinal);
        Golden.Message(error);
        Assert.DoesNotContain("c1ph3r", error + error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_one_such_value_is_named_as_that() =>
        Assert.Contains("encrypted by ansible-vault", Assert.Throws<HotstackException>(() => Load("@")).Message, StringComparison.Ordinal);

    [Fact]
    public void One_that_is_given_on_the_command_line_is_not_needed()
    {
        ParameterFile file = Read("stack_parameters: {a: 1, b: !vault c1ph3r}");

        Assert.Equal("""{"a":1}""",
            ParameterSet.Load([file], new Dictionary<string, JsonNode?>(), new HashSet<string> { "b" }).Parameters.ToJsonString());
    }

    [Fact]
    public void A_variable_that_is_given_counts_before_it() =>
        Assert.Equal(
            """{"a":"plain"}""",
            ParameterSet.Load([Read("b: !vault c1ph3r\nstack_parameters: {a: '{{ b }}'}")],
                new Dictionary<string, JsonNode?> { ["b"] = "plain" }).Parameters.ToJsonString());

    [Fact]
    public void A_template_has_none()
    {
        string path = Write("t.yaml", "heat_template_version: rocky\nresources: {a: {type: !vault c1ph3r}}");

        var error = Assert.Throws<HotstackException>(() => TemplateBundle.Load(path));

        Golden.Message(error);
        Assert.DoesNotContain("c1ph3r", error + error.Hint, StringComparison.Ordinal);
    }

    /// <summary>Files that are encrypted as a whole, by what reads them.</summary>
    public static TheoryData<string, string> Readers => new()
    {
        { "vars.yml", TemplateErrors.Parameters },
        { "template.yaml", TemplateErrors.Template },
        { "outputs.yaml", "SnapSetFileInvalid" },
        { "outputs.json", "SnapSetFileInvalid" },
    };

    [Theory]
    [MemberData(nameof(Readers))]
    public void A_whole_file_that_is_encrypted_is_named_as_that(string name, string id)
    {
        string path = Write(name, "\n$ANSIBLE_VAULT;1.2;AES256;dev\nc1ph3r\n");

        var error = Assert.Throws<HotstackException>(() => _ = name switch
        {
            "vars.yml" => ParameterFile.Read(path),
            "template.yaml" => TemplateBundle.Load(path),
            _ => (object)SnapSetFile.Read(path),
        });

        Assert.Equal(id, error.Id);
        Golden.Message(error);
        Assert.DoesNotContain("c1ph3r", error + error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void So_is_a_certificate()
    {
        string path = Write("ca.pem", "$ANSIBLE_VAULT;1.1;AES256\nc1ph3r\n");

        Assert.Contains("encrypted by ansible-vault",
            Assert.Throws<IOException>(() => InputFile.ReadText(path, TestContext.Current.CancellationToken)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("snapset_data: {instances: {a: {uuid: u, role: controller, mac_address: m}}}\nsecret: !vault c1ph3r", null)]
    [InlineData("snapset_data: {instances: {a: {uuid: !vault c1ph3r, role: controller, mac_address: m}}}", "encrypted by ansible-vault")]
    [InlineData("snapset_data: !vault c1ph3r", "encrypted by ansible-vault")]
    public void A_file_of_outputs_may_have_them_beside_the_data(string yaml, string? message)
    {
        DocNode document = SnapSetFile.Read("o.yaml", new MemoryStream(Encoding.UTF8.GetBytes(yaml)));

        string? failure = Record.Exception(() => { _ = SnapSetData.Read(document); })?.Message;

        Assert.Equal(message is not null, failure?.Contains(message!, StringComparison.Ordinal) == true);
    }

    private static ParameterSet Load(string yaml) =>
        ParameterSet.Load([Read(yaml.Replace("@", yaml.Contains("[@]", StringComparison.Ordinal) ? "!vault c1ph3r" : Vault,
        StringComparison.Ordinal))], new Dictionary<string, JsonNode?>());

    private static ParameterFile Read(string yaml) =>
        ParameterFile.Read(TemplateErrors.Mark("vars.yml", TemplateErrors.Parameters),
            () => new MemoryStream(Encoding.UTF8.GetBytes(yaml)));

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
