using Hotstack.OpenStack.Compute;
using Xunit;

namespace Hotstack.Contract;

/// <summary>Servers: looked at, stopped and started.</summary>
public abstract class ServerTests(ContractCloud on) : ContractTests(on)
{
    [ContractFact]
    public async Task A_server_shows_what_we_read_of_it()
    {
        Server server = await Cloud.Compute.GetServerAsync(Controller.Id, Stop);

        Assert.Equal(Controller.Id, server.Id);
        Assert.Equal("controller", server.Name);
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
        Assert.Equal(Controller.Id, Assert.Single(await Cloud.Compute.FindServersAsync("controller", Stop)).Id);
        Assert.Empty(await Cloud.Compute.FindServersAsync("controlle", Stop));
        Assert.Empty(await Cloud.Compute.FindServersAsync("controller.*", Stop));
        Assert.Empty(await Cloud.Compute.FindServersAsync("Controller", Stop));
    }

    [ContractFact]
    public async Task A_server_stops_and_starts_and_refuses_what_does_not_fit_its_state()
    {
        await On.Deployment.ActivateAsync(Stop);
        await AssertBusyAsync(() => Cloud.Compute.StartServerAsync(Master.Id, Stop), "active");

        await Cloud.Compute.StopServerAsync(Master.Id, Stop);
        await AssertBusyAsync(
            () => Cloud.Compute.CreateImageAsync(Master.Id, "contract", new Dictionary<string, string>(), Stop), "powering-off");
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
