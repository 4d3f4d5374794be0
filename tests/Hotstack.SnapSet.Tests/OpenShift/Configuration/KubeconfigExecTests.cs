using Hotstack.Configuration;
using Hotstack.OpenShift.Login;
using Hotstack.Tests.OpenStack.Configuration;
using Xunit;

namespace Hotstack.OpenShift.Configuration;

/// <summary>The <c>exec</c> of a user, and what a cluster holds for it.</summary>
public sealed class KubeconfigExecTests : KubeconfigFixture
{
    private const string V1 = "apiVersion: client.authentication.k8s.io/v1";
    private const string Never = V1 + ", interactiveMode: Never";

    [Fact]
    public void All_of_it_is_read_as_it_stands()
    {
        ExecPlugin plugin = Load(Yaml(
            """
            exec:
              apiVersion: client.authentication.k8s.io/v1
              command: kubelogin
              args: [get-token, "a b", "", '--x="y"', 007]
              env: [{name: PROFILE, value: "s3cr3t $HOME"}, {name: EMPTY, value: ""}, {name: NONE}, {name: N, value: 010}]
              interactiveMode: Always
              installHint: "Get it\nthere."
              provideClusterInfo: true
              unknown: {a: b}
            """)).Exec!;

        Assert.Equal(("kubelogin", "client.authentication.k8s.io/v1", ExecInteraction.Always, true),
            (plugin.Command, plugin.ApiVersion, plugin.Interaction, plugin.ProvidesClusterInfo));
        Assert.Equal(["get-token", "a b", "", "--x=\"y\"", "007"], plugin.Arguments);
        Assert.Equal([("PROFILE", "s3cr3t $HOME"), ("EMPTY", ""), ("NONE", ""), ("N", "010")],
            plugin.Variables.Select(v => (v.Key, v.Value)));
        Assert.Equal(("user anna (/home/anna/.kube/config)", "/project", "Get it\nthere."),
            (plugin.Title, plugin.Directory, plugin.InstallHint));
        Assert.Empty(Activity.Warnings);
    }

    [Theory]
    [InlineData("v1beta1", null, ExecInteraction.IfAvailable)]
    [InlineData("v1beta1", "Never", ExecInteraction.Never)]
    [InlineData("v1", "IfAvailable", ExecInteraction.IfAvailable)]
    public void Before_v1_the_mode_need_not_be_said(string version, string? mode, object expected) =>
        Assert.Equal(expected, Load(
            Yaml($"exec: {{command: a, apiVersion: client.authentication.k8s.io/{version}{(mode is null ? "" : ", interactiveMode: " + mode)}}}")).Exec!.Interaction);

    [Theory]
    [InlineData("kubelogin", "kubelogin", ConfigurationPlatform.Linux)]
    [InlineData("./bin/login", "/home/anna/.kube/bin/login", ConfigurationPlatform.Linux)]
    [InlineData("bin/login", "/home/anna/.kube/bin/login", ConfigurationPlatform.Linux)]
    [InlineData("../login", "/home/anna/.kube/../login", ConfigurationPlatform.Linux)]
    [InlineData("/opt/login", "/opt/login", ConfigurationPlatform.Linux)]
    [InlineData(@"bin\login", @"bin\login", ConfigurationPlatform.Linux)]
    [InlineData("~/login", "/home/anna/.kube/~/login", ConfigurationPlatform.Linux)]
    [InlineData("login.exe", "login.exe", ConfigurationPlatform.Windows)]
    [InlineData(@".\login.exe", @"C:\Users\anna\.kube\login.exe", ConfigurationPlatform.Windows)]
    [InlineData("bin/login.exe", @"C:\Users\anna\.kube\bin/login.exe", ConfigurationPlatform.Windows)]
    [InlineData(@"D:\login.exe", @"D:\login.exe", ConfigurationPlatform.Windows)]
    public void A_command_with_a_separator_starts_from_the_folder_of_its_kubeconfig(string command, string expected,
        ConfigurationPlatform platform)
    {
        string file = platform == ConfigurationPlatform.Windows ? @"C:\Users\anna\.kube\config" : HomeFile;
        MemorySources sources = new MemorySources(platform).File(file, Yaml($"exec: {{command: '{command}', {Never}}}"));

        Assert.Equal(expected, Load(sources).Exec!.Command);
    }

    [Fact]
    public void Of_several_files_it_is_the_folder_of_the_one_that_has_the_user()
    {
        MemorySources sources = new MemorySources().Variable("KUBECONFIG", "/a/config:/b/config")
            .File("/a/config", "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: 'https://c', extensions: [{name: client.authentication.k8s.io/exec, extension: {a: 1}}]}}]")
            .File("/b/config", $"users: [{{name: u, user: {{exec: {{command: ./login, provideClusterInfo: true, {Never}}}}}}}]");

        ExecPlugin plugin = Load(sources).Exec!;

        Assert.Equal(("/b/login", "user u (/b/config)", """{"a":1}"""), (plugin.Command, plugin.Title, plugin.ClusterConfig));
    }

