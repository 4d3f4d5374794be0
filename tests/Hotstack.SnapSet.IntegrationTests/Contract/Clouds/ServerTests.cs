using Hotstack.OpenStack.Compute;
using Xunit;

namespace Hotstack.Contract.Clouds;

/// <summary>Servers: looked at, stopped and started.</summary>
public abstract class ServerTests(ContractCloud on) : ContractTests(on)
{
    [ContractFact]
    public async Task A_server_shows_what_we_read_of_it()
    {
        Server server = await Cloud.Compute.GetServerAsync(Controller.Id, Stop);

        Assert.Equal(Controller.Id, server.Id);
        Assert.Contains("controller", server.Name, StringComparison.Ordinal);
        Assert.NotNull(server.ImageId);
        Assert.False(server.IsVolumeBacked);
        Assert.False(Guid.TryParse(server.Flavor, out _), "the flavor is named");
        Assert.Contains(Controller.MacAddress, server.MacAddresses);
        Assert.Null(server.Fault);
    }

    [ContractFact]
    public async Task A_server_that_is_not_there_is_an_error_whatever_is_done_with_it()
    {
        foreach (string id in (string[])[Guid.NewGuid().ToString(), "no-uuid"])
        {
            Func<Task>[] calls =
            [
                () => Cloud.Compute.GetServerAsync(id, Stop),
                () => Cloud.Compute.StopServerAsync(id, Stop),
                () => Cloud.Compute.StartServerAsync(id, Stop),
                () => Cloud.Compute.CreateImageAsync(id, "contract", new Dictionary<string, string>(), Stop),
            ];
            foreach (Func<Task> call in calls)
            {
                var e = await Assert.ThrowsAnyAsync<HotstackException>(call);
                Assert.Equal("ServerNotFound", e.Id);
                Assert.Equal(id, e.Target);
            }
        }
    }

    [ContractFact]
    public async Task A_name_finds_its_server_only()
    {
        string name = (await Cloud.Compute.GetServerAsync(Controller.Id, Stop)).Name;

        Assert.Equal(Controller.Id, Assert.Single(await Cloud.Compute.FindServersAsync(name, Stop)).Id);
        Assert.Empty(await Cloud.Compute.FindServersAsync(name[..^1], Stop));
        Assert.Empty(await Cloud.Compute.FindServersAsync(name + ".*", Stop));
        Assert.Empty(await Cloud.Compute.FindServersAsync(name.ToUpperInvariant(), Stop));
    }

    /// <summary>Of all of them one address would be answered by a 414.</summary>
    [ContractFact]
    public async Task The_ports_of_more_servers_than_one_address_takes_are_found()
    {
        string[] ids = [.. Enumerable.Range(0, 200).Select(_ => Guid.NewGuid().ToString()), Controller.Id];

        IReadOnlyList<Hotstack.OpenStack.Networking.Port> ports = await Cloud.Network.ListPortsAsync(ids, Stop);

        Assert.Contains(ports, port => port.MacAddress == Controller.MacAddress);
        Assert.All(ports, port => Assert.Equal(Controller.Id, port.DeviceId));
    }

    [ContractFact]
    public async Task A_server_stops_and_starts_and_refuses_what_does_not_fit_its_state()
    {
        await On.Deployment.ActivateAsync(Stop);
        await AssertBusyAsync(() => Cloud.Compute.StartServerAsync(Master.Id, Stop), "active");

        await AssertBusyWhileStoppingAsync();
        Server server = await On.Deployment.IdleAsync(Master, Stop);
        Assert.Equal("SHUTOFF", server.Status);
        await AssertBusyAsync(() => Cloud.Compute.StopServerAsync(Master.Id, Stop), "stopped");

        await Cloud.Compute.StartServerAsync(Master.Id, Stop);
        server = await On.Deployment.IdleAsync(Master, Stop);
        Assert.Equal("ACTIVE", server.Status);

        IReadOnlyList<InstanceAction> actions = await Cloud.Compute.ListActionsAsync(Master.Id, Stop);
        Assert.Equal(["start", "stop"], actions.Take(2).Select(a => a.Action));
        Assert.All(actions.Take(2), action => Assert.Null(action.Message));
        Assert.All(actions.Take(2), action => Assert.StartsWith("req-", action.RequestId, StringComparison.Ordinal));
        Assert.All(actions.Take(2), action => Assert.InRange(
            action.StartedAt, DateTimeOffset.UtcNow.AddMinutes(-3), DateTimeOffset.UtcNow.AddMinutes(1)));
    }

