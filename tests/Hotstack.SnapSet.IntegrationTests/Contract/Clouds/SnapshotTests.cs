using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Imaging;
using Xunit;

namespace Hotstack.Contract.Clouds;

/// <summary>One snapshot, from Nova's order to Glance's image.</summary>
public abstract class SnapshotTests(ContractCloud on) : ContractTests(on)
{
    private static readonly Dictionary<string, string> Metadata = new()
    {
        ["hotstack_contract"] = "1", ["hotstack_empty"] = "", ["hotstack_long"] = new string('x', 255),
    };

    [ContractFact]
    public async Task An_image_is_queued_with_our_properties_and_becomes_active()
    {
        await On.Deployment.ShutOffAsync(Stop);
        string name = $"contract-{Guid.NewGuid():n}".PadRight(255, 'x');

        string id = On.Belongings.AddImage(await Cloud.Compute.CreateImageAsync(Master.Id, name, Metadata, Stop));

        Image? ordered = await Cloud.Images.FindAsync(id, Stop);
        Assert.Equal("queued", ordered?.Status);
        Assert.False(ordered!.IsReady);
        AssertOurs(ordered, name);
        Image active = await ActiveAsync(id);
        Assert.True(active.IsReady);
        Assert.True(active.Size > 0);
        Assert.Equal("snapshot", active.Properties["image_type"]);
        Assert.Empty(active.Tags);
        AssertOurs(active, name);
        Server server = await On.Deployment.IdleAsync(Master, Stop);
        Assert.Equal("SHUTOFF", server.Status);
        InstanceAction action = (await Cloud.Compute.ListActionsAsync(Master.Id, Stop))[0];
        Assert.Equal("createImage", action.Action);
        Assert.Null(action.Message);
    }

    [ContractFact]
    public async Task A_server_that_is_being_imaged_is_busy()
    {
        await On.Deployment.ShutOffAsync(Stop);
        string id = On.Belongings.AddImage(
            await Cloud.Compute.CreateImageAsync(Master.Id, "contract-busy", Metadata, Stop));

        Func<Task>[] calls =
        [
            () => Cloud.Compute.CreateImageAsync(Master.Id, "contract-second", Metadata, Stop),
            () => Cloud.Compute.StartServerAsync(Master.Id, Stop),
        ];
        foreach (Func<Task> call in calls)
        {
            var e = await Assert.ThrowsAnyAsync<HotstackException>(call);
            Assert.Equal("ServerBusy", e.Id);
            Assert.Contains("image_", e.Message, StringComparison.Ordinal);
        }

        await ActiveAsync(id);
    }

    [ContractFact]
    public async Task A_running_server_can_be_imaged_too()
    {
        await On.Deployment.ActivateAsync(Stop);

        string id = On.Belongings.AddImage(
            await Cloud.Compute.CreateImageAsync(Controller.Id, "contract-live", Metadata, Stop));

        await ActiveAsync(id);
        Assert.Equal("ACTIVE", (await On.Deployment.IdleAsync(Controller, Stop)).Status);
    }

    [ContractFact]
    public async Task An_image_that_is_deleted_while_it_is_made_leaves_an_idle_server()
    {
        await On.Deployment.ShutOffAsync(Stop);
        string id = await Cloud.Compute.CreateImageAsync(Master.Id, "contract-deleted", Metadata, Stop);

        await Cloud.Images.DeleteAsync(id, Stop);

        Assert.Null(await Cloud.Images.FindAsync(id, Stop));
        Assert.Equal("SHUTOFF", (await On.Deployment.IdleAsync(Master, Stop)).Status);
        Assert.Null(await Cloud.Images.FindAsync(id, Stop));
    }

    [ContractFact]
    public async Task A_name_that_Nova_cannot_take_is_refused()
    {
        foreach (string name in (string[])["", " blank", new string('x', 256)])
        {
            var e = await Assert.ThrowsAnyAsync<HotstackException>(
                () => Cloud.Compute.CreateImageAsync(Master.Id, name, Metadata, Stop));

            Assert.Equal(ErrorCause.RequestRejected, e.Cause);
        }
    }

    private void AssertOurs(Image image, string name)
    {
        Assert.Equal(name, image.Name);
        Assert.Equal(Metadata, image.Properties.Where(p => Metadata.ContainsKey(p.Key)).ToDictionary());
        Assert.Equal(Master.Id, image.Properties["instance_uuid"]);
        Assert.Equal("private", image.Visibility);
        Assert.False(image.IsProtected);
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxSnapshotTests(SandboxContractCloud on) : SnapshotTests(on), IClassFixture<SandboxContractCloud>;

[Trait("Contract", "Lab"), Collection(LabCollection.Name)]
public sealed class LabSnapshotTests(LabCloud on) : SnapshotTests(on), IOnLab;
