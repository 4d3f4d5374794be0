using System.Text.Json;
using Hotstack.Configuration;
using Hotstack.OpenShift.Configuration;
using Hotstack.OpenStack.Configuration;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Marks;
using Hotstack.SnapSets.Move;
using Hotstack.SnapSets.Restore;
using Hotstack.Templates;
using Hotstack.Tests.OpenStack.Configuration;
using Xunit;

namespace Hotstack.SecretsKept;

/// <summary>Who else can read a file with secrets in it: those that we read, and those that we write.</summary>
public sealed class SecretFileTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Cloud = "clouds: {lab: {auth: {auth_url: 'https://k.test', username: anna, project_name: p";

    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-modes-").FullName;
    private readonly RecordingActivity _activity = new();

    public SecretFileTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such modes.");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(UnixFileMode.None, null)]
    [InlineData(UnixFileMode.GroupRead, "0640")]
    [InlineData(UnixFileMode.OtherRead, "0604")]
    [InlineData(UnixFileMode.GroupRead | UnixFileMode.OtherRead, "0644")]
    [InlineData(UnixFileMode.GroupWrite, null)]
    public void One_that_others_can_read_is_warned_of_once_with_its_mode_and_what_to_do(UnixFileMode others, string? mode)
    {
        string path = Write("clouds.yaml", Cloud + ", password: s3cr3t-Xy}}}", others);

        LoadCloud();

        Assert.Equal(
            mode is null ? [] : [$"{path} holds credentials, and others than its owner can read it (mode {mode}): chmod 600 {path}"],
                _activity.Warnings);
    }

    [Theory]
    [InlineData("clouds.yaml", "password: s3cr3t-Xy")]
    [InlineData("clouds.yaml", "application_credential_id: i, application_credential_secret: s3cr3t-Xy")]
    [InlineData("clouds.yaml", "token: s3cr3t-Xy")]
    [InlineData("clouds.yaml", "auth-token: s3cr3t-Xy")]
    [InlineData("secure.yaml", "password: s3cr3t-Xy")]
    public void Of_two_files_it_is_the_one_with_the_secrets(string holder, string secret)
    {
        Write("clouds.yaml", Cloud + (holder == "clouds.yaml" ? $", {secret}}}}}}}" : "}}}"), UnixFileMode.OtherRead);
        Write("secure.yaml", "clouds: {lab: {auth: {" + (holder == "secure.yaml" ? secret : "password: null") + "}}}",
            UnixFileMode.OtherRead);

        LoadCloud();

        Assert.StartsWith(Path.Combine(_folder, holder), Assert.Single(_activity.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void So_is_the_key_of_a_client_certificate_of_a_cloud()
    {
        string key = Write("key.pem", Identities.EcKey, UnixFileMode.GroupRead);
        Write("clouds.yaml", Cloud + $", password: s3cr3t-Xy}}, cert: cert.pem, key: {key}}}}}", UnixFileMode.None);

        LoadCloud();

        Assert.Equal([$"{key} holds a private key, and others than its owner can read it (mode 0640): chmod 600 {key}"],
            _activity.Warnings);
    }

    [Fact]
    public void So_are_the_files_of_a_kubeconfig_each_for_itself()
    {
        string certificate = Write("c.pem", Identities.EcCertificate, UnixFileMode.OtherRead);
        string key = Write("my key.pem", Identities.EcKey, UnixFileMode.OtherRead);
        string token = Write("t", "s3cr3t-Xy", UnixFileMode.OtherRead);
        string config = Write("config", KubeconfigFixture.Yaml($"client-certificate: {certificate}\nclient-key: {key}\ntokenFile: {token}"),
            UnixFileMode.OtherRead);

        new KubeconfigLoader(Sources, new ManualClock(Identities.Now)).Load(config, null, _activity);

        Assert.Equal(2, _activity.Warnings.Count);
        Assert.Contains($"{key} holds a private key, and others than its owner can read it (mode 0604): chmod 600 '{key}'",
            _activity.Warnings);
        Assert.Contains($"{token} holds a token, and others than its owner can read it (mode 0604): chmod 600 {token}", _activity.Warnings);
    }

    [Fact]
    public void A_kubeconfig_whose_proxy_has_a_password_holds_a_secret()
    {
        string config = Write("config",
            KubeconfigFixture.Yaml("tokenFile: t", "server: https://a.test\nproxy-url: http://anna:s3cr3t-Xy@p.test"),
            UnixFileMode.OtherRead);
        Write("t", "s3cr3t-Xy", UnixFileMode.None);

        new KubeconfigLoader(Sources).Load(config, null, _activity);

        Assert.StartsWith(config, Assert.Single(_activity.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("env: [{name: CLIENT_SECRET, value: s3cr3t-Xy}]", 1)]
    [InlineData("env: [{name: PROFILE, value: s3cr3t-Xy}]", 0)]
    [InlineData("env: [{name: CLIENT_SECRET}]", 0)]
    public void So_does_one_whose_program_is_given_a_secret(string exec, int warnings)
    {
        string config = Write(
            "config", KubeconfigFixture.Yaml($"exec: {{command: a, apiVersion: client.authentication.k8s.io/v1beta1, {exec}}}"),
                UnixFileMode.OtherRead);

        new KubeconfigLoader(Sources).Load(config, null, _activity);

        Assert.Equal(warnings, _activity.Warnings.Count);
    }

    [Theory]
    [InlineData("admin_password: s3cr3t-Xy", 1)]
    [InlineData("parameters: {admin_password: s3cr3t-Xy}", 1)]
    [InlineData("stack_parameters: {pull: s3cr3t-Xy}", 1)]
    [InlineData("note: s3cr3t-Xy", 0)]
    [InlineData("admin_password:", 0)]
    public void So_is_a_parameter_file(string text, int warnings)
    {
        string path = Write("vars.yml", text, UnixFileMode.OtherRead);
        string template = Write(
            "t.yaml",
            "heat_template_version: 2018-08-31\nparameters: {pull: {type: string, hidden: true}}\nresources: {a: {type: 'OS::Heat::None'}}",
                UnixFileMode.OtherRead);

        TemplateSecrets.WarnOfFiles(
            ParameterSet.Load([path], new Dictionary<string, System.Text.Json.Nodes.JsonNode?>()), TemplateBundle.Load(template).Template,
                _activity);

        Assert.Equal(warnings, _activity.Warnings.Count);
        Assert.All(_activity.Warnings, warning => Assert.StartsWith($"{path} holds secrets", warning, StringComparison.Ordinal));
    }

    [Fact]
    public void Where_there_are_no_modes_nothing_is_said()
    {
        Assert.Null(SecretFiles.OpenMode(new MemoryStream()));

        new MemorySources().File(MemorySources.CloudsFile, Cloud + ", password: s3cr3t-Xy, user_domain_name: d, project_domain_name: d}}}")
            .Load("lab", activity: _activity);

        Assert.Empty(_activity.Warnings);
    }

    [Fact]
    public void What_we_write_is_its_owners_alone()
    {
        string manifest = Path.Combine(_folder, "snapset.json");
        ExportDisk.WriteWhole(manifest, "{}"u8.ToArray());
        string image = Path.Combine(_folder, "master0.qcow2.part");
        new ExportDisk().OpenPart(image).Dispose();
        string outputs = Path.Combine(_folder, "hs-outputs.yaml");
        var stack = new Stack
        {
            Id = "i", Name = "hs", Status = "CREATE_COMPLETE",
            Outputs = new Dictionary<string, StackOutput>
            {
                ["a"] = new(JsonSerializer.SerializeToElement("s3cr3t-Xy"), null), ["b"] = new(null, "no password s3cr3t-Xy here"),
            },
        };
        StackOutputsFile.Write(outputs, stack, [], ["s3cr3t-Xy"], _activity, "");

        Assert.All([manifest, image, outputs],
            file => Assert.Equal(Private, OperatingSystem.IsWindows() ? Private : File.GetUnixFileMode(file)));
        Assert.Contains("s3cr3t-Xy", File.ReadAllText(outputs), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t-Xy", Assert.Single(_activity.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_among_an_images_properties_stays_behind()
    {
        var properties = new Dictionary<string, string> { ["os_admin_password"] = "s3cr3t-Xy", ["registry_token"] = "s3cr3t-Xy",
            ["hw_disk_bus"] = "virtio" };

        Assert.Equal(["hw_disk_bus"], PortableProperties.Of(properties).Keys);
    }

    private ConfigurationSources Sources =>
        ConfigurationSources.OfThisProcess() with { Variables = new Dictionary<string, string>(), CurrentDirectory = _folder };

    private void LoadCloud() => new CloudConfigurationLoader(Sources).Load("lab", null, _activity);

    private string Write(string name, string text, UnixFileMode others)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, Private | others);
        }

        return path;
    }
}
