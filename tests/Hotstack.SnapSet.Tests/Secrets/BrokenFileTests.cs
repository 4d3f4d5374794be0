using Hotstack.OpenShift.Configuration;
using Hotstack.Templates;
using Hotstack.Tests.OpenStack.Configuration;
using Xunit;

namespace Hotstack.SecretsKept;

/// <summary>Files whose secret stands just where they are broken.</summary>
public sealed class BrokenFileTests
{
    private const string Secret = "s3cr3t-Zq9";

    public static TheoryData<string> Lines =>
    [
        $"password: *{Secret}", $"password: !{Secret}", $"password: !!{Secret}", $"password: !a!{Secret}", $"password: &{Secret} *x",
        $"password: @{Secret}", $"password: `{Secret}", $"password: %{Secret}", $"password: \"{Secret}", $"password: '{Secret}",
        $"password: [{Secret}", $"password: {{{Secret}", $"password: |{Secret}", $"password: >{Secret}", $"password: {Secret}: x",
            $"password {Secret}",
        $"password:{Secret}", $"password: \"\\q{Secret}\"", $"password: [{Secret}]", $"password: {{a: {Secret}}}", $"\tpassword: {Secret}",
        $"password: {Secret}\n  more", $"password: a\n{Secret}", $"? [{Secret}]\n: x",
    ];

    public static TheoryData<string> Json =>
    [
        $"{{\"clouds\": {{\"lab\": {{\"auth\": {{\"password\": t{Secret}}}}}}}}}",
            $"{{\"clouds\": {{\"lab\": {{\"password\": n{Secret}}}}}}}",
        $"{{\"clouds\": \"{Secret}", $"{{\"clouds\": {{\"lab\": {{\"password\": \"{Secret}\\x\"}}}}}}", $"{{\"a\": \"{Secret}\\ud800\"}}",
        $"{{\"clouds\": {{}}}} {Secret}",
    ];

    [Theory]
    [MemberData(nameof(Lines))]
    public void Of_clouds_yaml_it_is_not_shown(string line)
    {
        string text = "clouds:\n  lab:\n    auth:\n      auth_url: https://k.test\n      username: anna\n      project_name: p\n      "
            + line.Replace("\n", "\n      ", StringComparison.Ordinal) + "\n";
        Check(() => MemorySources.WithClouds(text).Load("lab"));
        Check(() => new MemorySources().File(MemorySources.CloudsFile, "clouds: {lab: {}}").File(MemorySources.SecureFile, text)
            .Load("lab"));
    }

    [Theory]
    [MemberData(nameof(Json))]
    public void Nor_of_JSON(string text)
    {
        Check(() => new MemorySources().File("/project/clouds.json", text).Load("lab"));
        Check(() => new KubeconfigLoader(new MemorySources().File("/k", text).Build()).Load("/k", null));
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Nor_of_a_kubeconfig(string line)
    {
        string text = KubeconfigFixture.Yaml(line.Replace("password", "token", StringComparison.Ordinal));
        Check(() => new KubeconfigLoader(new MemorySources().File("/k", text).Build()).Load("/k", null));
    }

    [Theory]
    [MemberData(nameof(Lines))]
    [InlineData("password: \"{{ x | filter('" + Secret + "') }}\"")]
    [InlineData("password: \"{{ '" + Secret + "\"")]
    [InlineData("password: \"" + Secret + "{% if %}\"")]
    public void Nor_of_a_parameter_file(string line)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, line + "\n");
            Check(() => ParameterSet.Load([path], new Dictionary<string, System.Text.Json.Nodes.JsonNode?>()));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Check(Func<object> load)
    {
        try
        {
            // Some can be read after all, as something else.
            Assert.NotNull(load());
        }
        catch (HotstackException e)
        {
            Assert.Empty(new LeakDetector(Secret).FoundIn(LeakDetector.Shown(e)));
        }
    }
}
