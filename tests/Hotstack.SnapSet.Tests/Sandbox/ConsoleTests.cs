using System.Text.Json.Nodes;
using Hotstack.Sandbox.Compute;
using Xunit;

namespace Hotstack.Sandbox;

/// <summary>Nova's console output, and what cloud-init prints there.</summary>
public class ConsoleTests : SandboxTest
{
    private const string BeginKeys = "-----BEGIN SSH HOST KEY KEYS-----";
    private const string EndKeys = "-----END SSH HOST KEY KEYS-----";

    [Fact]
    public async Task The_controller_has_printed_its_host_keys_and_their_fingerprints()
    {
        var console = await ReadAsync("controller");
        var keys = Cloud.HostKeys("controller");
        Assert.Equal(["ecdsa-sha2-nistp256", "ssh-ed25519", "ssh-rsa"], keys.Select(k => k.Type));
        var host = Cloud.Server("controller").Name;
        Assert.Equal(keys.Select(k => $"{k.Line} root@{host}"), KeysIn(console));
        foreach (var key in keys)
        {
            Assert.Matches($@"(?m)^<14>\w{{3}} [ \d]\d \d\d:\d\d:\d\d cloud-init: {key.Bits} {System.Text.RegularExpressions.Regex.Escape(key.Fingerprint)} root@{host} \({key.Kind.ToUpperInvariant()}\)$", console);
        }

        Assert.DoesNotContain('\r', console);
        Assert.DoesNotContain("HOST KEY", await ReadAsync("master0"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ConsoleKeys.Fingerprints, true)]
    [InlineData(ConsoleKeys.None, false)]
    public async Task It_may_print_less(ConsoleKeys keys, bool fingerprints)
    {
        Cloud.SetConsoleKeys("controller", keys);
        var console = await ReadAsync("controller");
        Assert.Empty(KeysIn(console));
        Assert.Equal(fingerprints, console.Contains("BEGIN SSH HOST KEY FINGERPRINTS", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_start_keeps_the_keys_and_prints_them_no_more()
    {
        var keys = Cloud.HostKeys("controller");
        await ActAsync("controller", """{"os-stop": null}""");
        Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.NotEmpty(KeysIn(await ReadAsync("controller")));
        await ActAsync("controller", """{"os-start": null}""");
        Clock.Advance(TimeSpan.FromSeconds(60));
        var console = await ReadAsync("controller");
        Assert.Contains("cloud-init", console, StringComparison.Ordinal);
        Assert.Empty(KeysIn(console));
        Assert.Equal(keys, Cloud.HostKeys("controller"));
    }

    [Fact]
    public async Task A_copy_has_keys_of_its_own_and_prints_them_when_its_sshd_listens_already()
    {
        var keys = Cloud.HostKeys("controller");
        var image = await SnapshotAsync("controller");
        Clock.Advance(TimeSpan.FromMinutes(5));
        var template = $$"""
            heat_template_version: rocky
            resources:
              net: {type: OS::Neutron::Net}
              subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: net}, cidr: 192.168.32.0/24} }
              copy:
                type: OS::Nova::Server
                properties: {name: copy, image: {{image}}, flavor: hotstack.small, networks: [{network: {get_resource: net} }]}
            """;
        var body = new JsonObject { ["stack_name"] = "again", ["template"] = template };
        Assert.Equal(201, (await CallAsync("POST", $"/orchestration/v1/{Project}/stacks", body.ToJsonString())).Status);
        while (Cloud.Servers.SingleOrDefault(s => s.Name == "copy") is not { Status: "ACTIVE" })
        {
            Clock.Advance(TimeSpan.FromSeconds(0.1));
            await GetAsync("/compute/v2.1/servers");
        }

        Clock.Advance(TimeSpan.FromSeconds(3));
        var console = await ReadAsync("copy");
        Assert.Contains("Started OpenSSH server daemon", console, StringComparison.Ordinal);
        Assert.Empty(KeysIn(console));
        Clock.Advance(TimeSpan.FromSeconds(1));
        var printed = KeysIn(await ReadAsync("copy"));
        Assert.Equal(Cloud.HostKeys("copy").Select(k => k.Line + " root@copy"), printed);
        Assert.Empty(Cloud.HostKeys("copy").Intersect(keys));
        Assert.Equal(keys, Cloud.HostKeys("controller"));
    }

    [Fact]
    public async Task Keys_that_somebody_changes_are_not_printed()
    {
        var before = KeysIn(await ReadAsync("controller"));
        Cloud.ChangeHostKeys("controller");
        Assert.Equal(before, KeysIn(await ReadAsync("controller")));
        Assert.Empty(Cloud.HostKeys("controller").Select(k => k.Line + " root@controller").Intersect(before));
    }

    [Theory]
    [InlineData("""{"length": 3}""", 3)]
    [InlineData("""{"length": "2"}""", 2)]
    [InlineData("""{"length": 0}""", 1)]
    [InlineData("""{"length": 100000}""", null)]
    [InlineData("""{"length": null}""", null)]
    [InlineData("""{}""", null)]
    public async Task The_length_counts_lines_from_the_end(string argument, int? lines)
    {
        var whole = (await ReadAsync("controller")).Split('\n');
        var (status, json) = await ActAsync("controller", $$"""{"os-getConsoleOutput": {{argument}} }""");
        Assert.Equal(200, status);
        var some = ((string?)json!["output"])!.Split('\n');
        Assert.Equal(whole[^(lines ?? whole.Length)..], some);
    }

    [Fact]
    public async Task Minus_one_takes_the_first_line_away()
    {
        var whole = await ReadAsync("controller");
        var (_, json) = await ActAsync("controller", """{"os-getConsoleOutput": {"length": -1} }""");
        Assert.Equal(whole[(whole.IndexOf('\n', StringComparison.Ordinal) + 1)..], (string?)json!["output"]);
    }

    [Theory]
    [InlineData("null", "Invalid input for field/attribute os-getConsoleOutput. Value: None. None is not of type 'object'")]
    [InlineData("""{"length": -2}""", "Invalid input for field/attribute length. Value: -2. -2 is less than the minimum of -1")]
    [InlineData("""{"length": "ten"}""", "Invalid input for field/attribute length. Value: ten. 'ten' does not match '^-?[0-9]+$'")]
    [InlineData("""{"length": 1.5}""", "Invalid input for field/attribute length. Value: 1.5. 1.5 is not of type 'integer', 'string', 'null'")]
    [InlineData("""{"lines": 1}""", "Invalid input for field/attribute os-getConsoleOutput. Value: {\"lines\":1}. Additional properties are not allowed ('lines' was unexpected)")]
    public async Task What_Nova_refuses(string argument, string message)
    {
        var (status, json) = await ActAsync("controller", $$"""{"os-getConsoleOutput": {{argument}} }""");
        Assert.Equal((400, message), (status, (string?)json!["badRequest"]!["message"]));
    }

    [Fact]
    public async Task A_server_that_is_being_built_has_none_yet()
    {
        Cloud.SetServer("controller", vmState: "building");
        var (status, json) = await ActAsync("controller", """{"os-getConsoleOutput": {}}""");
        Assert.Equal((404, $"Instance {Cloud.Server("controller").Id} could not be found."),
            (status, (string?)json!["itemNotFound"]!["message"]));
    }

    [Fact]
    public async Task Others_do_not_read_it()
    {
        await BecomeAsync("other");
        Assert.Equal(404, (await ActAsync("controller", """{"os-getConsoleOutput": {}}""")).Status);
    }

    private static IEnumerable<string> KeysIn(string console) => console.Split('\n').SkipWhile(l => l != BeginKeys).Skip(1)
        .TakeWhile(l => l != EndKeys);

    private async Task<string> ReadAsync(string server)
    {
        var (status, json) = await ActAsync(server, """{"os-getConsoleOutput": {}}""");
        Assert.Equal(200, status);
        return (string?)json!["output"] ?? "";
    }
}
