using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Configuration;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Configuration;
using Hotstack.OpenStack.Networking;

namespace Hotstack.Contract.Clouds;

/// <summary>A real OpenStack, as the environment names it; see tests/lab.</summary>
public sealed partial class LabCloud : ContractCloud
{
    internal override string StackName => LabSettings.Stack;

    internal override string Name => LabSettings.Cloud;

    internal override string BaseImage => "lab-guest";

    internal override string Flavor => "lab.tiny";

    internal override string OtherName => LabSettings.OtherCloud;

    internal override CloudConfiguration Configuration(string name) =>
        new CloudConfigurationLoader(ConfigurationSources.OfThisProcess()).Load(name, null);

    internal override async Task<string> GetVolumeAsync(CancellationToken stop)
    {
        RawAnswer answer = await Raw.PostAsync(
            "block-storage", "volumes", new JsonObject { ["volume"] = new JsonObject { ["name"] = "contract", ["size"] = 1 } }, stop);
        string id = Belongings.AddVolume((string)answer.Json["volume"]!["id"]!);
        await Wait.UntilAsync(
            $"volume {id} is available",
            async () => (await Cloud.Volumes.ListVolumesAsync(stop)).Any(v => v.Id == id && v.Status == "available"), stop);
        return id;
    }

    internal override async Task<string> AttachVolumeAsync(CancellationToken stop)
    {
        string volume = await GetVolumeAsync(stop);
        string server = Deployment.Master.Id;
        // The lab's guests take and leave no volume while they run.
        await Deployment.ShutOffAsync(stop);
        RawAnswer answer = await Raw.PostAsync(
            "compute", $"servers/{server}/os-volume_attachments",
            new JsonObject { ["volumeAttachment"] = new JsonObject { ["volumeId"] = volume } }, stop);
        if (answer.Status >= 300)
        {
            throw new InvalidOperationException($"Volume {volume} was not attached: {answer.Status}");
        }

        Belongings.AddAttachment(server, volume);
        await Wait.UntilAsync(
            $"volume {volume} is in use",
            async () => (await Cloud.Volumes.ListVolumesAsync(stop)).Any(v => v.Id == volume && v.Status == "in-use"), stop);
        return volume;
    }

    internal override async Task<string> GetVolumeBackedServerAsync(CancellationToken stop)
    {
        string image = (await Cloud.Compute.GetServerAsync(Deployment.Master.Id, stop)).ImageId!;
        string id = await CreateServerAsync(
            "contract-volume",
            new JsonObject
            {
                ["block_device_mapping_v2"] = new JsonArray(new JsonObject
                {
                    ["boot_index"] = 0, ["source_type"] = "image", ["uuid"] = image, ["destination_type"] = "volume",
                    ["volume_size"] = 1,
                }),
            },
            stop);
        Belongings.AddVolume((await Cloud.Compute.GetServerAsync(id, stop)).VolumeIds.Single());
        await Cloud.Compute.StopServerAsync(id, stop);
        await Wait.UntilAsync(
            $"server {id} is shut off",
            async () => await Cloud.Compute.GetServerAsync(id, stop) is { Status: "SHUTOFF", TaskState: null }, stop);
        return id;
    }

    internal override Task<string> BootAsync(string imageId, CancellationToken stop) =>
        CreateServerAsync("contract-restored", new JsonObject { ["imageRef"] = imageId }, stop);

    /// <summary>The guest writes it to its console at each boot: <c>oslab: disk 0fdfe3d3 boot 0002</c>.</summary>
    internal override async Task<DiskStory?> DiskOfAsync(string serverId, CancellationToken stop)
    {
        RawAnswer answer = await Raw.PostAsync(
            "compute", $"servers/{serverId}/action", new JsonObject { ["os-getConsoleOutput"] = new JsonObject() }, stop);
        Match? last = answer.Status == 200 ? BootReport().Matches((string)answer.Json["output"]!).LastOrDefault() : null;
        return last is null
            ? null
            : new DiskStory(last.Groups["disk"].Value,
                int.Parse(last.Groups["boots"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    /// <summary>As an operator does it: a service that was restarted, or lost a message, never ends what it had begun.</summary>
    private protected override async Task FreeVolumeAsync(string id, CancellationToken stop)
    {
        using var admin = new RawCloud(Configuration(LabSettings.AdminCloud), Activity);
        RawAnswer reset = await admin.PostAsync(
            "block-storage", $"volumes/{id}/action",
            new JsonObject { ["os-reset_status"] = new JsonObject { ["status"] = "available", ["attach_status"] = "detached" } }, stop);
        if (reset.Status is not (202 or 404))
        {
            throw new InvalidOperationException($"The status of volume {id} was not reset: {reset.Status}: {reset.Text}");
        }
    }

    [GeneratedRegex("oslab: disk (?<disk>[0-9a-f]{8}) boot (?<boots>[0-9a-f]{4})")]
    private static partial Regex BootReport();

    /// <summary>A server like the stack's master, on another port of its network.</summary>
    private async Task<string> CreateServerAsync(string name, JsonObject disk, CancellationToken stop)
    {
        string master = Deployment.Master.Id;
        Port port = (await Cloud.Network.ListPortsAsync([master], stop))[0];
        RawAnswer shown = await Raw.GetAsync("compute", $"servers/{master}", stop);
        disk["name"] = name;
        disk["flavorRef"] = (string)shown.Json["server"]!["flavor"]!["id"]!;
        disk["networks"] = new JsonArray(new JsonObject { ["uuid"] = port.NetworkId });
        RawAnswer answer = await Raw.PostAsync("compute", "servers", new JsonObject { ["server"] = disk }, stop);
        string id = Belongings.AddServer((string)answer.Json["server"]!["id"]!);
        Server? server = null;
        await Wait.UntilAsync(
            $"server {id} is built",
            async () => (server = await Cloud.Compute.GetServerAsync(id, stop)) is { Status: not "BUILD", TaskState: null }, stop);
        return server!.Status == "ACTIVE"
            ? id
            : throw new InvalidOperationException($"Server {id} is {server.Status}: {server.Fault}");
    }
}
