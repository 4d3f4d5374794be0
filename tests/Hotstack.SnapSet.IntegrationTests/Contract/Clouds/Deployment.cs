using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;
using Hotstack.SnapSets;

namespace Hotstack.Contract.Clouds;

/// <summary>The stack's servers: brought into the state that a test needs, and back in the end.</summary>
internal sealed class Deployment
{
    private readonly Cloud _cloud;
    private readonly Dictionary<string, string> _statusAtFirst;

    private Deployment(Cloud cloud, IReadOnlyList<Instance> instances)
    {
        _cloud = cloud;
        Instances = instances;
        _statusAtFirst = instances.ToDictionary(i => i.Id, i => i.Status!);
    }

    /// <summary>As they were at first; only <c>Status</c> and <c>TaskState</c> change.</summary>
    public IReadOnlyList<Instance> Instances { get; }

    public Instance Controller => Instances.Single(i => i.Role == Roles.Controller);

    public Instance Master => Instances.First(i => i.Role == "ocp_master");

    public static async Task<Deployment> FindAsync(Cloud cloud, string stackName, CancellationToken stop) => new(
        cloud,
        await new GetInstances(cloud).RunAsync(new InstanceSource { StackName = stackName }, new RecordingActivity(), stop));

    public Task ShutOffAsync(CancellationToken stop) => BringAsync(_ => "SHUTOFF", stop);

    public Task ActivateAsync(CancellationToken stop) => BringAsync(_ => "ACTIVE", stop);

    public Task RestoreAsync(CancellationToken stop) => BringAsync(i => _statusAtFirst[i.Id], stop);

    public async Task<Server> IdleAsync(Instance instance, CancellationToken stop)
    {
        Server server = await _cloud.Compute.GetServerAsync(instance.Id, stop);
        await Wait.UntilAsync(
            $"{instance.Name} is idle",
            async () => (server = await _cloud.Compute.GetServerAsync(instance.Id, stop)).TaskState is null, stop);
        return server;
    }

    private Task BringAsync(Func<Instance, string> status, CancellationToken stop) =>
        Task.WhenAll(Instances.Select(async instance =>
        {
            Server server = await IdleAsync(instance, stop);
            if (server.Status != status(instance))
            {
                await (status(instance) == "ACTIVE"
                    ? _cloud.Compute.StartServerAsync(instance.Id, stop)
                    : _cloud.Compute.StopServerAsync(instance.Id, stop));
                await Wait.UntilAsync(
                    $"{instance.Name} is {status(instance)}",
                    async () => (server = await IdleAsync(instance, stop)).Status == status(instance), stop);
            }
        }));
}
