using System.Text;
using Hotstack.Configuration;
using Hotstack.OpenStack.Configuration;
using Hotstack.Sandbox;

namespace Hotstack.Contract.Clouds;

/// <summary>A sandbox by the real clock, in which things take a fraction of the usual time.</summary>
public sealed class SandboxContractCloud : ContractCloud
{
    private SandboxServer _sandbox = null!;

    internal override string StackName => "hs-sno";

    internal override string Name => "sandbox";

    internal override string BaseImage => "hotstack-controller";

    internal override string Flavor => "hotstack.large";

    internal override string OtherName => "sandbox-other";

    internal override CloudConfiguration Configuration(string name)
    {
        var sources = ConfigurationSources.OfThisProcess() with
        {
            Variables = new Dictionary<string, string> { ["OS_CLIENT_CONFIG_FILE"] = "/clouds.yaml" },
            Platform = ConfigurationPlatform.Linux,
            OpenFile = path => path == "/clouds.yaml" ? new MemoryStream(Encoding.UTF8.GetBytes(_sandbox.CloudsYaml)) : null,
        };
        return new CloudConfigurationLoader(sources).Load(name, null);
    }

    internal override Task<string> GetVolumeAsync(CancellationToken stop) =>
        Task.FromResult(_sandbox.Cloud.Volumes.First(v => v.Server?.GuestName == "master0").Id);

    /// <summary>The stack has some already.</summary>
    internal override async Task<string> AttachVolumeAsync(CancellationToken stop)
    {
        await Deployment.ShutOffAsync(stop);
        return await GetVolumeAsync(stop);
    }

    internal override async Task<string> GetVolumeBackedServerAsync(CancellationToken stop)
    {
        await Deployment.ShutOffAsync(stop);
        _sandbox.Cloud.MakeVolumeBacked("controller");
        return Deployment.Controller.Id;
    }

    /// <summary>The sandbox makes no servers; rebuilding one has the same effect on its later snapshots.</summary>
    internal override Task<string> BootAsync(string imageId, CancellationToken stop) => Task.FromResult(_sandbox.Cloud.Do(() =>
    {
        var image = _sandbox.Cloud.ImageList.Find(i => i.Id == imageId)!;
        var server = _sandbox.Cloud.ServerList.Find(s => s.GuestName == "controller")!;
        server.ImageId = imageId;
        server.ImageProperties.Clear();
        foreach (var (name, value) in image.Properties)
        {
            server.ImageProperties[name] = value;
        }

        return server.Id;
    }));

    internal override Task<DiskStory?> DiskOfAsync(string serverId, CancellationToken stop) => Task.FromResult(
        _sandbox.Cloud.BootsOf(serverId) is > 0 and var boots ? new DiskStory(_sandbox.Cloud.OriginOf(serverId), boots) : null);

    private protected override async Task StartAsync(CancellationToken stop) => _sandbox = await SandboxServer.StartAsync(
        // The snapshot of the master takes three seconds so, and a stop one and a half: long enough to get in their way.
        new SandboxOptions
        {
            Scenario = Scenario.Sno, Speed = 20, Durations = new SandboxDurations { Stop = TimeSpan.FromSeconds(30) },
        },
        stop);

    private protected override ValueTask EndAsync() => _sandbox.DisposeAsync();
}
