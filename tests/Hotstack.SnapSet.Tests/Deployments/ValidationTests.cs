using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Xunit;

namespace Hotstack.Deployments;

public sealed class ValidationTests : SnapSetFixture, IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"hotstack-{Guid.NewGuid():N}.yaml");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task All_violations_are_reported_at_once()
    {
        Sandbox.Cloud.StopServers();
        Sandbox.Cloud.SetServer("worker0", vmState: "active");
        Sandbox.Cloud.SetServer("worker1", taskState: "powering-off");
        Instance[] found = await InstancesAsync();
        Instance[] instances =
        [
            found[0] with { Name = "with/slash" },
            found[1] with { Name = "" },
            found[2] with { Name = new string('n', 300) },
            found[3] with { MacAddress = "not a mac" },
            found[4],
            found[5] with { MacAddress = "fa:16:9e:00:00:01" },
            found[5] with { Name = "Worker1" },
            found[0] with { Name = "ghost", Id = "11111111-1111-4111-8111-111111111111" },
            found[1] with { Name = "a=b", Role = "r\n" },
        ];

        var e = await Assert.ThrowsAsync<ViolationsException>(
            () => CreateAsync(new NewSnapSetRequest { Source = new InstanceSource { Instances = instances } }));

        foreach (string expected in (string[])[
            "'with/slash' contains a '/'", "the instance name '' is empty", "is 300 characters long", "'not a mac' is not a MAC",
            "is ACTIVE, not SHUTOFF", "is busy (powering-off)", "has the MAC address fa:16:9e:00:00:01; it has fa:16:9e:81:f6:21",
            "2 instances are named worker1", "is listed as several instances", "there is no server 11111111",
            "'a=b' contains a '='", "the role 'r"])
        {
            Assert.Contains(e.Violations, v => v.Contains(expected, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(Calls, c => c.Body.Contains("createImage", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_empty_list_is_an_error()
    {
        var e = await Assert.ThrowsAsync<ViolationsException>(() => CreateAsync(new NewSnapSetRequest()));

        Assert.Equal("there are no instances", Assert.Single(e.Violations));
    }

    [Theory]
    [InlineData("[1, 2]", "snapset_data must be a mapping, but is a list")]
    [InlineData("other: 1", "it has neither 'snapset_data' nor 'instances', but other")]
    [InlineData("snapset_data: {instances: [a]}", "'instances' must be a mapping")]
    [InlineData("instances: {}", "'instances' is empty")]
    [InlineData("instances: {a: 5}", "instance a must be a mapping, but is a single value")]
    [InlineData("instances: {a: {uuid: x, hotstack_role: y}}", "instance a has unknown keys: hotstack_role|instance a lacks mac_address, role")]
    [InlineData("instances: {a: {uuid: [], role: y, mac_address: ''}}", "instance a: uuid must be a text, but is a list|mac_address must be a text")]
    public async Task A_file_of_another_shape_is_an_error_with_the_expected_shape(string yaml, string expected)
    {
        await File.WriteAllTextAsync(_file, yaml, Stop);

        var e = await Assert.ThrowsAsync<ViolationsException>(
            () => new GetInstances(Cloud).RunAsync(new InstanceSource { Path = _file }, Activity, Stop));

        Assert.Equal("SnapSetDataInvalid", e.Id);
        Assert.All(expected.Split('|'), part => Assert.Contains(e.Violations, v => v.Contains(part, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Invalid_YAML_is_reported_with_its_line()
    {
        await File.WriteAllTextAsync(_file, "snapset_data:\n  instances:\n    a: {uuid: [}\n", Stop);

        var e = await Assert.ThrowsAsync<HotstackException>(
            () => new GetInstances(Cloud).RunAsync(new InstanceSource { Path = _file }, Activity, Stop));

        Assert.Equal("SnapSetFileInvalid", e.Id);
        Assert.Contains(_file, e.Message, StringComparison.Ordinal);
        Golden.Message(e);
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        var e = await Assert.ThrowsAsync<HotstackException>(
            () => new GetInstances(Cloud).RunAsync(new InstanceSource { Path = "/nowhere/outputs.yaml" }, Activity, Stop));

        Assert.Equal("SnapSetFileInvalid", e.Id);
        Assert.Equal("/nowhere/outputs.yaml", e.Target);
    }

    [Theory]
    [InlineData("snapset_data:\n  instances:\n    controller: {uuid: ID, role: controller, mac_address: 'FA-16-9E-81-F6-5'}\ncontroller_ansible_host: {name: c}")]
    [InlineData("{\"instances\": {\"controller\": {\"uuid\": \"ID\", \"role\": \"controller\", \"mac_address\": \"fa:16:9e:81:f6:05\"}}}")]
    public async Task Both_shapes_of_file_are_read_and_addresses_normalized(string text)
    {
        await File.WriteAllTextAsync(_file, text.Replace("ID", Sandbox.Cloud.Server("controller").Id, StringComparison.Ordinal), Stop);

        Instance instance = Assert.Single(
            await new GetInstances(Cloud).RunAsync(new InstanceSource { Path = _file }, Activity, Stop));

        Assert.Equal("fa:16:9e:81:f6:05", instance.MacAddress);
        Assert.Equal("ACTIVE", instance.Status);
    }

    [Theory]
    [InlineData(0.0, 5, "timeout")]
    [InlineData(60, 0.5, "poll interval")]
    public async Task Waits_must_make_sense(double timeout, double interval, string expected)
    {
        Sandbox.Cloud.StopServers();

        var e = await Assert.ThrowsAsync<ViolationsException>(() => CreateAsync(OfStack with
        {
            Timeout = TimeSpan.FromSeconds(timeout),
            PollInterval = TimeSpan.FromSeconds(interval),
        }));

        Assert.Contains(expected, Assert.Single(e.Violations), StringComparison.Ordinal);
    }
}