    [ContractFact]
    public async Task What_is_noted_of_a_server_is_shown_with_it_and_replaced_as_a_whole_or_in_part()
    {
        IReadOnlyDictionary<string, string> before = (await On.Deployment.IdleAsync(Master, Stop)).Metadata;
        string longest = new('x', 255);
        await Cloud.Compute.AddMetadataAsync(Master.Id,
            new Dictionary<string, string> { ["hotstack_one"] = "1", ["hotstack_two"] = longest }, Stop);
        await Cloud.Compute.AddMetadataAsync(Master.Id,
            new Dictionary<string, string> { ["hotstack_one"] = "", ["hotstack_three"] = "3 ü" }, Stop);

        IReadOnlyDictionary<string, string> noted = (await Cloud.Compute.GetServerAsync(Master.Id, Stop)).Metadata;
        Assert.Equal(("", longest, "3 ü"), (noted["hotstack_one"], noted["hotstack_two"], noted["hotstack_three"]));
        Assert.All(before, m => Assert.Equal(m.Value, noted[m.Key]));

        await Cloud.Compute.ReplaceMetadataAsync(Master.Id, before, Stop);
        Assert.Equal(before, (await Cloud.Compute.GetServerAsync(Master.Id, Stop)).Metadata);
    }

    [ContractFact]
    public async Task Nothing_is_noted_of_a_server_that_is_not_there_nor_what_is_too_long_nor_too_much()
    {
        IReadOnlyDictionary<string, string> before = (await On.Deployment.IdleAsync(Master, Stop)).Metadata;
        await FailsAsync(ErrorCause.NotFound, Guid.NewGuid().ToString(), new() { ["hotstack_one"] = "1" });
        await FailsAsync(ErrorCause.RequestRejected, Master.Id, new() { ["hotstack_one"] = new string('x', 256) });
        await FailsAsync(ErrorCause.RequestRejected, Master.Id, new() { ["hotstack/one"] = "1" });
        await FailsAsync(ErrorCause.QuotaExceeded, Master.Id, Enumerable.Range(0, 1000).ToDictionary(i => $"hotstack_{i}", i => $"{i}"));
        Assert.Equal(before, (await Cloud.Compute.GetServerAsync(Master.Id, Stop)).Metadata);

        async Task FailsAsync(ErrorCause cause, string id, Dictionary<string, string> metadata)
        {
            var e = await Assert.ThrowsAnyAsync<HotstackException>(() => Cloud.Compute.AddMetadataAsync(id, metadata, Stop));
            Assert.Equal(cause, e.Cause);
        }
    }

    [ContractFact]
    public async Task A_server_that_is_busy_can_be_noted_of_all_the_same()
    {
        await On.Deployment.ActivateAsync(Stop);
        IReadOnlyDictionary<string, string> before = (await Cloud.Compute.GetServerAsync(Master.Id, Stop)).Metadata;
        await Cloud.Compute.StopServerAsync(Master.Id, Stop);

        await Cloud.Compute.AddMetadataAsync(Master.Id, new Dictionary<string, string> { ["hotstack_one"] = "1" }, Stop);

        Assert.Equal("1", (await Cloud.Compute.GetServerAsync(Master.Id, Stop)).Metadata["hotstack_one"]);
        await On.Deployment.IdleAsync(Master, Stop);
        await Cloud.Compute.ReplaceMetadataAsync(Master.Id, before, Stop);
    }

    /// <summary>On a loaded machine a quick server may be off before the next call: once more then.</summary>
    private async Task AssertBusyWhileStoppingAsync()
    {
        for (int attempt = 1; ; attempt++)
        {
            string? image = null;
            await Cloud.Compute.StopServerAsync(Master.Id, Stop);
            try
            {
                await AssertBusyAsync(
                    async () => image = await Cloud.Compute.CreateImageAsync(
                        Master.Id, "contract", new Dictionary<string, string>(), Stop), "powering-off");
                return;
            }
            catch (Xunit.Sdk.ThrowsException) when (attempt < 5 && image is not null)
            {
                await Cloud.Images.DeleteAsync(image, Stop);
                await On.Deployment.ActivateAsync(Stop);
            }
        }
    }

    private static async Task AssertBusyAsync(Func<Task> call, string state)
    {
        var e = await Assert.ThrowsAnyAsync<HotstackException>(call);
        Assert.Equal("ServerBusy", e.Id);
        Assert.Equal(ErrorCause.Conflict, e.Cause);
        Assert.Contains(state, e.Message, StringComparison.Ordinal);
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxServerTests(SandboxContractCloud on) : ServerTests(on), IClassFixture<SandboxContractCloud>;

[Trait("Contract", "Lab"), Collection(LabCollection.Name)]
public sealed class LabServerTests(LabCloud on) : ServerTests(on), IOnLab;
