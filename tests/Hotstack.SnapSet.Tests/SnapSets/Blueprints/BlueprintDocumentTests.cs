using System.Text;
using System.Text.Json.Nodes;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Marks;
using Xunit;

namespace Hotstack.SnapSets.Blueprints;

public sealed class BlueprintDocumentTests
{
    private static readonly Blueprint Whole = new()
    {
        SnapSetId = "k3v9x2m1",
        StackName = "hs-multi",
        ReadAt = new DateTimeOffset(2026, 11, 30, 8, 0, 0, TimeSpan.Zero),
        Module = "1.2.3",
        Template = """{"heat_template_version": "2018-08-31", "description": "\ud83d\ude00 é", "resources": {}}""",
        Files = new Dictionary<string, string> { ["b/c.sh"] = "é\n", ["a"] = "" },
        Environment = new StackEnvironment
        {
            Parameters = new JsonObject { ["note"] = "x", ["n"] = 7, ["map"] = new JsonObject { ["k"] = null } },
            Registry = new JsonObject { ["My::T"] = "OS::Heat::Value" },
        },
        Hidden = ["secret"],
        Outputs = new JsonObject { ["o"] = new JsonArray(1, "b") },
        OmittedOutputs = ["p"],
    };

    [Fact]
    public void A_blueprint_reads_back_as_the_same_bytes()
    {
        byte[] bytes = BlueprintDocument.Write(Whole);

        Blueprint read = BlueprintDocument.Read(Whole.SnapSetId, bytes);

        Assert.Equal(bytes, BlueprintDocument.Write(read));
        Assert.Equal(Whole.Template, read.Template);
        Assert.Equal(["secret"], read.Hidden);
        Assert.Equal("é\n", read.Files["b/c.sh"]);
        Assert.Equal(Whole.ReadAt, read.ReadAt);
    }

    [Theory]
    [InlineData("", "BlueprintDamaged")]
    [InlineData("[]", "BlueprintDamaged")]
    [InlineData("{", "BlueprintDamaged")]
    [InlineData("""{"format": "something", "version": 1}""", "BlueprintDamaged")]
    [InlineData("""{"format": "hotstack-blueprint", "version": 0}""", "BlueprintDamaged")]
    [InlineData("""{"format": "hotstack-blueprint", "version": 2}""", "BlueprintVersionUnknown")]
    [InlineData("""{"format": "hotstack-blueprint", "version": 1}""", "BlueprintDamaged")]
    [InlineData("""{"format": "hotstack-blueprint", "version": 1, "snapSet": "other"}""", "BlueprintOfAnotherSet")]
    [InlineData("""{"format": "hotstack-blueprint", "version": 1, "snapSet": "k3v9x2m1", "template": {}, "files": {"a": 1}, "environment": {}}""", "BlueprintDamaged")]
    [InlineData("""{"format": "hotstack-blueprint", "version": 1, "snapSet": "k3v9x2m1", "template": "x", "files": {}, "environment": {}}""", "BlueprintDamaged")]
    public void Other_data_is_refused_by_what_it_is(string text, string id)
    {
        var e = Assert.Throws<HotstackException>(() => BlueprintDocument.Read("k3v9x2m1", Encoding.UTF8.GetBytes(text)));

        Assert.Equal(id, e.Id);
        Assert.Equal("k3v9x2m1", e.Target);
        Assert.Contains("-Template", e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_the_limit_is_refused_before_it_is_parsed() => Assert.Contains(
        "limit", Assert.Throws<HotstackException>(() => BlueprintDocument.Read("k3v9x2m1", new byte[BlueprintImage.MaxBytes + 1])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Only_outputs_of_what_is_known_to_be_harmless_are_kept()
    {
        using var template = JsonText.Parse("""
            {"resources": {
               "init": {"type": "OS::Heat::CloudConfig", "properties": {"cloud_config": {"k": {"get_param": "secret"}}}},
               "port": {"type": "OS::Neutron::Port", "properties": {"network": {"get_param": "net"}}},
               "named": {"type": "OS::Neutron::Port", "properties": {"name": {"get_param": "secret"}}},
               "server": {"type": "OS::Nova::Server", "properties": {"user_data": {"get_resource": "init"}, "networks": [{"port": {"get_resource": "port"}}]}},
               "copy": {"type": "OS::Heat::Value", "properties": {"value": {"get_attr": ["init", "config"]}}},
               "address": {"type": "OS::Heat::Value", "properties": {"value": {"get_attr": ["server", "first_address"]}}},
               "group": {"type": "OS::Heat::ResourceGroup"},
               "nested": {"type": "nested.yaml"},
               "wait": {"type": "OS::Heat::WaitConditionHandle"},
               "key": {"type": "OS::Nova::KeyPair"},
               "random": {"type": "OS::Heat::RandomString"}},
             "outputs": {
               "net": {"value": {"get_param": "net"}},
               "direct": {"value": ["x", {"get_param": ["secret", "part"]}]},
               "through": {"value": {"str_replace": {"template": "a", "params": {"a": {"get_attr": ["copy", "value"]}}}}},
               "ip": {"value": {"get_attr": ["server", "first_address"]}},
               "again": {"value": {"get_attr": ["address", "value"]}},
               "config": {"value": {"pullSecret": "_replaced_", "ip": {"get_attr": ["port", "fixed_ips", 0, "ip_address"]}}},
               "named": {"value": {"get_attr": ["named", "name"]}},
               "id": {"value": {"get_resource": "server"}},
               "console": {"value": {"get_attr": ["server", "console_urls"]}},
               "all": {"value": {"get_attr": ["server", "show"]}},
               "members": {"value": {"get_attr": ["group", "value"]}},
               "inner": {"value": {"get_attr": ["nested", "value"]}},
               "curl": {"value": {"get_attr": ["wait", "curl_cli"]}},
               "signal": {"value": {"get_resource": "wait"}},
               "private": {"value": {"get_attr": ["key", "private_key"]}},
               "file": {"value": {"get_file": "a"}},
               "generated": {"value": {"get_attr": ["random", "value"]}},
               "admin_password": {"value": "x"}}}
            """);
        var outputs = new BlueprintOutputs(template.RootElement, new HashSet<string> { "secret" });

        string[] all = [.. template.RootElement.GetProperty("outputs").EnumerateObject().Select(output => output.Name), "unknown"];

        Assert.Equal(["net", "ip", "again", "config", "id"], all.Where(outputs.MayKeep));
    }
}