    /// <summary>As kubectl 1.32 hands it over.</summary>
    [Theory]
    [InlineData("{audience: 06e3fbd18de8, n2: 7, b: yes, s: '7', list: [1, a, null], f: 1.5, o: '', x: {}}", """{"audience":"06e3fbd18de8","n2":7,"b":true,"s":"7","list":[1,"a",null],"f":1.5,"o":"","x":{}}""")]
    [InlineData("06e3", "6000")]
    [InlineData("!!str true", "\"true\"")]
    [InlineData("\"off\"", "\"off\"")]
    [InlineData("Off", "false")]
    [InlineData("99999999999999999999", "\"99999999999999999999\"")]
    [InlineData(".inf", "\".inf\"")]
    [InlineData("~", null)]
    public void What_the_cluster_has_for_plugins_becomes_JSON(string yaml, string? json)
    {
        string cluster = $"server: https://c\ndisable-compression: true\nextensions: [{{name: other, extension: 1}}, {{name: client.authentication.k8s.io/exec, extension: {yaml}}}]";

        ExecPlugin plugin = Load(Yaml($"exec: {{command: a, provideClusterInfo: true, {Never}}}", cluster)).Exec!;

        Assert.Equal((json, true), (plugin.ClusterConfig, plugin.DisablesCompression));
        Assert.Null(Load(Yaml($"exec: {{command: a, {Never}}}", cluster)).Exec!.ClusterConfig);
    }

    [Theory]
    [InlineData("exec: {}", "line 17, column 11: exec has no command")]
    [InlineData("exec: {command: ''}", "exec has no command")]
    [InlineData("exec: {command: [a]}", "command has to be a single value")]
    [InlineData("exec: {command: a}", "exec has no apiVersion")]
    [InlineData("exec: {command: a, apiVersion: v1}", "line 17, column 36: apiVersion of exec has to be client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1")]
    [InlineData("exec: {command: a, apiVersion: client.authentication.k8s.io/v1alpha1}", "apiVersion of exec is v1alpha1, which Kubernetes 1.24 removed")]
    [InlineData("exec: {command: a, apiVersion: client.authentication.k8s.io/v1}", "exec has no interactiveMode")]
    [InlineData($"exec: {{command: a, {V1}, interactiveMode: never}}", "interactiveMode has to be Never, IfAvailable or Always")]
    [InlineData($"exec: {{command: a, {Never}, args: {{a: b}}}}", "args has to be a list")]
    [InlineData($"exec: {{command: a, {Never}, args: [[s3cr3t]]}}", "args has to be a list of texts")]
    [InlineData($"exec: {{command: a, {Never}, env: [s3cr3t]}}", "an item of env has to be a mapping with name and value, not a single value")]
    [InlineData($"exec: {{command: a, {Never}, env: [{{value: s3cr3t}}]}}", "an item of env has no name")]
    [InlineData($"exec: {{command: a, {Never}, env: [{{name: 'A=B', value: s3cr3t}}]}}", "has an equals sign")]
    [InlineData($"exec: {{command: a, {Never}, env: [{{name: A, value: [s3cr3t]}}]}}", "value has to be a single value")]
    [InlineData($"exec: {{command: a, {Never}, env: [{{name: A, value: \"s3cr3t\\0\"}}]}}", "value has the character NUL")]
    [InlineData($"exec: {{command: \"a\\0\", {Never}}}", "command has the character NUL")]
    [InlineData($"exec: {{command: a, {Never}, args: [\"s3cr3t\\0\"]}}", "args has the character NUL")]
    [InlineData($"exec: {{command: a, {Never}, provideClusterInfo: maybe}}", "provideClusterInfo has to be true or false")]
    [InlineData($"exec: {{command: \"a\\ns3cr3t\", {Never}}}", "command holds text of several lines")]
    [InlineData($"exec: {{command: a, {Never}}}\nauth-provider: {{name: oidc}}", "has both an exec plugin and an auth-provider")]
    public void What_cannot_be_right_is_refused(string user, string message) => Refuses(Yaml(user), message);

    [Theory]
    [InlineData("extensions: [{name: client.authentication.k8s.io/exec, extension: 1}, {name: client.authentication.k8s.io/exec, extension: 2}]", "is given twice")]
    [InlineData("extensions: {a: b}", "extensions has to be a list")]
    [InlineData("disable-compression: perhaps", "disable-compression has to be true or false")]
    public void So_is_what_the_cluster_has_for_it(string cluster, string message) =>
        Refuses(Yaml($"exec: {{command: a, provideClusterInfo: true, {Never}}}", "server: https://c\n" + cluster), message);

    /// <summary>As client-go: who we are is not told in the clear.</summary>
    [Fact]
    public void For_a_server_without_TLS_no_program_is_run()
    {
        Assert.Null(Load(Yaml($"exec: {{command: a, {Never}}}", "server: http://c")).Exec);
        Assert.Contains("is not https", Assert.Single(Activity.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Neither_arguments_nor_variables_show()
    {
        ClusterConfiguration cluster = Load(Yaml($"exec: {{command: a, {Never}, args: [s3cr3t], env: [{{name: A, value: s3cr3t}}]}}"));

        Assert.DoesNotContain("s3cr3t", $"{cluster} {cluster.Exec} {string.Concat(Activity.Everything)}", StringComparison.Ordinal);
        Assert.True(cluster.LogsInByItself);
    }

    [Fact]
    public void To_list_contexts_runs_nothing_and_needs_nothing_of_it() =>
        Assert.Equal(["admin"], new KubeconfigLoader(Home(Yaml("exec: {command: ./gone}")).Build()).ListContexts(null).Select(c => c.Name));
}
