using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;
using Hotstack.Restoring;
using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Restore;
using Xunit;

namespace Hotstack.Scenarios;

/// <summary>A sandbox in which one scenario's template is deployed, to be frozen, and restored into its own template or another.</summary>
internal sealed class ScenarioRun : IAsyncDisposable
{
    public const string Target = "again";

    private readonly SandboxServer _sandbox;
    private readonly Cloud _cloud;
    private readonly Dictionary<string, (int Boots, string Host, string Keys)> _before = [];

    private ScenarioRun(SandboxServer sandbox, ManualClock clock)
    {
        _sandbox = sandbox;
        var sources = ConfigurationSources.OfThisProcess() with
        {
            Variables = new Dictionary<string, string> { ["OS_CLIENT_CONFIG_FILE"] = "/clouds.yaml" },
            Platform = ConfigurationPlatform.Linux,
            OpenFile = path => path == "/clouds.yaml" ? new MemoryStream(System.Text.Encoding.UTF8.GetBytes(sandbox.CloudsYaml)) : null,
        };
        _cloud = Cloud.Connect(new CloudConfigurationLoader(sources).Load("sandbox", null), Activity, clock);
    }

    public RecordingActivity Activity { get; } = new();

    public SandboxCloud Behind => _sandbox.Cloud;

    /// <summary>The stack that was deployed.</summary>
    public string StackName => Behind.Stacks[0].Name;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Deploys a template with its variables.</summary>
    public static async Task<ScenarioRun> DeployAsync(ScenarioFiles scenario)
    {
        var clock = new ManualClock { AutoAdvance = true };
        return new ScenarioRun(
            await SandboxServer.StartAsync(
                new SandboxOptions
                {
                    Clock = clock, RecordBodies = false,
                    Deployment = SandboxDeployment.Read(scenario.Template, scenario.ParameterFiles, "hs-own"),
                },
                Stop),
            clock);
    }

    public async ValueTask DisposeAsync()
    {
        _cloud.Dispose();
        await _sandbox.DisposeAsync();
    }

    /// <summary>The deployment's members, by its stack alone.</summary>
    public Task<IReadOnlyList<Instance>> MembersAsync() =>
        new GetInstances(_cloud).RunAsync(new InstanceSource { StackName = StackName }, Activity, Stop);

    /// <summary>Shuts all servers off and freezes them, by the stack alone.</summary>
    public async Task<SnapSet> FreezeAsync(bool includeVolumes)
    {
        Behind.StopServers();
        var request = new NewSnapSetRequest { Source = new() { StackName = StackName }, IncludeVolumes = includeVolumes };
        SnapSet set = await new NewSnapSet(_cloud).RunAsync(request, Activity, (_, _) => Task.FromResult(true), Stop)
            ?? throw new InvalidOperationException("no set was made");
        Assert.Equal(SnapSetState.Complete, set.State);
        foreach (SnapSetMember member in set.Members)
        {
            Hotstack.Sandbox.Compute.Server server = Behind.FindServer(member.SourceId!)!;
            Assert.Equal(member.Name, server.Resource);
            _before[member.Name] = (Behind.BootsOf(server.Id), server.Host, Keys(server));
        }

        return set;
    }

    /// <summary>Restores a set into a scenario's template.</summary>
    public async Task<RestoredStack> RestoreAsync(SnapSet set, ScenarioFiles scenario, Func<RestoreSnapSetRequest, RestoreSnapSetRequest>? with = null)
    {
        var request = new RestoreSnapSetRequest
        {
            SnapSetId = set.Id, StackName = Target, TemplatePath = scenario.Template, TemplateRoot = scenario.Root,
            ParameterFiles = scenario.ParameterFiles, Variables = scenario.Variables,
        };
        return await new RestoreSnapSet(_cloud).RunAsync(with?.Invoke(request) ?? request, Activity, (_, _) => Task.FromResult(true), Stop)
            ?? throw new InvalidOperationException("it was not restored");
    }

    /// <summary>Each member of the set is there again: by a new server, from the disk that was frozen, with its MAC addresses.</summary>
    public void Verify(SnapSet set, RestoredStack stack)
    {
        Assert.Equal("CREATE_COMPLETE", stack.Status);
        Assert.Equal(set.Members.Select(m => m.Name).Order(), stack.Servers.Select(s => s.Name).Order());
        foreach (SnapSetMember member in set.Members)
        {
            Hotstack.Sandbox.Compute.Server server = Behind.FindServer(stack.Servers.Single(s => s.Name == member.Name).Id)!;
            (int boots, string host, string keys) = _before[member.Name];
            Assert.Equal("ACTIVE", server.Status);
            Assert.NotEqual(member.SourceId, server.Id);
            Assert.Equal(member.SourceId, Behind.OriginOf(server.Id));
            Assert.Equal(boots + 1, Behind.BootsOf(server.Id));
            Assert.Equal(member.MacAddress, stack.Servers.Single(s => s.Name == member.Name).MacAddress);
            Assert.NotEqual(keys, Keys(server));
            Assert.NotEqual(host, server.Host);
        }
    }

    /// <summary>The set does not go into this template, and nothing was made.</summary>
    public async Task<HotstackException> RefusedAsync(SnapSet set, ScenarioFiles scenario)
    {
        int servers = Behind.Servers.Count;
        var refusal = await Assert.ThrowsAnyAsync<HotstackException>(() => RestoreAsync(set, scenario));
        Assert.Single(Behind.Stacks);
        Assert.Equal(servers, Behind.Servers.Count);
        return refusal;
    }

    private string Keys(Hotstack.Sandbox.Compute.Server server) => string.Join('\n', Behind.HostKeys(server.Name).Select(k => k.Line));
}

/// <summary>A template with its variables.</summary>
/// <param name="Template">Its absolute path.</param>
/// <param name="ParameterFiles">The files of its variables.</param>
/// <param name="Root">The checkout that it is in; null for its own folder.</param>
internal sealed record ScenarioFiles(string Template, IReadOnlyList<string> ParameterFiles, string? Root = null)
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f test";

    /// <summary>What upstream's inventory and its role dataplane_ssh_keys read from <c>~/.ssh</c>.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Variables { get; } =
        new Dictionary<string, JsonNode?> { ["controller_ssh_pub_key"] = Key, ["dataplane_ssh_public_key"] = Key };
}
