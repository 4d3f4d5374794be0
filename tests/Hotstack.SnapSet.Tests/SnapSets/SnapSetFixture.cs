using Hotstack.Deployments;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Xunit;

namespace Hotstack.SnapSets;

/// <summary>The sandbox's deployment of six servers, shut off, and short ways to work with its sets.</summary>
public abstract class SnapSetFixture : SandboxFixture
{
    internal const string StackName = "hs-multi";

    internal static readonly string[] AllNames = ["controller", "master0", "master1", "master2", "worker0", "worker1"];

    internal static readonly Confirmation Yes = (_, _) => Task.FromResult(true);

    internal static NewSnapSetRequest OfStack => new() { Source = new InstanceSource { StackName = StackName }, PollInterval = Seldom };

    internal Task<SnapSet?> CreateAsync(NewSnapSetRequest? request = null, CancellationToken? stop = null) =>
        new NewSnapSet(Cloud).RunAsync(request ?? OfStack, Activity, Yes, stop ?? Stop);

    internal async Task<SnapSet> CreatedAsync(NewSnapSetRequest? request = null) =>
        Assert.IsType<SnapSet>(await CreateAsync(request));

    internal Task<IReadOnlyList<SnapSet>> FindAsync(GetSnapSetsRequest? request = null) =>
        new GetSnapSets(Cloud).RunAsync(request ?? new(), Stop);

    /// <summary>The images of servers that belong to a set of ours, in the sandbox itself.</summary>
    internal Hotstack.Sandbox.Imaging.Image[] SetImages =>
        [.. Sandbox.Cloud.Images.Where(image => image.Properties.ContainsKey("hotstack_snap_id") && !IsBlueprint(image))];

    /// <summary>The blueprints of sets, in the sandbox itself.</summary>
    internal Hotstack.Sandbox.Imaging.Image[] Blueprints => [.. Sandbox.Cloud.Images.Where(IsBlueprint)];

    internal static bool IsBlueprint(Hotstack.Sandbox.Imaging.Image image) => image.Properties.ContainsKey("hotstack_blueprint_sha256");

    /// <summary>Some of the deployment's instances.</summary>
    internal async Task<Instance[]> InstancesAsync(params string[] names) =>
        [.. (await new GetInstances(Cloud).RunAsync(new InstanceSource { StackName = StackName }, Activity, Stop))
            .Where(instance => names.Length == 0 || names.Contains(instance.Name))];
}
