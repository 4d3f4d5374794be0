using Hotstack.OpenStack;

namespace Hotstack.Deployments;

/// <summary>The servers of a deployment and of its project, with which a cluster's notes of servers are compared.</summary>
/// <param name="Stack">What the stack's outputs tell.</param>
/// <param name="Instances">The servers of the deployment.</param>
/// <param name="ServerIds">The ids of all servers of the project.</param>
internal sealed record DeploymentFacts(StackFacts Stack, IReadOnlyList<Instance> Instances, IReadOnlySet<string> ServerIds)
{
    /// <returns>Null if the cloud does not give them: they are additions.</returns>
    public static async Task<DeploymentFacts?> TryReadAsync(
        Func<Cloud> cloud, InstanceSource source, StackFacts? known, IActivity activity, CancellationToken stop)
    {
        try
        {
            Cloud connected = cloud();
            IReadOnlyList<Instance> instances = source.Instances.Count > 0 ? source.Instances
                : await new GetInstances(connected).RunAsync(source, activity, stop);
            StackFacts stack = known ?? await StackFacts.TryReadAsync(connected, instances, activity, stop);
            HashSet<string> ids = [.. (await connected.Compute.ListServersAsync(stop)).Select(server => server.Id)];
            return new(stack, instances, ids);
        }
        catch (HotstackException e)
        {
            activity.Verbose($"The servers of the project cannot be read, so the ids that virtual BMCs hold are not compared: {e.Message}");
            return null;
        }
    }
}
